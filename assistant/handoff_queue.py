"""The queue: conversations that wait for a person, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from assistant.conversation_state import STATE_COLUMNS, ConversationState, ConversationStatus
from assistant.events import ASSISTANT, SYSTEM, Draft, EventType, PushType
from assistant.log import ConversationLog, LogTransaction
from assistant.tables import conversations


def has_status(status: ConversationStatus, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a conversation has this status; a snooze past its time is open."""
    c = conversations.c
    snooze_is_over = and_(c.status == ConversationStatus.SNOOZED, c.snoozed_until <= now)
    if status is ConversationStatus.OPEN:
        return or_(c.status == status, snooze_is_over)
    return (
        and_(c.status == status, not_(snooze_is_over)) if status is ConversationStatus.SNOOZED else c.status == status
    )


def waits(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a conversation waits in the queue; a snooze hides it until its time."""
    c = conversations.c
    return and_(c.waiting_since.is_not(None), c.owner == ASSISTANT, has_status(ConversationStatus.OPEN, now))


def queue_query(shop_ids: Sequence[str] | None, now: datetime) -> Select[Any]:
    """Return the query for the queue, who waits longest first."""
    query = select(*STATE_COLUMNS).where(waits(now))
    if shop_ids is not None:
        query = query.where(conversations.c.shop_id.in_(shop_ids))
    return query.order_by(conversations.c.waiting_since, conversations.c.id)


async def enqueue(
    transaction: LogTransaction,
    state: ConversationState,
    request: Draft | None,
    *,
    before: Sequence[Draft] = (),
    **changes: Any,
) -> ConversationState:
    """Put the conversation into its shop's queue.

    Args:
        transaction: The one that has read ``state``.
        state: The conversation before.
        request: The event that says why: handoff.requested or handoff.returned; None while it
            waits already, then only ``before`` and ``changes`` are appended.
        before: Events that precede it in the same append.
        changes: New values of the conversation's columns.
    """
    if request is None:
        return await transaction.append(state, before, **changes)
    ahead = select(func.count()).where(waits(transaction.now), conversations.c.shop_id == state.shop_id)
    position = int((await transaction.connection.execute(ahead)).scalar_one()) + 1
    place = Draft(EventType.QUEUE_POSITION, SYSTEM, {"position": position})
    changes |= {"status": ConversationStatus.OPEN, "waiting_since": transaction.now, "snoozed_until": None}
    return await transaction.append(state, [*before, request, place], **changes)


def handoff_request(actor: str, handoff: Mapping[str, Any], trace_id: str | None = None) -> Draft:
    """Return the event that asks for a person; ``handoff`` is ``{reason, detail, summary}``."""
    return Draft(EventType.HANDOFF_REQUESTED, actor, handoff, trace_id=trace_id)


async def push_positions(log: ConversationLog, shop_id: str, now: datetime) -> None:
    """Tell everybody who waits in this shop the place they have now."""
    for position, state in enumerate(await log.states(queue_query([shop_id], now)), start=1):
        payload = {"type": PushType.QUEUE_POSITION.value, "actor": SYSTEM, "data": {"position": position}}
        log.wakeups.push(state.id, shop_id, payload)
