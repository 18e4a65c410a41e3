"""Shops, and the way into a conversation with one. Public."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.auth import ServicesDep
from api.schemas import StartConversation
from assistant.orders.identity import verified_identity

router = APIRouter(prefix="/v1/shops", tags=["shops"])


@router.get("")
async def list_shops(parts: ServicesDep) -> dict[str, Any]:
    """List the shops with their greetings."""
    shops = await parts.store.shops()
    return {"shops": [{"id": s.id, "name": s.name, "locale": s.locale, "greeting": dict(s.greeting)} for s in shops]}


@router.post("/{shop_id}/conversations", status_code=201)
async def start_conversation(shop_id: str, parts: ServicesDep, body: StartConversation | None = None) -> dict[str, Any]:
    """Start a conversation. The token is shown once, and opens this conversation only.

    A ``contact`` with a ``signature`` must hold (`assistant.orders.identity`), or nothing is started.
    """
    wanted = body or StartConversation()
    shop = await parts.store.shop(shop_id)
    context = wanted.context.as_json() if wanted.context else None
    contact = dict(wanted.contact or {})
    identity = None
    if "signature" in contact:
        secret = (await parts.links.of(shop.id)).identity_secret
        identity = verified_identity(secret, shop.id, contact, parts.home.clock.now())
        del contact["signature"]  # good for a while yet, and of no use to whoever reads the log
    locale = wanted.locale or shop.locale
    started = await parts.conversations.start(shop.id, locale, contact, context, identity)
    return {"conversation_id": started.conversation_id, "token": started.token, "seq": started.seq}
