"""Where something goes: the place that a shopper names, and whether a rule speaks of it."""

from __future__ import annotations

import re
from typing import Final

from knowledge.text import fold

_NAME: Final = r"[A-Z][A-Za-z.'’-]+(?:\s+(?:of\s+)?[A-Z][A-Za-z.'’-]+)*"
_EN: Final = re.compile(rf"\b(?:to|into|within)\s+(?:the\s+)?({_NAME})")
# A place ends where the talk goes on: 寄到西藏要多久, 寄新疆买200.
_ZH: Final = re.compile(
    r"(?:[寄发送运](?:到|往|去)|寄|到|去|往)([㐀-鿿]{2,5}?)(?=要|的|买|包|多|运|邮|满|能|可|会|怎|吗|呢|[^㐀-鿿]|$)"
)
_NO_PLACES: Final = re.compile(
    r"^(?:I|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?)$|[多几哪货件么]"
)

_OTHERS: Final = re.compile(
    r"\b(?:any|all|no|to) other (?:countr(?:y|ies)|places?|regions?|destinations?|addresses)\b|\belsewhere\b"
    r"|\boverseas\b|(?:其他|其余|别的)(?:国家|地区|地方)|海外地址|境外"
)


def place_in(text: str) -> str | None:
    """Return the place to which something goes; None when none is named, or several."""
    found = {name for pattern in (_EN, _ZH) for name in pattern.findall(text) if not _NO_PLACES.search(name)}
    return found.pop() if len(found) == 1 else None


def speaks_of(statement: str, place: str) -> bool:
    """Tell whether a statement names a place."""
    return fold(place) in fold(statement)


def speaks_of_others(rule: str) -> bool:
    """Tell whether a rule says what holds for all places that it does not name."""
    return _OTHERS.search(fold(rule)) is not None
