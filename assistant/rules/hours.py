"""When somebody is there: published hours of opening or service, and what they say of a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.rules.clock_spans import DAY_MINUTES
from assistant.rules.dates import DateSpan
from assistant.rules.week_days import Days

# So many days ahead the next opening is looked for: beyond a closed week over New Year.
DAYS_AHEAD = 35
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hours:
    """One line of published hours.

    Attributes:
        days: For which it holds.
        spans: From when until when, in minutes of the day; empty where it is closed.
    """

    days: Days | DateSpan
    spans: tuple[Span, ...]

    @property
    def of_dates(self) -> bool:
        """Whether it is an exception for certain dates."""
        return isinstance(self.days, DateSpan)

    def holds_on(self, day: date) -> bool:
        """Tell whether the line speaks of a day."""
        return self.days.holds(day) if isinstance(self.days, DateSpan) else self.days.hold(day)

    @property
    def breadth(self) -> int:
        """On how many of 28 days it holds: what holds for fewer goes before what holds for more."""
        if isinstance(self.days, DateSpan):
            return 0
        return len(self.days.of_week) * (len(self.days.nths) or 4)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """All lines of a rule; a day of which none speaks is one on which nobody is there."""

    lines: tuple[Hours, ...]

    def on(self, day: date) -> Hours | None:
        """Return the line that holds for a day, the most special first; None when none speaks of it."""
        return min((line for line in self.lines if line.holds_on(day)), key=lambda line: line.breadth, default=None)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return from when until when somebody is there on a day, in minutes of that day."""
        line = self.on(day)
        return line.spans if line is not None else ()

    def open_at(self, day: date, minute: int) -> bool:
        """Tell whether somebody is there at a minute of a day, what began the day before included."""
        over_night = ((opens - DAY_MINUTES, closes - DAY_MINUTES) for opens, closes in self.spans_on(_before(day)))
        return any(opens <= minute < closes for opens, closes in (*over_night, *self.spans_on(day)))

    def next_opening(self, after: datetime) -> datetime | None:
        """Return when somebody is there next, in the zone of ``after``; None where that is far off."""
        for ahead in range(DAYS_AHEAD):
            day = after.date() + timedelta(days=ahead)
            for opens, _ in sorted(self.spans_on(day)):
                begins = datetime.combine(day, datetime.min.time(), after.tzinfo) + timedelta(minutes=opens)
                if begins > after:
                    return begins
        return None

    def agrees(self) -> bool:
        """Tell whether no two lines that are equally special say different things of one day."""
        weekly = [line for line in self.lines if not line.of_dates]
        return all(one.spans == other.spans or not _clash(one, other) for one, other in _pairs(weekly))


def _clash(one: Hours, other: Hours) -> bool:
    if one.breadth != other.breadth or not isinstance(one.days, Days) or not isinstance(other.days, Days):
        return False
    apart = one.days.nths and other.days.nths and not one.days.nths & other.days.nths
    return bool(one.days.of_week & other.days.of_week) and not apart


def _pairs(lines: Sequence[Hours]) -> Iterator[tuple[Hours, Hours]]:
    return ((one, other) for i, one in enumerate(lines) for other in lines[i + 1 :])


def _before(day: date) -> date:
    return day - timedelta(days=1)
