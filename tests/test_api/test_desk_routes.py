from __future__ import annotations

import asyncio

from tests.test_api.conftest import World


async def test_a_handoff_goes_all_its_way(world: World) -> None:
    shopper = await world.shopper(context={"product": "mug"}, contact={"name": "Ann"})
    await shopper.say("person please", wait=5)
    waiting = (await world.lin.get("/queue", shop="maple")).json()["conversations"]
    assert len(waiting) == 1
    one = waiting[0]
    assert set(one) == {
        "conversation_id",
        "shop",
        "status",
        "owner",
        "owner_epoch",
        "owner_name",
        "locale",
        "waiting_since",
        "created_at",
        "updated_at",
        "seq",
        "context",
        "contact",
        "last_message",
        "handoff",
    }
    assert (one["status"], one["owner"], one["context"], one["contact"]) == (
        "open",
        "assistant",
        {"product": "mug"},
        {"name": "Ann"},
    )
    assert one["handoff"]["summary"]["next_step"] == "call back"
    assert one["last_message"]["sender_type"] == "assistant"

    desk = world.desk_of(shopper, world.lin)
    claimed = (await desk.post("/claim")).json()["conversation"]
    assert (claimed["owner"], claimed["owner_name"], claimed["waiting_since"]) == ("human_agent:lin", "Lin", None)
    written = await desk.post("/messages", {"client_message_id": "h1", "text": "Hello, Lin here."})
    assert written.status_code == 201
    assert (
        await desk.post("/messages", {"client_message_id": "h1", "text": "Hello, Lin here."})
    ).json() == written.json()
    resolved = (await desk.post("/resolve")).json()["conversation"]
    assert (resolved["status"], resolved["handoff"]) == ("resolved", None)
    assert (await world.lin.get("/queue")).json()["conversations"] == []
    back = await shopper.say("thanks", "c2", wait=5)
    assert back.json()["reply"]["text"] == "echo thanks"


async def test_conflicts_are_told_with_a_stable_code(world: World) -> None:
    shopper = await world.shopper()
    await world.desk_of(shopper, world.lin).post("/claim")
    late = await world.desk_of(shopper, world.sam).post("/claim")
    assert (late.status_code, late.json()["code"], late.json()["retryable"]) == (409, "already_claimed", False)
    assert late.headers["content-type"] == "application/problem+json"
    uninvited = await world.desk_of(shopper, world.sam).post("/messages", {"text": "hi"})
    assert (uninvited.status_code, uninvited.json()["code"]) == (409, "not_owner")


async def test_of_many_claims_over_http_one_wins(world: World) -> None:
    shopper = await world.shopper()
    desks = [world.desk_of(shopper, agent) for agent in (world.lin, world.sam) * 5]
    answers = await asyncio.gather(*(desk.post("/claim") for desk in desks))
    winners = {answer.json()["conversation"]["owner"] for answer in answers if answer.status_code == 200}
    assert len(winners) == 1
    assert sum(answer.status_code == 200 for answer in answers) == 5


async def test_lists_filter_by_status_and_owner(world: World) -> None:
    shopper, _other = await world.shopper(), await world.shopper()
    await world.desk_of(shopper, world.lin).post("/claim")
    mine = (await world.lin.get("/conversations", owner="me", status="open")).json()["conversations"]
    assert [shopper.path.endswith(one["conversation_id"]) for one in mine] == [True]
    assert len((await world.lin.get("/conversations", status="pending")).json()["conversations"]) == 1
    assert len((await world.lin.get("/conversations", owner="assistant")).json()["conversations"]) == 1
    assert (await world.lin.get("/conversations", status="lost")).status_code == 422


async def test_me_tells_name_shops_and_colleagues(world: World) -> None:
    assert (await world.sam.get("/me")).json() == {
        "id": "sam",
        "name": "Sam",
        "shops": [{"id": "maple", "name": "Maple"}],
        "colleagues": [{"id": "lin", "name": "Lin"}],
    }


async def test_release_transfer_and_snooze_answer_with_the_conversation(world: World) -> None:
    shopper = await world.shopper()
    desk = world.desk_of(shopper, world.lin)
    await desk.post("/claim")
    moved = (await desk.post("/transfer", {"to": "sam"})).json()["conversation"]
    assert moved["owner_name"] == "Sam"
    released = (await world.desk_of(shopper, world.sam).post("/release", {"to": "queue"})).json()["conversation"]
    assert (released["status"], released["owner"]) == ("open", "assistant")
    snoozed = await desk.post("/snooze", {"until": "2099-01-01T00:00:00+08:00"})
    assert snoozed.json()["conversation"]["status"] == "snoozed"
    assert (await desk.post("/snooze", {"until": "2099-01-01T00:00:00"})).status_code == 422


async def test_the_shoppers_wish_for_a_person_is_queued_once(world: World) -> None:
    shopper = await world.shopper()
    for _ in range(2):
        answer = await shopper.post("/handoff", {})
        assert (answer.status_code, answer.json()["queued"]) == (202, True)
    types = [event["type"] for event in (await shopper.get("/events")).json()["events"]]
    assert types == ["handoff.requested", "queue.position"]
