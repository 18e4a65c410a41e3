"""People around the running demo: shoppers and two human agents, over HTTP and SSE."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.installation import Process
from tests.kiln import SHOP
from tests.test_api.conftest import Caller, Json

WAIT_SECONDS = 40


@dataclass(frozen=True, slots=True)
class People:
    """Who uses one server."""

    client: httpx.AsyncClient
    lin: Caller
    sam: Caller

    async def shopper(self, shop: str = SHOP, **body: Any) -> Caller:
        return await new_shopper(self.client, shop, **body)


async def new_shopper(client: httpx.AsyncClient, shop: str, **body: Any) -> Caller:
    started = await client.post(f"/v1/shops/{shop}/conversations", json=body)
    assert started.status_code == 201, started.text
    made = started.json()
    return Caller(client, made["token"], f"/v1/conversations/{made['conversation_id']}")


async def ask(shopper: Caller, text: str, name: str, **more: Any) -> Json:
    """Write a message, and return the assistant's reply."""
    body = {"client_message_id": name, "text": text, **more}
    answered = await shopper.post("/messages", body, wait=WAIT_SECONDS)
    assert answered.status_code == 200, answered.text
    reply: Json = answered.json()["reply"]
    return reply


def at_desk(agent: Caller, shopper: Caller) -> Caller:
    return Caller(agent.client, agent.token, "/v1/desk" + shopper.path.removeprefix("/v1"))


@pytest.fixture
async def people(demo: Process) -> AsyncIterator[People]:
    lin, sam = demo.tokens
    async with httpx.AsyncClient(base_url=demo.url, timeout=60, trust_env=False) as client:
        yield People(client, Caller(client, lin, "/v1/desk"), Caller(client, sam, "/v1/desk"))
