"""Server-sent events: stored events first, then on from the log at each wake-up.

Stored events carry an SSE ``id``; what is only pushed (deltas, typing) carries none, so a client
that resumes with ``Last-Event-ID`` never resumes from something that the log does not have.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.responses import StreamingResponse

from api.feeds import Feed, read_unhurt
from assistant.events import ConversationEvent, EventType, PushType
from assistant.wakeups import Signal, Wakeups
from knowledge.errors import Invalid

MEDIA_TYPE: Final = "text/event-stream"
READ_LIMIT: Final = 200
_ENDS: Final = frozenset({EventType.MESSAGE_COMPLETED, EventType.MESSAGE_CANCELLED})


def wants_stream(request: Request) -> bool:
    """Return whether the caller asks for a stream rather than a page."""
    return MEDIA_TYPE in request.headers.get("accept", "")


def resume_point(request: Request, after: int) -> int:
    """Return the cursor to begin after: ``Last-Event-ID`` wins over ``after``.

    Raises:
        Invalid: The header is not a cursor of ours.
    """
    last = request.headers.get("last-event-id", "").strip()
    if not last:
        return after
    if not (last.isascii() and last.isdigit() and len(last) < 19):
        raise Invalid("Last-Event-ID must be the id of an event of this stream.", code="bad_last_event_id")
    return int(last)


def stream_response(feed: Feed, wakeups: Wakeups, after: int, keep_alive_seconds: float) -> StreamingResponse:
    """Return the feed as a stream that ends when the client goes or the server stops."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_frames(feed, wakeups, after, keep_alive_seconds), media_type=MEDIA_TYPE, headers=headers)


async def _frames(feed: Feed, wakeups: Wakeups, after: int, keep_alive_seconds: float) -> AsyncIterator[str]:
    ended: set[str | None] = set()
    with wakeups.subscribe(*feed.topics) as subscription:
        yield ": the stream is open\n\n"  # sends the headers at once, also through a buffering proxy
        signal: Mapping[str, Any] | Signal = Signal.READ_ON
        while signal is not Signal.CLOSED:
            if signal is Signal.READ_ON:
                async for event in _read_on(feed, after):
                    after = feed.cursor(event)
                    if event.type in _ENDS:
                        ended = ended if len(ended) < READ_LIMIT else set()
                        ended.add(event.message_id)
                    if feed.shows(event):
                        yield _frame(event.as_json(for_staff=feed.for_staff), after)
            elif signal is Signal.QUIET:
                yield ": keep-alive\n\n"
            elif isinstance(signal, Mapping) and not _is_late(signal, ended):
                yield _frame(signal, None)
            signal = await subscription.next(keep_alive_seconds)


async def _read_on(feed: Feed, after: int) -> AsyncIterator[ConversationEvent]:
    while found := await read_unhurt(feed, after, READ_LIMIT):
        for event in found:
            yield event
        after = feed.cursor(found[-1])
        if len(found) < READ_LIMIT:
            return


def _is_late(payload: Mapping[str, Any], ended: set[str | None]) -> bool:
    """Return whether this is text of a message whose end the stream has sent already."""
    return payload["type"] == PushType.MESSAGE_DELTA and payload["message_id"] in ended


def _frame(content: Mapping[str, Any], event_id: int | None) -> str:
    head = "" if event_id is None else f"id: {event_id}\n"
    return f"{head}data: {json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n\n"
