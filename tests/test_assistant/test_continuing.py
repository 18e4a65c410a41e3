"""What a message continues, and what of the earlier question it puts in another's place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.turn import PastMessage
from assistant.understanding.continuing import asks, continued_question, joined

ASKED: Sequence[PastMessage] = (
    PastMessage("shopper", "how long does delivery to canada take"),
    PastMessage("assistant", "A week.", {"action": "answer"}),
)


def no_likeness(_: str, __: str) -> float:
    return 0.0


@pytest.mark.parametrize(
    "text",
    [
        "and to Mexico?",
        "to Mexico?",
        "what about Mexico",
        "or by express?",
        "线呢",
        "加急的话",
        "那新疆呢",
        "换成顺丰呢？",
    ],
)
def test_an_afterthought_continues_the_question_before(text: str) -> None:
    assert continued_question(text, ASKED) == ASKED[0].text


@pytest.mark.parametrize(
    "text",
    [
        "is it waterproof",
        "do you take paypal",
        "for how much?",
        "to which countries do you ship?",
        "to return an order",
        "to be honest it is awful",
        "what if it arrives broken?",
        "能开发票吗",
        "我想看看你们家有没有适合送长辈的羊绒围巾呢",
        "多少钱呢",
        "怎么洗呢",
        "我的快递呢",
        "人呢",
        "如果不合适能退吗",
        "thanks",
    ],
)
def test_what_asks_for_itself_continues_nothing(text: str) -> None:
    assert continued_question(text, ASKED) is None


@pytest.mark.parametrize(
    ("earlier", "later", "whole"),
    [
        ("does the merino sweater pill", "what about the linen shirt", "does the linen shirt pill"),
        ("what is the warranty on lamps", "and the cutting board?", "what is the warranty on cutting board"),
        ("can i put the mugs in the dishwasher", "and the skillet", "can i put the skillet in the dishwasher"),
        ("充电器质保几年", "那耳机呢", "耳机质保几年"),
        ("毛巾掉色吗", "浴袍呢", "浴袍掉色吗"),
        ("does the wool coat pill", "what about ankle boots", "does the ankle boots pill"),
    ],
)
def test_other_goods_take_the_place_of_the_first_by_their_whole_name(earlier: str, later: str, whole: str) -> None:
    assert joined(earlier, later, no_likeness) == whole


def test_after_talk_of_a_product_its_stock_is_a_question_of_its_own() -> None:
    shown = (ASKED[0], PastMessage("assistant", "L.", {"action": "answer", "products": [{"handle": "shirt"}]}))
    assert continued_question("what about sky, in stock?", shown) is None
    assert continued_question("what about sky?", shown) == ASKED[0].text


def test_what_names_no_other_goods_is_told_beside_the_question() -> None:
    assert joined("充电器质保几年", "线呢", no_likeness) == "充电器质保几年\n线呢"
    assert joined("充电器质保几年", "那耳机防水吗", no_likeness) == "充电器质保几年\n那耳机防水吗"
    later = "and does the linen shirt shrink?"
    assert joined("what is the warranty on lamps", later, no_likeness).endswith(f"\n{later}")
    assert joined("where is my refund", "and then how long, i paid by card", lambda *_: 0.6).startswith("where is my")


@pytest.mark.parametrize(
    "text",
    [
        "sent it back, what comes off the refund",
        "ordered at 3. is that today",
        "算不算穿过啊",
        "运费谁出",
        "bulk order 40 mugs, who quotes me",
    ],
)
def test_a_question_within_a_message_is_one(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "我要退货",
        "please cancel my order",
        "linen shirt in blue",
        "这两件都要",
        "cancel order 1001, which I placed yesterday",
        "cancel my order, do it now",
        "I'd like to cancel, can't wait any longer",
        "change the address to 12 main st, which is my office",
        "it arrived broken, what a shame",
        "耳机动不动就断连，我要退货",
    ],
)
def test_a_message_without_a_question_is_none(text: str) -> None:
    assert not asks(text)
