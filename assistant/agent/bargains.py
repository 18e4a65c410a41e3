"""Replies to wishes for a lower price."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from assistant.agent.phrases import say
from assistant.bargaining.haggle import Haggled
from assistant.bargaining.policy import Answer
from assistant.reply import Offer
from knowledge.text import Lang

_PHRASES: Final = {
    Answer.AGREED: "bargain_agreed",
    Answer.COUNTER: "bargain_counter",
    Answer.LAST_WORD: "bargain_last",
    Answer.AS_MARKED: "bargain_marked",
    Answer.SIGN_IN: "bargain_sign_in",
    Answer.TAKEN: "bargain_taken",
    Answer.LEFT: "bargain_left",
    Answer.RUN_OUT: "bargain_run_out",
}


def bargain_text(haggled: Haggled, lang: Lang) -> str:
    """Return what is said; the floor is no part of it."""
    offer = haggled.offer
    price = str(offer.price) if offer else ""
    coupon = offer.coupon if offer else ""
    key = _PHRASES[haggled.answer]
    if haggled.answer is Answer.COUNTER and not haggled.bid_named:
        key = "bargain_first"
    until = until_text(offer, lang) if offer else ""
    return say(key, lang, title=haggled.product.title, price=price, coupon=coupon, until=until)


def until_text(offer: Offer, lang: Lang) -> str:
    """Return until when an offer holds, in the shop's time."""
    moment = datetime.fromisoformat(offer.expires_at)
    day = {"month": moment.month, "day": moment.day, "date": f"{moment:%Y-%m-%d}"}
    return say("until", lang, time=f"{moment:%H:%M}", **day)
