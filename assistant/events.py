"""The events of a conversation: what may happen, who did it, and who may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

SHOPPER: Final = "shopper"
ASSISTANT: Final = "assistant"
SYSTEM: Final = "system"
_HUMAN: Final = "human_agent:"

# The parts of one message: [{"type": "text", "text": …}, …].
Parts = Sequence[Mapping[str, Any]]


class EventType(StrEnum):
    """Everything that is stored. `PushType` has what is only pushed."""

    MESSAGE_CREATED = "message.created"
    MESSAGE_COMPLETED = "message.completed"
    MESSAGE_CANCELLED = "message.cancelled"
    TOOL_STARTED = "tool.started"
    TOOL_COMPLETED = "tool.completed"
    HANDOFF_REQUESTED = "handoff.requested"
    HANDOFF_ACCEPTED = "handoff.accepted"
    HANDOFF_RETURNED = "handoff.returned"
    QUEUE_POSITION = "queue.position"
    CONVERSATION_RESOLVED = "conversation.resolved"
    CONVERSATION_REOPENED = "conversation.reopened"
    NOTE_CREATED = "note.created"
    OFFER_MADE = "offer.made"
    RATING_GIVEN = "rating.given"
    ERROR = "error"


class PushType(StrEnum):
    """Signals that live only as long as somebody listens: no seq, no id, never in the log."""

    MESSAGE_DELTA = "message.delta"
    TYPING = "typing"
    READ = "read"
    QUEUE_POSITION = "queue.position"


class CancelReason(StrEnum):
    """Why a message of the assistant ends without words."""

    MERGED = "merged"
    OWNER_CHANGED = "owner_changed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


# The shopper never receives these; their seq stays taken.
STAFF_ONLY: Final = frozenset({EventType.NOTE_CREATED})


def human_owner(human_agent_id: str) -> str:
    """Return the name under which a person acts and owns: ``human_agent:ID``."""
    return _HUMAN + human_agent_id


def human_agent_id_of(owner: str) -> str | None:
    """Return the id in ``human_agent:ID``; None for the assistant, the shopper and the system."""
    return owner.removeprefix(_HUMAN) if owner.startswith(_HUMAN) else None


def iso(moment: datetime) -> str:
    """Return the moment as clients read it: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text_of(parts: Any) -> str:
    """Return the text of a message's parts, one line per text part."""
    return "\n".join(part.get("text", "") for part in parts or () if part.get("type") == "text")


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before the log has given it its place."""

    type: EventType
    actor: str
    data: Mapping[str, Any]
    message_id: str | None = None
    client_message_id: str | None = None
    trace_id: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationEvent:
    """One fact of a conversation; never changed once appended.

    Attributes:
        seq: Position in the conversation, gap-free from 1.
        id: Position in the whole database, increasing, with gaps.
        owner: Who owned the conversation once this event was appended.
    """

    seq: int
    id: int
    type: EventType
    at: datetime
    actor: str
    owner: str
    owner_epoch: int
    data: Mapping[str, Any]
    conversation_id: str
    shop_id: str
    message_id: str | None = None
    client_message_id: str | None = None
    trace_id: str | None = None

    @property
    def is_for_staff_only(self) -> bool:
        return self.type in STAFF_ONLY

    def as_json(self, *, for_staff: bool) -> dict[str, Any]:
        """Return the event in the shape of the HTTP contract.

        Args:
            for_staff: Whether the handoff's summary, written for the human agent, stays in.
        """
        data = dict(self.data)
        if self.type is EventType.HANDOFF_REQUESTED and not for_staff:
            data.pop("summary", None)
        return {
            "seq": self.seq,
            "id": self.id,
            "type": self.type.value,
            "at": iso(self.at),
            "actor": self.actor,
            "owner": self.owner,
            "owner_epoch": self.owner_epoch,
            "message_id": self.message_id,
            "client_message_id": self.client_message_id,
            "trace_id": self.trace_id,
            "data": data,
            "conversation_id": self.conversation_id,
            "shop": self.shop_id,
        }
