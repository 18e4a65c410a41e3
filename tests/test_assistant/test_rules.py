from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from assistant.rules.applied import applied
from assistant.rules.cut_off import cut_off_in
from assistant.rules.places import place_in
from assistant.rules.threshold import spent_in, thresholds_in
from assistant.rules.when import moment_in

# A Friday, early in New York.
FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=ZoneInfo("America/New_York"))
DISPATCH = (
    "Orders placed and paid before **2:00 p.m. Eastern** on a business day ship the same day. Orders placed later or "
    "at weekends ship on the next business day. Business days are Monday to Friday."
)
DISPATCH_ZH = "现货周一至周六 **16:00 前**付款，当天发出；16:00 之后付款的，次日发出。周日不发货，顺延到下一个工作日。"
FREE = (
    "Standard shipping within the country is free when the order comes to $75 or more. For Alaska and Hawaii the "
    "threshold is $150. There is no free shipping to Canada."
)
FREE_ZH = "同一订单实付满 99 元包邮；不满 99 元收 8 元运费。\n新疆、西藏另收 15 元，实付满 299 元免附加费。"


def said(question: str, rule: str, currency: str = "USD") -> str:
    return applied(question, rule, FRIDAY, currency, "en" if question.isascii() else "zh")


@pytest.mark.parametrize(
    ("question", "means"),
    [
        ("I order at 3 pm Saturday, when does it ship?", "Saturday, 21 November is not one of the days in the rule"),
        ("I order at 3 pm Saturday, when does it ship?", "it would be Monday, 23 November"),
        ("ordered at 1 pm on Tuesday, same day?", "13:00 is before the cut-off at 14:00"),
        ("if I pay at 2pm today", "14:00 is after the cut-off at 14:00"),  # at the hour is not before it
        ("if I pay at 2pm today", "it would be Monday, 23 November"),  # the weekend lies between
        ("is 15:30 too late?", "15:30 is after the cut-off at 14:00 (the shop's time)."),  # no day, so no date
    ],
)
def test_a_cut_off_is_applied_to_the_hour_and_the_day(question: str, means: str) -> None:
    assert means in said(question, DISPATCH)


def test_the_same_in_chinese_with_six_working_days() -> None:
    assert said("明天下午三点半付款能发吗", DISPATCH_ZH).startswith("15:30 在截止时间 16:00")
    assert "所以是11月23日周一" in said("周日下单什么时候发货", DISPATCH_ZH)
    assert "已过截止时间" in said("晚上八点付款呢", DISPATCH_ZH)


@pytest.mark.parametrize(
    "question",
    [
        "when do you ship?",
        "I order on Tuesday, when does it ship?",  # the hour decides, and is not said
        "at 1 pm Tuesday or 4 pm Wednesday?",
        "at 3 on Tuesday?",  # morning or afternoon
        "三点付款能发吗",
    ],
)
def test_what_the_pieces_do_not_decide_is_left_to_the_quote(question: str) -> None:
    assert said(question, DISPATCH) == ""


def test_an_afterthought_has_its_own_day() -> None:
    joined = "ordered at 1 pm on Tuesday, same day?\nand on Sunday?"
    assert "Sunday, 22 November is not one of the days" in said(joined, DISPATCH)


def test_opening_hours_are_no_cut_off() -> None:
    assert cut_off_in("We answer Monday to Friday 9 a.m.–6 p.m. Call before noon if you can.") is None


@pytest.mark.parametrize(
    ("question", "means"),
    [
        ("Is shipping free if I spend 80?", "Your $80 reaches $75 but not $150."),
        ("is $75 enough?", "Your $75 reaches $75"),
        ("does my $149.99 order to Hawaii ship free", "For Hawaii: Your $149.99 does not reach $150."),
        ("free shipping for $250 to Canada?", ""),  # the rule has no sum for Canada, and says so itself
        ("for $80 to Norway?", ""),
        ("is it free for £80?", ""),  # other money
        ("$80 or $160?", ""),
    ],
)
def test_a_sum_is_held_against_the_thresholds_of_the_place(question: str, means: str) -> None:
    assert said(question, FREE).startswith(means)
    assert bool(said(question, FREE)) is bool(means)


def test_the_same_in_chinese() -> None:
    assert said("买88块钱包邮吗", FREE_ZH, "CNY") == "你的 ¥88 没有达到 ¥99, ¥299。"
    assert said("寄到西藏，300块，运费多少", FREE_ZH, "CNY") == "西藏：你的 ¥300 达到了 ¥299。"


def test_over_asks_for_more_than_the_amount() -> None:
    (threshold,) = thresholds_in("Wrapping is free on orders over $50.", "USD")
    assert not threshold.reached_by(Decimal(50))
    assert threshold.reached_by(Decimal("50.01"))


def test_a_number_that_is_no_money_is_no_sum() -> None:
    assert spent_in("I wear size 38, is shipping free?", "USD") is None
    assert spent_in("花了1,299元", "CNY") == Decimal(1299)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("how long to New Zealand?", "New Zealand"),
        ("寄到新疆要几天", "新疆"),
        ("寄西藏包邮吗", "西藏"),
        ("can I return it in December", None),
        ("多久能收到", None),
        ("to Canada or to Mexico?", None),
    ],
)
def test_the_one_place_is_read(text: str, place: str | None) -> None:
    assert place_in(text) == place


def test_days_are_counted_from_today_in_the_shop() -> None:
    moment = moment_in("this Friday at noon", FRIDAY)
    assert moment is not None
    assert (moment.day, moment.minute) == (FRIDAY.date(), 12 * 60)
