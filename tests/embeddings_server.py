"""An embeddings endpoint on a free port: the protocol over a real socket, with the faults that a test sets."""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


def direction(text: str, dim: int) -> list[float]:
    """Return a vector, not of unit length, that texts with the same words share."""
    row = [0.01] * dim
    for word in text.lower().replace(".", " ").split():
        row[zlib.crc32(word.encode()) % dim] += 3.0
    return row


@dataclass
class EmbeddingsServer:
    """The endpoint.

    Attributes:
        faults: Statuses of the next answers, before it answers well again.
        most: How many texts it takes at once; more are refused with 400.
        longest: How many characters of a text it takes; more are refused with 400.
        seconds: How long it thinks.
        bodies, keys: What was asked, and the ``Authorization`` headers.
    """

    url: str = ""
    dim: int = 24
    sign: float = 1.0
    faults: list[int] = field(default_factory=list)
    most: int = 10_000
    longest: int = 10_000
    seconds: float = 0.0
    garbage: bool = False
    bodies: list[Json] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def answer(self, path: str, body: Json, key: str) -> tuple[int, Json]:
        assert path == "/v1/embeddings", path
        self.bodies.append(body)
        self.keys.append(key)
        time.sleep(self.seconds)
        texts: list[str] = body["input"]
        if self.faults:
            return self.faults.pop(0), _error("scripted")
        if len(texts) > self.most or any(len(text) > self.longest for text in texts):
            return 400, _error("too much")
        if self.garbage:
            return 200, {"object": "list"}
        rows = [
            {"object": "embedding", "index": n, "embedding": [self.sign * x for x in direction(text, self.dim)]}
            for n, text in enumerate(texts)
        ]
        # In any order: the index says which is which.
        return 200, {"object": "list", "model": body["model"], "data": rows[::-1], "usage": {"prompt_tokens": 1}}

    @property
    def texts(self) -> list[str]:
        return [text for body in self.bodies for text in body["input"]]


def _error(message: str) -> Json:
    return {"error": {"message": message, "type": "scripted", "param": None, "code": None}}


@contextmanager
def embeddings_server() -> Iterator[EmbeddingsServer]:
    """Run the endpoint until the block ends."""
    endpoint = EmbeddingsServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = endpoint.answer(self.path, body, self.headers.get("authorization", ""))
            content = json.dumps(answer).encode()
            with suppress(ConnectionError):  # the client has stopped waiting
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                if status == 429:
                    self.send_header("retry-after-ms", "20")
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
