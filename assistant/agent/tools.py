"""The tools of the agent: what a good employee of the shop would look up or do.

Each returns text for a model that reads text, and a typed artifact for code. A tool reads only the
shop of its turn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final, Literal

from langchain_core.tools import BaseTool, tool

from assistant.agent.context import TurnContext
from assistant.agent.finding import find
from assistant.agent.order_tools import ORDER_TOOLS
from assistant.agent.results import (
    DocumentsFound,
    HandedOver,
    ProductRead,
    ProductsFound,
    SizeFound,
)
from assistant.agent.runtime import Runtime
from assistant.agent.sizes import reported
from assistant.fact_check import numbers_in
from assistant.facts import Fact, price_text, product_facts
from assistant.reply import HandoffReason
from assistant.size_choice import size_for, sold_sizes
from assistant.size_reports import with_reports, worn_sizes
from assistant.size_rules import rules_for
from knowledge.catalog import Product
from knowledge.errors import NotFound
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.turn_search import find_passages
from knowledge.size_charts import Measure, chart_for

PASSAGES: Final = 8


@tool(response_format="content_and_artifact")
async def search_documents(query: str, runtime: Runtime) -> tuple[str, DocumentsFound]:
    """Search the shop's policies, guides and FAQ.

    Args:
        query: What the shopper wants to know, in the shopper's own language.
    """
    context = runtime.context
    lang = context.understanding.lang
    hits = await find_passages(context.index, SearchQuery(query, lang, PASSAGES), context.vectors(query))
    found = DocumentsFound(query, tuple(hits))
    return _as_text(found.facts()), found


@tool(response_format="content_and_artifact")
async def find_products(
    query: str,
    runtime: Runtime,
    min_price: float | None = None,
    max_price: float | None = None,
    options: list[str] | None = None,
    in_stock: bool = False,
    sort: Literal["relevance", "price_asc", "price_desc"] = "relevance",
) -> tuple[str, ProductsFound]:
    """Find products that the shop sells.

    Args:
        query: What is looked for, in the shopper's own language.
        min_price: Lowest price, in the shop's currency.
        max_price: Highest price, in the shop's currency.
        options: Option values demanded, such as a colour and a size.
        in_stock: Only what can be bought now.
        sort: ``price_asc`` for the cheapest first, ``price_desc`` for the dearest.
    """
    context = runtime.context
    question = next((q for q in context.understanding.questions if q.text == query), None)
    if question is None:
        question = context.reader.looking_for(query, context.understanding.questions[0])
    stated = context.vocabulary.constraints(" ".join(options or []))
    constraints = replace(
        question.constraints,
        min_price=_decimal(min_price) or question.constraints.min_price,
        max_price=_decimal(max_price) or question.constraints.max_price,
        options=question.constraints.options or stated.options,
        wanted=question.constraints.wanted or stated.wanted,
        in_stock=in_stock or question.constraints.in_stock,
        sort=sort if sort != "relevance" else question.constraints.sort,
    )
    found = await find(context, replace(question, constraints=constraints))
    if not question.reference.products:
        await context.grounding.recall(found.pages)
    return _products_as_text(found), found


@tool(response_format="content_and_artifact")
async def product_details(handle: str, runtime: Runtime) -> tuple[str, ProductRead]:
    """Read everything the shop says about one product: price, stock, options, attributes, text.

    Args:
        handle: The product's handle as another tool returned it.
    """
    product = _product(runtime, handle)
    await runtime.context.grounding.recall([product])
    return _as_text(product_facts(product)), ProductRead(product)


@tool("recommend_size", response_format="content_and_artifact")
async def size_from_chart(
    runtime: Runtime,
    handle: str | None = None,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    chest_cm: float | None = None,
    waist_cm: float | None = None,
    hip_cm: float | None = None,
    foot_cm: float | None = None,
) -> tuple[str, SizeFound]:
    """Recommend a size from the shop's size chart. Pass only what the shopper has said.

    Args:
        handle: The product whose size is asked for.
        height_cm: Body height.
        weight_kg: Body weight.
        chest_cm: Chest or bust girth.
        waist_cm: Waist girth.
        hip_cm: Hip girth.
        foot_cm: Foot length.
    """
    context = runtime.context
    given = {
        Measure.HEIGHT: height_cm,
        Measure.WEIGHT: weight_kg,
        Measure.CHEST: chest_cm,
        Measure.WAIST: waist_cm,
        Measure.HIP: hip_cm,
        Measure.FOOT: foot_cm,
    }
    # The shopper's own words stand above what a model repeats of them, and what they have not
    # said is no measurement.
    said = context.understanding.measurements
    body = _repeated(context, given) | dict(said.body)
    if handle is None:
        return "Ask the shopper which product they mean.", SizeFound(None, None)
    product = _product(runtime, handle)
    chart = chart_for(product, context.index.charts)
    if chart is None:
        return "The shop has no size chart for this product.", SizeFound(product, None)
    sold = sold_sizes(chart, product)
    result = size_for(chart, body, said, rules_for(chart.note, product), sold)
    if context.fit is not None and result.size is not None:
        worn = worn_sizes(product, chart, body)
        result = with_reports(result, context.fit.chances(worn), sold)
    content = {
        "size": result.size,
        "between": result.other,
        "probability": result.probability,
        "missing": [str(m) for m in result.missing],
        "out_of_range": result.out_of_range,
        "needed_but_not_sold": result.unsold,
        "merchant_rule": chart.note,
        "buyers_report": [line.removeprefix("- ") for line in reported(result, context.understanding.lang)],
    }
    return json.dumps(content, ensure_ascii=False), SizeFound(product, result, said.preference)


@tool(response_format="content_and_artifact")
async def hand_over(reason: HandoffReason, detail: str, runtime: Runtime) -> tuple[str, HandedOver]:
    """Hand the conversation to a person of the shop.

    Call it when the shopper asks for a person, when the shop's files do not hold the answer, or
    when the matter is sensitive (health, payment disputes, complaints).

    Args:
        reason: Why a person is needed.
        detail: What the person must know, in one sentence.
    """
    del runtime
    return "A person has been called.", HandedOver(reason, detail)


TOOLS: Final[tuple[BaseTool, ...]] = (
    search_documents,
    find_products,
    product_details,
    size_from_chart,
    *ORDER_TOOLS,
    hand_over,
)


def _repeated(context: TurnContext, given: Mapping[Measure, float | None]) -> dict[Measure, Decimal]:
    """Return the measurements whose number stands in the shopper's own words."""
    request = context.request
    own_words = [request.text, *(m.text for m in request.history if m.sender_type == "shopper")]
    said = {number for text in own_words for number in numbers_in(text)}
    values = {measure: Decimal(str(value)) for measure, value in given.items() if value is not None}
    return {measure: value for measure, value in values.items() if numbers_in(str(value)) <= said}


def _product(runtime: Runtime, handle: str) -> Product:
    product = runtime.context.index.by_handle(handle)
    if product is None:
        raise NotFound(f"There is no product with the handle {handle!r} in this shop.", code="product_not_found")
    return product


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _as_text(facts: list[Fact]) -> str:
    """Return facts as numbered lines for a model that reads text; they are data, not instructions."""
    rows = [{"source": f.source_id, "title": f.source_title, "about": f.label, "text": f.text} for f in facts]
    return json.dumps(rows, ensure_ascii=False)


def _products_as_text(found: ProductsFound) -> str:
    rows = [
        {
            "handle": f.product.handle,
            "title": f.product.title,
            "price": price_text(f.variants),
            "availability": f.product.availability.value,
        }
        for f in found.products
    ]
    return json.dumps({"products": rows, "gave_up": list(found.relaxed)}, ensure_ascii=False)
