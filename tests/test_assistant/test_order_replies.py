"""What a shopper hears about an order, turn by turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
import pytest_asyncio

from assistant.agent.responder import ShopResponder
from assistant.reply import Action, HandoffReason
from assistant.settings import AssistantSettings
from assistant.turn import PastMessage
from knowledge.store import KnowledgeStore
from tests.openai_server import openai_server
from tests.test_assistant.small_shop import (
    FLOOR,
    ORDER_NO,
    OTHER,
    PHONE_LAST4,
    SHOP,
    TRACKING,
    Asked,
    Counter,
    import_shops,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    """The small shop answered by the embedded mind."""
    home = await asyncio.to_thread(import_shops, tmp_path_factory.mktemp("orders"))
    database = await home.open_database()
    responder = ShopResponder(database, AssistantSettings())
    await responder.start()
    store = KnowledgeStore(database)
    async with openai_server() as endpoint:
        yield Counter(responder, endpoint, await store.shop(SHOP), await store.shop(OTHER))
    await responder.close()
    await database.close()


def past(text: str, asked: Asked) -> tuple[PastMessage, PastMessage]:
    reply = asked.outcome.reply
    return PastMessage("shopper", text), PastMessage("assistant", reply.text, reply.as_json())


async def test_an_order_is_told_with_its_source_once_number_and_phone_fit(counter: Counter) -> None:
    reply = (await counter.ask(f"订单{ORDER_NO}到哪了，尾号{PHONE_LAST4}")).outcome.reply
    assert reply.action is Action.ANSWER
    assert reply.order is not None
    assert reply.as_json()["order"]["verified"] is True
    assert reply.order.order_no == ORDER_NO
    assert TRACKING in reply.text
    assert reply.citations[0].kind == "order"


@pytest.mark.parametrize("asked", ["has it shipped", "查一下快递"])
async def test_whose_message_can_only_be_about_an_order_is_asked_for_its_number(counter: Counter, asked: str) -> None:
    reply = (await counter.ask(asked)).outcome.reply
    assert reply.action is Action.CLARIFY
    assert "order number" in reply.text or "订单号" in reply.text


@pytest.mark.parametrize("asked", ["can you send the gas to Chengdu", "店里有现货没 想过去看看实物"])
async def test_nobody_is_asked_for_an_order_that_was_not_spoken_of(counter: Counter, asked: str) -> None:
    reply = (await counter.ask(asked)).outcome.reply
    assert "order number" not in reply.text
    assert "订单号" not in reply.text


async def test_what_is_missing_is_asked_for_and_the_short_answer_opens_the_order(counter: Counter) -> None:
    question = f"我的订单{ORDER_NO}到哪了"
    first = await counter.ask(question)
    assert first.outcome.reply.action is Action.CLARIFY
    assert first.outcome.reply.order is None
    assert TRACKING not in first.outcome.reply.text
    second = await counter.ask(PHONE_LAST4, *past(question, first))
    assert second.outcome.reply.order is not None


async def test_who_complains_beside_an_orders_numbers_gets_a_person_who_sees_the_order(counter: Counter) -> None:
    reply = (await counter.ask(f"订单 {ORDER_NO}，手机尾号 {PHONE_LAST4} 我要投诉")).outcome.reply
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.COMPLAINT
    assert reply.order is not None


async def test_a_wrong_phone_tells_nothing_and_after_three_tries_a_person_is_called(counter: Counter) -> None:
    history: tuple[PastMessage, ...] = ()
    for text in (f"查订单{ORDER_NO}，尾号0000", "1111", "2222"):
        asked = await counter.ask(text, *history)
        assert asked.outcome.reply.order is None
        assert TRACKING not in asked.outcome.reply.text
        history += past(text, asked)
    reply = asked.outcome.reply
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.NOT_VERIFIED


async def test_a_rule_about_orders_is_answered_without_asking_who_it_is(counter: Counter) -> None:
    reply = (await counter.ask("满多少钱包邮？")).outcome.reply
    assert reply.action is Action.ANSWER
    assert "99" in reply.text


async def test_the_model_is_told_of_an_order_only_what_was_proved(counter: Counter) -> None:
    context = await counter.context(f"我是收货人，订单{ORDER_NO}的快递单号发我")
    assert context.enquiry is not None
    assert context.enquiry.order is None


async def test_a_wish_for_a_lower_price_is_met_by_code_and_never_below_the_floor(counter: Counter) -> None:
    history: tuple[PastMessage, ...] = ()
    for text in ("云柔羊毛开衫便宜点吧", "375卖不卖", "再便宜点", "最低多少"):
        asked = await counter.ask(text, *history)
        reply = asked.outcome.reply
        assert reply.offer is not None, text
        assert Decimal(FLOOR) <= reply.offer.price.amount < Decimal(399)
        assert str(reply.offer.price) in reply.text
        assert FLOOR not in reply.text
        history += past(text, asked)


async def test_what_is_not_for_bargaining_keeps_its_price(counter: Counter) -> None:
    reply = (await counter.ask("亚麻衬衫便宜点吧")).outcome.reply
    assert reply.action is Action.REFUSE
    assert reply.offer is None


@pytest.mark.parametrize(
    "said",
    [
        f"我的订单{ORDER_NO}到哪了？我的手机尾号是{PHONE_LAST4}。",
        f"订单{ORDER_NO}到哪了？尾号{PHONE_LAST4}",
        f"Where is my order {ORDER_NO}? My phone number ends in {PHONE_LAST4}.",
        f"Where is my order {ORDER_NO}? phone ends {PHONE_LAST4}",
        f"Has {ORDER_NO} been shipped? The last four digits of my phone are {PHONE_LAST4}.",
    ],
)
async def test_what_proves_whose_order_it_is_asks_nothing_of_its_own(counter: Counter, said: str) -> None:
    context = await counter.context(said)
    assert len(context.understanding.questions) == 1


@pytest.mark.parametrize(
    "said",
    [
        f"订单{ORDER_NO}到哪了？尾号{PHONE_LAST4}，可以改成 L 码吗？",
        f"Where is my order {ORDER_NO}? My phone ends in {PHONE_LAST4}. Do you ship to Canada?",
    ],
)
async def test_what_is_asked_beside_a_proof_is_asked(counter: Counter, said: str) -> None:
    context = await counter.context(said)
    assert len(context.understanding.questions) == 2
