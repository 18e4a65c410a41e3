from __future__ import annotations

import pytest

from assistant.quick_replies import quick_reply
from knowledge.promotions import QuickReply

HOURS = QuickReply(("hours", "open", "phone"), "Nine to five.", "en")
WRAP = QuickReply(("gift wrap",), "We wrap for $6.", "en")
SHIPPING = QuickReply(("free shipping",), "From $75.", "en")
INVOICE = QuickReply(("怎么开发票", "能开发票吗"), "在订单页申请。", "zh")
SHOP = QuickReply(("自提", "实体店"), "没有门店。", "zh")
ANY = QuickReply(("newsletter",), "Subscribe below. 在下面订阅。", None)
ALL = (HOURS, WRAP, SHIPPING, INVOICE, SHOP, ANY)


@pytest.mark.parametrize(
    ("text", "lang", "rule"),
    [
        ("What are your hours?", "en", HOURS),
        ("gift wrap", "en", WRAP),
        ("do you gift wrap?", "en", WRAP),
        ("free shiping?", "en", SHIPPING),  # a slip
        ("请问怎么开发票呢", "zh", INVOICE),
        ("你们有实体店吗", "zh", SHOP),
        ("newsletter?", "zh", ANY),
    ],
)
def test_a_message_that_says_nothing_but_a_keyword_gets_its_reply(text: str, lang: str, rule: QuickReply) -> None:
    found = quick_reply(text, ALL, lang)
    assert found is not None
    assert found[0] is rule


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("can you gift wrap the floor lamp?", "en"),
        ("do I get free shipping for $250 to Canada?", "en"),
        ("do you have phone cases?", "en"),
        ("do you often have sales?", "en"),  # "often" is no slip of "open"
        ("定制的围巾怎么开发票", "zh"),
        ("What are your hours?", "zh"),  # the rule is written for the other language
        ("", "en"),
    ],
)
def test_whoever_says_more_is_answered_in_full(text: str, lang: str) -> None:
    assert quick_reply(text, ALL, lang) is None


def test_the_longest_keyword_goes_first() -> None:
    short = QuickReply(("shipping",), "Ships daily.", "en")
    found = quick_reply("free shipping", (short, SHIPPING), "en")
    assert found is not None
    assert found[0] is SHIPPING
