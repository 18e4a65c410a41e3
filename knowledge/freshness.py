"""How old a fact may be before it is told with its date, or not at all: the merchant's word, held against the clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Group(StrEnum):
    """Facts that age alike."""

    PRICE = "price"
    STOCK = "stock"
    ORDER = "order"
    EVERYTHING = "everything"  # what no other group speaks of, and the limit of those that have none


class Then(StrEnum):
    """What becomes of a fact that is too old."""

    DATE = "date"  # told, with its date
    LEAVE_OUT = "leave_out"  # not told


_WORD: Final = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*([a-z一-鿿]+)")
_UNITS: Final = {
    **dict.fromkeys(("m", "min", "minute", "minutes", "分钟"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours", "小时"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "天", "日"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks", "周"), timedelta(weeks=1)),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One rule: older than ``after``, a fact is told with its date or left out."""

    after: timedelta
    then: Then = Then.DATE


@dataclass(frozen=True, slots=True)
class Freshness:
    """A shop's limits. Without any, every fact is told as it is."""

    limits: Mapping[Group, Limit] = field(default_factory=dict)

    def verdict(self, group: Group, as_of: datetime, now: datetime) -> Then | None:
        """Return what becomes of a fact; None while it is fresh."""
        limit = self.limits.get(group) or self.limits.get(Group.EVERYTHING)
        return limit.then if limit is not None and now - as_of > limit.after else None

    def leaves_out(self, group: Group, as_of: datetime, now: datetime) -> bool:
        return self.verdict(group, as_of, now) is Then.LEAVE_OUT

    def as_json(self) -> dict[str, dict[str, object]]:
        """Return the limits, in seconds."""
        return {
            group.value: {"after_seconds": limit.after.total_seconds(), "then": limit.then.value}
            for group, limit in self.limits.items()
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Mapping[str, object]] | None) -> Freshness:
        """Return the limits that `as_json` has written."""
        return cls(
            {
                Group(group): Limit(timedelta(seconds=float(str(limit["after_seconds"]))), Then(str(limit["then"])))
                for group, limit in (stored or {}).items()
            }
        )


def read_limit(given: object) -> Limit | None:
    """Return the limit that a merchant wrote; None for what is none.

    Args:
        given: ``"2 days"``, ``"6小时"``, a bare number of days, or ``{"after": "36h", "then": "leave_out"}``.
    """
    then = Then.DATE
    if isinstance(given, Mapping):
        named = given.get("then", Then.DATE.value)
        if named not in list(Then) or given.keys() - {"after", "then"}:
            return None
        then, given = Then(named), given.get("after")
    if isinstance(given, bool) or given is None:
        return None
    found = _WORD.fullmatch(str(given).strip().casefold())
    if found is not None and found[2] in _UNITS:
        return Limit(_UNITS[found[2]] * float(found[1]), then)
    days = re.fullmatch(r"\d{1,5}(?:\.\d{1,3})?", str(given).strip())
    return Limit(timedelta(days=float(days[0])), then) if days else None
