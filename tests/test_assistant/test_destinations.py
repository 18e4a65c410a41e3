from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.agent.planner import next_calls
from assistant.agent.verdicts import destinations
from assistant.agent.verdicts.destinations import LIST_ASKED, destination
from assistant.agent.verdicts.findings import Findings
from assistant.quoting import statements
from assistant.rules.applied import applied
from assistant.rules.destinations import destinations_in, ships_to
from assistant.rules.gazetteer import gazetteer
from assistant.rules.places import place_in, speaks_of, steps_to, with_place_of
from assistant.understanding.constraints import Constraints
from assistant.understanding.expectations import Expected, expected_answer
from assistant.understanding.references import Reference
from tests.test_assistant.small_shop import Counter
from tests.test_assistant.test_confidence import question, support
from tests.test_assistant.test_never_twice import findings
from tests.test_assistant.test_rules import FREE_ZH, FRIDAY
from tests.test_assistant.test_sizing import a_product

CLOSED = (
    "Besides the US and Canada we ship to the United Kingdom, Germany and Japan. Import charges are the recipient's. "
    "We do not ship to other countries."
)
MAINLAND = "仅支持中国大陆地区发货，港澳台及海外暂不支持。"


def goes(rule: str, place: str, home: str = "us") -> bool | None:
    read = destinations_in([one.plain for one in statements(rule)])
    (named,) = gazetteer().mentions(place)
    return ships_to(read, named.place, home) if read is not None else None


@pytest.mark.parametrize(
    ("rule", "place", "answer"),
    [
        (CLOSED, "germany", True),
        (CLOSED, "日本", True),  # whatever language the rule is in
        (CLOSED, "Brazil", False),
        (CLOSED, "Bavaria", True),  # lies in Germany
        (CLOSED, "Hawaii", True),
        (CLOSED, "Europe", None),  # only parts of it are listed
        ("We ship to the US and Canada.", "France", None),  # an open list excludes nothing
        ("We ship to the UK, Ireland and Germany only.", "France", False),
        ("We ship worldwide, except to Russia and Belarus.", "Japan", True),
        ("We ship worldwide, except to Russia and Belarus.", "Moscow", False),
        ("We do not ship outside the United States.", "Canada", False),
        ("We do not ship outside the United States.", "Texas", True),
        ("We deliver within the contiguous US. We do not ship to Alaska or Hawaii.", "Honolulu", False),
        ("We deliver within the contiguous US. We do not ship to Alaska or Hawaii.", "Texas", True),
        ("Everything leaves from our warehouse in Montana. We ship to Canada.", "Montana", None),
        ("There is no free shipping to Canada or abroad.", "Canada", None),  # speaks of the price
        ("Candles are fragile. They can be delivered in the contiguous US only.", "Hawaii", None),
        ("Candles, electrical items and oversize items cannot be sent to Canada or Hawaii.", "Canada", None),
    ],
)
def test_a_list_of_destinations_is_held_against_the_place(rule: str, place: str, *, answer: bool | None) -> None:
    assert goes(rule, place) is answer


@pytest.mark.parametrize(
    ("rule", "place", "answer"),
    [
        (MAINLAND, "乌鲁木齐", True),
        (MAINLAND, "台湾", False),
        (MAINLAND, "澳门", False),
        (MAINLAND, "Germany", False),
        ("支持寄往香港、澳门、新加坡和马来西亚，其他国家暂不支持。", "日本", False),
        ("支持寄往香港、澳门、新加坡和马来西亚，其他国家暂不支持。", "吉隆坡", True),
        ("暂不支持海外地址。", "美国", False),
        ("暂不支持海外地址。", "西藏", None),
        ("发往大陆地区，西藏除外。", "拉萨", False),
        ("含电池的商品、液体膏体类护肤彩妆不能寄往港澳台。", "香港", None),
    ],
)
def test_the_same_in_chinese(rule: str, place: str, *, answer: bool | None) -> None:
    assert goes(rule, place, home="cn") is answer


def test_names_that_are_words_in_small_letters_are_read_as_capitals_only() -> None:
    assert gazetteer().mentions("can you ship it to us") == []
    assert [one.place for one in gazetteer().mentions("to the US or the UK")] == ["us", "gb"]
    assert [one.place for one in gazetteer().mentions("马里兰州")] == ["us-maryland"]  # and not Mali


def test_the_rule_of_the_province_holds_for_its_city() -> None:
    assert place_in("寄乌鲁木齐要几天") == "乌鲁木齐"
    assert speaks_of("新疆、西藏另收 15 元", "乌鲁木齐")
    assert steps_to("新疆、西藏另收 15 元", "新疆") == 0
    assert applied("买300块寄乌鲁木齐包邮吗", FREE_ZH, FRIDAY, "CNY", "zh") == "乌鲁木齐：你的 ¥300 达到了 ¥299。"


def test_the_place_of_an_afterthought_takes_the_place_of_the_first() -> None:
    assert with_place_of("ships to Germany?", "what about Scotland") == "ships to Scotland?"
    assert with_place_of("能寄到台湾吗", "那新疆呢") == "能寄到新疆吗"
    assert with_place_of("ships to Germany?", "and how long?") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("how long to Mexico?", "Mexico"),
        ("寄到日本多少钱", "日本"),
        ("do you ship to Germany", "Germany"),
        ("is it made in Germany", None),
        ("how long from Mexico to Japan", None),
    ],
)
def test_a_question_about_one_place_that_something_is_sent_to_looks_for_the_list(text: str, place: str | None) -> None:
    asked = replace(question(), text=text, expected=expected_answer(text))
    found = destination(asked)
    assert (found.spelt if found else None) == place


def test_of_certain_goods_the_list_decides_nothing() -> None:
    asked = replace(question(), text="how long to Mexico", expected=Expected.DURATION)
    assert destination(replace(asked, reference=Reference((a_product(),), "named"))) is None
    assert destination(replace(asked, constraints=replace(Constraints(), kinds=frozenset({"mug"})))) is None


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("text", "looked_for"), [("寄到日本要几天", True), ("退货要几天", False)])
async def test_the_list_is_looked_for_beside_the_question(
    embedded_counter: Counter, text: str, looked_for: bool
) -> None:
    calls = next_calls(await embedded_counter.context(text), [])
    queries = [call.arguments["query"] for call in calls if call.tool == "search_documents"]
    assert queries == [text, *[LIST_ASKED["zh"]][: int(looked_for)]]


def test_the_list_that_was_looked_for_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = replace(support(), fact=replace(support().fact, text=CLOSED))
    monkeypatch.setattr(
        Findings, "in_documents", lambda _, asked: [listed] if asked.text == LIST_ASKED["en"] else [support()]
    )
    turn = findings()
    shop: Any = turn.context.request.shop
    shop.locale = "en-US"
    asked = replace(question(), text="how long to Mexico", expected=Expected.DURATION)
    told = destinations.verdict(asked, turn)
    assert told is not None
    assert told.worked_out is not None
    assert told.worked_out.said == "Mexico is not among the places that the shop ships to."
    assert told.supports == (listed,)
