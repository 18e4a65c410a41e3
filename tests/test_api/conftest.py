"""A shopper and a human agent over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from api.settings import ApiSettings
from knowledge.home import Home
from tests.conftest import RunningServer, serving
from tests.scripted import ScriptedResponder

Json = dict[str, Any]
JSON = {"Content-Type": "application/json"}
STREAM = {"Accept": "text/event-stream"}


@dataclass(frozen=True, slots=True)
class Frame:
    """One server-sent event."""

    id: str | None
    data: Json


async def frames_of(response: httpx.Response) -> AsyncIterator[Frame]:
    event_id: str | None = None
    data = ""
    async for line in response.aiter_lines():
        if line.startswith("id: "):
            event_id = line[4:]
        elif line.startswith("data: "):
            data = line[6:]
        elif not line and data:
            yield Frame(event_id, json.loads(data))
            event_id, data = None, ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token."""

    client: httpx.AsyncClient
    token: str
    path: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(self.path + path, params=params, headers=self.headers)

    async def post(self, path: str, body: Json | None = None, **params: Any) -> httpx.Response:
        return await self.client.post(self.path + path, json=body, params=params, headers=self.headers)

    async def say(self, text: str, name: str = "c1", **params: Any) -> httpx.Response:
        return await self.post("/messages", {"client_message_id": name, "text": text}, **params)

    @asynccontextmanager
    async def stream(self, path: str = "/events", **headers: str) -> AsyncIterator[AsyncIterator[Frame]]:
        async with self.client.stream("GET", self.path + path, headers={**self.headers, **STREAM, **headers}) as got:
            assert got.status_code == 200
            assert got.headers["content-type"].startswith("text/event-stream")
            yield frames_of(got)


@dataclass(frozen=True, slots=True)
class World:
    """A running server with two human agents."""

    server: RunningServer
    responder: ScriptedResponder
    lin: Caller
    sam: Caller

    async def shopper(self, shop: str = "maple", **body: Any) -> Caller:
        started = await self.server.client.post(f"/v1/shops/{shop}/conversations", json=body)
        assert started.status_code == 201, started.text
        made = started.json()
        return Caller(self.server.client, made["token"], f"/v1/conversations/{made['conversation_id']}")

    def desk_of(self, shopper: Caller, agent: Caller) -> Caller:
        return Caller(agent.client, agent.token, "/v1/desk" + shopper.path.removeprefix("/v1"))


async def take(frames: AsyncIterator[Frame], until: str) -> list[Frame]:
    """Return the frames up to the first of a type."""
    found = []
    async with asyncio.timeout(30):
        async for frame in frames:
            found.append(frame)
            if frame.data["type"] == until:
                return found
    raise AssertionError(f"the stream ended before {until}")


@asynccontextmanager
async def world_over(home: Home, settings: ApiSettings | None = None) -> AsyncIterator[World]:
    responder = ScriptedResponder()
    async with serving(home, responder, settings) as server:
        access = server.services.access
        await access.put_human_agent("lin", "Lin", "dgh_lin")
        await access.put_human_agent("sam", "Sam", "dgh_sam", ["maple"])
        lin = Caller(server.client, "dgh_lin", "/v1/desk")
        yield World(server, responder, lin, Caller(server.client, "dgh_sam", "/v1/desk"))


@pytest.fixture
async def world(home: Home) -> AsyncIterator[World]:
    async with world_over(home) as made:
        yield made
