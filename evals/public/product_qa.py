"""Set ``product_qa``: does an attribute of the product answer the shopper's question, and which?

Every product of the questions becomes a product of a shop in the database; a question is asked from
its page. Figures: ``p@1``, the share of the answerable questions whose first attribute is a right
one; ``auroc``, how well the score of the first attribute tells answerable questions from the rest;
``abstained``, for whole replies, the share of the unanswerable questions that got no answer.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from assistant.agent.responder import ShopResponder
from assistant.agent.results import ProductRead
from assistant.facts import FactKind
from assistant.reply import Action
from assistant.settings import AssistantSettings
from assistant.turn import TurnRequest
from evals.public.figures import SetResult, System, mean_figure
from evals.public.product_qa_data import Asked, Attributes, distinct, read_questions
from evals.public.product_qa_peers import Ranked, peers, ranked_system, skipped
from evals.public.sets import OnProgress
from evals.public.shops import Corpus, public_home, write_shop
from knowledge.catalog import Handle, Product, Shop, ShopId, Source
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.retrieval.models import search_models

SHOP: Final = Shop(ShopId("product-qa"), "Product QA", "en-US", "USD", "UTC")
TEST, TRAIN = "testseen.csv", "dev.csv"
# A product's moment is part of no figure; a fixed one keeps a second run from writing anything.
_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Measure the product's facts and replies, and its peers, on the questions of the test file.

    Raises:
        Invalid: A row cannot be used, or all questions are of one kind (``usage_bad_data``).
    """
    asked = read_questions(folder / TEST)
    if len({one.answerable for one in asked}) < 2:
        raise Invalid(f"{TEST}: needs answerable and unanswerable questions.", code="usage_bad_data")
    training = read_questions(folder / TRAIN) if (folder / TRAIN).exists() else []
    systems = [*await _product(asked, home, told), *await peers(asked, training, home, told)]
    return SetResult(
        name="product_qa",
        title="semiPQA: shoppers' questions and the attributes of their product",
        measures="ShopResponder.understood and Grounding.of_facts on the product's page (ranking); "
        "ShopResponder.respond, embedded mind (whole replies)",
        items=len(asked),
        systems=tuple(systems),
        notes=(
            "Products have no name in this data; the shop's are coded, so no question can name one.",
            "Attributes are read as a merchant writes them (`item weight: 2.3 pounds`), for all systems alike; "
            "one without a value is no attribute, and a question that only it would answer stays answerable.",
            *filter(None, [skipped()]),
            "A whole reply's first attribute is the first that it cites; no answer counts as wrong, with score 0.",
        ),
    )


async def _product(asked: Sequence[Asked], home: Home, told: OnProgress) -> list[System]:
    products = {attributes: as_product(number, attributes) for number, attributes in enumerate(distinct(asked))}
    async with opened(home, list(products.values())) as responder:
        ranked, replied, began = [], [], time.perf_counter()
        for done, one in enumerate(asked, start=1):
            request = TurnRequest(SHOP, "cv", one.text, "tr", (), products[one.attributes].handle)
            ranked.append(await _ranking(responder, request, one, products[one.attributes]))
            told(done, 2 * len(asked))
        ranking_seconds, began = time.perf_counter() - began, time.perf_counter()
        for done, one in enumerate(asked, start=len(asked) + 1):
            request = TurnRequest(SHOP, "cv", one.text, "tr", (), products[one.attributes].handle)
            replied.append(await _reply(responder, request, one))
            told(done, 2 * len(asked))
        replying_seconds = time.perf_counter() - began
    whole = ranked_system("daogou: whole reply", "daogou", asked, [one for one, _ in replied], replying_seconds)
    silent = {one.id: float(not said) for one, (_, said) in zip(asked, replied, strict=True) if not one.answerable}
    abstained = mean_figure("abstained", silent)
    return [
        ranked_system("daogou: facts ranked", "daogou", asked, ranked, ranking_seconds),
        whole.model_copy(
            update={
                "figures": (*whole.figures, abstained),
                "per_item": {**whole.per_item, "abstained": silent},
            }
        ),
    ]


def as_product(number: int, attributes: Attributes) -> Product:
    """Return a product that has nothing but these attributes."""
    code = f"pq-{number:04d}"
    return Product(SHOP.id, Handle(code), code, _AT, Source(TEST), attributes=attributes)


@asynccontextmanager
async def opened(home: Home, products: Sequence[Product]) -> AsyncIterator[ShopResponder]:
    """Open the embedded responder over a shop of these products, everything loaded and warm."""
    place = public_home(home, SHOP.id)
    database = await place.open_database()
    try:
        await write_shop(place, database, Corpus(SHOP, products))
        settings = AssistantSettings(openai_api_key=None, openai_base_url=None)
        responder = ShopResponder(database, settings, models=search_models(place.settings))
        await responder.start(SHOP.id)
        try:
            await responder.settled()
            yield responder
        finally:
            await responder.close()
    finally:
        await database.close()


async def _ranking(responder: ShopResponder, request: TurnRequest, one: Asked, product: Product) -> Ranked:
    """Return the attribute that the turn's grounding supports best, over all questions of the message."""
    context = await responder.understood(request)
    best = (0.0, ("", ""))
    for question in context.understanding.questions:
        for support in context.grounding.of_facts(question, ProductRead(product).facts()):
            if support.fact.kind is FactKind.ATTRIBUTE and support.probability > best[0]:
                best = (support.probability, (support.fact.label, support.fact.text))
    return Ranked(best[1] in right_facts(one), best[0])


async def _reply(responder: ShopResponder, request: TurnRequest, one: Asked) -> tuple[Ranked, bool]:
    """Return what the reply cites first, and whether it answers."""
    reply = (await responder.respond(request, _unheard)).reply
    answers = reply.action is Action.ANSWER
    cited = [(citation.passage, citation.quote) for citation in reply.citations]
    right = answers and bool(cited) and cited[0] in right_facts(one)
    return Ranked(right, reply.confidence if answers else 0.0), answers


async def _unheard(_text: str) -> None:
    """Take a piece of the reply."""


def right_facts(one: Asked) -> set[tuple[str, str]]:
    """Return names and values of the attributes that answer."""
    return {(a.name, a.value) for a, right in zip(one.attributes, one.right, strict=True) if right}
