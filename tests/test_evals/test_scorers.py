from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from assistant.reply import Action, Comparison, Reply
from evals.scorers import SCORERS, Exchange, scored, without_reply
from evals.targets import Answered
from evals.wording import numbers_in
from knowledge.money import Money
from tests.test_evals.world import CARD, RETURNS, SOURCES, TRUE_REPLY, case, citing, exchange, reply, sized


def value(name: str, given: Reply, expect: dict[str, Any] | None = None, **values: Any) -> float | None:
    return SCORERS[name](exchange(given, expect, **values)).value


def test_a_true_reply_is_faultless_and_what_is_not_expected_is_unscored() -> None:
    scores = scored(exchange(TRUE_REPLY))
    judged = {name: score.value for name, score in scores.items() if score.value is not None}
    assert set(judged.values()) == {1.0}
    assert judged.keys() >= {"action", "must_say", "citations_verbatim", "citations_hold_fact", "numbers_supported"}
    assert scores["size_exact"].value is None
    assert scores["order"].value is None


@pytest.mark.parametrize(
    ("name", "given", "expect"),
    [
        ("action", reply("A person will.", Action.HANDOFF), {"action": "answer"}),
        ("must_say", reply("Within a month."), {"must_say": [["30 days", "thirty days"]]}),
        ("must_not_say", reply("It’s FREE!"), {"must_not_say": ["it's free"]}),
        ("products", reply("Here."), {"products": ["red-coat"]}),
        ("documents", reply("Here."), {"documents": ["returns.md"]}),
        ("size_exact", sized("S"), {"size": "M"}),
        ("size_exact", sized("S"), {"size": None}),
        ("size_within_one", sized("S"), {"size": "L"}),
        ("reply_language", reply("三十天之内可以退。"), {"lang": "en"}),
        ("order", reply("I do not know."), {"order": {"order_no": "7", "status": "shipped"}}),
        ("numbers_supported", reply("Within 45 days. [1]", citations=(citing(RETURNS[:37], 0),)), {}),
        ("citations_verbatim", reply("Yes. [1]", citations=(citing("Coats may be kept", 0),)), {}),
        ("citations_verbatim", reply("Yes. [1]", citations=(citing("Coats", 1),)), {}),
        ("citations_verbatim", reply("Yes, 30 days."), {"action": "answer", "must_say": ["30"]}),
    ],
)
def test_each_scorer_sees_the_mistake_it_is_for(name: str, given: Reply, expect: dict[str, Any]) -> None:
    score = SCORERS[name](exchange(given, expect))
    assert score.value == 0.0
    assert score.explanation


@pytest.mark.parametrize(
    ("name", "given", "expect"),
    [
        ("action", reply("?", Action.CLARIFY), {"action": ["clarify", "handoff"]}),
        ("must_say", reply("Costs **￥8** in all"), {"must_say": [["¥8", "8 yuan"]]}),
        ("products", reply("Here.", products=(CARD,)), {"products": ["red-coat"]}),
        ("size_exact", sized("m"), {"size": "M"}),
        ("size_exact", sized(None), {"size": None}),
        ("size_within_one", sized("S"), {"size": "M"}),
        ("reply_language", reply("For 红色大衣 take size M."), {"lang": "en"}),
        ("reply_language", reply("店里写的是：Coats may be returned within 30 days."), {"lang": "zh"}),
        ("order", reply("No."), {"order": None}),
        ("order", reply("The price stands."), {"order": {"product": "red-coat", "price_min": 100, "price_max": 120}}),
        ("numbers_supported", reply("It is $120.", products=(CARD,)), {}),
        ("numbers_supported", reply("How long (1)? 1. first"), {}),
    ],
)
def test_each_scorer_lets_a_right_reply_pass(name: str, given: Reply, expect: dict[str, Any]) -> None:
    assert SCORERS[name](exchange(given, expect)).value in (1.0, None)


