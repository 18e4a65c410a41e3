"""Where something goes: the place that a shopper names, and whether a rule speaks of it."""

from __future__ import annotations

import re
from typing import Final

from assistant.rules.gazetteer import gazetteer
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

OTHERS: Final = re.compile(
    r"\b(?:any|all|no|to) other (?:countr(?:y|ies)|places?|regions?|destinations?|addresses)\b|\belsewhere\b"
    r"|\boverseas\b|(?:其他|其余|别的)(?:国家|地区|地方)|海外地址|境外"
)


def place_in(text: str) -> str | None:
    """Return the place to which something goes, as it is written; None when none is named, or several.

    A name that is known is one wherever it stands; of others a capital and the words around tell.
    """
    known = gazetteer().mentions(text)
    if len({mention.place for mention in known}) == 1:
        return known[0].spelt
    found = {name for pattern in (_EN, _ZH) for name in pattern.findall(text) if not _NO_PLACES.search(name)}
    return found.pop() if len(found) == 1 and not known else None


def with_place_of(earlier: str, later: str) -> str | None:
    """Return an earlier text with the place of a later one in the place of its own; None unless each names one."""
    first, second = gazetteer().mentions(earlier), gazetteer().mentions(later)
    if len(first) != 1 or len(second) != 1:
        return None
    return earlier[: first[0].start] + second[0].spelt + earlier[first[0].end :]


def speaks_of(statement: str, place: str) -> bool:
    """Tell whether a statement names a place, or one that holds it (新疆 for 乌鲁木齐)."""
    return fold(place) in fold(statement) or steps_to(statement, place) is not None


def steps_to(statement: str, place: str) -> int | None:
    """Return how many steps up the nearest place lies that a statement names and that holds this one; 0 for itself."""
    meant = gazetteer().mentions(place)
    if not meant:
        return 0 if fold(place) in fold(statement) else None
    around = gazetteer().around(meant[0].place)
    return min((around[one.place] for one in gazetteer().mentions(statement) if one.place in around), default=None)


def speaks_of_others(rule: str) -> bool:
    """Tell whether a rule says what holds for all places that it does not name."""
    return OTHERS.search(fold(rule)) is not None
