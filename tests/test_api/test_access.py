from __future__ import annotations

import os
import stat

from api.staff_tokens import ensure_staff
from assistant.access import Access
from knowledge.home import Home
from tests.test_api.conftest import Caller, World

SHOPPER_ROUTES = ("messages", "handoff", "typing", "read", "rating")
DESK_ROUTES = ("claim", "release", "transfer", "resolve", "snooze", "messages", "notes", "typing")


async def test_every_shopper_route_asks_for_a_token(world: World) -> None:
    shopper = await world.shopper()
    client = world.server.client
    answers = [await client.post(f"{shopper.path}/{route}", json={}) for route in SHOPPER_ROUTES]
    answers.append(await client.get(f"{shopper.path}/events"))
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (401, "no_token")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_every_staff_route_asks_for_a_token(world: World) -> None:
    shopper, client = await world.shopper(), world.server.client
    base = "/v1/desk" + shopper.path.removeprefix("/v1")
    answers = [await client.post(f"{base}/{route}", json={}) for route in DESK_ROUTES]
    answers += [await client.get(path) for path in ("/v1/desk/me", "/v1/desk/queue", "/v1/desk/conversations", base)]
    answers.append(await client.get("/v1/desk/events"))
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}


async def test_a_token_that_nobody_issued_is_401(world: World) -> None:
    shopper = await world.shopper()
    for token in ("dgs_guess", "dgh_guess", "guess", "密"):
        answer = await world.server.client.get(
            f"{shopper.path}/events", headers={b"Authorization": b"Bearer " + token.encode()}
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "unknown_token")


async def test_a_shopper_token_opens_its_own_conversation_only(world: World) -> None:
    one, other = await world.shopper(), await world.shopper()
    stranger = Caller(one.client, one.token, other.path)
    answers = [await stranger.say("hello"), await stranger.get("/events"), await stranger.post("/handoff")]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "other_conversation")}


async def test_a_shopper_token_does_not_open_the_desk(world: World) -> None:
    shopper = await world.shopper()
    intruder = Caller(shopper.client, shopper.token, "/v1/desk")
    for answer in (await intruder.get("/queue"), await world.desk_of(shopper, shopper).post("/claim")):
        assert (answer.status_code, answer.json()["code"]) == (403, "staff_only")


async def test_a_human_agent_sees_only_the_shops_served(world: World) -> None:
    elsewhere = await world.shopper("lingxi")
    await elsewhere.say("person please", wait=5)
    assert (await world.sam.get("/queue")).json()["conversations"] == []
    assert (await world.sam.get("/queue", shop="lingxi")).status_code == 404
    assert (await world.desk_of(elsewhere, world.sam).post("/claim")).status_code == 404
    assert (await Caller(world.sam.client, world.sam.token, elsewhere.path).get("/events")).status_code == 404
    assert len((await world.lin.get("/queue", shop="lingxi")).json()["conversations"]) == 1


async def test_staff_do_not_write_on_the_shoppers_side(world: World) -> None:
    shopper = await world.shopper()
    answer = await Caller(world.lin.client, world.lin.token, shopper.path).say("hello")
    assert (answer.status_code, answer.json()["code"]) == (403, "shopper_only")


async def test_only_hashes_of_tokens_are_in_the_database(world: World) -> None:
    shopper = await world.shopper()
    await shopper.say("hello", wait=5)
    stored = b"".join(path.read_bytes() for path in world.server.services.home.path.glob("daogou.db*"))
    assert shopper.token.encode() not in stored


async def test_a_restart_keeps_the_staff_tokens_and_their_file_is_private(home: Home) -> None:
    database = await home.open_database()
    access = Access(database, home.clock)
    first = await ensure_staff(home, access, {"lin": "Lin", "sam": "Sam"})
    again = await ensure_staff(home, access, {"lin": "Lin", "sam": "Sam"})
    assert first == again
    assert (await access.caller(first[0].token)).id == "lin"  # type: ignore[union-attr]
    if os.name == "posix":
        assert stat.S_IMODE((home.path / "staff-tokens.json").stat().st_mode) == 0o600
    await database.close()
