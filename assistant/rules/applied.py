"""A rule applied to the shopper's case, where its typed pieces decide; the rule itself is quoted beside it.

Only what follows from the pieces is said: that an hour is after the cut-off, that a sum reaches a
threshold. Whether something is free or allowed is what the quoted rule says of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from assistant.rules.cut_off import CutOff, cut_off_in, dated
from assistant.rules.places import place_in, steps_to
from assistant.rules.threshold import Threshold, spent_in, thresholds_in
from assistant.rules.when import MINUTES, Moment, moment_in, told_day
from knowledge.money import Money
from knowledge.text import Lang

_SAID: Final[dict[str, dict[Lang, str]]] = {
    "in_time": {
        "en": "{hour} is before the cut-off at {cut_off} (the shop's time), so it would be the same day{on}.",
        "zh": "{hour} 在截止时间 {cut_off}（店铺当地时间）之前，可以当天{on}办理。",
    },
    "late": {
        "en": "{hour} is after the cut-off at {cut_off} (the shop's time){then}.",
        "zh": "{hour} 已过截止时间 {cut_off}（店铺当地时间）{then}。",
    },
    "closed": {
        "en": "{day} is not one of the days in the rule{then}.",
        "zh": "{day}不在规定的日子里{then}。",
    },
    "then": {"en": ", so it would be {day}, public holidays aside", "zh": "，所以是{day}（法定节假日除外）"},
    "reached": {"en": "Your {spent} reaches {amounts}", "zh": "你的 {spent} 达到了 {amounts}"},
    "missed": {"en": "Your {spent} does not reach {amounts}", "zh": "你的 {spent} 没有达到 {amounts}"},
    "and_missed": {"en": " but not {amounts}", "zh": "，没有达到 {amounts}"},
    "of_place": {"en": "For {place}: ", "zh": "{place}："},
}


def applied(question: str, rule: str, now: datetime, currency: str, lang: Lang) -> str:
    """Return what a rule means for the shopper's case, in one line; empty where its pieces do not decide.

    Args:
        question: The shopper's words, with day, hour, place or sum.
        rule: The passage that answers, in the shop's words.
        now: In the shop's zone.
        currency: The shop's, ISO 4217.
    """
    # An afterthought ("and on Sunday?") is joined behind what it takes up; its own hour or sum is the one that counts.
    for words in dict.fromkeys((question.rsplit("\n", 1)[-1], question)):
        if said := _of_hour(words, rule, now, lang) or _of_sum(words, rule, currency, lang):
            return said
    return ""


def _of_hour(question: str, rule: str, now: datetime, lang: Lang) -> str:
    moment, cut_off = moment_in(question, now), cut_off_in(rule)
    if moment is None or cut_off is None or (found := dated(cut_off, moment)) is None:
        return ""
    then = _SAID["then"][lang].format(day=_day(found.day, lang)) if found.day else ""
    if found.closed and moment.day is not None:
        return _SAID["closed"][lang].format(day=_day(moment.day, lang), then=then)
    day = _day(moment.day, lang)
    on = (f" ({day})" if lang == "en" else f"（{day}）") if day else ""
    key = "in_time" if found.same_day else "late"
    return _SAID[key][lang].format(hour=_hour(moment, cut_off), cut_off=_clock(cut_off.minute), on=on, then=then)


def _of_sum(question: str, rule: str, currency: str, lang: Lang) -> str:
    spent = spent_in(question, currency)
    known = list(thresholds_in(rule, currency)) if spent is not None else []
    place = place_in(question)
    if place is not None:
        # The rule for the province goes before that for the country.
        steps = {threshold: steps_to(threshold.statement, place) for threshold in known}
        nearest = min((up for up in steps.values() if up is not None), default=None)
        known = [threshold for threshold in known if nearest is not None and steps[threshold] == nearest]
    if spent is None or not known:
        return ""
    reached = _amounts([one for one in known if one.reached_by(spent)], currency)
    missed = _amounts([one for one in known if not one.reached_by(spent)], currency)
    sum_of = str(Money(spent, currency))
    lead = _SAID["of_place"][lang].format(place=place) if place is not None else ""
    if not reached:
        said = _SAID["missed"][lang].format(spent=sum_of, amounts=missed)
    else:
        more = _SAID["and_missed"][lang].format(amounts=missed) if missed else ""
        said = _SAID["reached"][lang].format(spent=sum_of, amounts=reached) + more
    return lead + said + ("." if lang == "en" else "。")


def _amounts(thresholds: Sequence[Threshold], currency: str) -> str:
    amounts: dict[Decimal, None] = dict.fromkeys(threshold.amount for threshold in thresholds)
    return ", ".join(str(Money(amount, currency)) for amount in sorted(amounts))


def _hour(moment: Moment, cut_off: CutOff) -> str:
    return _clock(cut_off.minute if moment.minute is None else moment.minute)


def _clock(minute: int) -> str:
    return f"{minute // MINUTES:02d}:{minute % MINUTES:02d}"


def _day(day: date | None, lang: Lang) -> str:
    return "" if day is None else told_day(day, lang)
