"""One conversation, as its shopper uses it; staff may read it whole."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api.auth import ServicesDep, ShopperDep, StaffViewDep
from api.feeds import conversation_feed, read_page
from api.replies import reply_to
from api.schemas import PostMessage, Rating, ReadUpTo, Typing
from api.sse import resume_point, stream_response, wants_stream
from assistant.conversation_state import ConversationState
from assistant.events import SHOPPER, PushType

router = APIRouter(prefix="/v1/conversations/{conversation_id}", tags=["conversations"])

Wait = Annotated[float, Query(ge=0, le=60, description="Seconds")]
After = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.post("/messages", status_code=202)
async def post_message(
    conversation_id: str, body: PostMessage, who: ShopperDep, parts: ServicesDep, wait: Wait = 0
) -> Response:
    """Write a message. A retry under the same ``client_message_id`` gets the first result.

    With ``wait`` the answer is 200 with the reply once it is complete; else 202.
    """
    context = body.context.as_json() if body.context else None
    posted = await parts.conversations.post_message(conversation_id, body.client_message_id, body.as_parts(), context)
    receipt = {"message_id": posted.message_id, "seq": posted.seq}
    if wait == 0:
        return JSONResponse(receipt, 202)
    reply = await reply_to(parts.log, posted, wait)
    message = posted.as_json(for_staff=False)
    return JSONResponse({"message": message, "reply": reply, **receipt}, 202 if reply is None else 200)


@router.get("/events", response_model=None)
async def read_events(
    conversation_id: str,
    request: Request,
    as_staff: StaffViewDep,
    parts: ServicesDep,
    after: After = 0,
    limit: Limit = 200,
    wait: Wait = 0,
) -> Response:
    """Read on from ``after``; ``Accept: text/event-stream`` streams.

    A page's ``last_seq`` is the cursor to read on from. Events for staff alone are left out of the
    shopper's view and their seq stays taken, so a missing seq is not a gap that could be filled.
    """
    feed = conversation_feed(parts.log, conversation_id, for_staff=as_staff)
    if wants_stream(request):
        keep_alive_seconds = parts.settings.keep_alive_seconds
        return stream_response(feed, parts.wakeups, resume_point(request, after), keep_alive_seconds)
    page = await read_page(feed, parts.wakeups, after, limit, wait)
    return JSONResponse({"events": page.events, "last_seq": page.last, "has_more": page.has_more})


@router.post("/handoff", status_code=202)
async def ask_for_person(conversation_id: str, who: ShopperDep, parts: ServicesDep) -> dict[str, Any]:
    """Ask for a person; nothing changes while one is called or there."""
    return _standing(await parts.conversations.ask_for_person(conversation_id))


def _standing(state: ConversationState) -> dict[str, Any]:
    return {"status": state.status.value, "owner": state.owner, "queued": state.is_queued, "seq": state.last_seq}


@router.post("/typing", status_code=204)
async def typing(conversation_id: str, who: ShopperDep, parts: ServicesDep, body: Typing | None = None) -> None:
    """Tell who listens that the shopper is typing; nothing is stored."""
    on = (body or Typing()).on
    await parts.conversations.signal(conversation_id, SHOPPER, PushType.TYPING, {"on": on})


@router.post("/read", status_code=204)
async def read_up_to(conversation_id: str, body: ReadUpTo, who: ShopperDep, parts: ServicesDep) -> None:
    """Tell who listens how far the shopper has read; nothing is stored."""
    await parts.conversations.signal(conversation_id, SHOPPER, PushType.READ, {"seq": body.seq})


@router.post("/rating", status_code=201)
async def rate(conversation_id: str, body: Rating, who: ShopperDep, parts: ServicesDep) -> dict[str, Any]:
    """Rate the conversation, 1 to 5."""
    event = await parts.conversations.rate(conversation_id, body.rating, body.comment)
    return {"seq": event.seq}
