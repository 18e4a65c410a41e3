"""A chat-completions endpoint on a free port that says what a test wrote down for it.

It speaks the protocol over a real socket, byte by byte: a client is tested against it unchanged.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

# Short enough that every text and every argument is split, mostly in the middle of a word.
PIECE = 5
# How an answer may end that is told to its end.
ENDS = ("stop", "length")
REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


@dataclass(frozen=True)
class Call:
    """A tool call; arguments given as text are sent as they are, malformed or not."""

    tool: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict)

    @property
    def written(self) -> str:
        if isinstance(self.arguments, str):
            return self.arguments
        return json.dumps(self.arguments, ensure_ascii=False)


@dataclass(frozen=True)
class Says:
    """One answer of the model: text, tool calls, or both.

    Attributes:
        then: ``stop`` ends as the protocol has it, and so does ``length``, at its limit of tokens;
            ``cut`` drops the connection after the text; ``hold`` writes the text and goes on without a
            word until the client leaves.
        odds: Probability of each piece of the text, told to whom asks for ``logprobs``.
        hesitates: Another probability for the pieces that hold one of these.
    """

    text: str = ""
    calls: tuple[Call, ...] = ()
    then: str = "stop"
    odds: float = 0.97
    hesitates: Mapping[str, float] = field(default_factory=dict)

    def odds_of(self, piece: str) -> float:
        return min((odds for part, odds in self.hesitates.items() if part in piece), default=self.odds)


@dataclass(frozen=True)
class Fails:
    """An error answer, in the shape in which OpenAI sends it."""

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hangs:
    """Takes the request and never answers."""


Turn = Says | Fails | Hangs


def calls(tool: str, **arguments: Any) -> Says:
    return Says(calls=(Call(tool, arguments),))


class OpenAIServer:
    """The endpoint.

    Attributes:
        bodies: The request bodies since `script`, in order.
        keys: Their ``Authorization`` headers.
        left: Set when a client has closed its connection on an answer that was held.
        unscripted: How many requests came for which no turn was left.
        refuses: Names in a body to which it answers with an error, and its status.
    """

    def __init__(self) -> None:
        self.url = ""
        self._open: set[asyncio.StreamWriter] = set()
        self.script()

    def script(self, *turns: Turn, then: Turn | None = None) -> None:
        """Set what it says to the next requests, and from then on."""
        self._turns, self._then = list(turns), then
        self.bodies: list[Json] = []
        self.keys: list[str] = []
        self.left = asyncio.Event()
        self.unscripted = 0
        self.refuses: Mapping[str, int] = {}

    @property
    def last(self) -> Json:
        return self.bodies[-1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection; each carries one request, and is closed after it."""
        self._open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError), closing(writer):
            line, headers = await _head(reader)
            if line.startswith("GET "):  # it has no list of models
                _write_json(writer, 404, {"error": {"message": "no such path", "code": "not_found"}})
                await writer.drain()
                return
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            await self._answer(line, headers, json.loads(body), reader, writer)
        self._open.discard(writer)

    async def _answer(
        self,
        line: str,
        headers: Mapping[str, str],
        body: Json,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        assert line.startswith("POST /v1/chat/completions "), line
        self.bodies.append(body)
        self.keys.append(headers.get("authorization", ""))
        refused = next((name for name in self.refuses if body.get(name)), None)
        turn = self._next() if refused is None else Fails(self.refuses[refused], f"no {refused} with this model")
        if isinstance(turn, Fails):
            error = {"message": f"scripted {turn.code}", "type": turn.code, "param": None, "code": turn.code}
            _write_json(writer, turn.status, {"error": error}, turn.headers)
        elif isinstance(turn, Hangs) or (turn.then == "hold" and not body.get("stream")):
            await self._until_left(reader)
        elif body.get("stream"):
            await self._stream(turn, body, reader, writer)
        elif turn.then in ENDS:
            _write_json(writer, 200, _completion(turn, body))
        await writer.drain()

    def _next(self) -> Turn:
        if self._turns:
            return self._turns.pop(0)
        if self._then is None:
            self.unscripted += 1
            return Fails(500, "unscripted")
        return self._then

    async def _stream(self, turn: Says, body: Json, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_status(200) + b"content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for chunk in _chunks(turn, body):
            _write_chunk(writer, f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n")
            await writer.drain()
        if turn.then in ENDS:
            _write_chunk(writer, "data: [DONE]\n\n")
            writer.write(b"0\r\n\r\n")
        elif turn.then == "hold":
            await self._until_left(reader)

    async def _until_left(self, reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            await reader.read()
        self.left.set()

    def close(self) -> None:
        for writer in list(self._open):
            writer.close()


@asynccontextmanager
async def openai_server() -> AsyncIterator[OpenAIServer]:
    """Run the endpoint on a free port of this machine."""
    endpoint = OpenAIServer()
    listening = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield endpoint
    finally:
        endpoint.close()
        listening.close()


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    line, *fields = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    pairs = (field.partition(":") for field in fields)
    return line, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _status(status: int) -> bytes:
    return f"HTTP/1.1 {status} {REASONS[status]}\r\nconnection: close\r\nx-request-id: req_test\r\n".encode()


def _write_json(
    writer: asyncio.StreamWriter, status: int, body: Json, headers: Mapping[str, str] | None = None
) -> None:
    content = json.dumps(body, ensure_ascii=False).encode()
    fields = {"content-type": "application/json", "content-length": str(len(content)), **(headers or {})}
    writer.write(_status(status) + "".join(f"{k}: {v}\r\n" for k, v in fields.items()).encode() + b"\r\n" + content)


def _write_chunk(writer: asyncio.StreamWriter, text: str) -> None:
    content = text.encode()
    writer.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")


def _pieces(text: str) -> Iterator[str]:
    return (text[i : i + PIECE] for i in range(0, len(text), PIECE))


def _finish(turn: Says) -> str:
    return "length" if turn.then == "length" else "tool_calls" if turn.calls else "stop"


def _odds(turn: Says, pieces: Sequence[str], body: Json) -> Json | None:
    if not body.get("logprobs"):
        return None
    told = [{"token": p, "bytes": list(p.encode()), "logprob": math.log(turn.odds_of(p))} for p in pieces]
    return {"content": told, "refusal": None}


def _usage() -> Json:
    return {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def _chunks(turn: Says, body: Json) -> Iterator[Json]:
    """Yield the chunks of an answer; without the last ones when it does not end as it should."""
    frame = {"id": "chatcmpl-test", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    with_usage = bool((body.get("stream_options") or {}).get("include_usage"))

    def chunk(delta: Json, finish: str | None = None, told: Json | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": told, "finish_reason": finish}
        return {**frame, "choices": [choice], **({"usage": None} if with_usage else {})}

    yield chunk({"role": "assistant", "content": "" if turn.text or not turn.calls else None})
    yield from (chunk({"content": piece}, None, _odds(turn, [piece], body)) for piece in _pieces(turn.text))
    for index, call in enumerate(turn.calls):
        head = {"index": index, "id": _call_id(body, index), "type": "function"}
        yield chunk({"tool_calls": [{**head, "function": {"name": call.tool, "arguments": ""}}]})
        for piece in _pieces(call.written):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    if turn.then in ENDS:
        yield chunk({}, _finish(turn))
        if with_usage:
            yield {**frame, "choices": [], "usage": _usage()}


def _completion(turn: Says, body: Json) -> Json:
    made = [
        {"id": _call_id(body, i), "type": "function", "function": {"name": call.tool, "arguments": call.written}}
        for i, call in enumerate(turn.calls)
    ]
    message: Json = {"role": "assistant", "content": turn.text or None, "refusal": None}
    if made:
        message["tool_calls"] = made
    told = _odds(turn, list(_pieces(turn.text)), body)
    choice = {"index": 0, "message": message, "logprobs": told, "finish_reason": _finish(turn)}
    frame = {"id": "chatcmpl-test", "object": "chat.completion", "created": 1, "model": body["model"]}
    return {**frame, "choices": [choice], "usage": _usage()}


def _call_id(body: Json, index: int) -> str:
    return f"call_{len(body['messages'])}_{index}"


def texts(messages: Sequence[Json], role: str) -> list[str]:
    """Return what the messages of one role say."""
    return [str(message.get("content") or "") for message in messages if message["role"] == role]
