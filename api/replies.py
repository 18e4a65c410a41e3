"""Waiting for the reply to one message, for callers that want question and answer in one request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from assistant.events import ASSISTANT, ConversationEvent, EventType, PushType
from assistant.log import ConversationLog
from assistant.wakeups import Signal, conversation_topic

# After these nobody is about to answer soon: a person has it, or it is over.
_GIVE_UP = frozenset({EventType.HANDOFF_ACCEPTED, EventType.CONVERSATION_RESOLVED})

_T = TypeVar("_T")
# A delta of a reply being written, a moment without news, or the end.
Progress = Mapping[str, Any] | None | ConversationEvent


async def followed(
    log: ConversationLog, message: ConversationEvent, wait_seconds: float, quiet_seconds: float = 60.0
) -> AsyncGenerator[Progress, None]:
    """Follow the reply to a message, or to the turn into which it was merged.

    Yields:
        The deltas pushed meanwhile, None after each ``quiet_seconds`` without news, and last the
        event that completes the reply. It ends without that event when there is no reply within
        the time, or when a person owns the conversation.
    """
    deadline = time.monotonic() + wait_seconds
    after = message.seq
    with log.wakeups.subscribe(conversation_topic(message.conversation_id)) as subscription:
        while True:
            for event in await _unhurt(log.read(message.conversation_id, after)):
                after = event.seq
                if event.type is EventType.MESSAGE_COMPLETED and message.message_id in event.data["in_reply_to"]:
                    yield event
                    return
                if event.type in _GIVE_UP:
                    return
            if (await _unhurt(log.state(message.conversation_id))).owner != ASSISTANT:
                return
            signal: Any = Signal.QUIET
            while signal is not Signal.READ_ON:
                left_seconds = deadline - time.monotonic()
                if left_seconds <= 0 or signal is Signal.CLOSED:
                    return
                signal = await subscription.next(min(left_seconds, quiet_seconds))
                if signal is Signal.QUIET:
                    yield None
                elif isinstance(signal, Mapping) and signal["type"] == PushType.MESSAGE_DELTA:
                    yield signal


async def _unhurt(reading: Coroutine[Any, Any, _T]) -> _T:
    """Let a read finish when the caller goes away in the middle of it (as in `api.feeds`)."""
    return await asyncio.shield(asyncio.ensure_future(reading))


async def completed(log: ConversationLog, message: ConversationEvent, wait_seconds: float) -> ConversationEvent | None:
    """Return the event that completes the reply to a message; None when there is none to wait for."""
    async with aclosing(followed(log, message, wait_seconds)) as progress:
        async for news in progress:
            if isinstance(news, ConversationEvent):
                return news
    return None


async def reply_to(log: ConversationLog, message: ConversationEvent, wait_seconds: float) -> dict[str, Any] | None:
    """Return the reply to a message, or to the turn into which it was merged.

    Returns:
        The reply's JSON; None when there is none within the time, or a person owns the conversation.
    """
    event = await completed(log, message, wait_seconds)
    return None if event is None else event.data["reply"]
