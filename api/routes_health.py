"""Whether the server lives, whether it can answer, and what it has counted."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from sqlalchemy import text

from api.auth import ServicesDep
from knowledge.errors import Unavailable

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Answer as soon as the process serves."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(parts: ServicesDep) -> dict[str, str]:
    """Answer 200 once the database and the search do."""
    async with parts.database.read() as connection:
        await connection.execute(text("SELECT 1"))
    if not parts.responder.ready:
        raise Unavailable("The indexes are still loading.", code="loading")
    return {"status": "ready"}


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(parts: ServicesDep) -> PlainTextResponse:
    """Return the counters in Prometheus' text format."""
    content = parts.metrics.as_text(parts.wakeups.listener_count, ready=parts.responder.ready)
    return PlainTextResponse(content, media_type="text/plain; version=0.0.4")
