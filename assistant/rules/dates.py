"""Dates and spans of dates in a text: ``closed 1–3 October``, 10月1日至3日, ``2026-12-24``, Christmas Day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY: Final = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"
_NTH: Final = r"(?:st|nd|rd|th)?"
TO: Final = r"\s*(?:[-–—~～]+|\bto\b|\bthrough\b|\buntil\b|\btill\b|至|到)\s*"
# Of either order of day and month, each end with its own month, or with one of the two's.
_EN: Final = re.compile(
    rf"\b(?P<d1>{_DAY}){_NTH}(?:\s+(?:of\s+)?(?P<m1>{_MONTH})(?:,?\s+(?P<y1>\d{{4}}))?)?{TO}(?:the\s+)?"
    rf"(?P<d2>{_DAY}){_NTH}\s+(?:of\s+)?(?P<m2>{_MONTH})(?:,?\s+(?P<y2>\d{{4}}))?"
    rf"|\b(?P<m3>{_MONTH})\s+(?:the\s+)?(?P<d3>{_DAY}){_NTH}(?:,?\s+(?P<y3>\d{{4}}))?{TO}(?:(?P<m4>{_MONTH})\s+)?"
    rf"(?P<d4>{_DAY}){_NTH}(?![\d:]|\s*[ap]\.?m)(?:,?\s+(?P<y4>\d{{4}}))?"
    rf"|\b(?P<d5>{_DAY}){_NTH}\s+(?:of\s+)?(?P<m5>{_MONTH})(?:,?\s+(?P<y5>\d{{4}}))?"
    rf"|\b(?P<m6>{_MONTH})\s+(?:the\s+)?(?P<d6>{_DAY}){_NTH}(?![\d:])(?:,?\s+(?P<y6>\d{{4}}))?"
)
_ZH: Final = re.compile(
    rf"(?:(?P<y1>\d{{4}})\s*年)?\s*(?P<m1>\d{{1,2}})\s*月\s*(?P<d1>{_DAY})\s*[日号]?"
    rf"(?:{TO}(?:(?P<y2>\d{{4}})\s*年)?\s*(?:(?P<m2>\d{{1,2}})\s*月)?\s*(?P<d2>{_DAY})\s*[日号])?"
)
_ISO: Final = re.compile(
    rf"\b(?P<y1>\d{{4}})-(?P<m1>\d{{2}})-(?P<d1>\d{{2}})(?:{TO}(?P<y2>\d{{4}})-(?P<m2>\d{{2}})-(?P<d2>\d{{2}}))?(?!\d)"
)
# Days that share one month: "24, 25 and 26 December", "December 24 and 25", 12月24、25日.
_AND: Final = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)"
_LISTED: Final = (
    re.compile(rf"\b(?P<days>(?:{_DAY}{_NTH}{_AND})+)(?={_DAY}{_NTH}\s+(?:of\s+)?(?P<month>{_MONTH}))"),
    re.compile(rf"\b(?P<month>{_MONTH})\s+{_DAY}{_NTH}(?P<days>(?:{_AND}{_DAY}{_NTH}(?![\d:]|\s*[ap]\.?m))+)"),
    re.compile(rf"(?P<month>\d{{1,2}})\s*月\s*{_DAY}\s*[日号]?(?P<days>(?:[、,和及]\s*{_DAY})+)\s*[日号]"),
)
# Holidays that fall on one date each year; those of a moving calendar are left to the shop's words.
_HOLIDAYS: Final = (
    (re.compile(r"\bnew year'?s eve\b"), (12, 31)),
    (re.compile(r"\bnew year'?s day\b|元旦"), (1, 1)),
    (re.compile(r"\bchristmas eve\b|平安夜"), (12, 24)),
    (re.compile(r"\bchristmas(?: day)?\b(?! eve)|圣诞节?"), (12, 25)),
    (re.compile(r"\bboxing day\b"), (12, 26)),
    (re.compile(r"\bindependence day\b|\bfourth of july\b"), (7, 4)),
    (re.compile(r"劳动节|五一节?"), (5, 1)),
    (re.compile(r"国庆节?"), (10, 1)),
)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A span of dates, both ends included; each year's where no year is named.

    Attributes:
        first: Month and day.
        last: Month and day; before ``first`` where the span crosses the new year.
        year: Of ``first``; None when the text names none.
        start: Where in the folded text it stands.
        end: One past its last character there.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None
    start: int
    end: int

    def holds(self, day: date) -> bool:
        """Tell whether a date lies in the span."""
        crosses = self.last < self.first
        at = (day.month, day.day)
        if crosses:
            inside = at >= self.first or at <= self.last
            begun = day.year if at >= self.first else day.year - 1
        else:
            inside, begun = self.first <= at <= self.last, day.year
        return inside and self.year in (None, begun)


def date_spans(folded: str) -> Iterator[DateSpan]:
    """Yield the dates and spans of a folded text in their order; what is no day of the calendar is none."""
    found = [
        span
        for span in (*_numbered(folded), *_listed(folded), *_holidays(folded))
        if _is_date(span.first) and _is_date(span.last)
    ]
    end = 0
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if span.start >= end:
            end = span.end
            yield span


def next_date(span: DateSpan, today: date) -> date | None:
    """Return the day that a single date means, the next such one where it names no year; None for a span."""
    if span.first != span.last:
        return None
    years = [span.year] if span.year is not None else [today.year + ahead for ahead in range(5)]
    for year in years:
        try:
            day = date(year, *span.first)
        except ValueError:  # 29 February
            continue
        if day >= today or span.year is not None:
            return day
    return None


def _numbered(folded: str) -> Iterator[DateSpan]:
    for found in _EN.finditer(folded):
        told = {name: value for name, value in found.groupdict().items() if value}
        if "d2" in told:
            last = (_month(told["m2"]), int(told["d2"]))
            first = (_month(told.get("m1", told["m2"])), int(told["d1"]))
            year = told.get("y1") or told.get("y2")
        elif "d4" in told:
            first = (_month(told["m3"]), int(told["d3"]))
            last = (_month(told.get("m4", told["m3"])), int(told["d4"]))
            year = told.get("y3") or told.get("y4")
        else:
            first = last = (_month(told.get("m5") or told["m6"]), int(told.get("d5") or told["d6"]))
            year = told.get("y5") or told.get("y6")
        yield DateSpan(first, last, _began(year, first, last, late="y1" not in told), found.start(), found.end())
    for pattern in (_ZH, _ISO):
        for found in pattern.finditer(folded):
            first = (int(found["m1"]), int(found["d1"]))
            last = (int(found["m2"] or found["m1"]), int(found["d2"])) if found["d2"] else first
            yield DateSpan(first, last, int(found["y1"]) if found["y1"] else None, found.start(), found.end())


def _began(year: str | None, first: tuple[int, int], last: tuple[int, int], *, late: bool) -> int | None:
    """Return the year of the first day; "30 December to 2 January 2027" names that of the last."""
    if year is None:
        return None
    return int(year) - 1 if late and last < first else int(year)


def _listed(folded: str) -> Iterator[DateSpan]:
    for pattern in _LISTED:
        for found in pattern.finditer(folded):
            month = int(found["month"]) if found["month"].isdigit() else _month(found["month"])
            for number in re.finditer(r"\d+", found["days"]):
                day, at = (month, int(number[0])), found.start("days")
                yield DateSpan(day, day, None, at + number.start(), at + number.end())


def _holidays(folded: str) -> Iterator[DateSpan]:
    for pattern, day in _HOLIDAYS:
        for found in pattern.finditer(folded):
            yield DateSpan(day, day, None, found.start(), found.end())


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def _is_date(day: tuple[int, int]) -> bool:
    try:
        date(2024, *day)  # a leap year
    except ValueError:
        return False
    return True
