"""A turn as the log sees it: how it begins, what it knows, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from assistant.conversation_state import ConversationState
from assistant.events import (
    ASSISTANT,
    SHOPPER,
    SYSTEM,
    CancelReason,
    ConversationEvent,
    Draft,
    EventType,
    human_agent_id_of,
    iso,
    text_of,
)
from assistant.handoff_queue import enqueue, handoff_request
from assistant.log import ConversationLog, LogTransaction, event_of
from assistant.reply import HandoffRequest
from assistant.tables import events
from assistant.turn import PastMessage, ToolRun, TurnOutcome
from assistant.unanswered import OPEN_QUESTIONS, as_data
from knowledge.ids import IdSource

# Twenty exchanges: more than nearly every shopping chat has, and a bound for the model's prompt.
HISTORY_LIMIT: Final = 40
# Under this key a message carries what its sender says was said before, elsewhere: [{role, text}, …].
EARLIER: Final = "transcript"


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that has begun.

    Attributes:
        message_id: The assistant's message that is being written.
        upto_seq: The newest of the shopper's messages that it answers.
        asked: The messages it answers, oldest first.
    """

    state: ConversationState
    message_id: str
    trace_id: str
    upto_seq: int
    asked: tuple[ConversationEvent, ...]

    @property
    def conversation_id(self) -> str:
        return self.state.id

    @property
    def text(self) -> str:
        return "\n".join(text_of(event.data["parts"]) for event in self.asked)

    @property
    def in_reply_to(self) -> list[str | None]:
        return [event.message_id for event in self.asked]


def cancelled(state: ConversationState, reason: CancelReason) -> list[Draft]:
    """Return the end of the message being written, for whoever takes the turn away; else nothing.

    The same append must set ``writing_id`` to None.
    """
    if state.writing_id is None:
        return []
    data = {"reason": reason.value}
    end = Draft(
        EventType.MESSAGE_CANCELLED, ASSISTANT, data, message_id=state.writing_id, trace_id=state.writing_trace_id
    )
    return [end]


class TurnLog:
    """Reads and writes what turns need."""

    def __init__(self, log: ConversationLog, ids: IdSource) -> None:
        self._log = log
        self._ids = ids

    async def begin(self, conversation_id: str) -> Turn | None:
        """Begin a turn over everything unanswered; None when there is nothing to answer now."""
        async with self._log.transaction() as transaction:
            state = await transaction.conversation(conversation_id)
            if not state.is_unanswered or state.writing_id is not None:
                return None
            asked = await _unanswered(transaction, state)
            message_id, trace_id = self._ids.new("ms"), self._ids.new("tr")
            data = {"sender_type": ASSISTANT, "parts": [], "in_reply_to": [event.message_id for event in asked]}
            begun = Draft(EventType.MESSAGE_CREATED, ASSISTANT, data, message_id=message_id, trace_id=trace_id)
            after = await transaction.append(state, [begun], writing_id=message_id, writing_trace_id=trace_id)
        return Turn(after, message_id, trace_id, state.asked_seq, tuple(asked))

    async def complete(self, turn: Turn, outcome: TurnOutcome, error: Draft | None = None) -> bool:
        """Commit the reply, with its tools and its handoff; False when the turn was taken away."""
        async with self._log.transaction() as transaction:
            state = await transaction.conversation(turn.conversation_id)
            if not _still_holds(state, turn):
                return False
            drafts = [*_tools(outcome.tools, turn), *([error] if error else []), *_offer(turn, outcome)]
            drafts.append(_completed(turn, outcome))
            said = {"text": outcome.reply.text, "sender_type": ASSISTANT, "at": iso(transaction.now)}
            changes: dict[str, Any] = {
                "writing_id": None,
                "writing_trace_id": None,
                "answered_seq": turn.upto_seq,
                "last_message": said,
            }
            request = None
            if outcome.reply.handoff is not None and not state.is_queued:
                changes["handoff"] = _handoff_json(outcome.reply.handoff)
                request = handoff_request(ASSISTANT, changes["handoff"], turn.trace_id)
            elif outcome.reply.handoff is not None and _requests_change(outcome.reply.handoff):
                # Who waits already keeps their place; the person who comes must see what was confirmed.
                changes["handoff"] = _handoff_json(outcome.reply.handoff)
            await enqueue(transaction, state, request, before=drafts, **changes)
        return True

    async def cancel(self, conversation_id: str, message_id: str | None, reason: CancelReason) -> None:
        """End the message being written, if it is still that one (or whichever, with None)."""
        async with self._log.transaction() as transaction:
            state = await transaction.conversation(conversation_id)
            if state.writing_id is not None and message_id in (None, state.writing_id):
                await transaction.append(state, cancelled(state, reason), writing_id=None, writing_trace_id=None)

    async def history(self, turn: Turn) -> tuple[PastMessage, ...]:
        """Return the public messages before the turn, oldest first, with what callers told of earlier ones.

        It begins after the last resolve: a reopened chat that still saw its old handoff was seen
        to loop into the next one (chatwoot #15068).
        """
        c = events.c
        here = c.conversation_id == turn.conversation_id
        resolved = select(func.coalesce(func.max(c.seq), 0)).where(here, c.type == EventType.CONVERSATION_RESOLVED)
        spoken = or_(
            and_(c.type == EventType.MESSAGE_CREATED, c.actor != ASSISTANT), c.type == EventType.MESSAGE_COMPLETED
        )
        query = select(events).where(here, c.seq > resolved.scalar_subquery(), c.seq <= turn.upto_seq, spoken)
        query = query.where(c.seq.not_in([event.seq for event in turn.asked]))
        found = await self._log.find(query.order_by(c.seq.desc()).limit(HISTORY_LIMIT))
        past = [message for event in reversed(found) for message in (*_earlier(event), _past(event))]
        past += [message for event in turn.asked for message in _earlier(event)]
        return tuple(past[-HISTORY_LIMIT:])


