"""Does the conversation end in the right state: the order shown or withheld, the price within its range?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.cases import OrderState
from evals.scorers.score import UNSCORED, Exchange, Score


def order(exchange: Exchange) -> Score:
    """Return 1 when what the reply shows of an order, or agrees to as a price, is what it should be."""
    if not exchange.expect.judges("order"):
        return UNSCORED
    return order_state(exchange.expect.order, exchange.reply)


def order_state(wanted: OrderState | None, reply: Mapping[str, Any]) -> Score:
    """Return 1 when a reply shows this order or keeps to this range of prices; for None, when it shows neither."""
    shown, offer = reply.get("order"), reply.get("offer")
    if wanted is None:
        told = [name for name, value in (("an order", shown), ("an offer", offer)) if value]
        return Score(float(not told), f"{' and '.join(told)} where there must be none" if told else "")
    if wanted.price_min is not None or wanted.price_max is not None:
        return _bargain(wanted, offer)
    return _enquiry(wanted, shown)


def _enquiry(wanted: OrderState, shown: Mapping[str, Any] | None) -> Score:
    if not shown:
        return Score(0.0, f"no order shown instead of {wanted.order_no}")
    expected = {"order_no": wanted.order_no, "verified": wanted.verified, "status": wanted.status}
    wrong = [f"{key} {shown.get(key)!r} instead of {value!r}" for key, value in expected.items()
             if value is not None and shown.get(key) != value]  # fmt: skip
    return Score(float(not wrong), "; ".join(wrong))


def _bargain(wanted: OrderState, offer: Mapping[str, Any] | None) -> Score:
    """Judge the price the reply names of its own; naming none is no mistake."""
    if not offer or not offer.get("price"):
        return Score(1.0, "no price offered")
    price = float(offer["price"]["amount"])
    low, high = wanted.price_min or 0.0, wanted.price_max if wanted.price_max is not None else float("inf")
    if wanted.product is not None and offer.get("product") not in (None, wanted.product):
        return Score(0.0, f"an offer for {offer['product']} instead of {wanted.product}")
    return Score(float(low <= price <= high), f"{price:g} in {low:g} to {high:g}")
