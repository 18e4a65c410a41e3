"""A shop's order API on a free port of this machine, which keeps the protocol or breaks it as a test asks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from assistant.orders.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed

SECRET: Final = "the order API's secret"
ORDER: Final[dict[str, Any]] = {
    "order_no": "HL-2001",
    "status": "pending",
    "status_text": "Processing",
    "customer": {"id": "c-7", "email": "lin@example.com", "phone_last4": "4821", "name": "Lin"},
    "lines": [
        {"title": "Linen Shirt", "options": ["White", "M"], "quantity": 1, "item_id": "LS-W-M"},
        {"title": "Wool Hat", "quantity": 2, "item_id": "WH"},
    ],
    "total": {"amount": "129.00", "currency": "USD"},
    "expected_date": "2026-12-02",
    "changes": [
        {"action": "cancel", "allowed": True, "until": "2099-12-01"},
        {"action": "return", "allowed": False, "reason": "It has not been delivered yet."},
    ],
}


@dataclass
class OrderApi:
    """What the API holds, and how it misbehaves.

    Attributes:
        fault: ``slow``, ``500``, ``html``, ``json``, ``other_order``, ``drip``, ``refuse``, ``busy_once`` or None.
        made: Changes that were made, by idempotency key.
        asked: (method, path) of every request, in order.
    """

    url: str = ""
    orders: dict[str, dict[str, Any]] = field(default_factory=lambda: {"HL-2001": json.loads(json.dumps(ORDER))})
    fault: str | None = None
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    forged: int = 0

    def answer(self, method: str, path: str, body: bytes, key: str | None) -> tuple[int, Any]:
        if path == "/v1/customers/find":
            wanted = json.loads(body)
            mine = [o["order_no"] for o in self.orders.values() if wanted.get("id") == o["customer"]["id"]]
            return (200, {"id": wanted["id"], "order_nos": mine}) if mine else (404, _problem("no_customer", "None."))
        number, _, rest = path.removeprefix("/v1/orders/").partition("/")
        order = self.orders.get(number)
        if order is None:
            return 404, _problem("no_order", "There is no such order.")
        if method == "GET" and not rest:
            return 200, order
        if method == "POST" and rest == "changes" and key:
            return self._change(order, json.loads(body), key)
        return 405, _problem("not_here", "Not here.")

    def _change(self, order: dict[str, Any], change: dict[str, Any], key: str) -> tuple[int, Any]:
        if key in self.made:
            return 200, {"state": "done", "message": "Your refund comes within 3 days.", "order": order}
        self.made[key] = change
        order["status"], order["status_text"] = "cancelled", "Cancelled"
        return 200, {"state": "done", "message": "Your refund comes within 3 days.", "order": order}


@contextmanager
def order_api() -> Iterator[OrderApi]:
    """Run the API while the block runs."""
    api = OrderApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            api.asked.append((self.command, self.path))
            stamp, given = self.headers[TIMESTAMP_HEADER], self.headers[SIGNATURE_HEADER]
            if not is_signed(SECRET, stamp, given, self.command, self.path, body, time.time()):
                api.forged += 1
                self._send(401, json.dumps(_problem("bad_signature", "The signature does not hold.")).encode())
                return
            if api.fault == "busy_once":
                api.fault = None
                self._send(503, json.dumps(_problem("busy", "Try again.", retryable=True)).encode())
                return
            if api.fault == "slow":
                time.sleep(0.6)
            status, content = api.answer(self.command, self.path, body, self.headers.get("Idempotency-Key"))
            if api.fault == "500":
                # Made, and then the answer is lost: the worst that can happen to a change.
                status, content = 500, _problem("broken", "Broken.")
            if api.fault == "refuse" and self.command == "POST":
                status, content = 409, _problem("already_packed", "It is packed already.")
            if api.fault == "other_order" and self.command == "GET":
                content = {**content, "order_no": "HL-9999"}
            raw = {"html": b"<html>proxy</html>", "json": b'{"order_no": 7, "status_text": '}.get(
                api.fault or "", json.dumps(content).encode()
            )
            self._send(status, raw, drip=api.fault == "drip")

        def _send(self, status: int, raw: bytes, *, drip: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            try:
                for byte in raw if drip else ():
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(0.05)
                self.wfile.write(b"" if drip else raw)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = _handle  # noqa: N815, the names that http.server calls

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _problem(code: str, message: str, *, retryable: bool = False) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "retryable": retryable}}
