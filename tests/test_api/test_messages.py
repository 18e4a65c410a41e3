from __future__ import annotations

import asyncio
import json

from tests.test_api.conftest import JSON, World


async def test_a_message_is_accepted_with_its_place(world: World) -> None:
    shopper = await world.shopper()
    response = await shopper.say("hello")
    assert response.status_code == 202
    assert set(response.json()) == {"message_id", "seq"}
    assert response.json()["seq"] == 1


async def test_a_retry_returns_the_first_result(world: World) -> None:
    shopper = await world.shopper()
    first, again = await shopper.say("hello"), await shopper.say("hello")
    assert again.json() == first.json()


async def test_with_wait_the_reply_comes_in_the_same_answer(world: World) -> None:
    shopper = await world.shopper()
    response = await shopper.say("hello", wait=5)
    assert response.status_code == 200
    body = response.json()
    assert body["reply"]["text"] == "echo hello"
    assert body["message"]["type"] == "message.created"
    assert body["message"]["data"]["parts"] == [{"type": "text", "text": "hello"}]
    again = await shopper.say("hello", wait=5)
    assert again.json() == body


async def test_with_wait_a_merged_message_gets_the_reply_of_the_whole_turn(world: World) -> None:
    shopper = await world.shopper()
    waiting = [asyncio.create_task(shopper.say("hold", "c1", wait=5))]
    await world.responder.asked(1)
    waiting.append(asyncio.create_task(shopper.say("more", "c2", wait=5)))
    await world.responder.asked(2)
    world.responder.release.set()
    first, second = await asyncio.gather(*waiting)
    assert first.status_code == second.status_code == 200
    assert first.json()["reply"] == second.json()["reply"]


async def test_with_wait_over_the_time_it_is_202_without_a_reply(world: World) -> None:
    shopper = await world.shopper()
    response = await shopper.say("hold", wait=0.1)
    assert response.status_code == 202
    body = response.json()
    assert body["reply"] is None
    assert (body["message_id"], body["seq"]) == (body["message"]["message_id"], 1)


async def test_with_wait_it_is_202_at_once_when_a_person_owns_it(world: World) -> None:
    shopper = await world.shopper()
    await world.desk_of(shopper, world.lin).post("/claim")
    async with asyncio.timeout(2):
        response = await shopper.say("hello", wait=30)
    assert (response.status_code, response.json()["reply"]) == (202, None)


async def test_a_claim_ends_the_waiting(world: World) -> None:
    shopper = await world.shopper()
    waiting = asyncio.create_task(shopper.say("hold", wait=30))
    await world.responder.asked(1)
    await world.desk_of(shopper, world.lin).post("/claim")
    async with asyncio.timeout(2):
        response = await waiting
    assert (response.status_code, response.json()["reply"]) == (202, None)


async def test_text_may_come_as_parts(world: World) -> None:
    shopper = await world.shopper()
    body = {"client_message_id": "c1", "parts": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]}
    response = await shopper.post("/messages", body, wait=5)
    assert response.json()["reply"]["text"] == "echo one\ntwo"


async def test_what_is_no_message_is_refused_by_field(world: World) -> None:
    shopper = await world.shopper()
    for body, field in (
        ({"client_message_id": "c", "text": " \n"}, "text"),
        ({"client_message_id": "c", "text": "x" * 4001}, "text"),
        ({"text": "x"}, "client_message_id"),
        ({"client_message_id": "c"}, "body"),
        ({"client_message_id": "c", "text": "x", "parts": [{"type": "text", "text": "x"}]}, "body"),
        ({"client_message_id": "c", "parts": [{"type": "hologram", "text": "x"}]}, "parts.0.type"),
        ({"client_message_id": "c", "text": "\ud800"}, "text"),
    ):
        response = await shopper.client.post(
            f"{shopper.path}/messages", content=json.dumps(body), headers={**shopper.headers, **JSON}
        )
        assert response.status_code == 422, body
        assert response.json()["code"] == "invalid_request"
        assert [wrong["field"] for wrong in response.json()["errors"]] == [field]
    assert (await shopper.get("/events")).json()["last_seq"] == 0


async def test_four_thousand_characters_are_taken(world: World) -> None:
    shopper = await world.shopper()
    assert (await shopper.say("衣" * 4000)).status_code == 202


async def test_the_rating_is_kept(world: World) -> None:
    shopper = await world.shopper()
    assert (await shopper.post("/rating", {"rating": 6})).status_code == 422
    assert (await shopper.post("/rating", {"rating": 5, "comment": "kind"})).status_code == 201
    events = (await shopper.get("/events")).json()["events"]
    assert (events[0]["type"], events[0]["data"]) == ("rating.given", {"rating": 5, "comment": "kind"})


async def test_a_contact_that_could_not_be_shown_again_is_refused(world: World) -> None:
    for contact in ('{"name": "\\ud800"}', '{"age": NaN}', '{"name": ["a"]}'):
        response = await world.server.client.post(
            "/v1/shops/maple/conversations", content=f'{{"contact": {contact}}}', headers=JSON
        )
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"].startswith("contact.")
