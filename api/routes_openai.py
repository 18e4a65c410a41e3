"""Chat completions as OpenAI's clients ask for them, over real conversations with a shop. Public.

What a shop does in a chat it does here: the message goes into a conversation's log, a turn answers
it, and a handoff that is announced here stands in the desk's queue.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from api.auth import ServicesDep, caller, shopper_of
from api.openai_answers import Completion, Ending, failure
from api.openai_problems import OpenAIRoute, told
from api.openai_schemas import ChatCompletionRequest, asked_in, model_json
from api.replies import completed, followed
from api.schemas import ClientMessageId
from api.services import Services
from assistant.events import ConversationEvent
from knowledge.catalog import Shop, ShopId
from knowledge.errors import Invalid, NotFound, Unavailable

router = APIRouter(prefix="/v1", tags=["openai"], route_class=OpenAIRoute)


@dataclass(frozen=True, slots=True)
class _Entered:
    """The conversation that a request speaks in; the token where the request has opened it."""

    conversation_id: str
    token: str | None


@router.get("/models")
async def list_models(parts: ServicesDep) -> dict[str, Any]:
    """List the shops as models."""
    return {"object": "list", "data": [model_json(shop.id, shop.name) for shop in await parts.store.shops()]}


@router.get("/models/{model}")
async def show_model(model: str, parts: ServicesDep) -> dict[str, Any]:
    """Show one shop as a model."""
    shop = await _shop(parts, model)
    return model_json(shop.id, shop.name)


@router.post("/chat/completions", response_model=None)
async def complete_chat(
    request: Request,
    body: ChatCompletionRequest,
    parts: ServicesDep,
    idempotency_key: Annotated[ClientMessageId | None, Header()] = None,
) -> Response:
    """Answer the newest user message; ``model`` is a shop's id.

    Each request opens a conversation; the earlier messages go into it as what the caller says was
    said. With ``metadata.conversation_id``, and the conversation's token as the API key, that
    conversation goes on instead, and the earlier messages are left out.
    """
    asked = asked_in(body)
    entered = await _entered(request, body, parts)
    is_new = entered.token is not None
    posted = await parts.conversations.post_message(
        entered.conversation_id,
        idempotency_key or parts.home.ids.new("cm"),
        asked.parts,
        None if is_new or body.metadata is None else body.metadata.context,
        earlier=asked.earlier if is_new else (),
    )
    created = int(parts.home.clock.now().timestamp())
    completion = Completion(
        f"chatcmpl-{posted.message_id}", body.model, created, entered.conversation_id, entered.token, body.tells_usage
    )
    if body.stream:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        chunks = _streamed(parts, completion, posted)
        return StreamingResponse(chunks, media_type="text/event-stream", headers=headers)
    event = await completed(parts.log, posted, parts.settings.completion_wait_seconds)
    return JSONResponse(completion.whole(await _ending(parts, posted, event)))


async def _streamed(parts: Services, completion: Completion, posted: ConversationEvent) -> AsyncIterator[str]:
    """Yield the frames of one answer; the turn goes on when the client leaves."""
    yield completion.opening()
    try:
        event = None
        waiting = followed(parts.log, posted, parts.settings.completion_wait_seconds, parts.settings.keep_alive_seconds)
        async with aclosing(waiting) as progress:
            async for news in progress:
                if isinstance(news, ConversationEvent):
                    event = news
                else:
                    yield ": keep-alive\n\n" if news is None else completion.provisional(news)
        ending = await _ending(parts, posted, event)
    except Exception as error:  # the status line has been sent, so the stream must tell it
        yield failure(told(error)[1])
        return
    for frame in completion.rest(ending):
        yield frame


async def _ending(parts: Services, posted: ConversationEvent, event: ConversationEvent | None) -> Ending:
    """Return how the answer ends.

    Raises:
        Unavailable: There is no reply, and no person who would give one.
    """
    if event is not None:
        return Ending.of_reply(event)
    state = await parts.log.state(posted.conversation_id)
    if not state.assistant_owns:
        return Ending.of_person(posted, state)
    raise Unavailable("No reply came in time; the message is kept, and will be answered.", code="no_reply")


async def _entered(request: Request, body: ChatCompletionRequest, parts: Services) -> _Entered:
    """Return the conversation that the request names, or a new one.

    Raises:
        NotFound: There is no shop of this name.
        Unauthorized, Forbidden: The API key is not the token of the conversation.
        Invalid: The conversation is one with another shop.
    """
    shop = await _shop(parts, body.model)
    wanted = body.metadata
    if wanted is None or wanted.conversation_id is None:
        context = wanted.context if wanted else None
        started = await parts.conversations.start(shop.id, shop.locale, None, context)
        return _Entered(started.conversation_id, started.token)
    await shopper_of(wanted.conversation_id, await caller(request, parts))
    if (await parts.log.state(wanted.conversation_id)).shop_id != shop.id:
        raise Invalid("model: this conversation is with another shop.", code="other_shop")
    return _Entered(wanted.conversation_id, None)


async def _shop(parts: Services, model: str) -> Shop:
    try:
        return await parts.store.shop(ShopId(model))
    except NotFound as error:
        raise NotFound(
            f"model: there is no shop {model!r}; GET /v1/models lists them.", code="model_not_found"
        ) from error