async def _unanswered(transaction: LogTransaction, state: ConversationState) -> list[ConversationEvent]:
    c = events.c
    query = select(events).where(
        c.conversation_id == state.id,
        c.seq > state.answered_seq,
        c.seq <= state.asked_seq,
        c.type == EventType.MESSAGE_CREATED,
        c.actor == SHOPPER,
    )
    return [event_of(row) for row in await transaction.connection.execute(query.order_by(c.seq))]


def _still_holds(state: ConversationState, turn: Turn) -> bool:
    same_epoch = state.owner_epoch == turn.state.owner_epoch
    return state.assistant_owns and same_epoch and state.writing_id == turn.message_id


def _completed(turn: Turn, outcome: TurnOutcome) -> Draft:
    data: dict[str, Any] = {
        "sender_type": ASSISTANT,
        "parts": [{"type": "text", "text": outcome.reply.text}],
        "reply": outcome.reply.as_json(),
        "in_reply_to": turn.in_reply_to,
    }
    if outcome.usage is not None:
        data["usage"] = outcome.usage.as_json()
    if outcome.written is not None:
        data["written"] = outcome.written.as_json()
    if outcome.unanswered:
        data[OPEN_QUESTIONS] = as_data(outcome.unanswered, _past(turn.asked[-1]).page_product)
    return Draft(EventType.MESSAGE_COMPLETED, ASSISTANT, data, message_id=turn.message_id, trace_id=turn.trace_id)


def _offer(turn: Turn, outcome: TurnOutcome) -> list[Draft]:
    """Return the record of a price that was promised, under which the shop honours the coupon."""
    offer = outcome.reply.offer
    if offer is None:
        return []
    kind = EventType.OFFER_MADE
    return [Draft(kind, ASSISTANT, offer.as_json(), message_id=turn.message_id, trace_id=turn.trace_id)]


def _tools(tools: Sequence[ToolRun], turn: Turn) -> list[Draft]:
    drafts = []
    for tool in tools:
        started = {"tool": tool.name, "arguments": dict(tool.arguments)}
        ended = {**started, "ok": tool.ok, "took_ms": tool.took_ms, "summary": tool.summary}
        if tool.found is not None:
            ended["found"] = list(tool.found)
        for kind, data in ((EventType.TOOL_STARTED, started), (EventType.TOOL_COMPLETED, ended)):
            drafts.append(Draft(kind, ASSISTANT, data, message_id=turn.message_id, trace_id=turn.trace_id))
    return drafts


def _requests_change(request: HandoffRequest) -> bool:
    return request.summary is not None and request.summary.request is not None


def _handoff_json(request: HandoffRequest) -> dict[str, Any]:
    summary = asdict(request.summary) if request.summary else None
    return {"reason": request.reason.value, "detail": request.detail, "summary": summary}


def turn_error(turn: Turn, code: str, message: str) -> Draft:
    """Return the event that says that this turn failed."""
    return Draft(
        EventType.ERROR, SYSTEM, {"message": message, "code": code}, message_id=turn.message_id, trace_id=turn.trace_id
    )


def _earlier(event: ConversationEvent) -> list[PastMessage]:
    """Return what a caller says was said before this message; an assistant's part of it is not ours."""
    told = event.data.get(EARLIER) or ()
    return [PastMessage("assistant" if one["role"] == "assistant" else "shopper", one["text"]) for one in told]


def _past(event: ConversationEvent) -> PastMessage:
    text = text_of(event.data.get("parts"))
    if event.type is EventType.MESSAGE_COMPLETED:
        return PastMessage("assistant", text, event.data.get("reply"))
    if human_agent_id_of(event.actor):
        return PastMessage("human_agent", text)
    page = event.data.get("context") or {}
    return PastMessage("shopper", text, page_product=page.get("product"))
