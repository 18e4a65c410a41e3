"""A change of an order, turn by turn: wish, proof, question, yes, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from assistant.agent.responder import ShopResponder
from assistant.orders.identity import Identity
from assistant.orders.links import ShopLink, ShopLinks
from assistant.reply import Action, HandoffReason, Reply
from assistant.settings import AssistantSettings
from assistant.turn import PastMessage, TurnRequest
from knowledge.catalog import Shop
from knowledge.store import KnowledgeStore
from tests.order_api import SECRET, OrderApi, order_api
from tests.test_assistant.small_shop import ORDER_NO, PHONE_LAST4, SHOP, import_shops

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROOF = "HL-2001, 4821"


class Talk:
    """One conversation with a responder, kept as the log would keep it."""

    def __init__(self, responder: ShopResponder, shop: Shop, links: ShopLinks) -> None:
        self.responder, self.shop, self.links = responder, shop, links
        self.history: list[PastMessage] = []

    async def say(self, text: str, identity: Identity | None = None) -> Reply:
        request = TurnRequest(self.shop, "cv_1", text, "tr_1", tuple(self.history), identity=identity)
        reply = (await self.responder.respond(request, _nothing)).reply
        self.history += [PastMessage("shopper", text), PastMessage("assistant", reply.text, reply.as_json())]
        return reply


async def _nothing(_text: str) -> None:
    """Drop the pieces."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Talk]:
    home = await asyncio.to_thread(import_shops, tmp_path_factory.mktemp("changes"))
    database = await home.open_database()
    responder = ShopResponder(database, AssistantSettings())
    await responder.start()
    yield Talk(responder, await KnowledgeStore(database).shop(SHOP), ShopLinks(database))
    await responder.close()
    await database.close()


@pytest_asyncio.fixture(loop_scope="module")
async def talk(counter: Talk) -> Talk:
    await counter.links.put(SHOP, ShopLink())
    return Talk(counter.responder, counter.shop, counter.links)


@pytest.fixture
def api() -> Iterator[OrderApi]:
    with order_api() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def linked(talk: Talk, api: OrderApi) -> Talk:
    await talk.links.put(SHOP, ShopLink(orders_url=api.url, orders_secret=SECRET, orders_timeout_seconds=0.4))
    return talk


def state_of(reply: Reply) -> str | None:
    return str(reply.change["state"]) if reply.change else None


# -- the last import: a person does it ------------------------------------------------------------


async def test_with_an_export_a_confirmed_wish_becomes_a_request_for_a_person(talk: Talk) -> None:
    asked = await talk.say(f"{ORDER_NO} {PHONE_LAST4} 不要了，帮我取消订单")
    assert (asked.action, state_of(asked), asked.handoff) == (Action.CLARIFY, "proposed", None)
    assert ORDER_NO in asked.text
    assert "已为您取消" not in asked.text
    done = await talk.say("确认")
    assert state_of(done) == "requested"
    assert done.handoff is not None
    assert done.handoff.reason is HandoffReason.NOT_POSSIBLE_HERE
    assert done.handoff.summary is not None
    assert done.handoff.summary.order is not None
    assert done.handoff.summary.order["order_no"] == ORDER_NO
    assert done.handoff.summary.request is not None
    assert done.handoff.summary.request["action"] == "cancel"


async def test_the_shops_own_rule_stands_with_the_question(talk: Talk) -> None:
    asked = await talk.say(f"我要退货，订单{ORDER_NO} 尾号{PHONE_LAST4}")
    assert state_of(asked) == "proposed"
    assert "7 天" in asked.text
    assert any(citation.kind == "document" for citation in asked.citations)


@pytest.mark.parametrize(
    ("text", "said"),
    [("不用了", "不作任何改动"), ("满多少钱包邮？", "99"), ("还是算了吧", ""), ("先等等", "不作任何改动")],
)
async def test_a_no_or_another_topic_drops_the_question(talk: Talk, text: str, said: str) -> None:
    await talk.say(f"{ORDER_NO} {PHONE_LAST4} 不要了，帮我取消订单")
    other = await talk.say(text)
    assert said in other.text
    assert state_of(other) is None
    late = await talk.say("确认")
    assert state_of(late) is None
    assert late.handoff is None


async def test_the_wish_survives_asking_for_number_phone_and_item_one_after_the_other(talk: Talk) -> None:
    first = await talk.say("帮我换货，M码太小了")
    assert (first.action, state_of(first), first.order) == (Action.CLARIFY, "wanted", None)
    second = await talk.say(ORDER_NO)
    assert (second.action, second.order) == (Action.CLARIFY, None)
    third = await talk.say(PHONE_LAST4)
    assert state_of(third) == "wanted", third.text
    assert "尺码" in third.text
    fourth = await talk.say("要L")
    assert state_of(fourth) == "proposed", fourth.text
    assert fourth.change is not None
    assert fourth.change["action"] == "exchange"
    assert "L" in fourth.change["details"]


