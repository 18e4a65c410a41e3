"""Finding products: hard demands by the filter, the rest by their words, and what gives way when nothing fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from assistant.agent.context import TurnContext
from assistant.agent.results import FoundProduct, ProductsFound
from assistant.understanding.audience import suits
from assistant.understanding.bounds import meets
from assistant.understanding.constraints import Constraints
from assistant.understanding.question import Question
from assistant.understanding.superlatives import ranked
from knowledge.catalog import Variant
from knowledge.money import Money
from knowledge.retrieval.query import ProductFilter, ProductHit, SearchQuery
from knowledge.retrieval.thesaurus import retail_thesaurus
from knowledge.retrieval.tokens import stem, words
from knowledge.retrieval.turn_search import find_products
from knowledge.text import fold, has_han

# Searched deeper than shown, so that "cheapest" is the cheapest of all that fit.
SEARCH_DEPTH: Final = 20
SORTED_DEPTH: Final = 60
SHOWN: Final = 4
# A product that covers clearly less of what was asked than the best one is something else.
NEAR_BEST: Final = 0.75
NEAR_BEST_SORTED: Final = 0.85


async def find(context: TurnContext, question: Question) -> ProductsFound:
    """Search with all demands; without any hit give up first the options, then the budget, and say so."""
    for given_up, demands in _relaxations(question.constraints, context):
        found = await _matching(context, question, demands)
        if found:
            return ProductsFound(question.text, question.constraints, tuple(found), given_up)
    return ProductsFound(question.text, question.constraints, ())


def _relaxations(demands: Constraints, context: TurnContext) -> Iterator[tuple[tuple[str, ...], Constraints]]:
    """Yield the demands with what they leave out, in the shopper's words, the least missed first.

    A kind that was named stays: who looks for a dress under $100 may look at dearer dresses, not at
    cheaper trousers.
    """
    yield (), demands
    options, budget = demands.wanted, _budget(demands, context)
    without_options = replace(demands, options=(), excluded=demands.excluded)
    any_price = replace(demands, min_price=None, max_price=None, sort="price_asc")
    if options:
        yield options, without_options
    if budget and demands.kinds:
        yield budget, any_price
    if options and budget and demands.kinds:
        yield (*options, *budget), replace(any_price, options=())


def _budget(demands: Constraints, context: TurnContext) -> tuple[str, ...]:
    """Return the price that was named, in words; nothing when none was."""
    zh = context.understanding.lang == "zh"
    currency = context.request.shop.currency
    low = str(Money(demands.min_price, currency)) if demands.min_price is not None else ""
    high = str(Money(demands.max_price, currency)) if demands.max_price is not None else ""
    if low and high:
        return (f"{low}–{high}",)
    if high:
        return (f"{high}以内" if zh else f"under {high}",)
    return ((f"{low}以上" if zh else f"over {low}"),) if low else ()


async def _matching(context: TurnContext, question: Question, demands: Constraints) -> list[FoundProduct]:
    wanted = ProductFilter(
        min_price=demands.min_price,
        max_price=demands.max_price,
        options=demands.options,
        excluded=demands.excluded,
        in_stock=demands.in_stock,
        kinds=demands.kinds,
    )
    by_value = demands.sort != "relevance" or demands.most is not None
    filtered = demands.bound is not None or bool(demands.audiences)
    depth = SORTED_DEPTH if by_value or filtered else SEARCH_DEPTH
    query = SearchQuery(question.text, context.understanding.lang, depth, wanted)
    hits = await find_products(context.index, query, context.vectors(question.text))
    hits = [hit for hit in hits if not _holds_excluded(hit, demands) and _is_such(hit, demands, context)]
    matches = context.grounding.of_products(question, hits)
    best = max((match.share for match in matches), default=0.0)
    # Among the cheapest of all, something that only mentions the kind would come first.
    near_best = NEAR_BEST_SORTED if by_value else NEAR_BEST
    # Where kind and quantity are demanded and met, how the page words them matters no more.
    if demands.bound is not None and demands.kinds:
        near_best = 0.0
    near = [match for match in matches if match.share >= near_best * best]
    found = [FoundProduct(match, wanted.variants(match.hit.product)) for match in near]
    if demands.most is not None and (values := ranked([f.product for f in found], demands.most)):
        of = {f.product.handle: f for f in found}
        return [replace(of[product.handle], measured=value.fact) for product, value in values[:SHOWN]]
    if demands.sort != "relevance":
        found.sort(key=lambda f: _price(f.variants), reverse=demands.sort == "price_desc")
        return found[:SHOWN]
    # What can be bought stands before what is sold out; within that what was read again keeps its order,
    # and else the likelier is first.
    read = any(f.match.hit.scores.reranked is not None for f in found)
    found.sort(
        key=lambda f: (not any(v.availability.can_be_bought for v in f.variants), 0.0 if read else -f.probability)
    )
    return found[:SHOWN]


def _holds_excluded(hit: ProductHit, demands: Constraints) -> bool:
    if not demands.excluded_words:
        return False
    said = [hit.product.title, *hit.product.tags, *(attribute.value for attribute in hit.product.attributes)]
    return any(says(fold("\n".join(said)), phrase) for phrase in demands.excluded_words)


def _is_such(hit: ProductHit, demands: Constraints, context: TurnContext) -> bool:
    """Tell whether a product is for those, and has so much, as is demanded; no nearness makes up for that."""
    enough = demands.bound is None or meets(hit.product, demands.bound)
    return enough and suits(demands.audiences, hit.product, context.index.charts)


def says(folded: str, phrase: str) -> bool:
    """Tell whether a text says that the thing has something; 不含酒精 and "alcohol-free" say that it has not."""
    name = re.escape(phrase)
    folded = re.sub(
        rf"(?:不含|不添加|未添加|无|零)[^，。；,.;\n]{{0,12}}?{name}"
        rf"|\b(?:free (?:of|from)|without|no)\s+(?:\w+\s+){{0,2}}{name}|{name}[- ]free",
        " ",
        folded,
    )
    if phrase in folded if has_han(phrase) else {stem(w) for w in words(phrase)} <= {stem(w) for w in words(folded)}:
        return True
    return bool(retail_thesaurus().concepts(phrase) & retail_thesaurus().concepts(folded))


def _price(variants: tuple[Variant, ...]) -> Decimal:
    return min((v.price.amount for v in variants if v.price is not None), default=Decimal("Infinity"))
