"""Replies to wishes for a lower price."""

from __future__ import annotations

from typing import Final

from assistant.agent.phrases import say
from assistant.bargaining.haggle import Haggled
from assistant.bargaining.policy import Answer
from knowledge.text import Lang

_PHRASES: Final = {
    Answer.AGREED: "bargain_agreed",
    Answer.COUNTER: "bargain_counter",
    Answer.LAST_WORD: "bargain_last",
    Answer.AS_MARKED: "bargain_marked",
}


def bargain_text(haggled: Haggled, lang: Lang) -> str:
    """Return what is said; the floor is no part of it."""
    offer = haggled.offer
    price = str(offer.price) if offer else ""
    coupon = offer.coupon if offer else ""
    key = _PHRASES[haggled.answer]
    if haggled.answer is Answer.COUNTER and not haggled.bid_named:
        key = "bargain_first"
    return say(key, lang, title=haggled.product.title, price=price, coupon=coupon)
