"""Looks up what a coupon is worth for what the shopper asks about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from assistant.coupons.asked import coupon_meant, coupons_named, may_mean_coupon, pieces
from assistant.coupons.worth import Line, Worth, worth
from assistant.turn import TurnRequest
from assistant.understanding.question import Question
from knowledge.catalog import Product, Variant
from knowledge.clock import Clock
from knowledge.store import KnowledgeStore
from knowledge.telling import Telling
from knowledge.text import fold


class CouponDesk:
    """Tells what the merchant's coupons do.

    Args:
        store: Where the promotions are.
        clock: Against which the merchant's limits of age are held.
    """

    def __init__(self, store: KnowledgeStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def asked(self, request: TurnRequest, question: Question, now: datetime) -> Worth | None:
        """Return what the coupon that is meant is worth; None when none is.

        Args:
            now: In the shop's time zone.
        """
        if not may_mean_coupon(request.text, request.history):
            return None
        telling = Telling(request.shop.freshness, self._clock)
        promotions = telling.promotions(await self._store.promotions(request.shop.id))
        coupon = coupon_meant(request.text, request.history, promotions.coupons) if promotions else None
        if promotions is None or coupon is None:
            return None
        worked = worth(coupon, lines_of(question, request.text), now.date(), promotions.currency)
        source = replace(promotions.source, row=coupon.source_row) if promotions.source is not None else None
        named = bool(coupons_named(request.text, (coupon,)))
        return replace(worked, named=named, as_of=promotions.as_of, source=source)


def lines_of(question: Question, text: str) -> tuple[Line, ...]:
    """Return what would be bought; nothing when a price is not certain.

    A count beside several products may be meant of each or of all: then nothing is worked out.
    """
    products = question.reference.products
    if question.reference.how in ("context", "page") and question.constraints.kinds:
        return ()  # another kind of thing is named than the one that was spoken of
    counted = pieces(text, products[0].title) if products else None
    if len(products) > 1 and counted not in (None, 1):
        return ()
    found = [_line(product, question, counted or 1) for product in products]
    return tuple(line for line in found if line is not None) if all(found) else ()


def _line(product: Product, question: Question, quantity: int) -> Line | None:
    """Return the line of a product; None when the variants that may be meant have several prices."""
    meant = _named(product.variants, question.constraints.options) or product.variants
    prices = {(variant.price, _reduced(variant)) for variant in meant}
    if len(prices) != 1:
        return None
    price, reduced = prices.pop()
    return None if price is None else Line(product.title, price, quantity, reduced)


def _named(variants: Sequence[Variant], options: Sequence[frozenset[str]]) -> tuple[Variant, ...]:
    return tuple(v for v in variants if options and all({fold(o) for _, o in v.options} & values for values in options))


def _reduced(variant: Variant) -> bool:
    return variant.list_price is not None and variant.price is not None and variant.list_price > variant.price
