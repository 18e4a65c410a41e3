"""A shop's page vouches for its shopper when the conversation starts; who else may not."""

from __future__ import annotations

import time
from typing import Any

from assistant.orders.identity import signature_of
from assistant.orders.links import ShopLink
from tests.test_api.conftest import World

SECRET = "a secret of the shop"
PATH = "/v1/shops/maple/conversations"


def signed(expires: int | None = None, **who: Any) -> dict[str, Any]:
    until = expires or int(time.time()) + 600
    return {**who, "expires": until, "signature": signature_of(SECRET, "maple", who, until)}


async def linked(world: World) -> None:
    await world.server.services.links.put("maple", ShopLink(identity_secret=SECRET))


async def test_a_signed_contact_reaches_the_turn_as_an_identity_and_the_desk_without_its_signature(
    world: World,
) -> None:
    await linked(world)
    shopper = await world.shopper(contact=signed(id="c-7", email="lin@example.com"))
    await shopper.say("where is my order", wait=5)
    assert world.responder.requests[-1].identity is not None
    assert world.responder.requests[-1].identity.id == "c-7"
    seen = (await world.lin.get(f"/v1/desk{shopper.path.removeprefix('/v1')}")).json()
    assert "signature" not in str(seen)


async def test_an_unsigned_contact_is_kept_and_proves_nothing(world: World) -> None:
    await linked(world)
    shopper = await world.shopper(contact={"id": "c-7", "identity": "c-7"})
    await shopper.say("where is my order", wait=5)
    assert world.responder.requests[-1].identity is None


async def test_a_signature_that_does_not_hold_starts_nothing(world: World) -> None:
    await linked(world)
    for contact in (
        {**signed(id="c-7"), "id": "c-8"},
        signed(expires=int(time.time()) - 1, id="c-7"),
        {"id": "c-7", "signature": "0" * 64},
    ):
        refused = await world.server.client.post(PATH, json={"contact": contact})
        assert (refused.status_code, refused.json()["code"]) == (403, "identity_not_verified")
