"""Where a conversation stands now: one row, read as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from assistant.events import ASSISTANT
from assistant.tables import conversations


class ConversationStatus(StrEnum):
    """PENDING: the assistant is handling it. OPEN: a person is asked for, or has it."""

    PENDING = "pending"
    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class ConversationState:
    """One conversation's row.

    Attributes:
        owner: ``assistant`` or ``human_agent:ID``; only the owner's messages are accepted.
        owner_epoch: Grows with every change of owner.
        asked_seq: Seq of the shopper's newest message; 0 before the first.
        answered_seq: Up to here the shopper's messages have been dealt with.
        writing_id: The assistant's message that is being written.
        handoff: ``{reason, detail, summary}`` of the last request for a person.
        waiting_since: Since when it waits in the queue; None when it does not.
        last_message: ``{text, sender_type, at}``.
    """

    id: str
    shop_id: str
    status: ConversationStatus
    owner: str
    owner_epoch: int
    last_seq: int
    asked_seq: int
    answered_seq: int
    writing_id: str | None
    writing_trace_id: str | None
    locale: str
    contact: Mapping[str, Any]
    context: Mapping[str, Any]
    handoff: Mapping[str, Any] | None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    last_message: Mapping[str, Any] | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> ConversationState:
        values = dict(row._mapping)
        values["status"] = ConversationStatus(values["status"])
        return cls(**values)

    @property
    def assistant_owns(self) -> bool:
        return self.owner == ASSISTANT

    @property
    def is_queued(self) -> bool:
        return self.waiting_since is not None and self.assistant_owns

    @property
    def is_unanswered(self) -> bool:
        """Whether the assistant owes the shopper a reply."""
        return self.assistant_owns and self.asked_seq > self.answered_seq

    def status_at(self, now: datetime) -> ConversationStatus:
        """Return the status, a snooze that has run out counting as open."""
        over = self.snoozed_until is not None and self.snoozed_until <= now
        return ConversationStatus.OPEN if self.status is ConversationStatus.SNOOZED and over else self.status


# Every column but the token's hash, which only `access` reads.
STATE_COLUMNS = tuple(conversations.c[field.name] for field in fields(ConversationState))
