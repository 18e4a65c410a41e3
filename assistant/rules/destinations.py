"""Where a shop ships to, as its rules list it: "We ship to Canada and Japan. We ship to no other country".

Only statements that speak of nothing but shipping and places count: that candles cannot be sent to
Hawaii says nothing of the shop's other goods.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.polarity import denies
from assistant.rules.gazetteer import WORLD, Mention, gazetteer
from assistant.rules.places import OTHERS, speaks_of_others
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.tokens import content_words
from knowledge.text import fold

SHIPS: Final = re.compile(
    r"\b(?:ship(?:s|ped|ping)?|deliver(?:s|ed|y|ies)?|send|sent|post(?:age)?|dispatch(?:es|ed)?|mail(?:s|ed)?)\b"
    r"|[寄邮发运派]送?(?:往|到|至|去|货)|配送|派送|寄|邮(?![费政箱编件])|发货|快递|发(?=[^现票生])",
    re.IGNORECASE,
)
_ONLY: Final = re.compile(r"\bonly\b|\bsolely\b|\bexclusively\b|[仅只限]", re.IGNORECASE)
_ABROAD: Final = re.compile(r"\b(?:overseas|abroad|international(?:ly)?)\b|海外|境外|国外|国际", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"\boutside(?: of)?\b|\bbeyond\b|以外|之外", re.IGNORECASE)
_NEGATIVE: Final = re.compile(
    r"\b(?:not|never|no|nor|except|excluding|cannot|can't|don't|doesn't|won't|unable)\b|不|未|除|无法|没有",
    re.IGNORECASE,
)
_BUT: Final = re.compile(r"\b(?:but|however|though)\b|但", re.IGNORECASE)
_PART: Final = re.compile(r"[.;!。；！\n]")
_COMMA: Final = re.compile(r"[,，.;!。；！\n]")
_WITHIN: Final = re.compile(r"\b(?:deliver\w*|ship\w*)\s+(?:with)?in\s+(?:the\s+)?$", re.IGNORECASE)
_FROM: Final = re.compile(r"(?:\bfrom|\bin|\bat|\bvia|从|由|自)\s*(?:our\s+\w+\s+in\s+)?(?:the\s+)?$", re.IGNORECASE)
# "They can be delivered in the US only" speaks of the goods that were named before.
_OF_SOME: Final = re.compile(r"^\W*(?:they|these|those|it|such|this)\b|^\W*(?:它|这些|该|此类|这类)", re.IGNORECASE)
PRICED: Final = re.compile(
    r"\bfree\b|\bpay\b|\bpostage\b|\bfees?\b|\bcosts?\b|\bprices?\b|\bdays?\b|[$¥€£]|\d\s*(?:元|天|日)|费|包邮|免",
    re.IGNORECASE,
)
# So many words beside places and shipping a statement may have that is about all goods.
MOST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Destinations:
    """What a rule says of where is shipped to.

    Attributes:
        to: Places that are shipped to.
        not_to: Places that are not.
        closed: Whether it says that there are no others.
        not_abroad: Whether it says that nothing goes abroad.
    """

    to: frozenset[str]
    not_to: frozenset[str]
    closed: bool
    not_abroad: bool


def destinations_in(statements: Sequence[str]) -> Destinations | None:
    """Return what the statements of a rule say of destinations; None when they say nothing of them."""
    ruling = [statement for statement in statements if SHIPS.search(statement) or speaks_of_others(statement)]
    plain = [statement for statement in ruling if _of_all_goods(statement)]
    told = [(mention.place, good) for statement in plain for mention, good in _signed(statement)]
    to = frozenset(place for place, good in told if good)
    not_to = frozenset(place for place, good in told if not good)
    only = any(_ONLY.search(one) and any(good for _, good in _signed(one)) for one in plain)
    closed = only or any(_denies_all_others(one) for one in (*plain, *_clauses(statements)))
    not_abroad = any(_ABROAD.search(one) and denies(fold(one)) for one in plain)
    if not (to or not_to or not_abroad):
        return None
    return Destinations(to, not_to - to, closed and bool(to), not_abroad)


def ships_to(rule: Destinations, place: str, home: str) -> bool | None:
    """Return whether a rule has a place shipped to; None where it leaves that open.

    Args:
        home: The shop's own country.
    """
    around = gazetteer().around(place)
    nearest_to = min((around[one] for one in rule.to if one in around), default=None)
    nearest_not = min((around[one] for one in rule.not_to if one in around), default=None)
    if nearest_not is not None and (nearest_to is None or nearest_not < nearest_to):
        return False
    if nearest_to is not None:
        return True
    if any(place in gazetteer().around(one) for one in (*rule.to, *rule.not_to)):
        return None  # to a part of it
    at_home = set(gazetteer().around(home)) - {WORLD}
    if rule.closed or (rule.not_abroad and not at_home & around.keys()):
        return False
    return None


def _of_all_goods(statement: str) -> bool:
    """Tell whether a statement is about all goods, and about where they go and not for how much."""
    if _OF_SOME.match(statement) or PRICED.search(statement):
        return False
    left = statement
    for mention in gazetteer().mentions(statement):
        left = left.replace(mention.spelt, " ")
    for pattern in (SHIPS, _ONLY, _ABROAD, _OUTSIDE, _NEGATIVE, OTHERS):
        left = pattern.sub(" ", left)
    return len(set(content_words(left))) <= MOST_WORDS and not retail_kinds().mentions(left)


def _clauses(statements: Sequence[str]) -> list[str]:
    """Return the clauses by themselves: what is said of other countries may go on with another matter."""
    clauses = [clause for statement in statements for clause in _COMMA.split(statement) if clause.strip()]
    return [clause for clause in clauses if speaks_of_others(clause) and _of_all_goods(clause)]


def _denies_all_others(statement: str) -> bool:
    """Tell whether a statement says that no other place is shipped to ("no other countries", "not outside the US")."""
    if _OUTSIDE.search(statement) and denies(fold(statement)):
        return any(good for _, good in _signed(statement))
    return speaks_of_others(statement) and not _ABROAD.search(statement) and denies(fold(statement))


def _signed(statement: str) -> Iterator[tuple[Mention, bool]]:
    """Yield the places of a statement with whether it has them shipped to."""
    for mention in gazetteer().mentions(statement):
        before = _PART.split(statement[: mention.start])[-1]
        if _FROM.search(before) and not _WITHIN.search(before):
            continue
        here, behind = _COMMA.split(before)[-1], _COMMA.split(statement[mention.end :])[0]
        denied_behind = _NEGATIVE.search(_BUT.split(behind)[0]) is not None and not SHIPS.search(here)
        negative = _NEGATIVE.search(_BUT.split(before)[-1]) is not None or denied_behind
        yield mention, negative == _is_outside(here, behind)


def _is_outside(here: str, behind: str) -> bool:
    """Tell whether a clause speaks of all places but the one it names ("outside the US")."""
    return _OUTSIDE.search(here) is not None or _OUTSIDE.match(behind.lstrip(" 的")) is not None
