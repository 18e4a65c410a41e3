"""What a shopper does: start a conversation, write, ask for a person, rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from assistant.access import SHOPPER_PREFIX, hash_of, new_token
from assistant.conversation_state import ConversationState, ConversationStatus
from assistant.events import (
    ASSISTANT,
    SHOPPER,
    CancelReason,
    ConversationEvent,
    Draft,
    EventType,
    Parts,
    PushType,
    iso,
    text_of,
)
from assistant.handoff_queue import enqueue, handoff_request
from assistant.log import ConversationLog, LogTransaction
from assistant.orders.identity import KEPT_AS, Identity
from assistant.reply import HandoffReason
from assistant.tables import conversations
from assistant.turn_log import EARLIER, cancelled
from assistant.turn_runner import TurnRunner
from knowledge.clock import Clock
from knowledge.ids import IdSource


@dataclass(frozen=True, slots=True)
class Started:
    """A new conversation; the token is shown this once."""

    conversation_id: str
    token: str
    seq: int


class Conversations:
    """The shopper's side of conversations."""

    def __init__(self, log: ConversationLog, turns: TurnRunner, clock: Clock, ids: IdSource) -> None:
        self._log = log
        self._turns = turns
        self._clock = clock
        self._ids = ids

    async def start(
        self,
        shop_id: str,
        locale: str,
        contact: Mapping[str, Any] | None,
        context: Mapping[str, Any] | None,
        identity: Identity | None = None,
    ) -> Started:
        """Start a conversation in a shop that exists.

        Args:
            contact: What the page says of the shopper; proves nothing.
            identity: Who the shopper is, when the shop has vouched for it.
        """
        conversation_id, token, now = self._ids.new("cv"), new_token(SHOPPER_PREFIX), self._clock.now()
        row = {
            "id": conversation_id,
            "shop_id": shop_id,
            "status": ConversationStatus.PENDING,
            "owner": ASSISTANT,
            "owner_epoch": 1,
            **dict.fromkeys(("last_seq", "asked_seq", "answered_seq"), 0),
            "locale": locale,
            "contact": {**(contact or {}), **({KEPT_AS: identity.as_json()} if identity else {})},
            "context": dict(context or {}),
            "created_at": now,
            "updated_at": now,
            "token_hash": hash_of(token),
        }
        async with self._log.transaction() as transaction:
            await transaction.connection.execute(insert(conversations).values(row))
        return Started(conversation_id, token, 0)

    async def post_message(
        self,
        conversation_id: str,
        client_message_id: str,
        parts: Parts,
        context: Mapping[str, Any] | None = None,
        *,
        earlier: Sequence[Mapping[str, str]] = (),
    ) -> ConversationEvent:
        """Append the shopper's message and have it answered.

        Args:
            conversation_id: One that exists.
            parts: What the shopper wrote.
            client_message_id: Names the message; a second post under this name returns the first.
            context: The page now; None keeps what was.
            earlier: What the caller says was said before, elsewhere: ``{role, text}``, oldest first,
                ``role`` being ``user`` or ``assistant``. Kept with the message and given to the
                responder, but never taken for something that was said here.

        Returns:
            The message's event.
        """
        try:
            async with self._log.transaction() as transaction:
                state = await transaction.conversation(conversation_id)
                said: dict[str, Any] = {"sender_type": SHOPPER, "parts": [dict(part) for part in parts]}
                if earlier:
                    said[EARLIER] = [dict(one) for one in earlier]
                await self._append(transaction, state, client_message_id, said, context)
        except IntegrityError:
            first = await self._log.message_of(conversation_id, SHOPPER, client_message_id)
            if first is None:
                raise
            return first
        posted = transaction.appended[-1]
        if posted.owner == ASSISTANT:
            self._turns.schedule(conversation_id, posted.seq)
        return posted

    async def _append(
        self,
        transaction: LogTransaction,
        state: ConversationState,
        client_message_id: str,
        data: dict[str, Any],
        context: Mapping[str, Any] | None,
    ) -> None:
        drafts = cancelled(state, CancelReason.MERGED)
        changes: dict[str, Any] = {"writing_id": None, "writing_trace_id": None}
        if state.status in (ConversationStatus.RESOLVED, ConversationStatus.SNOOZED):
            drafts.append(Draft(EventType.CONVERSATION_REOPENED, SHOPPER, {}))
            changes |= {"status": _awake(state), "snoozed_until": None}
        if context is not None:
            changes["context"] = dict(context)
        if page := (state.context if context is None else context):
            data["context"] = dict(page)  # the page it was sent from: "it" depends on it
        message_id = self._ids.new("ms")
        drafts.append(Draft(EventType.MESSAGE_CREATED, SHOPPER, data, message_id, client_message_id))
        said = {"text": text_of(data["parts"]), "sender_type": SHOPPER, "at": iso(transaction.now)}
        await transaction.append(state, drafts, asked_seq=state.last_seq + len(drafts), last_message=said, **changes)

    async def ask_for_person(self, conversation_id: str) -> ConversationState:
        """Queue the conversation for a person; nothing changes while one is called or there."""
        async with self._log.transaction() as transaction:
            state = await transaction.conversation(conversation_id)
            if state.is_queued or not state.assistant_owns:
                return state
            handoff = {"reason": HandoffReason.SHOPPER_ASKED.value, "detail": "", "summary": None}
            resolved = state.status is ConversationStatus.RESOLVED
            before = [Draft(EventType.CONVERSATION_REOPENED, SHOPPER, {})] if resolved else []
            return await enqueue(transaction, state, handoff_request(SHOPPER, handoff), before=before, handoff=handoff)

    async def rate(self, conversation_id: str, rating: int, comment: str | None) -> ConversationEvent:
        """Append the shopper's rating, 1 to 5."""
        async with self._log.transaction() as transaction:
            state = await transaction.conversation(conversation_id)
            data = {"rating": rating, "comment": comment}
            await transaction.append(state, [Draft(EventType.RATING_GIVEN, SHOPPER, data)])
        return transaction.appended[-1]

    async def signal(self, conversation_id: str, actor: str, kind: PushType, data: Mapping[str, Any]) -> None:
        """Push a transient signal (typing, read) to whoever listens; nothing is stored."""
        state = await self._log.state(conversation_id)
        payload = {
            "type": kind.value,
            "at": iso(self._clock.now()),
            "actor": actor,
            "data": dict(data),
        }
        self._log.wakeups.push(conversation_id, state.shop_id, payload)


def _awake(state: ConversationState) -> ConversationStatus:
    """Return the status that a new message gives back to a resolved or snoozed conversation."""
    somebody_has_it = state.is_queued or not state.assistant_owns
    return ConversationStatus.OPEN if somebody_has_it else ConversationStatus.PENDING
