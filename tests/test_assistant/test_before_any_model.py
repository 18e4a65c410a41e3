"""What no model is asked for: the merchant's fixed replies, and what a coupon takes off."""

from __future__ import annotations

from assistant.reply import Action
from assistant.turn import PastMessage
from tests.test_assistant.small_shop import COUPON, WRAPPING, Counter


async def test_the_merchant_s_quick_reply_is_told_in_their_words(counter: Counter) -> None:
    asked = await counter.ask("可以礼品包装吗？")
    assert asked.outcome.reply.text == f"{WRAPPING} [1]"
    assert asked.outcome.reply.action is Action.ANSWER
    assert (asked.outcome.reply.citations[0].kind, asked.outcome.reply.citations[0].quote) == ("quick_reply", WRAPPING)


async def test_who_asks_for_a_person_gets_one_although_a_quick_reply_speaks_of_it(counter: Counter) -> None:
    asked = await counter.ask("人工")
    assert asked.outcome.reply.action is Action.HANDOFF
    assert asked.outcome.reply.handoff is not None


async def test_a_coupon_is_worked_out_for_what_would_be_bought(counter: Counter) -> None:
    asked = await counter.ask(f"云柔羊毛开衫买两件用{COUPON}多少钱")
    assert "¥778" in asked.outcome.reply.text
    assert asked.outcome.reply.citations[0].passage == "2 × ¥399 = ¥798; ¥798 − ¥20 = ¥778"
    assert asked.outcome.reply.products[0].title == "云柔羊毛开衫"


async def test_an_afterthought_with_another_count_works_it_out_anew(counter: Counter) -> None:
    question = f"云柔羊毛开衫用{COUPON}多少钱"
    first = await counter.ask(question)
    assert "还差 ¥101" in first.outcome.reply.text
    said = (
        PastMessage("shopper", question),
        PastMessage("assistant", first.outcome.reply.text, first.outcome.reply.as_json()),
    )
    assert "¥778" in (await counter.ask("那买两件呢？", *said)).outcome.reply.text
