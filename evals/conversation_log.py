"""The log of a conversation, read as what was asked and who answered it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.events import SHOPPER, ConversationEvent, EventType, human_agent_id_of, text_of

_ENDS: Final = frozenset({EventType.CONVERSATION_RESOLVED, EventType.HANDOFF_ACCEPTED})


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the shopper said, several messages as the log has them in one turn, and the reply.

    Attributes:
        page: Handle of the page of the newest message.
        reply: As stored; None where a person answered.
        failure: Why the reply is only a stand-in; None when it is none.
        human: A person's words that followed.
    """

    text: str
    page: str | None
    reply: Mapping[str, Any] | None = None
    failure: str | None = None
    human: tuple[str, ...] = ()


@dataclass(slots=True)
class Stretch:
    """What the assistant answered without anybody between, with what a person wrote at its end."""

    exchanges: list[Exchange] = field(default_factory=list)
    human: list[str] = field(default_factory=list)
    after_human: bool = False


def read_log(events: Sequence[ConversationEvent]) -> tuple[list[Stretch], list[Exchange]]:
    """Return the stretches that the assistant answered, and the questions that a person did.

    A resolve ends a stretch, because the assistant's memory begins anew after it; so does a person,
    whose words cannot be asked for again.
    """
    said = {e.message_id: e for e in events if e.type is EventType.MESSAGE_CREATED and e.actor == SHOPPER}
    failures = {e.trace_id: str(e.data.get("code")) for e in events if e.type is EventType.ERROR}
    stretches, by_person = [Stretch()], list[Exchange]()
    pending: list[ConversationEvent] = []  # asked and not yet answered by anybody
    last: Exchange | None = None
    notes: list[str] = []  # of the stretch that was handed over last
    for event in events:
        if event.type is EventType.MESSAGE_COMPLETED:
            asked = [said[i] for i in event.data.get("in_reply_to") or () if i in said]
            pending = [one for one in pending if one not in asked]
            if asked:
                last = _exchange(asked, event.data.get("reply"), failures.get(event.trace_id))
                stretches[-1].exchanges.append(last)
                notes = stretches[-1].human
        elif event.type is EventType.MESSAGE_CREATED and event.actor == SHOPPER:
            pending.append(event)
        elif event.type is EventType.MESSAGE_CREATED and human_agent_id_of(event.actor):
            words = text_of(event.data.get("parts"))
            notes.append(words)
            _add_words(by_person, _exchange(pending, None) if pending else last, words)
            pending, last = [], None
        if event.type in _ENDS:
            if stretches[-1].exchanges:
                stretches.append(Stretch())
            stretches[-1].after_human = event.type is EventType.HANDOFF_ACCEPTED
    return [one for one in stretches if one.exchanges], by_person


def _add_words(by_person: list[Exchange], question: Exchange | None, words: str) -> None:
    if question is not None:
        by_person.append(Exchange(question.text, question.page, human=(words,)))
    elif by_person:
        before = by_person[-1]
        by_person[-1] = Exchange(before.text, before.page, human=(*before.human, words))


def _exchange(
    asked: Sequence[ConversationEvent], reply: Mapping[str, Any] | None, failure: str | None = None
) -> Exchange:
    text = "\n".join(text_of(event.data.get("parts")) for event in asked)
    page = (asked[-1].data.get("context") or {}).get("product")
    return Exchange(text, page if isinstance(page, str) else None, reply, failure)
