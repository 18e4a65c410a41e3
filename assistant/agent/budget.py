"""What a language model may use for one turn; whoever uses more is left for the embedded mind.

Time has its own limit (`AssistantSettings.llm_budget_seconds`), and so have the model's steps
(`assistant.agent.minds.MOST_MODEL_STEPS`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.turn import TokenUsage

# A good turn takes two to six look-ups; more than this is a list being worked through.
MOST_TOOL_CALLS: Final = 24
# English has about four characters to a token and Chinese about one and a half: between the two.
CHARACTERS_PER_TOKEN: Final = 3


class BudgetSpent(Exception):
    """The model's share of this turn is used up."""


def tokens_used(steps: Sequence[TokenUsage | None], characters: int) -> int:
    """Return the tokens that a turn has used so far.

    Args:
        steps: What the endpoint told of each step; None where it did not.
        characters: Of all that was sent and received, from which the untold is estimated.
    """
    told = sum(step.input_tokens + step.output_tokens for step in steps if step is not None)
    return told if None not in steps else max(told, characters // CHARACTERS_PER_TOKEN)
