"""Puts labelled questions to the assistant and keeps what its turns knew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from assistant.agent.context import TurnContext
from assistant.agent.responder import ShopResponder
from assistant.calibration import Kind
from assistant.grounding import is_read
from assistant.settings import AssistantSettings
from assistant.signals import signals_of
from assistant.turn import TurnRequest
from evals.cases import Case
from evals.fitting.questions import QUESTIONS, Labelled
from evals.public.sets import OnProgress
from evals.running import Runner
from evals.shops import import_shipped, sandbox
from evals.sources import ShopSources, shop_sources
from evals.targets import Answered, InProcess, Said, Target, started_responder, warm_up
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.importing.run import import_paths

FITTING: Final = "fitting"


@dataclass(frozen=True, slots=True)
class HeldText:
    """A published text that was held against a question.

    Attributes:
        near: The probability by nearness and words, in [0, 1].
        read: Log-odds by reading; None when it was not read.
        features: The signals, were it the best, by name.
        cosine: Of question and text: what a retrieval alone would go by.
        right: Whether it answers.
    """

    near: float
    read: float | None
    features: Mapping[str, float]
    cosine: float
    right: bool


@dataclass(frozen=True, slots=True)
class Observed:
    """One question as it was met.

    Attributes:
        lang: In which it is asked.
        texts: That were held against it; none when nothing was looked up or typed data answered.
        kind: Of the answer that was given; None when none was.
        told: What its skill gave it.
        reply_right: Whether the reply is all that its case asks; None without a case.
    """

    shop: str
    lang: str
    kind: Kind | None
    told: float
    reply_right: bool | None
    texts: tuple[HeldText, ...] = field(default=())


async def observed(
    place: Home, database: Database, asked: Sequence[Labelled], settings: AssistantSettings, told: OnProgress
) -> list[Observed]:
    """Ask every question in a conversation of its own, with everything loaded and warm."""
    shops = sorted({one.shop for one in asked})
    responder = await started_responder(place, database, shops, settings, _Noting)
    assert isinstance(responder, _Noting)
    await responder.settled()
    try:
        target = _Remembering(InProcess(database, responder))
        await warm_up(target, shops)
        sources = {shop: await shop_sources(database, shop) for shop in shops}
        out = []
        for done, one in enumerate(asked, start=1):
            out.append(await _met(one, target, responder, sources))
            told(done, len(asked))
        return out
    finally:
        await responder.close()


@asynccontextmanager
async def demo_place(home: Home, shops: Sequence[str]) -> AsyncIterator[tuple[Home, Database]]:
    """Open the demo shops in a home of their own, freshly imported."""
    place = sandbox(home, shops)
    database = await place.open_database()
    try:
        await import_shipped(place, database, shops)
        yield place, database
    finally:
        await database.close()


@asynccontextmanager
async def fitting_place(home: Home, folders: Mapping[str, Path]) -> AsyncIterator[tuple[Home, Database]]:
    """Open the shops that are only fitted on in a home of their own, imported with their vectors."""
    from knowledge.retrieval.embedding import embed_missing  # loads the encoders
    from knowledge.retrieval.models import search_models

    settings = home.settings.model_copy(update={"database_url": None})
    place = Home.at(home.path / "evals" / FITTING, home.migrate, settings)
    database = await place.open_database()
    try:
        for shop, folder in folders.items():
            # The questions about a shop are no file of it.
            files = [path for path in sorted(folder.iterdir()) if path.name != QUESTIONS]
            await import_paths(database, None, ShopId(shop), files, clock=place.clock, ids=place.ids, replace=True)
            await embed_missing(database, ShopId(shop), models=search_models(place.settings))
        yield place, database
    finally:
        await database.close()


class _Noting(ShopResponder):
    """The responder, of whose last turn it can be asked what it knew."""

    context: TurnContext | None = None

    async def understood(self, request: TurnRequest) -> TurnContext:
        self.context = await super().understood(request)
        return self.context


class _Remembering:
    """A target that remembers what it said last."""

    def __init__(self, target: InProcess) -> None:
        self._target, self.name = target, target.name
        self.last: Answered | None = None

    async def open(self, shop: str) -> Any:
        return await self._target.open(shop)

    async def converse(self, shop: str, turns: Sequence[Said]) -> list[Answered]:
        answers = await self._target.converse(shop, turns)
        self.last = answers[-1]
        return answers

    async def close(self) -> None:
        """Nothing is held."""


async def _met(one: Labelled, target: _Remembering, responder: _Noting, sources: Mapping[str, ShopSources]) -> Observed:
    reply_right = None
    if one.case is not None:
        reply_right = await _passed(one.case, target, sources)
    else:
        await target.converse(one.shop, [Said(one.text, one.product)])
    assert target.last is not None
    known = target.last.signals[0] if target.last.signals else {}
    kind = known.get("kind")
    return Observed(
        shop=one.shop,
        lang=str(target.last.reply["lang"]),
        # Of several questions in one message each has its own kind; the reply is judged as one.
        kind=Kind(kind) if kind is not None and len(target.last.signals) == 1 else None,
        told=float(known.get("told", 0.0)),
        reply_right=reply_right,
        texts=tuple(_held(one, responder.context, known, reply_right)),
    )


def _held(
    one: Labelled, context: TurnContext | None, known: Mapping[str, Any], reply_right: bool | None
) -> Iterator[HeldText]:
    """Yield the texts that were held against the message's first question, when one of them was to be told."""
    if context is None or "signals" not in known:
        return
    question = context.understanding.questions[0]
    texts = [text for text in context.weighed.get(question.text, ()) if is_read(question, text.fact)]
    quoted = known["kind"] in (Kind.DOCUMENT.value, Kind.PAGE.value) and one.about_words
    for text in texts:
        # A text answers that holds the words that prove it, or that a reply quotes which is all right.
        told = quoted and reply_right is True and (text.fact.label, text.fact.text) == (known["label"], known["text"])
        yield HeldText(
            near=text.near,
            read=text.read,
            features=signals_of(question, text, texts, context.understanding.lang).features(),
            cosine=text.cosine,
            right=told or one.answered_by(text.fact.label, text.fact.text),
        )


async def _passed(case: Case, target: Target, sources: Mapping[str, ShopSources]) -> bool | None:
    return (await Runner(target, sources).judged(case)).passed
