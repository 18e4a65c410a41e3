"""What a language model may use for one turn; whoever uses more is left for the embedded mind.

Time has its own limit (`AssistantSettings.llm_budget_seconds`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from langchain_core.messages import AIMessage, BaseMessage

from assistant.agent.context import TurnContext
from assistant.turn import TokenUsage

# A model that has not answered after this many steps is going round in circles.
MOST_MODEL_STEPS: Final = 8
# A good turn takes two to six look-ups; more than this is a list being worked through.
MOST_TOOL_CALLS: Final = 24
# English has about four characters to a token and Chinese about one and a half: between the two.
CHARACTERS_PER_TOKEN: Final = 3


class BudgetSpent(Exception):
    """The model's share of this turn is used up."""


@contextmanager
def counted_step(
    context: TurnContext, sent: Sequence[BaseMessage]
) -> Iterator[Callable[[Sequence[BaseMessage]], None]]:
    """Count what one step of a language model uses; what it yields is to be told the answer.

    Raises:
        BudgetSpent: The turn's steps or tokens are used up, and the step is not to be made.
    """
    if is_spent(context):
        raise BudgetSpent(f"{MOST_MODEL_STEPS} steps or {context.token_budget} tokens")
    context.model_steps.append(None)  # stays so when the step fails: what it has used is not known then
    context.characters += sum(len(str(message.content)) for message in sent)

    def answered(messages: Sequence[BaseMessage]) -> None:
        context.characters += sum(len(str(message.content)) for message in messages)
        context.model_steps[-1] = _told(messages)

    yield answered


def is_spent(context: TurnContext) -> bool:
    """Tell whether a turn has used its steps or its tokens up."""
    if len(context.model_steps) >= MOST_MODEL_STEPS:
        return True
    budget = context.token_budget
    return budget is not None and tokens_used(context.model_steps, context.characters) >= budget


def _told(messages: Sequence[BaseMessage]) -> TokenUsage | None:
    """Return what the endpoint says that a step used; None where it does not say."""
    told = [m.usage_metadata for m in messages if isinstance(m, AIMessage) and m.usage_metadata is not None]
    if not told:
        return None
    return TokenUsage(sum(one["input_tokens"] for one in told), sum(one["output_tokens"] for one in told))


def tokens_used(steps: Sequence[TokenUsage | None], characters: int) -> int:
    """Return the tokens that a turn has used so far.

    Args:
        steps: What the endpoint told of each step; None where it did not.
        characters: Of all that was sent and received, from which the untold is estimated.
    """
    told = sum(step.input_tokens + step.output_tokens for step in steps if step is not None)
    return told if None not in steps else max(told, characters // CHARACTERS_PER_TOKEN)
