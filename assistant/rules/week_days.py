"""Days of the week as published hours name them: ``Mon–Fri``, 周六日, ``first Saturday of each month``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from assistant.rules.dates import TO
from assistant.rules.when import WEEKDAYS

EVERY_DAY: Final = frozenset(range(7))
WEEKEND: Final = EVERY_DAY - WEEKDAYS
_WEEK: Final = 7
_EN_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EN: Final = (
    r"\b(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)s?\b\.?"
)
_ZH: Final = r"(?:周|星期|礼拜)[一二三四五六日天]"
_NAME: Final = rf"(?:{_EN}|{_ZH})"
# Behind 周六 the next may stand bare: 周六、日, 周一到五.
_ZH_BARE: Final = r"(?:周|星期|礼拜)?[一二三四五六日天](?![\d月])"
_NTHS: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
_NTHS_ZH: Final = {"一": 1, "二": 2, "三": 3, "四": 4}
_NTH_EN: Final = "|".join(_NTHS)
_DAYS: Final = re.compile(
    rf"(?P<nths>\b(?:{_NTH_EN})(?:\s*(?:,|and|&)\s*(?:the\s+)?(?:{_NTH_EN}))*)\s+(?P<nth_day>{_EN})"
    r"|每(?:个?月)第?(?P<nths_zh>[一二三四](?:[、和及][一二三四])*)个?(?P<nth_day_zh>(?:周|星期|礼拜)[一二三四五六日天])"
    rf"|(?P<first>{_NAME}){TO}(?P<last>{_EN}|{_ZH_BARE})"
    rf"|(?P<both>(?:周|星期)[一二三四五六]、?[日天](?![\d月]))|(?P<one>{_NAME})"
    r"|(?P<weekdays>\bweek\s?days?\b|\b(?:business|working) days?\b|工作日)|(?P<weekend>\bweekends?\b|周末|双休日?)"
    r"|(?P<every>\b(?:every|each|any) day\b|\bdaily\b|\b(?:7|seven) days(?: a week)?\b"
    r"|每天|每日|天天|全年无休|一年365天)"
)


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week, or some of each month's.

    Attributes:
        of_week: Monday being 0.
        nths: Which of the month's they are, 1 being the first and -1 the last; empty for all of them.
        start: Where in the folded text they stand.
        end: One past the last character there.
    """

    of_week: frozenset[int]
    nths: frozenset[int] = frozenset()
    start: int = 0
    end: int = 0

    def hold(self, day: date) -> bool:
        """Tell whether a date is one of them."""
        if day.weekday() not in self.of_week:
            return False
        last = (day + timedelta(days=_WEEK)).month != day.month
        return not self.nths or (day.day - 1) // _WEEK + 1 in self.nths or (last and -1 in self.nths)


def days_in(folded: str) -> Iterator[Days]:
    """Yield the days that a folded text names, in their order."""
    for found in _DAYS.finditer(folded):
        yield Days(_of_week(found), _nths(found), found.start(), found.end())


def _of_week(found: re.Match[str]) -> frozenset[int]:
    if found["every"]:
        return EVERY_DAY
    if found["weekdays"]:
        return WEEKDAYS
    if found["weekend"]:
        return WEEKEND
    if found["both"]:
        return frozenset({_number(found["both"].rstrip("日天、")), 6})
    if found["first"]:
        first, last = _number(found["first"]), _number(found["last"])
        return frozenset(day % _WEEK for day in range(first, (last if last >= first else last + _WEEK) + 1))
    return frozenset({_number(found["one"] or found["nth_day"] or found["nth_day_zh"])})


def _nths(found: re.Match[str]) -> frozenset[int]:
    if found["nths"]:
        return frozenset(_NTHS[word] for word in re.findall(_NTH_EN, found["nths"]))
    return frozenset(_NTHS_ZH[word] for word in found["nths_zh"] or "" if word in _NTHS_ZH)


def _number(name: str) -> int:
    if name[:3] in _EN_NAMES:
        return _EN_NAMES.index(name[:3])
    return min("一二三四五六日天".index(name[-1]), 6)
