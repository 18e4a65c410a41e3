"""Published hours applied to the days and the hour that a shopper names, or to now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from assistant.rules.dates import date_spans, next_date
from assistant.rules.hours import Hours, OpeningHours, Span
from assistant.rules.week_days import WEEKEND, days_in
from assistant.rules.when import MINUTES, hour_spans, minutes_in
from knowledge.text import fold

_NOW: Final = re.compile(
    r"\b(?:right |just )?now\b|\bat the moment\b|\bcurrently\b|\bstill\b|\balready\b"
    r"|现在|目前|此刻|这会儿|当前|这个点|还在|还有人"
)
_AHEAD: Final = (
    (re.compile(r"\bday after tomorrow\b|后天"), 2),
    (re.compile(r"(?<!after )\btomorrow\b|明天|明日|明早|明晚"), 1),
    (re.compile(r"\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b|今天|今日|今晚|今早"), 0),
)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """When somebody should be there.

    Attributes:
        days: The next such days, today included; never empty.
        minute: Of the day; None where a whole day is asked about.
        now: Whether the moment is now.
        named: Whether the days were named; else they are today.
    """

    days: tuple[date, ...]
    minute: int | None
    now: bool = False
    named: bool = True

    def beside(self, earlier: Asked) -> Asked:
        """Return the moment with what it leaves open taken from an earlier one."""
        if self.now:
            return self
        minute = earlier.minute if self.minute is None and not earlier.now else self.minute
        return Asked(self.days if self.named else earlier.days, minute)


@dataclass(frozen=True, slots=True)
class Presence:
    """What published hours say of one day.

    Attributes:
        there: Whether somebody is there at the hour; without one, at any of that day.
        spans: From when until when on that day, in minutes of the day.
        line: Of the rule that says so; None where no line speaks of the day.
        next_opening: When somebody is there next; None where it need not be told, or is far off.
    """

    day: date
    minute: int | None
    there: bool
    spans: tuple[Span, ...]
    line: Hours | None
    next_opening: datetime | None


def asked_in(text: str, now: datetime, *, else_now: bool) -> Asked | None:
    """Return the days and the hour that a text names; None when it names several hours, or no moment.

    Args:
        now: In the zone of the hours.
        else_now: Whether a text that names no moment means now ("are you open?").
    """
    folded = fold(text)
    minutes, days = set(minutes_in(text)), tuple(_days(folded, now.date()))
    if len(minutes) > 1:
        return None
    minute = next(iter(minutes), None)
    if days or minute is not None:
        return Asked(days or (now.date(),), minute, named=bool(days))
    if else_now or _NOW.search(folded):
        return Asked((now.date(),), now.hour * MINUTES + now.minute, now=True)
    return None


def presence(hours: OpeningHours, asked: Asked, now: datetime) -> list[Presence]:
    """Return what the hours say of each day that is asked about."""
    return [_on(hours, day, asked.minute, now) for day in asked.days]


def of_all(found: Sequence[Presence]) -> bool | None:
    """Return the yes or no that holds for every day; None when the days differ."""
    answers = {one.there for one in found}
    return answers.pop() if len(answers) == 1 else None


def names_day(text: str) -> bool:
    """Tell whether a text names a day, by its name, its date, or from today on."""
    folded = fold(text)
    ahead = any(pattern.search(folded) for pattern, _ in _AHEAD)
    return ahead or any(days_in(folded)) or any(date_spans(folded))


def without_moment(text: str) -> str:
    """Return a folded text without the days and hours it names: which rule it asks for does not hang on them."""
    left = list(folded := fold(text))
    marks = [found.span() for pattern in (_NOW, *(one for one, _ in _AHEAD)) for found in pattern.finditer(folded)]
    marks += [(span.start, span.end) for span in date_spans(folded)] + hour_spans(folded)
    marks += [(days.start, days.end) for days in days_in(folded)]
    for start, end in marks:
        left[start:end] = " " * (end - start)
    # What stood before a moment is left alone: "on", "at".
    return " ".join(re.sub(r"\b(?:on|at|by|in|the|this|until|till)\s+(?=\s|$|[?.!])", " ", "".join(left)).split())


def _on(hours: OpeningHours, day: date, minute: int | None, now: datetime) -> Presence:
    line, spans = hours.on(day), hours.spans_on(day)
    there = bool(spans) if minute is None else hours.open_at(day, minute)
    moment = datetime.combine(day, time.min, now.tzinfo) + timedelta(minutes=minute or 0)
    return Presence(day, minute, there, spans, line, None if there else hours.next_opening(moment))


def _days(folded: str, today: date) -> list[date]:
    found = [today + timedelta(days=ahead) for pattern, ahead in _AHEAD if pattern.search(folded)]
    spans = list(date_spans(folded))
    found += [day for span in spans if (day := next_date(span, today)) is not None]
    for days in days_in(folded):
        if any(span.start <= days.start < span.end for span in spans) or days.nths:
            continue
        # "Saturday, 26 December" is one day, and "the weekend" two.
        if len(days.of_week) == 1 and any(day.weekday() in days.of_week for day in found):
            continue
        if len(days.of_week) == 1 or days.of_week == WEEKEND:
            found += [today + timedelta(days=(number - today.weekday()) % _WEEK) for number in sorted(days.of_week)]
    return sorted(set(found))
