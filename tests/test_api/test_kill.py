from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.server import bind
from knowledge.home import Home
from tests.conftest import put_shops
from tests.test_api.conftest import Caller

ROOT = Path(__file__).parents[2]


@contextmanager
def process(home: Home, port: int, reply_seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    arguments = [str(home.path), str(port), str(reply_seconds)]
    started = subprocess.Popen([sys.executable, "-m", "tests.test_api.killable", *arguments], cwd=ROOT)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


async def alive(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):  # a busy machine takes more than 20 s
        while True:
            try:
                if (await client.get("/healthz")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def test_after_a_kill_in_the_middle_of_a_reply_the_reply_arrives_once(home: Home) -> None:
    await put_shops(home)
    with bind("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as client:
        with process(home, port, reply_seconds=60):
            await alive(client)
            made = (await client.post("/v1/shops/maple/conversations", json={})).json()
            shopper = Caller(client, made["token"], f"/v1/conversations/{made['conversation_id']}")
            acknowledged = [(await shopper.say(f"word{n}", f"c{n}")).json()["seq"] for n in range(5)]
            while (await shopper.get("/events", after=acknowledged[-1], wait=5)).json()["events"] == []:
                pass
        with process(home, port, reply_seconds=0.05):
            await alive(client)
            again = await shopper.say("word4", "c4", wait=10)
            assert again.status_code == 200
            assert again.json()["seq"] == acknowledged[-1]
            await asyncio.sleep(0.3)
            events = (await shopper.get("/events")).json()["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["seq"] for event in events if event["actor"] == "shopper"] == acknowledged
    completed = [event for event in events if event["type"] == "message.completed"]
    assert [event["data"]["reply"]["text"] for event in completed] == ["echo word0\nword1\nword2\nword3\nword4"]
    cancelled = [event["data"]["reason"] for event in events if event["type"] == "message.cancelled"]
    assert cancelled[-1] == "interrupted"
    begun = {
        event["message_id"] for event in events if event["type"] == "message.created" and event["actor"] == "assistant"
    }
    ended = {event["message_id"] for event in events if event["type"] in ("message.completed", "message.cancelled")}
    assert begun == ended
