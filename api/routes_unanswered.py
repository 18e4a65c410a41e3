"""What nobody could answer, grouped by meaning: what a shop should publish next. Staff."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.auth import ServicesDep, StaffShopDep
from assistant.events import iso
from assistant.unanswered import OpenTopic

router = APIRouter(prefix="/v1/shops/{shop_id}/unanswered", tags=["catalog"])


@router.get("")
async def list_unanswered(
    shop: StaffShopDep,
    parts: ServicesDep,
    days: Annotated[int, Query(ge=1, le=3_650)] = 90,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """List the topics that nothing published answers, what was asked most first."""
    from knowledge.retrieval.encoders import multilingual  # loads in a fraction of a second, once

    since = parts.home.clock.now() - timedelta(days=days)
    encoder = await asyncio.to_thread(multilingual)
    topics = await parts.unanswered.topics(shop.id, encoder, since)
    return {"topics": [_view(topic) for topic in topics[:limit]], "total": len(topics)}


def _view(topic: OpenTopic) -> dict[str, Any]:
    return {
        "question": topic.question,
        "lang": topic.lang,
        "count": topic.count,
        "conversations": topic.conversations,
        "first_at": iso(topic.first_at),
        "last_at": iso(topic.last_at),
        "examples": list(topic.examples),
        "products": list(topic.products),
    }
