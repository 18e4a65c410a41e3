"""The words of asking: what is said, what comes back, and who is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Protocol

from assistant.turn import TokenUsage, ToolRun

# All that a reply of ours tells besides its words.
BESIDES_WORDS: Final = frozenset({"action", "confidence", "citations", "products", "size", "offer", "order", "handoff"})


@dataclass(frozen=True, slots=True)
class Said:
    """A shopper's message.

    Attributes:
        page_product: Handle of the product page it was sent from.
    """

    text: str
    page_product: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back.

    Attributes:
        reply: As in the HTTP contract (`Reply.as_json`).
        tools: The turn's tool calls; empty where the target does not tell them.
        took_ms: From sending to the whole reply, measured by the asker.
        first_word_ms: From sending to the first words of the reply, at most ``took_ms``; None where
            that was not measured.
        usage: Tokens of language models, zero without one; None where the target does not tell them.
        untold: Parts of the reply, of `BESIDES_WORDS`, that the target cannot tell. Their absence
            says nothing, and what is judged by them is unscored.
        signals: What the turn knew of each question (`TurnOutcome.signals`); empty where the target does not tell it.
    """

    reply: Mapping[str, Any]
    took_ms: float
    tools: tuple[Mapping[str, Any], ...] = field(default=())
    first_word_ms: float | None = None
    usage: TokenUsage | None = None
    untold: frozenset[str] = frozenset()
    signals: tuple[Mapping[str, Any], ...] = field(default=())


class Talk(Protocol):
    """One conversation, held turn by turn: what is said next may depend on the reply."""

    async def say(self, said: Said) -> Answered:
        """Return the answer; raises when none comes."""
        ...

    async def close(self) -> None:
        """Let go of what the conversation holds."""
        ...


class Target(Protocol):
    """Holds conversations."""

    @property
    def name(self) -> str:
        """What was measured, for the record."""
        ...

    async def open(self, shop: str) -> Talk:
        """Begin a conversation; raises when that is not possible."""
        ...

    async def converse(self, shop: str, turns: Sequence[Said]) -> list[Answered]:
        """Return one answer per turn of a new conversation; raises when one does not come."""
        ...

    async def close(self) -> None:
        """Let go of what the target holds."""
        ...


async def all_said(talk: Talk, turns: Sequence[Said]) -> list[Answered]:
    """Say everything, whatever the replies, and end the conversation."""
    try:
        return [await talk.say(said) for said in turns]
    finally:
        await talk.close()


def untold_by(target: Target) -> frozenset[str]:
    """Return what a target cannot tell even when it answers: nothing, unless it says so itself."""
    return getattr(target, "untold", frozenset())


def tool_json(run: ToolRun) -> dict[str, Any]:
    """Return a tool call in the shape of the log's `tool.completed`, so that all targets tell the same."""
    told = asdict(run)
    return {"tool": told.pop("name"), **told, "arguments": dict(run.arguments)}
