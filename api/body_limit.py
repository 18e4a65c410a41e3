"""A cap on request bodies, counted as they arrive: a header can lie."""

from __future__ import annotations

import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The one route whose body is files.
UPLOADS: Final = re.compile(r"/v1/shops/[^/]+/imports")


class BodyLimit:
    """ASGI middleware; reading more than the limit raises 413 within the route that reads."""

    def __init__(self, app: ASGIApp, limit_bytes: int, upload_limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes
        self._upload_limit_bytes = upload_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen_bytes = 0
        limit_bytes = self._upload_limit_bytes if UPLOADS.fullmatch(scope["path"]) else self._limit_bytes

        async def counted() -> Message:
            nonlocal seen_bytes
            message = await receive()
            seen_bytes += len(message.get("body", b""))
            if seen_bytes > limit_bytes:
                raise HTTPException(413, f"The body is above {limit_bytes} bytes.")
            return message

        await self._app(scope, counted, send)
