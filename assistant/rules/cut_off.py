"""A rule with an hour: what is done the same day when it comes before the cut-off, and else on the next working day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from assistant.quoting import statements
from assistant.rules.when import Moment, days_of, minutes_in
from knowledge.text import fold

_BEFORE: Final = re.compile(r"\b(?:before|by|until|prior to|no later than)\b|前")
_SAME_DAY: Final = re.compile(r"\bsame[- ](?:business |working )?day\b|\bthat (?:very )?day\b|当天|当日|同一天")
_NEXT_DAY: Final = re.compile(r"\b(?:next|following) (?:\w+ )?day\b|次日|第二天|隔天|翌日|顺延|下(?:一)?个?工作日")
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class CutOff:
    """A rule with an hour.

    Attributes:
        minute: Of the day, in the shop's time; what comes at it comes too late.
        days: On which it is done at all, Monday being 0; None when the rule does not say.
        next_day: Whether the rule says that what comes later is done on the next such day.
    """

    minute: int
    days: frozenset[int] | None
    next_day: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """A cut-off applied to a moment.

    Attributes:
        same_day: Whether it is done on the very day.
        closed: Whether that day is none on which it is done.
        day: On which it is done; None when only the hour is known, or the rule does not say.
    """

    same_day: bool
    closed: bool
    day: date | None


def cut_off_in(text: str) -> CutOff | None:
    """Return the cut-off of a passage; None when it has none, or several."""
    ruling = [s.plain for s in statements(text) if _BEFORE.search(fold(s.plain)) and _SAME_DAY.search(fold(s.plain))]
    minutes = {minute for statement in ruling for minute in minutes_in(statement)}
    if len(minutes) != 1:
        return None
    days = days_of(" ".join(ruling))
    # "On a business day" may be spelt out in another sentence.
    spelt_out = days_of(text)
    return CutOff(minutes.pop(), spelt_out or days, _NEXT_DAY.search(fold(text)) is not None)


def dated(rule: CutOff, moment: Moment) -> Dated | None:
    """Return what a cut-off means for a moment; None when that is left open."""
    if moment.day is None:
        return None if moment.minute is None else Dated(moment.minute < rule.minute, closed=False, day=None)
    if rule.days is None:
        return None
    closed = moment.day.weekday() not in rule.days
    if not closed and moment.minute is None:
        return None
    if not closed and moment.minute is not None and moment.minute < rule.minute:
        return Dated(same_day=True, closed=False, day=moment.day)
    later = (moment.day + timedelta(days=ahead) for ahead in range(1, _WEEK + 1))
    return Dated(False, closed, next(day for day in later if day.weekday() in rule.days) if rule.next_day else None)
