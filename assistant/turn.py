"""One turn: what a responder is given, and what it hands back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol

from assistant.orders.identity import Identity
from assistant.reply import Reply
from knowledge.catalog import Shop
from knowledge.script import simplified

SenderType = Literal["shopper", "assistant", "human_agent"]

# Called with each piece of text that passed the fact check, while the reply is being written.
OnText = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message of the conversation, oldest first.

    Attributes:
        reply: For the assistant's messages the reply as stored (`Reply.as_json`); else None. An
            assistant's message without one is not ours: a caller has told it (`EARLIER` in
            `assistant.turn_log`).
        page_product: For the shopper's messages the handle of the page it was sent from.
    """

    sender_type: SenderType
    text: str
    reply: Mapping[str, Any] | None = None
    page_product: str | None = None


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """What the assistant knows when it begins to answer.

    Attributes:
        text: The shopper's unanswered messages of this turn, joined by line breaks.
        history: Everything public before them, the human agents' words included.
        page_product: Handle of the product page the shopper is on.
        identity: Who the shopper is, when the shop has vouched for it.
    """

    shop: Shop
    conversation_id: str
    text: str
    trace_id: str
    history: tuple[PastMessage, ...] = ()
    page_product: str | None = None
    identity: Identity | None = None

    @property
    def spoken(self) -> tuple[str, ...]:
        """What the shopper has written, the newest first."""
        return self.text, *(m.text for m in reversed(self.history) if m.sender_type == "shopper")

    def in_simplified_script(self) -> TurnRequest:
        """Return the same with every message in simplified script, in which it is understood."""
        history = tuple(replace(message, text=simplified(message.text)) for message in self.history)
        return replace(self, text=simplified(self.text), history=history)


@dataclass(frozen=True, slots=True)
class ToolRun:
    """One tool call of the turn, for the log.

    Attributes:
        summary: What came back, in a few words; never secrets.
        found: Of a search the handles or document names that it found, best first; else None.
    """

    name: str
    arguments: Mapping[str, Any]
    ok: bool
    took_ms: int
    summary: str = ""
    found: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens that language models have read and written, as their endpoint counts them."""

    input_tokens: int
    output_tokens: int

    @classmethod
    def total(cls, steps: Sequence[TokenUsage | None]) -> TokenUsage | None:
        """Return the sum over model steps, zero of none; None when one of them is not known."""
        known = [step for step in steps if step is not None]
        if len(known) < len(steps):
            return None
        return cls(sum(step.input_tokens for step in known), sum(step.output_tokens for step in known))

    def as_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Written:
    """By whom a reply was written, and what the checks left of it; part of the turn's trace.

    Attributes:
        mind: ``embedded``, ``llm``, or ``merchant`` for a fixed reply.
        model: The language model that was asked, also when another mind answered in its place.
        prompt: Version of the instructions that it was given.
        steps: How often a language model was asked.
        refused: Sentences of the reply that the fact check took out.
        left: Why the language model's words were left for the embedded mind's; empty when they were not.
        signals: What the language model told of its own words, and by how much each lowered the log-odds
            (`assistant.model_signals`); None where it told nothing.
    """

    mind: Literal["embedded", "llm", "merchant"] = "embedded"
    model: str | None = None
    prompt: int | None = None
    steps: int = 0
    refused: int = 0
    left: str = ""
    signals: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """A finished reply, with what was done for it. ``reply.handoff`` asks for a person.

    Attributes:
        written: By whom, and what the checks took out; None where that is not told.
        usage: What language models used for it, zero without one; None when that is not known.
        unanswered: The questions of the turn that nothing published answers.
        signals: What was known of each question of the turn: how its confidence came about.
    """

    reply: Reply
    tools: tuple[ToolRun, ...] = field(default=())
    usage: TokenUsage | None = None
    unanswered: tuple[str, ...] = ()
    written: Written | None = None
    signals: tuple[Mapping[str, Any], ...] = ()


class Responder(Protocol):
    """Writes the reply of one turn. It reads the shop's knowledge and touches no log.

    The real one is `assistant.agent`; tests of the conversation machinery bring their own.
    """

    async def respond(self, request: TurnRequest, on_text: OnText) -> TurnOutcome:
        """Return the reply. Cancellation must be honoured at every await."""
        ...