async def test_every_number_of_a_new_address_reaches_the_person(talk: Talk) -> None:
    asked = await talk.say(f"订单{ORDER_NO}尾号{PHONE_LAST4}，帮我改一下收货地址")
    assert state_of(asked) == "wanted", asked.text
    told = await talk.say("文三路 88 号 3 幢 502，邮编 310012，王女士 13800001111")
    assert state_of(told) == "proposed", told.text
    assert told.change is not None
    for part in ("88", "502", "310012", "13800001111"):
        assert part in told.change["details"]
    assert ORDER_NO not in told.change["details"]


async def test_a_yes_to_a_part_is_asked_again_with_what_was_said(talk: Talk) -> None:
    await talk.say(f"我要退货，订单{ORDER_NO} 尾号{PHONE_LAST4}")
    again = await talk.say("好的，但是只退运费险那部分")
    assert state_of(again) == "proposed", again.text
    assert again.handoff is None


async def test_a_complaint_with_its_order_reaches_a_person_with_the_order(talk: Talk) -> None:
    reply = await talk.say(f"我要投诉你们，{ORDER_NO} {PHONE_LAST4}")
    assert reply.handoff is not None
    assert reply.handoff.summary is not None
    assert reply.handoff.summary.order is not None


async def test_without_proof_no_yes_changes_anything(talk: Talk) -> None:
    await talk.say(f"取消订单{ORDER_NO}")
    reply = await talk.say("确认取消")
    assert state_of(reply) in (None, "wanted")
    assert reply.order is None


# -- the shop's own API: it is made ----------------------------------------------------------------


async def test_with_the_shops_api_a_confirmed_change_is_made_once_and_its_result_told(
    linked: Talk, api: OrderApi
) -> None:
    asked = await linked.say(f"please cancel my order {PROOF}")
    assert state_of(asked) == "proposed"
    assert "Linen Shirt" in asked.text
    assert api.made == {}
    history = list(linked.history)
    done = await linked.say("yes please")
    assert (done.action, state_of(done)) == (Action.ANSWER, "done")
    assert "3 days" in done.text
    assert len(api.made) == 1
    # The same turn again, as after a crash before its reply was kept.
    linked.history = history
    again = await linked.say("yes please")
    assert "3 days" in again.text
    assert len([path for _, path in api.asked if path.endswith("/changes")]) == 1


async def test_what_the_shop_forbids_is_refused_in_its_words_before_anything_is_asked(
    linked: Talk, api: OrderApi
) -> None:
    reply = await linked.say(f"I want to return the linen shirt, {PROOF}")
    assert (reply.action, state_of(reply)) == (Action.REFUSE, "refused")
    assert "not been delivered yet" in reply.text
    assert api.made == {}


async def test_a_refusal_at_the_last_moment_is_told(linked: Talk, api: OrderApi) -> None:
    await linked.say(f"cancel my order {PROOF}")
    api.fault = "refuse"
    reply = await linked.say("yes")
    assert state_of(reply) == "refused"
    assert "packed already" in reply.text


async def test_when_it_is_not_known_whether_it_was_made_a_person_is_called(linked: Talk, api: OrderApi) -> None:
    await linked.say(f"cancel my order {PROOF}")
    api.fault = "500"
    # The read before it fails too: nothing was sent, and that is said.
    down = await linked.say("yes")
    assert down.handoff is not None
    assert down.handoff.reason is HandoffReason.TOOL_FAILED
    assert "Done" not in down.text


async def test_an_order_that_moved_on_meanwhile_is_asked_about_anew(linked: Talk, api: OrderApi) -> None:
    await linked.say(f"cancel my order {PROOF}")
    api.orders["HL-2001"] |= {"status": "shipped", "status_text": "Shipped"}
    reply = await linked.say("yes")
    assert state_of(reply) == "proposed"
    assert "Shipped" in reply.text
    assert api.made == {}


async def test_when_the_source_is_down_the_shopper_hears_so_and_a_person_is_called(linked: Talk, api: OrderApi) -> None:
    api.fault = "slow"
    reply = await linked.say(f"where is my order {PROOF}")
    assert "does not answer" in reply.text
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.TOOL_FAILED


async def test_who_is_signed_in_is_told_of_their_own_order_at_once(linked: Talk) -> None:
    reply = await linked.say("where is my order?", Identity(id="c-7"))
    assert reply.order is not None
    assert reply.order.order_no == "HL-2001"
    assert "2026-12-02" in reply.text
    other = await linked.say("where is my order HL-2001?", Identity(id="c-8"))
    assert other.order is None