def test_the_price_of_a_bargain_lies_in_its_range_or_fails() -> None:
    expect = {"order": {"product": "red-coat", "price_min": 100, "price_max": 120}}
    for amount, right in (("99.00", 0.0), ("100.00", 1.0), ("121.00", 0.0)):
        asked = exchange(reply("Deal."), expect)
        told = {**asked.reply, "offer": {"product": "red-coat", "price": {"amount": amount, "currency": "USD"}}}
        offered = Exchange(asked.case, 0, asked.expect, asked.shopper_texts, Answered(told, 1.0), SOURCES)
        assert SCORERS["order"](offered).value == right


def test_an_unsupported_number_is_told_apart_by_whether_the_shop_says_it_at_all() -> None:
    told = SCORERS["numbers_supported"](exchange(reply("96 or 97 dollars"), {})).explanation
    assert "not in the reply's sources: 96" in told
    assert "nowhere in the shop's files: 97" in told


def test_a_cited_quote_without_the_fact_does_not_hold_it() -> None:
    beside = reply("Within 30 days. [1]", citations=(citing("Return shipping costs $8.", 38),))
    assert value("citations_verbatim", beside) == 1.0
    assert value("citations_hold_fact", beside) == 0.0
    assert value("citations_hold_fact", beside, tags=["unanswerable"]) is None


def test_a_chart_row_is_held_to_its_own_numbers() -> None:
    good = {"kind": "size_chart", "id": "coats", "passage": "M", "quote": "胸围：85–90 cm", "start": None, "end": None}
    assert SOURCES.holds(good) is True
    assert SOURCES.holds({**good, "passage": "S"}) is False
    assert SOURCES.holds({**good, "passage": "L", "quote": "chest: 91–96.2 cm"}) is True  # 96.23, as shown
    assert SOURCES.holds({**good, "passage": "L", "quote": "chest: 91–96.3 cm"}) is False
    assert SOURCES.holds({**good, "kind": "horoscope"}) is None


def test_without_the_shops_texts_citations_are_unscored_and_not_zero() -> None:
    asked = exchange(TRUE_REPLY)
    foreign = Exchange(asked.case, 0, asked.expect, asked.shopper_texts, asked.answered, None)
    assert SCORERS["citations_verbatim"](foreign).value is None
    assert SCORERS["must_say"](foreign).value == 1.0


def test_a_reply_that_cannot_be_judged_fails_with_the_reason() -> None:
    asked = exchange(TRUE_REPLY)
    strange = Answered({"text": "x", "citations": [{"no": "quote"}], "products": 7}, 1.0)
    scores = scored(Exchange(asked.case, 0, asked.expect, asked.shopper_texts, strange, SOURCES))
    assert scores["citations_verbatim"].value == 0.0
    assert "could not be judged" in scores["citations_verbatim"].explanation


def test_where_no_reply_came_all_that_was_expected_is_missing() -> None:
    scores = without_reply(case(expect={"action": "answer", "size": None, "lang": "en"}).expect, "no reply: down")
    assert {name: score.value for name, score in scores.items()} == {
        "action": 0.0,
        "size_exact": 0.0,
        "reply_language": 0.0,
    }


def test_numbers_are_read_in_one_writing() -> None:
    assert numbers_in("¥1,299.00，52公斤 [3] １２") == {"1299", "52", "12"}
    assert numbers_in("170，52") == {"170", "52"}


def test_how_far_two_prices_lie_apart_is_supported_only_side_by_side() -> None:
    dear = replace(CARD, handle="blue-coat", price=Money(Decimal(150), "USD"))
    beside = Comparison((CARD.handle, dear.handle), ("Red Coat", "Blue Coat"), ())
    for text, wanted in (("$30 apart.", 1.0), ("$31 apart.", 0.0)):
        assert value("numbers_supported", reply(text, products=(CARD, dear), comparison=beside), {}) == wanted
    assert value("numbers_supported", reply("$30 apart.", products=(CARD, dear)), {}) == 0.0
