from __future__ import annotations

import asyncio
import time

from api.settings import ApiSettings
from knowledge.home import Home
from tests.conftest import serving
from tests.scripted import ScriptedResponder
from tests.test_api.conftest import STREAM, Caller, Frame, World, take, world_over


async def test_a_page_reads_on_from_its_cursor(world: World) -> None:
    shopper = await world.shopper()
    await shopper.say("hello", wait=5)
    seen, after, more = [], 0, True
    while more:
        page = (await shopper.get("/events", after=after, limit=2)).json()
        seen += [event["seq"] for event in page["events"]]
        after, more = page["last_seq"], page["has_more"]
    assert seen == [1, 2, 3, 4, 5]


async def test_an_event_has_the_shape_of_the_contract(world: World) -> None:
    shopper = await world.shopper()
    await shopper.say("hello")
    event = (await shopper.get("/events", limit=1)).json()["events"][0]
    assert set(event) == {
        "seq",
        "id",
        "type",
        "at",
        "actor",
        "owner",
        "owner_epoch",
        "message_id",
        "client_message_id",
        "trace_id",
        "data",
        "conversation_id",
        "shop",
    }
    assert (event["actor"], event["owner"], event["owner_epoch"], event["shop"]) == ("shopper", "assistant", 1, "maple")
    assert event["client_message_id"] == "c1"


async def test_a_long_poll_returns_when_something_happens(world: World) -> None:
    shopper = await world.shopper()
    polling = asyncio.create_task(shopper.get("/events", wait=10))
    await asyncio.sleep(0.1)
    assert not polling.done()
    await shopper.say("hello")
    page = (await polling).json()
    assert page["events"][0]["type"] == "message.created"


async def test_a_long_poll_returns_empty_when_nothing_happens(world: World) -> None:
    shopper = await world.shopper()
    started = time.monotonic()
    page = (await shopper.get("/events", wait=0.2)).json()
    assert page == {"events": [], "last_seq": 0, "has_more": False}
    assert 0.15 < time.monotonic() - started < 2


async def test_a_long_poll_is_not_woken_by_what_the_shopper_may_not_see(world: World) -> None:
    shopper = await world.shopper()
    polling = asyncio.create_task(shopper.get("/events", wait=0.4))
    await asyncio.sleep(0.1)
    await world.desk_of(shopper, world.lin).post("/notes", {"text": "careful"})
    page = (await polling).json()
    assert page == {"events": [], "last_seq": 1, "has_more": False}


async def test_a_stream_sends_what_is_stored_and_then_what_comes(world: World) -> None:
    shopper = await world.shopper()
    await shopper.say("one", "c1", wait=5)
    async with shopper.stream() as frames:
        stored = await take(frames, "message.completed")
        await shopper.say("two", "c2")
        live = await take(frames, "message.completed")
    numbered = [frame.id for frame in stored + live if frame.id is not None]
    assert numbered == [str(n) for n in range(1, 11)]


async def test_deltas_are_pushed_without_an_id_and_not_stored(world: World) -> None:
    shopper = await world.shopper()
    async with shopper.stream() as frames:
        await shopper.say("hold", "c1")
        begun = await take(frames, "message.delta")
        world.responder.release.set()
        rest = await take(frames, "message.completed")
    deltas = [frame for frame in begun + rest if frame.data["type"] == "message.delta"]
    assert "".join(frame.data["data"]["text"] for frame in deltas).startswith("Let me ")
    assert all(frame.id is None and "seq" not in frame.data and "id" not in frame.data for frame in deltas)
    assert deltas[0].data["message_id"] == rest[-1].data["message_id"]
    types = [event["type"] for event in (await shopper.get("/events")).json()["events"]]
    assert "message.delta" not in types


async def test_last_event_id_resumes_and_wins_over_after(world: World) -> None:
    shopper = await world.shopper()
    await shopper.say("hello", wait=5)
    async with shopper.stream("/events?after=1", **{"Last-Event-ID": "3"}) as frames:
        found = await take(frames, "message.completed")
    assert [frame.id for frame in found] == ["4", "5"]


async def test_a_last_event_id_that_is_no_cursor_is_refused(world: World) -> None:
    shopper = await world.shopper()
    response = await shopper.client.get(
        f"{shopper.path}/events", headers={**shopper.headers, **STREAM, "Last-Event-ID": "abc"}
    )
    assert (response.status_code, response.json()["code"]) == (422, "bad_last_event_id")


