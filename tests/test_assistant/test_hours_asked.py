from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.agent.responder import ShopResponder
from assistant.reply import Action
from assistant.settings import AssistantSettings
from knowledge.clock import FrozenClock
from knowledge.home import Home
from tests.openai_server import OpenAIServer
from tests.test_assistant.small_shop import OTHER, SHOP, Counter
from tests.test_assistant.test_going_on import exchanged


async def at(home: Home, hour_utc: int) -> tuple[Counter, ShopResponder]:
    """Return the small shop, whose people are there from 9 to 22 in Shanghai, at an hour of a Saturday."""
    database = await home.open_database()
    clock = FrozenClock(datetime(2026, 11, 28, hour_utc, 5, tzinfo=UTC))
    responder = ShopResponder(database, AssistantSettings(), clock)
    await responder.start(SHOP)
    store = responder.retriever.store
    return Counter(responder, OpenAIServer(), await store.shop(SHOP), await store.shop(OTHER)), responder


@pytest.mark.parametrize(("hour_utc", "yes", "says"), [(3, "在。", "11:05"), (15, "不在。", "11月29日周日 09:00")])
async def test_whether_somebody_is_there_now_is_told_by_the_shops_clock(
    small_shops: Home, hour_utc: int, yes: str, says: str
) -> None:
    counter, responder = await at(small_shops, hour_utc)
    reply = (await counter.ask("客服现在在吗")).outcome.reply
    await responder.close()

    assert reply.action is Action.ANSWER
    assert reply.text.startswith(yes)
    assert says in reply.text
    assert "人工客服每天 9:00–22:00 在线" in reply.text  # the rule beside what it means
    assert [one.kind for one in reply.citations] == ["document", "derivation"]
    assert "09:00–22:00" in reply.citations[1].quote


async def test_an_afterthought_keeps_the_day_and_changes_the_hour(embedded_counter: Counter) -> None:
    first = (await embedded_counter.ask("周日晚上8点有客服吗")).outcome.reply
    second = (await embedded_counter.ask("那凌晨一点呢", *exchanged("周日晚上8点有客服吗", first))).outcome.reply

    assert first.text.startswith("有。")
    assert second.text.startswith("没有。")
    assert "周日 01:00" in second.text


async def test_when_an_order_leaves_is_not_told_by_the_hours_of_the_people(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("周日晚上8点下单什么时候发货")).outcome.reply

    assert all(one.kind != "derivation" for one in reply.citations)
