"""Waiting for the reply to one message, for callers that want question and answer in one request."""

from __future__ import annotations

import time
from typing import Any

from assistant.events import ASSISTANT, ConversationEvent, EventType
from assistant.log import ConversationLog
from assistant.wakeups import Signal, conversation_topic

# After these nobody is about to answer soon: a person has it, or it is over.
_GIVE_UP = frozenset({EventType.HANDOFF_ACCEPTED, EventType.CONVERSATION_RESOLVED})


async def reply_to(log: ConversationLog, message: ConversationEvent, wait_seconds: float) -> dict[str, Any] | None:
    """Return the reply to a message, or to the turn into which it was merged.

    Returns:
        The reply's JSON; None when there is none within the time, or a person owns the conversation.
    """
    deadline = time.monotonic() + wait_seconds
    after = message.seq
    with log.wakeups.subscribe(conversation_topic(message.conversation_id)) as subscription:
        while True:
            for event in await log.read(message.conversation_id, after):
                after = event.seq
                if event.type is EventType.MESSAGE_COMPLETED and message.message_id in event.data["in_reply_to"]:
                    reply: dict[str, Any] = event.data["reply"]
                    return reply
                if event.type in _GIVE_UP:
                    return None
            if (await log.state(message.conversation_id)).owner != ASSISTANT:
                return None
            signal: Any = Signal.QUIET
            while signal is not Signal.READ_ON:
                left_seconds = deadline - time.monotonic()
                if left_seconds <= 0 or signal is Signal.CLOSED:
                    return None
                signal = await subscription.next(left_seconds)
