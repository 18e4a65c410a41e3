"""What is said to an offer that stands, and to a change that waits for a yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.agent.responder import ShopResponder
from assistant.reply import Action, Offer, Reply
from assistant.settings import AssistantSettings
from assistant.understanding.intents import Intent
from knowledge.home import Home
from tests.openai_server import OpenAIServer
from tests.test_assistant.small_shop import CARDIGAN, ORDER_NO, OTHER, PHONE_LAST4, SHOP, Counter
from tests.test_assistant.test_bargaining import haggle, offered
from tests.test_assistant.test_going_on import exchanged

# In the loop of the shop's own fixture, where it still writes down what it has embedded.
pytestmark = pytest.mark.asyncio(loop_scope="session")

WISH = "云柔羊毛开衫能便宜点吗"
CANCEL = f"取消订单 {ORDER_NO}，手机尾号 {PHONE_LAST4}"


async def said(counter: Counter, *texts: str) -> list[Reply]:
    replies: list[Reply] = []
    for i, text in enumerate(texts):
        before = [m for asked, reply in zip(texts[:i], replies, strict=True) for m in exchanged(asked, reply)]
        replies.append((await counter.ask(text, *before)).outcome.reply)
    return replies


def offer_of(reply: Reply) -> Offer:
    assert reply.offer is not None
    return reply.offer


@pytest.mark.parametrize(
    "yes", ["可以，就这个价", "行，那我下单了", "就這個價，我買了", "ok deal", "great, I'll have it"]
)
async def test_who_takes_an_offer_gets_that_very_offer(embedded_counter: Counter, yes: str) -> None:
    first, second = await said(embedded_counter, WISH, yes)

    assert second.action is Action.ANSWER
    assert offer_of(second) == offer_of(first)


@pytest.mark.parametrize("no", ["太贵了，那算了", "不用了谢谢", "no thanks, I'll leave it"])
async def test_who_leaves_an_offer_is_offered_nothing_better(embedded_counter: Counter, no: str) -> None:
    first, second = await said(embedded_counter, WISH, no)

    assert offer_of(second) == offer_of(first)
    assert any(words in second.text for words in ("改变主意", "change your mind"))


async def test_who_asks_for_more_still_bargains(embedded_counter: Counter) -> None:
    first, second = await said(embedded_counter, WISH, "还能再少点吗")

    assert offer_of(second).coupon != offer_of(first).coupon
    assert offer_of(second).price.amount < offer_of(first).price.amount


async def test_a_question_beside_a_yes_is_answered(embedded_counter: Counter) -> None:
    _, second = await said(embedded_counter, WISH, "好的。退货运费谁出？")

    assert "质量问题来回运费由我们出" in second.text


async def test_an_offer_that_was_told_again_is_no_further_step() -> None:
    first = haggle("any discount?")

    assert offered(haggle("a bit more?", first, first)) == offered(haggle("a bit more?", first))


class Watch:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 4, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


async def test_an_offer_that_has_run_out_is_not_given_again(small_shops: Home) -> None:
    database, watch = await small_shops.open_database(), Watch()
    responder = ShopResponder(database, AssistantSettings(), watch)
    await responder.start(SHOP)
    store = responder.retriever.store
    counter = Counter(responder, OpenAIServer(), await store.shop(SHOP), await store.shop(OTHER))

    (first,) = await said(counter, WISH)
    watch.moment += timedelta(days=2)
    second = (await counter.ask("可以，就这个价", *exchanged(WISH, first))).outcome.reply
    await responder.close()
    await database.close()

    assert offer_of(first).product == CARDIGAN
    assert second.offer is None
    assert "已经失效" in second.text


async def test_a_bid_for_another_thing_is_not_held_against_the_last_one(embedded_counter: Counter) -> None:
    _, second = await said(embedded_counter, WISH, "衬衫 150 行吗")

    assert [card.title for card in second.products] == ["亚麻衬衫"]


@pytest.mark.parametrize(
    "leave",
    ["算了，还是等吧", "那还是别取消了，留着吧", "還是算了，不取消了", "never mind, leave it", "keep it as is"],
)
async def test_a_change_is_dropped_in_whatever_words(embedded_counter: Counter, leave: str) -> None:
    first, second, third = await said(embedded_counter, CANCEL, leave, "确认")

    assert first.change is not None
    assert second.change is None
    assert any(words in second.text for words in ("不作任何", "nothing is changed"))
    assert third.change is None  # what was dropped cannot be confirmed any more


async def test_another_wish_is_not_taken_for_leaving_it(embedded_counter: Counter) -> None:
    first, second = await said(embedded_counter, CANCEL, "不取消了，换成L码吧")

    assert first.change is not None
    assert "不作任何改动" not in second.text


async def test_no_thanks_after_an_answer_asks_for_nothing(embedded_counter: Counter) -> None:
    _, second = await said(embedded_counter, "退货运费谁出？", "不用了，谢谢")

    assert second.action is Action.ANSWER


async def test_a_yes_to_a_price_that_cannot_be_lowered_calls_nobody(embedded_counter: Counter) -> None:
    refused, second = await said(embedded_counter, "亚麻衬衫能便宜点吗", "行吧，成交")

    assert refused.action is Action.REFUSE
    assert second.action is Action.ANSWER
    assert second.handoff is None


async def test_the_price_asked_for_last_is_that_of_the_product_just_spoken_of(embedded_counter: Counter) -> None:
    (reply,) = await said(embedded_counter, "云柔羊毛开衫是什么材质？多少钱？")

    assert {card.handle for card in reply.products} == {CARDIGAN}
    assert "399" in reply.text
    assert reply.offer is None


async def test_a_clear_question_about_a_rule_is_no_search_though_it_says_cheapest(embedded_counter: Counter) -> None:
    await embedded_counter.responder.settled()
    rule, search = "最便宜的运费是多少，几天能到", "最便宜的开衫"
    intents = [(await embedded_counter.context(text)).understanding.intent for text in (rule, search)]

    assert intents == [Intent.SHOP_QUESTION, Intent.FIND_PRODUCTS]
