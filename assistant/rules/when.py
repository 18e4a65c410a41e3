"""Hours and days in a text: ``3 pm Saturday``, 周日下午三点半, Monday to Friday."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from knowledge.text import Lang, fold

MINUTES: Final = 60
NOON: Final = 12
_HAN: Final = {character: value for value, character in enumerate("零一二三四五六七八九十")} | {"两": 2}
_HAN_NUMBER: Final = "[一二两三四五六七八九十]{1,3}"
_EN_TIME: Final = re.compile(
    r"(?<![\d:.$])(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?<![\d:.$])(?P<hour_of>1?\d)(?::(?P<minute_of>\d{2}))?\s*(?:o'?clock\s*)?(?:in the |this |at )?"
    r"(?P<part>morning|afternoon|evening|night|tonight)\b"
    r"|\b(?P<part_at>morning|afternoon|evening|night|tonight) at (?P<hour_at>1?\d)(?::(?P<minute_at>\d{2}))?\b"
    r"|(?<![\d:.$])(?P<hour24>[01]?\d|2[0-3])[:：](?P<minute24>[0-5]\d)(?!\d)|\b(?P<noon>noon)\b"
)
_ZH_TIME: Final = re.compile(
    rf"(?P<part>凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里)?\s*(?P<hour>\d{{1,2}}|{_HAN_NUMBER})\s*[点時时]"
    rf"(?P<minute>半|一刻|三刻|\d{{1,2}}(?=分)|{_HAN_NUMBER}(?=分))?"
)
_QUARTERS: Final = {"半": 30, "一刻": 15, "三刻": 45}
AFTERNOON: Final = frozenset({"下午", "傍晚", "晚上", "晚", "夜里"})
_DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EN_DAY: Final = "|".join(_DAY_NAMES)
_ZH_DAY: Final = "(?:周|星期|礼拜)"
_DAY: Final = re.compile(rf"\b({_EN_DAY})s?\b|{_ZH_DAY}([一二三四五六日天])")
_RANGE: Final = re.compile(
    rf"\b({_EN_DAY})s?\s*(?:to|through|thru|until|till|[-–—])\s*({_EN_DAY})s?\b"
    rf"|{_ZH_DAY}([一二三四五六日天])\s*(?:至|到|[-–—~～])\s*{_ZH_DAY}?([一二三四五六日天])"
)
_EVERY_DAY: Final = re.compile(r"\b(?:every|each|any) day\b|\bdaily\b|\bseven days a week\b|每天|每日|全年无休")
_BUSINESS: Final = re.compile(r"\b(?:business|working) days?\b|工作日")
_RELATIVE: Final = (
    (re.compile(r"\b(?:today|tonight|now)\b|今天|今日|今晚|现在"), 0),
    (re.compile(r"\btomorrow\b|明天|明日"), 1),
)
WEEKDAYS: Final = frozenset(range(5))
_TOLD_DAYS: Final[dict[Lang, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_TOLD_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                       "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, an hour, or both, as a shopper names them.

    Attributes:
        day: The next such day, today included; None when none is named.
        minute: Of the day; None when no hour is named.
    """

    day: date | None
    minute: int | None


def moment_in(text: str, now: datetime) -> Moment | None:
    """Return the one day and hour that a text names; None when it names none, or several.

    Args:
        now: In the zone in which the day is meant.
    """
    minutes, days = set(minutes_in(text)), set(_days_in(text, now.date()))
    if len(minutes) > 1 or len(days) > 1 or not (minutes or days):
        return None
    return Moment(next(iter(days), None), next(iter(minutes), None))


def minutes_in(text: str) -> Iterator[int]:
    """Yield the hours of a text as minutes of the day; what may be morning or evening is none."""
    folded = fold(text)
    for found in _EN_TIME.finditer(folded):
        if found["noon"]:
            yield NOON * MINUTES
        elif part := found["part"] or found["part_at"]:
            hour, minute = found["hour_of"] or found["hour_at"], found["minute_of"] or found["minute_at"]
            if 1 <= int(hour) <= NOON:
                yield (int(hour) % NOON + (0 if part == "morning" else NOON)) * MINUTES + int(minute or 0)
        elif found["hour24"]:
            yield int(found["hour24"]) * MINUTES + int(found["minute24"])
        elif 1 <= int(found["hour"]) <= NOON:
            afternoon = NOON if found["half"] == "p" else 0
            yield (int(found["hour"]) % NOON + afternoon) * MINUTES + int(found["minute"] or 0)
    for found in _ZH_TIME.finditer(folded):
        minute = _zh_minute(found)
        if minute is not None:
            yield minute


def hour_spans(text: str) -> list[tuple[int, int]]:
    """Return where in a text hours are named."""
    return [found.span() for found in (*_EN_TIME.finditer(text.lower()), *_ZH_TIME.finditer(text))]


def with_hour_of(earlier: str, later: str) -> str | None:
    """Return an earlier text with the hour of a later one in the place of its own; None unless each has one."""
    first, second = hour_spans(earlier), hour_spans(later)
    if len(first) != 1 or len(second) != 1:
        return None
    ((start, end),), ((begin, stop),) = first, second
    return earlier[:start] + later[begin:stop] + earlier[end:]


def days_of(text: str) -> frozenset[int] | None:
    """Return the days of the week that a rule is for, Monday being 0; None when it names none, or several sets.

    "Business days" that are nowhere spelt out are Monday to Friday.
    """
    folded = fold(text)
    if _EVERY_DAY.search(folded):
        return frozenset(range(7))
    ranges = {_range(found) for found in _RANGE.finditer(folded)}
    if len(ranges) > 1:
        return None
    return ranges.pop() if ranges else WEEKDAYS if _BUSINESS.search(folded) else None


def _zh_minute(found: re.Match[str]) -> int | None:
    hour, part = _number(found["hour"]), found["part"]
    if hour > 24 or (part is None and hour <= NOON):
        return None
    if (part in AFTERNOON and hour < NOON) or (part == "中午" and hour < 3):
        hour += NOON
    behind = found["minute"]
    return hour * MINUTES + (_QUARTERS.get(behind) or _number(behind) if behind else 0)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, _, ones = text.partition("十")
    return (_HAN.get(tens, 1) * 10 + _HAN.get(ones, 0)) if "十" in text else _HAN[text[0]]


def _days_in(text: str, today: date) -> Iterator[date]:
    folded = fold(text)
    for pattern, ahead in _RELATIVE:
        if pattern.search(folded):
            yield today + timedelta(days=ahead)
    for found in _DAY.finditer(folded):
        yield today + timedelta(days=(_weekday(found[1] or found[2]) - today.weekday()) % 7)


def _range(found: re.Match[str]) -> frozenset[int]:
    first, last = (_weekday(found[1] or found[3]), _weekday(found[2] or found[4]))
    return frozenset(day % 7 for day in range(first, (last if last >= first else last + 7) + 1))


def _weekday(name: str) -> int:
    return _DAY_NAMES.index(name) if name in _DAY_NAMES else min("一二三四五六日天".index(name), 6)


def told_day(day: date, lang: Lang, *, weekday: bool = True) -> str:
    """Return a day as it is said: ``Sunday, 29 November``, 11月29日周日."""
    name = _TOLD_DAYS[lang][day.weekday()]
    if lang == "en":
        return (f"{name}, " if weekday else "") + f"{day.day} {_TOLD_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日" + (name if weekday else "")