async def test_clients_that_drop_all_the_time_lose_nothing_and_see_nothing_twice(world: World) -> None:
    shopper = await world.shopper()
    seen: list[Frame] = []

    async def follow() -> None:
        last = "0"
        while not any(frame.data.get("data", {}).get("rating") for frame in seen):
            async with shopper.stream(**{"Last-Event-ID": last}) as frames:
                count = 0
                async for frame in frames:
                    if frame.id is None:
                        continue
                    seen.append(frame)
                    last, count = frame.id, count + 1
                    if count == 3 or frame.data["type"] == "rating.given":
                        break

    following = asyncio.create_task(follow())
    for n in range(12):
        await shopper.say(f"word{n}", f"c{n}", wait=5)
    await shopper.post("/rating", {"rating": 4})
    async with asyncio.timeout(10):
        await following
    assert [frame.id for frame in seen] == [str(n + 1) for n in range(len(seen))]


async def test_the_summary_and_notes_are_hidden_from_the_shopper_and_their_place_stays_taken(world: World) -> None:
    shopper = await world.shopper()
    await shopper.say("person please", wait=5)
    await world.desk_of(shopper, world.lin).post("/notes", {"text": "careful"})
    await shopper.post("/rating", {"rating": 4})
    mine = (await shopper.get("/events")).json()
    assert "secret summary" not in str(mine)
    assert "careful" not in str(mine)
    staff = Caller(world.lin.client, world.lin.token, shopper.path)
    whole = (await staff.get("/events")).json()
    assert [event["seq"] for event in whole["events"]] == list(range(1, whole["last_seq"] + 1))
    assert {event["type"] for event in whole["events"]} - {event["type"] for event in mine["events"]} == {
        "note.created"
    }
    assert mine["last_seq"] == whole["last_seq"]
    asked = next(event for event in whole["events"] if event["type"] == "handoff.requested")
    assert asked["data"]["summary"]["question"] == "secret summary"
    async with shopper.stream() as frames:
        streamed = await take(frames, "rating.given")
    assert "secret summary" not in str(streamed)
    assert "note.created" not in {frame.data["type"] for frame in streamed}


async def test_typing_reaches_the_other_side_and_is_not_stored(world: World) -> None:
    shopper = await world.shopper()
    async with world.lin.stream() as at_desk, shopper.stream() as at_shopper:
        await shopper.post("/typing")
        pushed = (await take(at_desk, "typing"))[-1]
        assert (pushed.id, pushed.data["actor"], pushed.data["data"]) == (None, "shopper", {"on": True})
        await world.desk_of(shopper, world.lin).post("/typing", {"on": False})
        found = await take(at_shopper, "typing")
        assert found[0].data["actor"] == "shopper"
        if len(found) == 1:
            found += await take(at_shopper, "typing")
        assert found[-1].data["actor"] == "human_agent:lin"
    assert (await shopper.get("/events")).json()["last_seq"] == 0


async def test_a_silent_stream_sends_keep_alives(home: Home) -> None:
    async with world_over(home, ApiSettings(keep_alive_seconds=0.05)) as world:
        shopper = await world.shopper()
        request = shopper.client.stream("GET", f"{shopper.path}/events", headers={**shopper.headers, **STREAM})
        async with request as response, asyncio.timeout(5):
            lines = response.aiter_lines()
            comments = 0
            while comments < 3:
                comments += (await anext(lines)).startswith(":")


async def test_the_end_of_the_server_ends_open_streams_cleanly(home: Home) -> None:
    ended = asyncio.Event()

    async def listen(caller: Caller) -> None:
        async with caller.stream() as frames:
            async for _ in frames:
                pass
        ended.set()

    async with serving(home, ScriptedResponder()) as server:
        made = (await server.client.post("/v1/shops/maple/conversations", json={})).json()
        caller = Caller(server.client, made["token"], f"/v1/conversations/{made['conversation_id']}")
        listening = asyncio.create_task(listen(caller))
        await asyncio.sleep(0.2)
        started = time.monotonic()
        server.services.wakeups.close()
        await listening
    assert ended.is_set()
    assert time.monotonic() - started < 3


async def test_the_desk_streams_all_conversations_of_its_shops(world: World) -> None:
    in_maple, in_lingxi = await world.shopper("maple"), await world.shopper("lingxi")
    await in_lingxi.say("hello", wait=5)
    await in_maple.say("hello", wait=5)
    all_events = (await world.lin.get("/events", after=0)).json()
    assert {event["shop"] for event in all_events["events"]} == {"maple", "lingxi"}
    ids = [event["id"] for event in all_events["events"]]
    assert ids == sorted(ids)
    async with world.sam.stream("/events?after=0") as frames:
        found = await take(frames, "message.completed")
    assert {frame.data["shop"] for frame in found} == {"maple"}
    numbered = [frame for frame in found if frame.id is not None]
    assert [frame.id for frame in numbered] == [str(frame.data["id"]) for frame in numbered]
