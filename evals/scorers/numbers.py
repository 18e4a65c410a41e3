"""Does every number of the reply stand in what the reply shows as its evidence?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from evals.scorers.score import UNSCORED, Exchange, Score
from evals.wording import numbers_in

# One is grammar as often as a quantity ("1 of them"); the assistant's own check lets it pass as well.
_HARMLESS = frozenset({"1"})


def numbers_supported(exchange: Exchange) -> Score:
    """Return 1 when each number of the text is in what the reply shows, or in the shopper's words.

    It shows the quotes of its citations, its cards, size, order and offer; of a product or a size
    chart that it names as a source, all that the shop says of it; of products side by side how far
    the prices of their cards lie apart.

    Unscored without numbers. 1 minus the mean over replies is the rate of replies with an
    unsupported number.
    """
    claimed = numbers_in(exchange.text) - _HARMLESS
    if not claimed:
        return UNSCORED
    evidence: set[str] = set()
    for text in (*exchange.shopper_texts, *_shown(exchange)):
        evidence |= numbers_in(text)
    strange = claimed - evidence
    if not strange:
        return Score(1.0)
    known = exchange.sources.numbers if exchange.sources else frozenset[str]()
    uncited, nowhere = sorted(strange & known), sorted(strange - known)
    told = [f"in the shop's files but not in the reply's sources: {', '.join(uncited)}"] if uncited else []
    told += [f"nowhere in the shop's files: {', '.join(nowhere)}"] if nowhere else []
    return Score(0.0, "; ".join(told))


def _shown(exchange: Exchange) -> Iterator[str]:
    for citation in exchange.listed("citations"):
        yield from (str(citation.get(key) or "") for key in ("quote", "title", "passage"))
    for card in exchange.listed("products"):
        yield from (str(card.get("title")), _amount(card.get("price")), _amount(card.get("list_price")))
        yield str(card.get("why") or "")
    yield from _typed_sources(exchange)
    size = exchange.reply.get("size")
    if size:
        yield json.dumps(size, ensure_ascii=False)
        yield str(round((size.get("probability") or 0) * 100))
    if exchange.reply.get("comparison"):
        yield from _differences([_amount(card.get("price")) for card in exchange.listed("products")])
    for key in ("order", "offer"):
        yield json.dumps(exchange.reply.get(key), ensure_ascii=False)


def _typed_sources(exchange: Exchange) -> Iterator[str]:
    if exchange.sources is None:
        return
    known = exchange.sources
    kinds = {"product": known.products, "size_chart": known.chart_texts, "order": known.orders}
    named = [(str(c.get("kind")), str(c.get("id"))) for c in exchange.listed("citations")]
    named += [("product", str(card.get("handle"))) for card in exchange.listed("products")]
    for kind, name in named:
        texts = kinds.get(kind, {})
        yield texts.get(name, "")


def _differences(amounts: Sequence[str]) -> Iterator[str]:
    """Yield how far each two amounts lie apart: a sum that whoever reads them can check."""
    for one, other in combinations([Decimal(amount) for amount in amounts if amount], 2):
        yield str(abs(one - other))


def _amount(price: Any) -> str:
    return str(price.get("amount")) if isinstance(price, dict) else ""
