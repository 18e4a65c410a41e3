"""What a human agent does: see the queue, claim, write, hand back, resolve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assistant.access import Access, HumanAgent
from assistant.conversation_state import STATE_COLUMNS, ConversationState, ConversationStatus
from assistant.events import (
    ASSISTANT,
    CancelReason,
    ConversationEvent,
    Draft,
    EventType,
    Parts,
    iso,
    text_of,
)
from assistant.handoff_queue import enqueue, has_status, push_positions, queue_query
from assistant.log import ConversationLog
from assistant.tables import conversations
from assistant.turn_log import cancelled
from assistant.turn_runner import TurnRunner
from knowledge.clock import Clock
from knowledge.errors import Conflict, NotFound
from knowledge.ids import IdSource

NOT_WRITING: Final[Mapping[str, Any]] = {"writing_id": None, "writing_trace_id": None}


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Which conversations to list; None means any."""

    shop_id: str | None = None
    status: ConversationStatus | None = None
    owner: str | None = None
    limit: int = 100


class Desk:
    """The human agents' side of conversations.

    Every method takes the human agent who acts, and treats conversations of other shops as not there.
    """

    def __init__(self, log: ConversationLog, turns: TurnRunner, access: Access, clock: Clock, ids: IdSource) -> None:
        self._log = log
        self._turns = turns
        self._access = access
        self._clock = clock
        self._ids = ids

    async def queue(self, agent: HumanAgent, shop_id: str | None = None) -> list[ConversationState]:
        """Return who waits for a person, the longest wait first."""
        return await self._log.states(queue_query(_scope(agent, shop_id), self._clock.now()))

    async def conversations(self, agent: HumanAgent, wanted: DeskFilter) -> list[ConversationState]:
        """Return conversations, the latest changed first."""
        query = select(*STATE_COLUMNS)
        scope = _scope(agent, wanted.shop_id)
        if scope is not None:
            query = query.where(conversations.c.shop_id.in_(scope))
        if wanted.owner is not None:
            query = query.where(conversations.c.owner == wanted.owner)
        if wanted.status is not None:
            query = query.where(has_status(wanted.status, self._clock.now()))
        return await self._log.states(query.order_by(conversations.c.updated_at.desc()).limit(wanted.limit))

    async def conversation(self, agent: HumanAgent, conversation_id: str) -> ConversationState:
        """Return one conversation."""
        return _seen(agent, await self._log.state(conversation_id))

    async def claim(self, agent: HumanAgent, conversation_id: str) -> ConversationState:
        """Make this human agent the owner; exactly one of those who try at once succeeds.

        Raises:
            Conflict: Somebody else has it (``already_claimed``), or it is resolved.
        """
        async with self._log.transaction() as transaction:
            state = _seen(agent, await transaction.conversation(conversation_id))
            if state.owner == agent.owner:
                return state
            if not state.assistant_owns:
                raise Conflict("Another human agent has this conversation.", code="already_claimed")
            if state.status is ConversationStatus.RESOLVED:
                raise Conflict("This conversation is resolved.", code="resolved")
            accepted = Draft(EventType.HANDOFF_ACCEPTED, agent.owner, {"human_agent": agent.as_json()})
            after = await transaction.append(
                state,
                [*cancelled(state, CancelReason.OWNER_CHANGED), accepted],
                **NOT_WRITING,
                **_owned_by(state, agent.owner),
            )
        await self._turn_taken(state)
        return after

    async def release(self, agent: HumanAgent, conversation_id: str, to: str = "assistant") -> ConversationState:
        """Give the conversation back to the assistant, or into the queue (``to="queue"``).

        The assistant answers what the shopper wrote after the last human message, else it waits.
        """
        async with self._log.transaction() as transaction:
            state = _seen(agent, await transaction.conversation(conversation_id))
            if state.assistant_owns:
                return state
            _must_own(agent, state)
            returned = Draft(EventType.HANDOFF_RETURNED, agent.owner, {"human_agent": agent.as_json(), "to": to})
            changes: dict[str, Any] = {"owner": ASSISTANT, "owner_epoch": state.owner_epoch + 1}
            if to == "queue":
                after = await enqueue(transaction, state, returned, **changes)
            else:
                changes |= {"status": ConversationStatus.PENDING, "handoff": None, "waiting_since": None}
                after = await transaction.append(state, [returned], **changes, snoozed_until=None)
        self._turns.schedule(conversation_id)
        return after

    async def transfer(self, agent: HumanAgent, conversation_id: str, to_id: str) -> ConversationState:
        """Hand the conversation to another human agent of this shop.

        Raises:
            NotFound: No such human agent serves this shop.
        """
        target = next((one for one in await self._access.human_agents() if one.id == to_id), None)
        async with self._log.transaction() as transaction:
            state = _seen(agent, await transaction.conversation(conversation_id))
            _must_own(agent, state)
            if target is None or not target.serves(state.shop_id):
                raise NotFound("No such human agent serves this shop.", code="human_agent_not_found")
            if target.id == agent.id:
                return state
            data = {"human_agent": target.as_json(), "transferred_by": agent.as_json()}
            accepted = Draft(EventType.HANDOFF_ACCEPTED, agent.owner, data)
            return await transaction.append(state, [accepted], **_owned_by(state, target.owner))

    async def resolve(self, agent: HumanAgent, conversation_id: str) -> ConversationState:
        """End the conversation; the next message of the shopper reopens it with the assistant."""
        async with self._log.transaction() as transaction:
            state = _seen(agent, await transaction.conversation(conversation_id))
            if state.status is ConversationStatus.RESOLVED:
                return state
            if not state.assistant_owns:
                _must_own(agent, state)
            resolved = Draft(EventType.CONVERSATION_RESOLVED, agent.owner, {"by": agent.as_json()})
            after = await transaction.append(
                state,
                [*cancelled(state, CancelReason.OWNER_CHANGED), resolved],
                **NOT_WRITING,
                owner=ASSISTANT,
                owner_epoch=state.owner_epoch + 1,
                status=ConversationStatus.RESOLVED,
                answered_seq=state.asked_seq,
                handoff=None,
                waiting_since=None,
                snoozed_until=None,
            )
        await self._turn_taken(state)
        return after

    async def snooze(self, agent: HumanAgent, conversation_id: str, until: datetime) -> ConversationState:
        """Hide the conversation until a moment, or until the shopper writes."""
        async with self._log.transaction() as transaction:
            state = _seen(agent, await transaction.conversation(conversation_id))
            if not state.assistant_owns:
                _must_own(agent, state)
            if state.status is ConversationStatus.RESOLVED:
                raise Conflict("This conversation is resolved.", code="resolved")
            data = {"text": f"Snoozed until {iso(until)}", "snoozed_until": iso(until)}
            note = Draft(EventType.NOTE_CREATED, agent.owner, data, message_id=self._ids.new("nt"))
            return await transaction.append(state, [note], status=ConversationStatus.SNOOZED, snoozed_until=until)

    async def post_message(
        self, agent: HumanAgent, conversation_id: str, client_message_id: str | None, parts: Parts
    ) -> ConversationEvent:
        """Append the human agent's message.

        Raises:
            Conflict: This human agent does not own the conversation (``not_owner``).
        """
        try:
            async with self._log.transaction() as transaction:
                state = _seen(agent, await transaction.conversation(conversation_id))
                _must_own(agent, state)
                draft, changes = self._message(agent, state, client_message_id, parts)
                await transaction.append(state, [draft], **changes)
        except (IntegrityError, Conflict) as refused:
            # A retry gets its first result, also when the conversation has changed hands since.
            first = await self._first(agent, conversation_id, client_message_id)
            if first is None:
                raise refused
            return first
        return transaction.appended[-1]

    async def note(self, agent: HumanAgent, conversation_id: str, text: str) -> ConversationEvent:
        """Append a private note, which staff alone can read."""
        async with self._log.transaction() as transaction:
            state = _seen(agent, await transaction.conversation(conversation_id))
            data = {"text": text, "human_agent": agent.as_json()}
            note = Draft(EventType.NOTE_CREATED, agent.owner, data, message_id=self._ids.new("nt"))
            await transaction.append(state, [note])
        return transaction.appended[-1]

    def _message(
        self, agent: HumanAgent, state: ConversationState, client_message_id: str | None, parts: Parts
    ) -> tuple[Draft, dict[str, Any]]:
        data = {
            "sender_type": "human_agent",
            "parts": [dict(part) for part in parts],
            "human_agent": agent.as_json(),
        }
        draft = Draft(EventType.MESSAGE_CREATED, agent.owner, data, self._ids.new("ms"), client_message_id)
        said = {"text": text_of(parts), "sender_type": "human_agent", "at": iso(self._clock.now())}
        return draft, {
            "answered_seq": state.asked_seq,
            "last_message": said,
            "status": ConversationStatus.OPEN,
            "snoozed_until": None,
        }

    async def _first(
        self, agent: HumanAgent, conversation_id: str, client_message_id: str | None
    ) -> ConversationEvent | None:
        if client_message_id is None:
            return None
        return await self._log.message_of(conversation_id, agent.owner, client_message_id)

    async def _turn_taken(self, before: ConversationState) -> None:
        """Stop the assistant's work on it, and tell who waits behind it."""
        self._turns.stop(before.id)
        if before.is_queued:
            await push_positions(self._log, before.shop_id, self._clock.now())


def _scope(agent: HumanAgent, shop_id: str | None) -> Sequence[str] | None:
    """Return the shops to look into; None for all.

    Raises:
        NotFound: The shop asked for is not this human agent's.
    """
    if shop_id is None:
        return agent.shops
    if not agent.serves(shop_id):
        raise NotFound(f"There is no shop {shop_id!r}.", code="shop_not_found")
    return [shop_id]


def _seen(agent: HumanAgent, state: ConversationState) -> ConversationState:
    if not agent.serves(state.shop_id):
        raise NotFound("There is no such conversation.", code="conversation_not_found")
    return state


def _must_own(agent: HumanAgent, state: ConversationState) -> None:
    if state.owner != agent.owner:
        raise Conflict("Another has this conversation; claim it first.", code="not_owner")


def _owned_by(state: ConversationState, owner: str) -> dict[str, Any]:
    """Return the changes that make a person the owner."""
    return {
        "owner": owner,
        "owner_epoch": state.owner_epoch + 1,
        "status": ConversationStatus.OPEN,
        "waiting_since": None,
        "snoozed_until": None,
    }
