"""A running server of ours, reached as a shopper's page reaches it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Self

import httpx

from assistant.turn import TokenUsage
from evals.targets.target import Answered, Said, Talk, all_said
from knowledge.errors import Unavailable

# The server waits at most 60 s for a reply; a human queue or a lost turn shows as no reply.
REPLY_WAIT_SECONDS: Final = 60
_SPOKEN: Final = frozenset({"message.delta", "message.completed"})


@dataclass(slots=True)
class _Logged:
    """What the log tells of a turn."""

    tools: list[Mapping[str, Any]] = field(default_factory=list)
    usage: TokenUsage | None = None


class _Listener:
    """Listens to a conversation as a page does, and notes when each turn was first heard of."""

    def __init__(self, client: httpx.AsyncClient, path: str, headers: Mapping[str, str]) -> None:
        self._client = client
        self._path = f"{path}/events"
        self._headers = {**headers, "Accept": "text/event-stream"}
        self._heard: dict[str, float] = {}
        self._open = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._listening = asyncio.create_task(self._listen())
        await self._open.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._listening is not None
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening

    async def _listen(self) -> None:
        try:
            async with self._client.stream("GET", self._path, headers=self._headers, timeout=None) as stream:
                async for line in stream.aiter_lines():
                    self._open.set()
                    if line.startswith("data: "):
                        self._note(json.loads(line.removeprefix("data: ")))
        except (httpx.HTTPError, ValueError):
            return  # then it was not measured; what is wrong shows where the reply is waited for
        finally:
            self._open.set()

    def _note(self, event: Mapping[str, Any]) -> None:
        if event.get("type") in _SPOKEN:
            self._heard.setdefault(str(event.get("trace_id")), time.perf_counter())

    def first_word_ms(self, answered: Answered, began: float) -> float | None:
        """Return when a reply was first heard of; the whole reply may have been faster than the stream."""
        heard = self._heard.get(str(answered.reply.get("trace_id")))
        if heard is not None:
            return min((heard - began) * 1000, answered.took_ms)
        assert self._listening is not None
        return None if self._listening.done() else answered.took_ms


class OverHttp:
    """A running server.

    Args:
        url: Base address, such as ``http://127.0.0.1:8000``.
    """

    def __init__(self, url: str) -> None:
        self.name = url.rstrip("/")
        limits = httpx.Timeout(REPLY_WAIT_SECONDS + 10.0, connect=10.0)
        self._client = httpx.AsyncClient(base_url=self.name, timeout=limits, trust_env=False)
        self._messages = 0

    async def converse(self, shop: str, turns: Sequence[Said]) -> list[Answered]:
        """Start a conversation and put the turns.

        Raises:
            Unavailable: The server does not answer, or gives no reply.
        """
        return await all_said(await self.open(shop), turns)

    async def open(self, shop: str) -> Talk:
        """Start a conversation.

        Raises:
            Unavailable: The server does not answer.
        """
        try:
            opened = await self._post(f"/v1/shops/{shop}/conversations", {}, {})
        except httpx.HTTPError as error:
            raise self.failed(error) from error
        headers = {"Authorization": f"Bearer {opened['token']}"}
        path = f"/v1/conversations/{opened['conversation_id']}"
        listener = _Listener(self._client, path, headers)
        await listener.__aenter__()
        return _Talk(self, path, headers, listener)

    async def close(self) -> None:
        await self._client.aclose()

    def failed(self, error: httpx.HTTPError) -> Unavailable:
        """Return the failure of the connection as one of ours."""
        return Unavailable(f"{self.name}: {str(error) or type(error).__name__}", code="target_failed")

    async def say(self, path: str, headers: dict[str, str], said: Said) -> Answered:
        """Return the answer to a message of the conversation at ``path``."""
        self._messages += 1
        context = {"product": said.page_product} if said.page_product else {}
        body = {"client_message_id": f"eval-{self._messages}", "text": said.text, "context": context}
        began = time.perf_counter()
        told = await self._post(f"{path}/messages?wait={REPLY_WAIT_SECONDS}", headers, body)
        took_ms = (time.perf_counter() - began) * 1000
        if not told.get("reply"):
            raise Unavailable("no reply: a person owns the conversation, or time ran out", code="no_reply")
        return Answered(told["reply"], took_ms)

    async def _post(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        response = await self._client.post(path, headers=headers, json=body)
        if response.is_error:
            raise Unavailable(f"{response.status_code} from {path}: {response.text[:200]}", code="target_failed")
        told: dict[str, Any] = response.json()
        return told

    async def logged(self, path: str, headers: dict[str, str]) -> dict[str, _Logged]:
        """Return what the log shows to a shopper of each turn, by trace."""
        response = await self._client.get(f"{path}/events", headers=headers, params={"limit": 500})
        found: dict[str, _Logged] = {}
        for event in response.json().get("events", []) if response.is_success else ():
            turn = found.setdefault(str(event.get("trace_id")), _Logged())
            if event["type"] == "tool.completed":
                turn.tools.append(event["data"])
            elif event["type"] == "message.completed" and event["data"].get("usage"):
                turn.usage = TokenUsage(**event["data"]["usage"])
        return found


class _Talk:
    def __init__(self, server: OverHttp, path: str, headers: dict[str, str], listener: _Listener) -> None:
        self._server = server
        self._path = path
        self._headers = headers
        self._listener = listener

    async def say(self, said: Said) -> Answered:
        began = time.perf_counter()
        try:
            answered = await self._server.say(self._path, self._headers, said)
            first_word_ms = self._listener.first_word_ms(answered, began)
            found = await self._server.logged(self._path, self._headers)
        except httpx.HTTPError as error:
            raise self._server.failed(error) from error
        turn = found.get(str(answered.reply.get("trace_id")), _Logged())
        return replace(answered, first_word_ms=first_word_ms, tools=tuple(turn.tools), usage=turn.usage)

    async def close(self) -> None:
        await self._listener.__aexit__(None, None, None)
