"""What language models used for a run, and what that costs at prices that the caller gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from evals.results import CaseResult

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of one million tokens each way.

    Attributes:
        currency: In the caller's words; nothing is converted.
    """

    per_million_in: float
    per_million_out: float
    currency: str = ""


def tokens(results: Sequence[CaseResult]) -> dict[str, int]:
    """Return the tokens over the conversations in which every turn tells them; empty without any.

    ``conversations`` is how many these are, ``untold`` how many there are besides. The embedded
    model uses none, which is told as 0.
    """
    told = [result for result in results if all(turn.tokens is not None for turn in result.turns)]
    if not told:
        return {}
    used = [turn.tokens for result in told for turn in result.turns if turn.tokens is not None]
    return {
        "conversations": len(told),
        "untold": len(results) - len(told),
        "turns": len(used),
        "input": sum(one["input_tokens"] for one in used),
        "output": sum(one["output_tokens"] for one in used),
    }


def cost(used: Mapping[str, int], prices: Prices) -> dict[str, Any]:
    """Return the cost of 100 conversations at these prices; empty when no tokens were told."""
    if not used:
        return {}
    paid = (used["input"] * prices.per_million_in + used["output"] * prices.per_million_out) / _MILLION
    return {"per_100_conversations": round(paid / used["conversations"] * 100, 6), **asdict(prices)}


def in_words(summary: Mapping[str, Any]) -> str:
    """Return a run's tokens and cost as one line; empty when the target does not tell its tokens."""
    used, paid = summary.get("tokens") or {}, summary.get("cost") or {}
    if not used:
        return ""
    told = f"tokens per turn: {used['input'] / used['turns']:.1f} in, {used['output'] / used['turns']:.1f} out"
    if not used["input"] + used["output"]:
        told = "tokens: none, no language model was asked"
    if used["untold"]:
        told += f" ({used['untold']} of {used['untold'] + used['conversations']} conversations do not tell theirs)"
    if paid:
        price = f"{paid['per_million_in']:g} in and {paid['per_million_out']:g} out per million"
        told += f"; {paid['per_100_conversations']:.4g} {paid['currency']} per 100 conversations at {price}"
    return told.replace("  ", " ")
