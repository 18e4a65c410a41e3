"""Reads published hours out of a shop's own words, line by line and clause by clause.

A clause that names days and hours is a line of the rule; one that names hours alone takes the days
of its neighbour ("9–18, Monday to Friday"), and hours without any day hold on every day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from assistant.rules.clock_spans import ClockSpan, clock_spans
from assistant.rules.dates import DateSpan, date_spans
from assistant.rules.hours import Hours, OpeningHours, Span
from assistant.rules.week_days import EVERY_DAY, Days, days_in
from knowledge.retrieval.tokens import content_words
from knowledge.text import fold

_CLOSED: Final = re.compile(
    r"\bclos(?:ed|ure)\b|\bnot open\b|\bno (?:service|opening|one|staff)\b|\boffline\b|\bunavailable\b|\bexcept\b"
    r"|休息|不营业|闭店|关门|放假|停业|不上班|歇业|不接待|不在线|除外"
)
_OPENING: Final = re.compile(r"\bopen(?:ing|s)?\b|\bhours?\b|\bfrom\b|营业|开门|上班|服务时间|在线|工作时间")
# 含周末, "weekends included": says of days that the hours beside it hold on these too.
_INCLUDING: Final = re.compile(r"\binclud|\bincl\b|含|包括|照常|不休|无休")
_HOLIDAYS: Final = re.compile(
    r"\bholidays?\b|\b(?:easter|thanksgiving|ramadan|eid|diwali|lunar new year|chinese new year)\b"
    r"|节假日|法定|假期|长假|除夕|春节|过年|正月|初[一二三四五六七八九十]|清明|端午|中秋|元宵"
)
_CLAUSE: Final = re.compile(r"[,;()|\n]|(?<!\d)[、](?!周|星期|日|天)")
Token = Days | DateSpan | ClockSpan | None  # None: a word that says closed


@dataclass(slots=True)
class _Reading:
    """What was read of one statement so far."""

    lines: list[Hours] = field(default_factory=list)
    days: list[Days | DateSpan] = field(default_factory=list)  # that wait for their hours
    spans: list[Span] = field(default_factory=list)  # that wait for their days


def opening_hours(statements: Sequence[str]) -> OpeningHours | None:
    """Return the hours that the statements of a rule publish; None when they publish none, or disagree.

    Args:
        statements: Sentences, list items or rows, as `quoting.statements` cuts them.
    """
    lines = [line for statement in statements for line in _lines(fold(statement))]
    if not any(line.spans for line in lines):
        return None
    hours = OpeningHours(tuple(dict.fromkeys(lines)))
    return hours if hours.agrees() else None


@dataclass(frozen=True, slots=True)
class Told:
    """Statements that publish the hours of one thing.

    Attributes:
        subject: What is said beside days and hours ("phone", "showroom"); empty where nothing is.
    """

    subject: str
    statements: tuple[str, ...]


def by_subject(statements: Sequence[str]) -> list[Told]:
    """Return the statements that publish hours or closed days, those of one subject together.

    A statement without a subject of its own goes on with that of the one before.
    """
    told: list[Told] = []
    for statement in (part for whole in statements for part in _parts(whole)):
        folded = fold(statement)
        if not _lines(folded):
            continue
        subject = " ".join(_subject(folded))
        same = next((i for i, one in enumerate(told) if _alike(one.subject, subject)), None)
        if same is None and told and not subject:
            same = len(told) - 1
        if same is None:
            told.append(Told(subject, (statement,)))
        else:
            told[same] = Told(told[same].subject or subject, (*told[same].statements, statement))
    return told


def leaves_open(statements: Sequence[str]) -> bool:
    """Tell whether a rule has exceptions that no date of the calendar tells: public holidays, 除夕至正月初二."""
    for folded in map(fold, statements):
        lines = _lines(folded)
        if names_holiday(folded) and not any(line.of_dates for line in lines):
            return True
        if _CLOSED.search(folded) and not lines:
            return True
    return False


def names_holiday(folded: str) -> bool:
    """Tell whether a folded text speaks of holidays that fall on no date of the calendar."""
    return _HOLIDAYS.search(folded) is not None


def closed_dates(statements: Sequence[str]) -> list[Hours]:
    """Return the lines of these statements that hold for certain dates alone."""
    return [line for statement in statements for line in _lines(fold(statement)) if line.of_dates]


def _parts(statement: str) -> list[str]:
    """Return what a semicolon sets apart, where each part publishes hours of its own."""
    parts = [part for part in re.split(r"[;；]", statement) if part.strip()]
    return parts if len(parts) > 1 and all(_lines(fold(part)) for part in parts) else [statement]


def _subject(folded: str) -> list[str]:
    left = list(folded)
    tokens: list[Days | DateSpan | ClockSpan] = [*date_spans(folded), *days_in(folded), *clock_spans(folded)]
    for token in tokens:
        left[token.start : token.end] = " " * (token.end - token.start)
    bare = _CLOSED.sub(" ", _OPENING.sub(" ", "".join(left)))
    return [word for word in content_words(bare) if not word.isdigit()]


def _alike(one: str, other: str) -> bool:
    """Tell whether two subjects share a word, or neither has any."""
    return bool(set(one.split()) & set(other.split())) or one == other


def _lines(folded: str) -> list[Hours]:
    reading = _Reading()
    for clause in _CLAUSE.split(folded):
        _read(clause, reading)
    if reading.spans:
        every_day = [Days(EVERY_DAY)]
        reading.lines += _paired(reading.days or every_day, reading.spans)
    return reading.lines


def _read(clause: str, reading: _Reading) -> None:
    tokens = list(_tokens(clause, of_days=bool(reading.days)))
    groups = [(kind, list(group)) for kind, group in groupby(tokens, _kind)]
    kinds = [kind for kind, _ in groups]
    days = _days_of(tokens)
    spans = [(token.opens, token.closes) for token in tokens if isinstance(token, ClockSpan)]
    if "day" not in kinds:
        _without_days(spans, "closed" in kinds, reading)
    elif kinds == ["day"]:
        if _INCLUDING.search(clause) and (reading.spans or reading.lines):
            return
        reading.days += days
        if reading.spans:
            reading.lines += _paired(reading.days, reading.spans)
            reading.days, reading.spans = [], []
    else:
        _pairs(groups, reading)


def _without_days(spans: list[Span], closed: bool, reading: _Reading) -> None:
    if spans and closed:
        reading.lines = [Hours(line.days, _without(line.spans, spans)) for line in reading.lines]
    elif spans and reading.days:
        reading.lines += _paired(reading.days, spans)
        reading.days = []
    elif spans and reading.lines and not reading.spans:
        last = reading.lines[-1]
        reading.lines[-1] = Hours(last.days, (*last.spans, *spans))
    elif spans:
        reading.spans += spans
    elif closed and reading.days:
        reading.lines += _paired(reading.days, [])
        reading.days = []


def _pairs(groups: list[tuple[str, list[Token]]], reading: _Reading) -> None:
    """Pair the days of one clause with the hours beside them, whichever are told first."""
    values = [(kind, tokens) for kind, tokens in groups if kind != "day"]
    named = [_days_of(tokens) for kind, tokens in groups if kind == "day"]
    if reading.days and groups[0][0] == "day" and values:
        named[0] = [*reading.days, *named[0]]
        reading.days = []
    for days, (kind, tokens) in zip(named, values, strict=False):
        spans = [(token.opens, token.closes) for token in tokens if isinstance(token, ClockSpan)]
        reading.lines += _paired(days, spans if kind == "hours" else [])


def _paired(days: Sequence[Days | DateSpan], spans: Sequence[Span]) -> list[Hours]:
    return [Hours(one, tuple(sorted(spans))) for one in days]


def _days_of(tokens: Sequence[Token]) -> list[Days | DateSpan]:
    """Return the days that tokens name; the weekday beside a date is only its name ("Friday, 25 December")."""
    dates: list[Days | DateSpan] = [token for token in tokens if isinstance(token, DateSpan)]
    if dates:
        return dates
    days = [token for token in tokens if isinstance(token, Days)]
    plain = frozenset().union(*(token.of_week for token in days if not token.nths))
    return [*([Days(plain)] if plain else []), *(Days(token.of_week, token.nths) for token in days if token.nths)]


def _without(spans: Sequence[Span], breaks: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans with a break cut out of them: 12:00–13:00 休息."""
    left = list(spans)
    for begins, ends in breaks:
        parts = [part for o, c in left for part in ((o, min(c, begins)), (max(o, ends), c))]
        left = [(opens, closes) for opens, closes in parts if opens < closes]
    return tuple(left)


def _tokens(clause: str, *, of_days: bool) -> Iterator[Token]:
    """Yield days, hours and words of being closed, in their order.

    Args:
        of_days: Whether days wait for their hours, so that a bare "9-5" is such.
    """
    dates = list(date_spans(clause))
    found: list[tuple[int, Token]] = [(date.start, date) for date in dates]
    found += [(days.start, days) for days in days_in(clause) if not _within(days.start, dates)]
    beside = of_days or bool(found) or _OPENING.search(clause) is not None
    found += [
        (span.start, span)
        for span in clock_spans(clause)
        if (span.plain or beside) and not any(span.start < date.end and date.start < span.end for date in dates)
    ]
    found += [(match.start(), None) for match in _CLOSED.finditer(clause)]
    yield from (token for _, token in sorted(found, key=lambda pair: pair[0]))


def _within(place: int, dates: Sequence[DateSpan]) -> bool:
    return any(date.start <= place < date.end for date in dates)


def _kind(token: Token) -> str:
    return "closed" if token is None else "hours" if isinstance(token, ClockSpan) else "day"
