"""The desk: where human agents see who waits, and answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api.auth import HumanAgentDep, ServicesDep
from api.feeds import desk_feed, read_page
from api.routes_conversations import Limit, Wait
from api.schemas import Note, PostHumanMessage, Release, Snooze, Transfer, Typing
from api.services import Services
from api.sse import resume_point, stream_response, wants_stream
from assistant.conversation_state import ConversationState, ConversationStatus
from assistant.desk import DeskFilter
from assistant.events import PushType, human_agent_id_of, iso

router = APIRouter(prefix="/v1/desk", tags=["desk"])

# A stream without a cursor begins a little back: a desk that has just read its lists must not miss
# what happened before its stream was open, and must not be sent the whole history either.
LOOK_BACK = 100


@router.get("/me")
async def me(agent: HumanAgentDep, parts: ServicesDep) -> dict[str, Any]:
    """Say who the token's holder is, which shops and which colleagues they have."""
    shops = [{"id": shop.id, "name": shop.name} for shop in await parts.store.shops() if agent.serves(shop.id)]
    colleagues = [one.as_json() for one in await parts.access.human_agents() if one.id != agent.id]
    return {**agent.as_json(), "shops": shops, "colleagues": colleagues}


@router.get("/queue")
async def queue(agent: HumanAgentDep, parts: ServicesDep, shop: str | None = None) -> dict[str, Any]:
    """List who waits for a person, the longest wait first."""
    last_id = await parts.log.last_id()
    states = await parts.desk.queue(agent, shop)
    return {"conversations": await _views(parts, states), "last_id": last_id}


@router.get("/conversations")
async def list_conversations(
    agent: HumanAgentDep,
    parts: ServicesDep,
    shop: str | None = None,
    status: ConversationStatus | None = None,
    owner: str | None = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """List conversations, the latest changed first; ``owner=me`` for one's own."""
    wanted = DeskFilter(shop, status, agent.owner if owner == "me" else owner, limit)
    last_id = await parts.log.last_id()
    states = await parts.desk.conversations(agent, wanted)
    return {"conversations": await _views(parts, states), "last_id": last_id}


@router.get("/events", response_model=None)
async def read_events(
    request: Request,
    agent: HumanAgentDep,
    parts: ServicesDep,
    after: Annotated[int | None, Query(ge=0)] = None,
    limit: Limit = 200,
    wait: Wait = 0,
) -> Response:
    """Read on over all conversations of one's shops, as pages or as a stream."""
    feed = desk_feed(parts.log, agent)
    if wants_stream(request):
        start = max(0, await parts.log.last_id() - LOOK_BACK) if after is None else after
        return stream_response(feed, parts.wakeups, resume_point(request, start), parts.settings.keep_alive_seconds)
    page = await read_page(feed, parts.wakeups, after or 0, limit, wait)
    return JSONResponse({"events": page.events, "last_id": page.last, "has_more": page.has_more})


one = APIRouter(prefix="/conversations/{conversation_id}")


@one.get("")
async def read_conversation(conversation_id: str, agent: HumanAgentDep, parts: ServicesDep) -> dict[str, Any]:
    """Return where one conversation stands."""
    return await _view(parts, await parts.desk.conversation(agent, conversation_id))


@one.post("/claim")
async def claim(conversation_id: str, agent: HumanAgentDep, parts: ServicesDep) -> dict[str, Any]:
    """Become the owner; of those who try at once exactly one succeeds."""
    return await _view(parts, await parts.desk.claim(agent, conversation_id))


@one.post("/release")
async def release(
    conversation_id: str, agent: HumanAgentDep, parts: ServicesDep, body: Release | None = None
) -> dict[str, Any]:
    """Give the conversation back to the assistant or into the queue."""
    to = (body or Release()).to
    return await _view(parts, await parts.desk.release(agent, conversation_id, to))


@one.post("/transfer")
async def transfer(conversation_id: str, body: Transfer, agent: HumanAgentDep, parts: ServicesDep) -> dict[str, Any]:
    """Hand the conversation to a colleague."""
    return await _view(parts, await parts.desk.transfer(agent, conversation_id, body.to))


@one.post("/resolve")
async def resolve(conversation_id: str, agent: HumanAgentDep, parts: ServicesDep) -> dict[str, Any]:
    """End the conversation."""
    return await _view(parts, await parts.desk.resolve(agent, conversation_id))


@one.post("/snooze")
async def snooze(conversation_id: str, body: Snooze, agent: HumanAgentDep, parts: ServicesDep) -> dict[str, Any]:
    """Hide the conversation until a moment, or until the shopper writes."""
    return await _view(parts, await parts.desk.snooze(agent, conversation_id, body.until))


@one.post("/messages", status_code=201)
async def post_message(
    conversation_id: str, body: PostHumanMessage, agent: HumanAgentDep, parts: ServicesDep
) -> dict[str, Any]:
    """Write to the shopper, as the owner."""
    posted = await parts.desk.post_message(agent, conversation_id, body.client_message_id, body.as_parts())
    return {"message_id": posted.message_id, "seq": posted.seq, "message": posted.as_json(for_staff=True)}


@one.post("/notes", status_code=201)
async def post_note(conversation_id: str, body: Note, agent: HumanAgentDep, parts: ServicesDep) -> dict[str, Any]:
    """Leave a note that staff alone can read."""
    posted = await parts.desk.note(agent, conversation_id, body.text)
    return {"message_id": posted.message_id, "seq": posted.seq}


@one.post("/typing", status_code=204)
async def typing(conversation_id: str, agent: HumanAgentDep, parts: ServicesDep, body: Typing | None = None) -> None:
    """Tell the shopper that a person is typing; nothing is stored."""
    await parts.desk.conversation(agent, conversation_id)
    on = (body or Typing()).on
    await parts.conversations.signal(conversation_id, agent.owner, PushType.TYPING, {"on": on})


router.include_router(one)


async def _view(parts: Services, state: ConversationState) -> dict[str, Any]:
    return {"conversation": (await _views(parts, [state]))[0]}


async def _views(parts: Services, states: Iterable[ConversationState]) -> list[dict[str, Any]]:
    names = {agent.id: agent.name for agent in await parts.access.human_agents()}
    now = parts.home.clock.now()
    return [
        {
            "conversation_id": state.id,
            "shop": state.shop_id,
            "status": state.status_at(now).value,
            "owner": state.owner,
            "owner_epoch": state.owner_epoch,
            "owner_name": names.get(human_agent_id_of(state.owner) or ""),
            "locale": state.locale,
            "waiting_since": iso(state.waiting_since) if state.waiting_since else None,
            "created_at": iso(state.created_at),
            "updated_at": iso(state.updated_at),
            "seq": state.last_seq,
            "context": state.context,
            "contact": state.contact,
            "last_message": state.last_message,
            "handoff": state.handoff,
        }
        for state in states
    ]
