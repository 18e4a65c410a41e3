"""What published hours mean for the shopper's moment, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from assistant.rules.clock_spans import DAY_MINUTES
from assistant.rules.dates import DateSpan
from assistant.rules.hours import Hours, Span
from assistant.rules.hours_asked import Presence
from assistant.rules.when import MINUTES, told_day
from knowledge.text import Lang

_SAID: Final[dict[str, dict[Lang, str]]] = {
    "now": {"en": "It is {hour} on {day} (the shop's time)", "zh": "现在是店铺当地时间{day} {hour}"},
    "hour": {"en": "{hour} on {day} (the shop's time)", "zh": "{day} {hour}（店铺当地时间）"},
    "day": {"en": "{day}", "zh": "{day}"},
    "within": {"en": ": within the published hours, {spans}.", "zh": "，在公布的时间 {spans} 之内。"},
    "day_within": {"en": ": the published hours are {spans}.", "zh": "：公布的时间是 {spans}。"},
    "outside": {"en": ": outside the published hours of that day, {spans}", "zh": "，不在当天公布的时间 {spans} 之内"},
    "no_hours": {"en": ": no hours are published for that day", "zh": "：这一天没有公布时间"},
    "closed": {"en": ": closed on that day by the rule", "zh": "：按规定这一天休息"},
    "closed_dates": {"en": ": within the closed dates, {dates}", "zh": "：在休息日期 {dates} 之内"},
    "aside": {
        "en": " The exceptions that the rule names go before that.",
        "zh": "规定里另外写明的例外日子除外。",
    },
    "next": {"en": ". The next hours begin at {hour} on {day}.", "zh": "。下一次开始是{day} {hour}。"},
    "no_next": {"en": ".", "zh": "。"},
}


@dataclass(frozen=True, slots=True)
class HoursTold:
    """Published hours applied to what a shopper asked.

    Attributes:
        found: What they say of each day; never empty.
        now: Whether the moment is now.
        aside: Whether the rule has exceptions of which the calendar tells nothing.
    """

    found: tuple[Presence, ...]
    now: bool
    aside: bool


def presence_text(told: HoursTold, lang: Lang) -> str:
    """Return what the hours say of each day, in one paragraph."""
    joint = " " if lang == "en" else ""
    aside = told.aside and any(one.there for one in told.found)
    return joint.join(_told(one, lang, now=told.now) for one in told.found) + (_SAID["aside"][lang] if aside else "")


def derivation(found: Sequence[Presence]) -> str:
    """Return how it was worked out: ``2026-11-29 Sun 20:00 ∈ 09:00–22:00``."""
    return "; ".join(
        f"{one.day.isoformat()} {one.day:%a}"
        + (f" {clock(one.minute)}" if one.minute is not None else "")
        + (" ∈ " if one.there else " ∉ ")
        + (_spans(one.spans) or "closed")
        + (f", next {one.next_opening:%Y-%m-%d %a %H:%M}" if one.next_opening is not None else "")
        for one in found
    )


def clock(minute: int) -> str:
    """Return a minute of the day as a clock shows it; the end of a day is 24:00."""
    minute = minute if minute <= DAY_MINUTES else minute - DAY_MINUTES
    return f"{minute // MINUTES:02d}:{minute % MINUTES:02d}"


def _told(one: Presence, lang: Lang, *, now: bool) -> str:
    key = "now" if now else "day" if one.minute is None else "hour"
    lead = _SAID[key][lang].format(day=told_day(one.day, lang), hour=clock(one.minute or 0))
    if one.there:
        within = "day_within" if one.minute is None else "within"
        return lead + _SAID[within][lang].format(spans=_spans(one.spans))
    return lead + _why_not(one.line, one.spans, lang) + _next(one.next_opening, lang)


def _why_not(line: Hours | None, spans: Sequence[Span], lang: Lang) -> str:
    if line is None:
        return _SAID["no_hours"][lang]
    if spans:
        return _SAID["outside"][lang].format(spans=_spans(spans))
    if isinstance(line.days, DateSpan):
        return _SAID["closed_dates"][lang].format(dates=_dates(line.days, lang))
    return _SAID["closed"][lang]


def _next(moment: datetime | None, lang: Lang) -> str:
    if moment is None:
        return _SAID["no_next"][lang]
    day, minute = told_day(moment.date(), lang), moment.hour * MINUTES + moment.minute
    return _SAID["next"][lang].format(day=day, hour=clock(minute))


def _spans(spans: Sequence[Span]) -> str:
    return ", ".join(f"{clock(opens)}–{clock(closes)}" for opens, closes in spans)


def _dates(span: DateSpan, lang: Lang) -> str:
    # Without a year: that of the day which is told beside it. 2024 has every day of the calendar.
    first, last = (told_day(date(2024, *day), lang, weekday=False) for day in (span.first, span.last))
    return first if span.first == span.last else f"{first} – {last}"
