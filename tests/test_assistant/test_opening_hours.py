from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.quoting import statements
from assistant.rules.dates import date_spans
from assistant.rules.hours_asked import Presence, asked_in, of_all, presence
from assistant.rules.hours_text import by_subject, leaves_open, opening_hours
from assistant.rules.hours_told import HoursTold, derivation, presence_text
from assistant.rules.when import with_hour_of

# A Saturday, the fourth of its month.
NOW = datetime(2026, 11, 28, 10, 30, tzinfo=ZoneInfo("Europe/Oslo"))
WEEK = "Mon–Fri 9–6, Sat 10–4, closed on Sundays. Closed 1–3 January."


def asked(rule: str, question: str) -> list[Presence]:
    hours = opening_hours([one.plain for one in statements(rule)])
    moment = asked_in(question, NOW, else_now=True)
    assert hours is not None
    assert moment is not None
    return presence(hours, moment, NOW)


def spans(rule: str, question: str) -> list[str]:
    return [f"{o / 60:g}-{c / 60:g}" for one in asked(rule, question) for o, c in one.spans]


@pytest.mark.parametrize(
    ("rule", "question", "told"),
    [
        (WEEK, "on Friday?", ["9-18"]),  # whoever opens at 9 does not close at 6 in the morning
        (WEEK, "on Saturday?", ["10-16"]),
        (WEEK, "on Sunday?", []),
        ("Phone lines: weekdays 8.30am–5.30pm", "on Monday?", ["8.5-17.5"]),
        ("We are here from 1–5pm every day.", "today?", ["13-17"]),
        ("Tuesday through Sunday noon to 10pm.", "on Sunday?", ["12-22"]),
        ("Tuesday through Sunday noon to 10pm.", "on Monday?", []),  # no line speaks of it
        ("Open daily 11am-9pm except Tuesday.", "on Tuesday?", []),
        ("Monday, Wednesday and Friday: 10:00 - 19:00", "on Wednesday?", ["10-19"]),
        ("Open 24/7.", "on Sunday?", ["0-24"]),
        ("9:00-18:00（周一至周五），周末休息", "周五", ["9-18"]),
        ("9:00-18:00（周一至周五），周末休息", "周日", []),
        ("周一、周三、周五 10:00-19:00", "周三", ["10-19"]),
        ("周一至周五 上午9:00—12:00，下午1:30—5:30", "周二", ["9-12", "13.5-17.5"]),
        ("周一至周五 9:00–18:00（12:00–13:00 休息）", "周二", ["9-12", "13-18"]),
        ("每天 9:00–22:00，含周末。", "周日", ["9-22"]),
        ("营业时间：周一至周六 10点到晚上9点半；周日12点到18点", "周六", ["10-21.5"]),
        ("| Day | Hours |\n|---|---|\n| Mon – Thu | 9:00–17:00 |\n| Friday | 9:00–20:00 |", "on Friday?", ["9-20"]),
        ("Closed from 24 December to 2 January. Otherwise Monday to Friday, 9 to 5.", "on Monday?", ["9-17"]),
    ],
)
def test_hours_are_read_however_they_are_written(rule: str, question: str, told: list[str]) -> None:
    assert spans(rule, question) == told


@pytest.mark.parametrize(
    "rule",
    ["We reply within 24 hours on 3–5 business days.", "Delivery takes 2–4 days.", "Closed on Sundays.", "1–3 October"],
)
def test_other_numbers_are_no_hours(rule: str) -> None:
    assert opening_hours([rule]) is None


def test_hours_of_two_things_that_disagree_are_none_together() -> None:
    rule = ["Phone: Mon–Fri 9am–5pm.", "Chat: Mon–Fri 8am–8pm."]

    assert opening_hours(rule) is None
    assert [one.subject for one in by_subject(rule)] == ["phone", "chat"]


def test_a_day_that_stands_for_itself_goes_on_with_what_was_spoken_of_before() -> None:
    (one,) = by_subject(["Showroom: Monday to Friday 9am–5pm.", "Saturdays 10am–2pm."])

    assert one.subject == "showroom"


@pytest.mark.parametrize(
    ("question", "there"),
    [
        ("are you open now?", True),
        ("are you open at 4 pm today?", False),  # at the hour of closing nobody is there
        ("is anybody there at 3:59 pm today?", True),
        ("on Sunday at noon?", False),
        ("on 2 January?", False),  # a Saturday, but of the closed dates
        ("on Saturday, 9 January?", True),
        ("at 9 tonight?", False),
        ("this weekend?", None),  # one of the two days
    ],
)
def test_the_rule_is_held_against_the_moment(question: str, there: bool | None) -> None:
    assert of_all(asked(WEEK, question)) is there


def test_what_began_in_the_evening_goes_on_after_midnight() -> None:
    assert of_all(asked("Bar open Thu–Sat 6pm–2am", "on Sunday at 1 am?")) is True
    assert of_all(asked("Bar open Thu–Sat 6pm–2am", "on Sunday at 3 am?")) is False


def test_a_saturday_of_the_month_is_told_from_the_others() -> None:
    rule = "The outlet is open the first and third Saturday of each month, 10 a.m.–3 p.m."
    (today,) = asked(rule, "today?")

    assert not today.there
    assert today.next_opening is not None
    assert today.next_opening.isoformat() == "2026-12-05T10:00:00+01:00"
    assert of_all(asked(rule, "on Saturday, 19 December at noon?")) is True


def test_the_next_hours_are_told_with_the_day_on_which_they_begin() -> None:
    told = HoursTold(tuple(asked(WEEK, "on Sunday?")), now=False, aside=False)

    assert presence_text(told, "en") == (
        "Sunday, 29 November: closed on that day by the rule. The next hours begin at 09:00 on Monday, 30 November."
    )
    assert presence_text(told, "zh") == "11月29日周日：按规定这一天休息。下一次开始是11月30日周一 09:00。"
    assert derivation(told.found) == "2026-11-29 Sun ∉ closed, next 2026-11-30 Mon 09:00"


def test_exceptions_that_no_calendar_tells_are_left_open_and_named() -> None:
    assert leaves_open(["Mon–Fri 9–5.", "Closed on public holidays."])
    assert leaves_open(["每天 9:00–22:00。", "除夕至正月初二休息。"])
    assert not leaves_open(["Mon–Fri 9–5, closed on Sundays.", "Closed 1–3 January."])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("closed 1–3 october", (10, 1), (10, 3)),
        ("from december 24 to january 2", (12, 24), (1, 2)),
        ("10月1日至3日", (10, 1), (10, 3)),
        ("12月30日至1月2日", (12, 30), (1, 2)),
        ("2026-12-24", (12, 24), (12, 24)),
        ("on christmas day", (12, 25), (12, 25)),
    ],
)
def test_dates_are_read_in_every_order(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    (found,) = date_spans(text)

    assert (found.first, found.last) == (first, last)


def test_days_that_share_a_month_are_each_a_date() -> None:
    assert [span.first for span in date_spans("closed 24, 25 and 26 december")] == [(12, 24), (12, 25), (12, 26)]
    assert [span.first for span in date_spans("12月24、25日休息")] == [(12, 24), (12, 25)]


def test_the_hour_of_an_afterthought_takes_the_place_of_the_first() -> None:
    assert with_hour_of("is anyone there on Sunday at 8 pm?", "and at 11pm?") == "is anyone there on Sunday at 11pm?"
    assert with_hour_of("周日晚上8点有人吗", "那凌晨一点呢") == "周日凌晨一点有人吗"
    assert with_hour_of("is anyone there on Sunday?", "and at 11pm?") is None
