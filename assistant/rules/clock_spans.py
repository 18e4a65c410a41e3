"""Spans of hours in a text: ``9 a.m.–6 p.m.``, 上午10:00至晚上9点, ``open 24 hours``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from assistant.rules.dates import TO
from assistant.rules.when import AFTERNOON, MINUTES, NOON

DAY_MINUTES: Final = 24 * MINUTES
_PART: Final = "凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里"
_EARLY: Final = frozenset({"凌晨", "清晨", "早上", "早晨", "早", "上午"})


def _end(n: int) -> str:
    """Return the pattern of one end of a span."""
    return (
        rf"(?:(?P<part{n}>{_PART})\s*)?(?P<hour{n}>[01]?\d|2[0-4])(?:\s*[:.h]\s*(?P<minute{n}>[0-5]\d)|\s*[点时](?P<half{n}>半)?)?"
        rf"(?:\s*(?P<m{n}>[ap])\.?\s?m\b\.?|\s*o'?clock)?"
    )


_NAMED: Final = {"noon": NOON * MINUTES, "midday": NOON * MINUTES, "midnight": DAY_MINUTES}
# A number before and after must not go on: "12–14 days", "5:30–7", "1–3 October", "+8-9".
_SPAN: Final = re.compile(
    rf"(?<![\d.:$+/-])(?:(?P<name1>noon|midday|midnight)|{_end(1)}){TO}(?:(?P<name2>noon|midday|midnight)|{_end(2)})"
    r"(?![\d:%+/]|\.\d|\s*(?:cm|kg|ml|days?|hours?|business|working|weeks?|months?|years?|minutes?|items?|pieces?"
    r"|st|nd|rd|th|个|天|日|号|周|月|年|岁|件|元|小时|分钟)(?![a-z]))"
)
_ALL_DAY: Final = re.compile(
    r"\b24\s*/\s*7\b|\baround the clock\b|\b(?:open|online|available|reachable|there|staffed)\s+24\s*hours\b"
    r"|\b24\s*hours\s+(?:a|every|each)\s+day\b|(?:7\s*[x×*]\s*24|24\s*[x×*]\s*7)|24\s*小时(?:在线|营业|服务|值班|人工|客服|开放)"
    r"|全天候?(?:在线|营业|服务|开放)"
)


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """From when until when, in minutes of the day.

    Attributes:
        opens: In [0, 1440).
        closes: Above ``opens``; above 1440 where it is after midnight.
        plain: Whether it is written as hours; "9-5" is so only beside a day or a word of opening.
        start: Where in the folded text it stands.
        end: One past its last character there.
    """

    opens: int
    closes: int
    plain: bool
    start: int
    end: int


def clock_spans(folded: str) -> Iterator[ClockSpan]:
    """Yield the spans of hours of a folded text in their order."""
    for found in _ALL_DAY.finditer(folded):
        yield ClockSpan(0, DAY_MINUTES, True, found.start(), found.end())
    for found in _SPAN.finditer(folded):
        first, second = _readings(found, 1), _readings(found, 2)
        if not (first and second):
            continue
        pairs = [(opens, closes) for opens in first for closes in second]
        # What is not said of morning and evening is what makes the shorter day: 9–6, 1–5pm; never an empty one.
        spans = [(opens % DAY_MINUTES, (closes - opens - 1) % DAY_MINUTES + 1) for opens, closes in pairs]
        within = [span for span in spans if span[0] + span[1] <= DAY_MINUTES]
        opens, length = min(within or spans, key=lambda span: (_unlikely(span[0]), span[1]))
        yield ClockSpan(opens, opens + length, _plain(found), found.start(), found.end())


def _readings(found: re.Match[str], n: int) -> list[int]:
    """Return what one end may mean, in minutes of the day."""
    if found[f"name{n}"]:
        return [_NAMED[found[f"name{n}"]]]
    hour, minute = int(found[f"hour{n}"]), int(found[f"minute{n}"] or (30 if found[f"half{n}"] else 0))
    part, half = found[f"part{n}"], found[f"m{n}"]
    if half:
        return [(hour % NOON + (NOON if half == "p" else 0)) * MINUTES + minute] if 1 <= hour <= NOON else []
    if part in AFTERNOON or (part == "中午" and hour < 3):
        # 晚上12点 is midnight.
        return [(hour + NOON if hour < NOON else DAY_MINUTES // MINUTES) * MINUTES + minute]
    if part in _EARLY or part == "中午" or hour > NOON or hour == 0 or _four_digits(found, n):
        return [hour * MINUTES + minute]
    return [hour * MINUTES + minute, (hour % NOON + NOON) * MINUTES + minute]


def _four_digits(found: re.Match[str], n: int) -> bool:
    """Tell whether an hour is written as clocks of 24 hours are: ``09:00``; so is the other end then."""
    written = [found[f"hour{end}"] or "" for end in (1, 2) if found[f"minute{end}"]]
    counts_to_24 = any(hour.startswith("0") or (hour.isdigit() and int(hour) > NOON) for hour in written)
    return bool(found[f"minute{n}"]) and counts_to_24


def _unlikely(opens: int) -> bool:
    """Tell whether nobody opens at an hour that was not said to be of the night."""
    return opens < 5 * MINUTES


def _plain(found: re.Match[str]) -> bool:
    told = (found[f"{name}{n}"] for n in (1, 2) for name in ("name", "part", "minute", "m", "half"))
    return any(told) or any(mark in found[0] for mark in ("点", "时", "clock"))
