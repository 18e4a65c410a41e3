"""Orders through the shop's own HTTP API: signed, within a time-out, reads tried twice, changes once.

The protocol is told in `README.md` beside this file.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from assistant.orders.api_format import ChangeTold, CustomerTold, OrderTold, ProblemTold, parsed
from assistant.orders.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from assistant.orders.source import (
    ChangeRefused,
    ChangeResult,
    Customer,
    CustomerQuery,
    OrderChange,
    SourceUnavailable,
)
from knowledge.catalog import ShopId
from knowledge.clock import Clock, SystemClock
from knowledge.orders import Order, order_key

logger = logging.getLogger(__name__)

# One order is a few kB; whatever is above this is not one.
LARGEST_ANSWER_BYTES: Final = 1_000_000
READ_TRIES: Final = 2


class ShopApiOrders:
    """The orders of one shop, in its own system.

    Args:
        url: Where the API begins, without a slash at the end.
        secret: Signs every request.
        timeout_seconds: For one request, from connecting to the last byte.
        clock: Real time whatever the server's clock says: the shop compares it with its own.
    """

    def __init__(self, url: str, secret: str, timeout_seconds: float, clock: Clock | None = None) -> None:
        self._url = httpx.URL(url.rstrip("/"))
        self._secret = secret
        self._timeout_seconds = timeout_seconds
        self._clock = clock or SystemClock()
        # A redirect would carry a signed request to somebody else.
        self._client = httpx.AsyncClient(timeout=timeout_seconds, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
        """See `OrderSource.find`; an answer about another order counts as unreadable."""
        body = await self._read("GET", f"/orders/{quote(order_no.lstrip('#').upper(), safe='')}")
        if body is None:
            return None
        order = parsed(OrderTold, body).as_order(shop_id, self._clock.now())
        if order_key(order.order_no) != order_key(order_no):
            raise SourceUnavailable("The order API told of another order.", code="order_source_unreadable")
        return order

    async def customer(self, shop_id: ShopId, query: CustomerQuery) -> Customer | None:
        del shop_id
        # In the body, not in the address: addresses end in logs.
        asked = {name: value for name, value in asdict(query).items() if value}
        body = await self._read("POST", "/customers/find", asked)
        return None if body is None else parsed(CustomerTold, body).as_customer()

    async def change(self, shop_id: ShopId, change: OrderChange, key: str) -> ChangeResult:
        told = {name: value for name, value in change.as_json().items() if value and name != "order_no"}
        path = f"/orders/{quote(change.order_no.lstrip('#'), safe='')}/changes"
        answer = await self._send("POST", path, told, {"Idempotency-Key": key})
        if answer.is_success:
            return parsed(ChangeTold, answer.content).as_result(shop_id, self._clock.now())
        raise _problem(answer)

    async def _read(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> bytes | None:
        """Return the answer's body, None for "there is none"; what may be a passing fault is tried again."""
        for last in (False, True):
            try:
                answer = await self._send(method, path, content)
                if answer.is_success:
                    return answer.content
                if answer.status_code == HTTPStatus.NOT_FOUND:
                    return None
                raise _problem(answer)
            except SourceUnavailable:
                if last:
                    raise
            except ChangeRefused as refused:
                # A read is never refused; a wrong signature or address is for the shop to mend.
                raise SourceUnavailable(f"The order API refuses to tell: {refused.message}") from refused
        raise AssertionError("unreachable")

    async def _send(
        self, method: str, path: str, content: Mapping[str, Any] | None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        body = b"" if content is None else json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        request = self._client.build_request(method, f"{self._url}{path}", content=body)
        timestamp = int(self._clock.now().timestamp())
        target = request.url.raw_path.decode()
        request.headers.update({"Content-Type": "application/json", "Accept": "application/json", **(headers or {})})
        request.headers[TIMESTAMP_HEADER] = str(timestamp)
        request.headers[SIGNATURE_HEADER] = signature(self._secret, timestamp, method, target, body)
        try:
            return await self._received(request)
        except httpx.HTTPError as error:
            logger.warning("The order API %s failed: %r", request.url.host, error)
            raise SourceUnavailable("The order API does not answer.") from error

    async def _received(self, request: httpx.Request) -> httpx.Response:
        try:
            # httpx limits each wait, not their sum: a server that drips would hold a turn for ever.
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._client.send(request, stream=True)
                try:
                    content = b""
                    async for piece in answer.aiter_bytes():
                        content += piece
                        if len(content) > LARGEST_ANSWER_BYTES:
                            raise SourceUnavailable("The order API's answer is too large.")
                finally:
                    await answer.aclose()
        except TimeoutError as error:
            raise SourceUnavailable("The order API did not answer in time.") from error
        return httpx.Response(answer.status_code, content=content, request=request)


def _problem(answer: httpx.Response) -> SourceUnavailable | ChangeRefused:
    """Return the error of an answer that says no: final when the shop says so, else worth a retry."""
    try:
        told = ProblemTold.model_validate_json(answer.content).error
    except ValidationError:
        # A page of some proxy, perhaps: nothing is known of what it stands for.
        return SourceUnavailable(f"The order API answered {answer.status_code} without a reason.")
    server_side = answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    if told.retryable or server_side or answer.status_code == HTTPStatus.UNAUTHORIZED:
        return SourceUnavailable(f"The order API answered {answer.status_code}: {told.code}")
    return ChangeRefused(told.message, code=told.code)
