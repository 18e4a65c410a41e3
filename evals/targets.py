"""Whom the questions are put to: the assistant in this process, or a server that runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import httpx

from assistant.settings import AssistantSettings
from assistant.turn import PastMessage, Responder, ToolRun, TurnRequest
from knowledge.catalog import ShopId
from knowledge.errors import Unavailable
from knowledge.store import KnowledgeStore

if TYPE_CHECKING:
    from assistant.agent.responder import ShopResponder
    from knowledge.database import Database

# The server waits at most 60 s for a reply; a human queue or a lost turn shows as no reply.
REPLY_WAIT_SECONDS: Final = 60
# Not of any case file: what a measured turn would else find in a cache stays unknown to it.
_WARM_UP: Final = ("你好，在吗", "这家店几点开门", "Hello there", "Do you have a phone number?", "谢谢", "thanks")


@dataclass(frozen=True, slots=True)
class Said:
    """A shopper's message.

    Attributes:
        page_product: Handle of the product page it was sent from.
    """

    text: str
    page_product: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back.

    Attributes:
        reply: As in the HTTP contract (`Reply.as_json`).
        tools: The turn's tool calls; empty where the target does not tell them.
        took_ms: From sending to the whole reply, measured by the asker.
    """

    reply: Mapping[str, Any]
    took_ms: float
    tools: tuple[Mapping[str, Any], ...] = field(default=())


class Target(Protocol):
    """Holds whole conversations with the shopper's side given."""

    @property
    def name(self) -> str:
        """What was measured, for the record."""
        ...

    async def converse(self, shop: str, turns: Sequence[Said]) -> list[Answered]:
        """Return one answer per turn; raises when one does not come."""
        ...

    async def close(self) -> None:
        """Let go of what the target holds."""
        ...


async def _ignore(_text: str) -> None:
    """Drop the pieces of a growing reply; the whole is judged."""


class InProcess:
    """A responder in this process, without log, queue or network.

    Args:
        database: Where the shops are.
        responder: Started and warm.
    """

    name = "in process"

    def __init__(self, database: Database, responder: Responder) -> None:
        self._store = KnowledgeStore(database)
        self._responder = responder
        self._asked = 0

    async def converse(self, shop: str, turns: Sequence[Said]) -> list[Answered]:
        """Put the turns one after the other, each with what came before it as history."""
        known = await self._store.shop(shop)
        self._asked += 1
        conversation = f"cv_eval_{self._asked:06d}"
        history: list[PastMessage] = []
        answers: list[Answered] = []
        for number, said in enumerate(turns):
            trace = f"tr_{conversation}_{number}"
            request = TurnRequest(known, conversation, said.text, trace, tuple(history), said.page_product)
            began = time.perf_counter()
            outcome = await self._responder.respond(request, _ignore)
            took_ms = (time.perf_counter() - began) * 1000
            reply = outcome.reply.as_json()
            answers.append(Answered(reply, took_ms, tuple(_tool_json(run) for run in outcome.tools)))
            history.append(PastMessage("shopper", said.text, page_product=said.page_product))
            history.append(PastMessage("assistant", outcome.reply.text, reply))
        return answers

    async def close(self) -> None:
        """Leave the responder to whoever started it."""


def _tool_json(run: ToolRun) -> dict[str, Any]:
    told = asdict(run)
    # The shape of the log's `tool.completed`, so that both targets tell the same.
    return {"tool": told.pop("name"), **told, "arguments": dict(run.arguments)}


async def started_responder(database: Database, shops: Sequence[str]) -> ShopResponder:
    """Return the real responder as on a server that has been up for a while: every encoder joined."""
    from assistant.agent.responder import ShopResponder  # loads LangChain and the encoders

    responder = ShopResponder(database, AssistantSettings())
    first, *others = [ShopId(shop) for shop in shops]
    await responder.start(only=first)
    for shop in others:
        await responder.retriever.index(shop)
    await responder.retriever.settled()
    return responder


class OverHttp:
    """A running server, reached as a shopper's page reaches it.

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
        try:
            opened = await self._post(f"/v1/shops/{shop}/conversations", {}, {})
            headers = {"Authorization": f"Bearer {opened['token']}"}
            path = f"/v1/conversations/{opened['conversation_id']}"
            answers = [await self._say(path, headers, said) for said in turns]
            tools = await self._tools(path, headers)
        except httpx.HTTPError as error:
            problem = str(error) or type(error).__name__
            raise Unavailable(f"{self.name}: {problem}", code="target_failed") from error
        return [Answered(a.reply, a.took_ms, tools.get(str(a.reply.get("trace_id")), ())) for a in answers]

    async def close(self) -> None:
        await self._client.aclose()

    async def _say(self, path: str, headers: dict[str, str], said: Said) -> Answered:
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

    async def _tools(self, path: str, headers: dict[str, str]) -> dict[str, tuple[Mapping[str, Any], ...]]:
        """Return the conversation's tool calls by trace, as far as the log shows them to a shopper."""
        response = await self._client.get(f"{path}/events", headers=headers, params={"limit": 500})
        found: dict[str, list[Mapping[str, Any]]] = {}
        for event in response.json().get("events", []) if response.is_success else ():
            if event["type"] == "tool.completed":
                found.setdefault(str(event.get("trace_id")), []).append(event["data"])
        return {trace: tuple(runs) for trace, runs in found.items()}


async def warm_up(target: Target, shops: Sequence[str]) -> None:
    """Ask each shop a few things that no case asks, and wait until the background has come to rest.

    What is measured afterwards is a server that has been up for a while.
    """
    for shop in shops:
        for text in _WARM_UP:
            await target.converse(shop, [Said(text)])
    await _quiet()


async def _quiet(limit_seconds: float = 60.0) -> None:
    """Wait until this process computes next to nothing, told by its own CPU time."""
    deadline = time.monotonic() + limit_seconds
    window_seconds = 0.4
    while time.monotonic() < deadline:
        before = time.process_time()
        await asyncio.sleep(window_seconds)
        if time.process_time() - before < window_seconds * 0.05:
            return
