"""Which coupon a shopper asks about, and how many pieces they would buy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from assistant.turn import PastMessage
from knowledge.promotions import Coupon
from knowledge.text import fold

# What the citation of a coupon is called; a reply that has one was about a coupon.
PROMOTION: Final = "promotion"
_WORD: Final = re.compile(
    r"\b(?:coupons?|vouchers?|(?:promo|discount|coupon) codes?|(?:the|this|that|my) code)\b|券|优惠码|折扣码"
)
_COUNTS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "一": 1, "两": 2, "俩": 2,
                  "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}  # fmt: skip
_PIECES_ZH: Final = re.compile(
    r"(?<!第)([一两俩二三四五六七八九]|(?<![\d.])\d{1,2})\s*(?:件|条|个|双|套|只|支|瓶|盒|把|张|款|台|顶|副)"
)
# A count stands before what is counted: no amount, no share, no size, no part of a name or a code.
_PIECES_EN: Final = re.compile(
    r"(?<![\w$€£¥.-])(one|two|three|four|five|six|\d{1,2})\b"
    r"(?![.,]?\d|\s*(?:%|[-–]|(?:percent|off\b|dollars?|bucks|usd|yuan|cny|cm|mm|kg|lbs?|oz|ml|l|w|in|inch(?:es)?|ft|days?"
    r"|hours?|years?)\b))"
)
_OF_PIECES: Final = re.compile(rf"{_PIECES_ZH.pattern}|\d\s*(?:pieces?|pcs|of them|pairs?|sets?|packs?)\b")
# As merchants write codes: letters with a number behind them, or capitals alone.
_CODE: Final = re.compile(r"[A-Za-z]{2,}\d|(?<![A-Za-z])[A-Z]{4,}(?![A-Za-z])")
# More than this, with no word for pieces, is a price that is named.
MOST_PIECES: Final = 12
# Longer messages than these are no afterthoughts.
_SHORT_ZH, _SHORT_EN = 12, 40


def coupons_named(text: str, coupons: Sequence[Coupon]) -> tuple[Coupon, ...]:
    """Return the coupons whose code stands in a text as a word."""
    folded = fold(text)
    return tuple(c for c in coupons if re.search(rf"(?<![a-z0-9]){re.escape(fold(c.code))}(?![a-z0-9])", folded))


def coupon_meant(text: str, history: Sequence[PastMessage], coupons: Sequence[Coupon]) -> Coupon | None:
    """Return the one coupon that a message is about: named in it, or spoken of before.

    "Is it cheaper with the coupon?" means the code that was named last; so does 那买两件呢 right
    after a reply about it. Of two codes at once the shop's rules speak, not their arithmetic.
    """
    named = coupons_named(text, coupons)
    if named:
        return named[0] if len(named) == 1 else None
    told = _of_last_reply(history)
    counted = pieces(text) or 0
    is_count = 0 < counted <= MOST_PIECES or (counted > 0 and _OF_PIECES.search(fold(text)) is not None)
    follows = told is not None and is_count and _is_short(text)
    if not (follows or _WORD.search(fold(text))):
        return None
    if told is not None:
        return next((one for one in coupons if one.code == told), None)
    said = (m.text for m in reversed(history) if m.sender_type == "shopper")
    before = next((found for text in said if (found := coupons_named(text, coupons))), ())
    return before[0] if len(before) == 1 else None


def may_mean_coupon(text: str, history: Sequence[PastMessage]) -> bool:
    """Tell whether it is worth looking for a coupon: a code is written, or one is spoken of."""
    return bool(_CODE.search(text) or _WORD.search(fold(text))) or _of_last_reply(history) is not None


def pieces(text: str, title: str = "") -> int | None:
    """Return how many pieces a message counts; None when it counts none.

    Args:
        title: The name of the product, whose own numbers count nothing.
    """
    rest = fold(text).replace(fold(title), " ") if title else fold(text)
    match = _PIECES_ZH.search(rest) or _PIECES_EN.search(rest)
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else _COUNTS[match[1]]


def _is_short(text: str) -> bool:
    """Tell whether a message may be an afterthought."""
    return len(text) <= (_SHORT_EN if text.isascii() else _SHORT_ZH)


def _of_last_reply(history: Sequence[PastMessage]) -> str | None:
    """Return the code that the assistant's last reply was about."""
    last: Mapping[str, Any] | None = next((m.reply for m in reversed(history) if m.sender_type == "assistant"), None)
    cited = (last or {}).get("citations") or ()
    return next((str(one["id"]) for one in cited if one.get("kind") == PROMOTION), None)
