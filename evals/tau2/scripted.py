"""Agents and a shopper that need no model: they show what the reward of a run is worth."""

from __future__ import annotations

from collections.abc import Sequence

from evals.tau2.data import RetailTask
from evals.tau2.trials import Call, Say, Step


class PlaysGold:
    """Makes the task's own tool calls, then says what had to be said: its reward must be 1."""

    def __init__(self, task: RetailTask) -> None:
        self._actions = list(task.evaluation_criteria.actions)
        self._last_words = " ".join(["Done.", *task.evaluation_criteria.communicate_info])

    async def act(self, _steps: Sequence[Step]) -> Call | Say:
        if not self._actions:
            return Say(self._last_words)
        action = self._actions.pop(0)
        return Call(action.name, action.arguments)


class DoesNothing:
    """Only talks: its reward is 1 exactly where gold changes nothing, the floor of the set."""

    async def act(self, _steps: Sequence[Step]) -> Call | Say:
        return Say("I am sorry, I cannot help with that.")


class SaysReason:
    """A shopper who says once what the call is about and leaves after the first answer."""

    def __init__(self, task: RetailTask) -> None:
        self._reason = task.user_scenario.instructions.reason_for_call

    async def say(self, steps: Sequence[Step]) -> str | None:
        return None if steps else self._reason
