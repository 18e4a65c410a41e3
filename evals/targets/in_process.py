"""The assistant in this process, without log, queue or network."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.settings import AssistantSettings
from assistant.turn import PastMessage, Responder, TurnRequest
from evals.targets.target import Answered, Said, Talk, all_said, tool_json
from knowledge.catalog import Shop, ShopId
from knowledge.errors import Unavailable
from knowledge.store import KnowledgeStore

if TYPE_CHECKING:
    from assistant.agent.responder import ShopResponder
    from knowledge.database import Database
    from knowledge.home import Home


class _FirstWord:
    """Notes when the first words were handed on."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.heard_ms: float | None = None

    async def __call__(self, text: str) -> None:
        if self.heard_ms is None and text.strip():
            self.heard_ms = self.passed_ms()

    def passed_ms(self) -> float:
        return (time.perf_counter() - self.began) * 1000


class InProcess:
    """A responder in this process.

    Args:
        database: Where the shops are.
        responder: Started and warm.
    """

    name = "in process"

    def __init__(self, database: Database, responder: Responder) -> None:
        self._store = KnowledgeStore(database)
        self._responder = responder
        self._asked = 0

    async def open(self, shop: str) -> Talk:
        """Begin a conversation."""
        self._asked += 1
        return _Talk(await self._store.shop(ShopId(shop)), self._responder, f"cv_eval_{self._asked:06d}")

    async def converse(self, shop: str, turns: Sequence[Said]) -> list[Answered]:
        """Put the turns one after the other, each with what came before it as history."""
        return await all_said(await self.open(shop), turns)

    async def close(self) -> None:
        """Leave the responder to whoever started it."""


class _Talk:
    def __init__(self, shop: Shop, responder: Responder, conversation: str) -> None:
        self._shop = shop
        self._responder = responder
        self._conversation = conversation
        self._history: list[PastMessage] = []

    async def say(self, said: Said) -> Answered:
        trace = f"tr_{self._conversation}_{len(self._history) // 2}"
        history = tuple(self._history)
        request = TurnRequest(self._shop, self._conversation, said.text, trace, history, said.page_product)
        first_word = _FirstWord()
        outcome = await self._responder.respond(request, first_word)
        took_ms = first_word.passed_ms()
        reply = outcome.reply.as_json()
        self._history.append(PastMessage("shopper", said.text, page_product=said.page_product))
        self._history.append(PastMessage("assistant", outcome.reply.text, reply))
        return Answered(
            reply,
            took_ms,
            tuple(tool_json(run) for run in outcome.tools),
            # Who hands nothing on while writing is first read when the whole is there.
            took_ms if first_word.heard_ms is None else first_word.heard_ms,
            outcome.usage,
            signals=outcome.signals,
        )

    async def close(self) -> None:
        """Nothing is held."""


async def started_responder(
    home: Home,
    database: Database,
    shops: Sequence[str],
    settings: AssistantSettings | None = None,
    make: Callable[..., ShopResponder] | None = None,
) -> ShopResponder:
    """Return the real responder as on a server that has been up for a while: every encoder joined.

    Args:
        home: Whose settings name the models.
        settings: The environment's by default.
        make: Makes a responder of another class than the usual.

    Raises:
        Unavailable: A model that the settings name does not serve (``model_not_loaded``).
    """
    from assistant.agent.responder import ShopResponder  # loads LangChain and the encoders
    from knowledge.retrieval.models import search_models

    # The shops' coupons, offers and cut-off hours are told from the day on which the home stands.
    chosen = settings or AssistantSettings()
    responder = (make or ShopResponder)(database, chosen, home.clock, search_models(home.settings))
    first, *others = [ShopId(shop) for shop in shops]
    await responder.start(only=first)
    for shop in others:
        await responder.retriever.index(shop)
    await responder.retriever.settled()
    if responder.retriever.missing:
        await responder.close()
        # Nothing is measured under the name of a model that is not to be had.
        raise Unavailable("; ".join(responder.retriever.missing), code="model_not_loaded")
    return responder
