"""An agent with tools put to a task: the loop, the two roles, and the reward.

Later an LLM plays the agent (its tools are `environment.tool_schemas`, its rules the set's
``policy.md``) and another one the shopper; both only have to keep these protocols.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from evals.dialogues.pass_k import pass_hat
from evals.tau2.data import RetailDatabase, RetailTask
from evals.tau2.environment import TRANSFER, RetailEnvironment, ToolAnswer, replay

# tau2-bench lets a conversation have 200 steps; more is a loop.
MOST_STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class Call:
    """The agent calls a tool."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Say:
    """The agent says something to the shopper."""

    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, as both sides may read it; a shopper is never shown tools."""

    role: Literal["agent", "shopper", "tool"]
    text: str
    call: Call | None = None
    answer: ToolAnswer | None = None


class RetailAgent(Protocol):
    """The assistant's side; a fresh one for every trial."""

    async def act(self, steps: Sequence[Step]) -> Call | Say:
        """Return the next thing to do, given all that has happened."""
        ...


class RetailShopper(Protocol):
    """The shopper's side; a fresh one for every trial."""

    async def say(self, steps: Sequence[Step]) -> str | None:
        """Return the next message; None ends the conversation."""
        ...


@dataclass(frozen=True, slots=True)
class TaskRun:
    """How a trial ended.

    Attributes:
        reward: 1.0 when the end state is the one that the gold actions leave, else 0.0.
        communicated: Share of what had to be said that the agent said; None when nothing had to.
        refused: Codes of the tool calls that were refused.
        ended: ``shopper`` (said so), ``transfer``, or ``steps`` (`MOST_STEPS`; then the reward is 0.0).
    """

    task: str
    reward: float
    communicated: float | None
    refused: tuple[str, ...]
    ended: Literal["shopper", "transfer", "steps"]
    steps: tuple[Step, ...] = field(repr=False)


async def run_task(database: RetailDatabase, task: RetailTask, agent: RetailAgent, shopper: RetailShopper) -> TaskRun:
    """Hold one conversation over a fresh shop and compare its end state with gold's."""
    environment = RetailEnvironment(database)
    steps: list[Step] = []
    ended: Literal["shopper", "transfer", "steps"] = "steps"
    shopper_is_next = True
    while len(steps) < MOST_STEPS:
        if shopper_is_next:
            text = await shopper.say([step for step in steps if step.role != "tool"])
            if text is None:
                ended = "shopper"
                break
            steps.append(Step("shopper", text))
            shopper_is_next = False
            continue
        done = await agent.act(steps)
        if isinstance(done, Say):
            steps.append(Step("agent", done.text))
            shopper_is_next = True
            continue
        answer = environment.call(done.name, done.arguments)
        steps.append(Step("tool", answer.content, done, answer))
        if done.name == TRANSFER and answer.error is None:
            ended = "transfer"
            break
    gold = replay(database, task.evaluation_criteria.actions)
    met = ended != "steps" and environment.digest() == gold.digest
    refused = tuple(step.answer.error for step in steps if step.answer is not None and step.answer.error is not None)
    return TaskRun(task.id, float(met), _communicated(task, steps), refused, ended, tuple(steps))


async def pass_hat_k(trial: Callable[[RetailTask], Awaitable[TaskRun]], tasks: Sequence[RetailTask], k: int) -> float:
    """Return the share of tasks that an agent gets right in all of k trials, one after the other.

    Raises:
        ValueError: There is no task, or no trial.
    """
    if not tasks:
        raise ValueError("no tasks")
    estimates = []
    for task in tasks:
        runs = [await trial(task) for _ in range(k)]
        estimates.append(pass_hat(sum(run.reward == 1.0 for run in runs), k, k))
    return sum(estimates) / len(estimates)


def _communicated(task: RetailTask, steps: Sequence[Step]) -> float | None:
    """Return the share of the words of ``communicate_info`` that stand in the agent's messages.

    As tau2-bench does it: case and thousands commas are not told apart.
    """
    wanted = task.evaluation_criteria.communicate_info
    if not wanted:
        return None
    said = "\n".join(step.text for step in steps if step.role == "agent").casefold().replace(",", "")
    return sum(one.casefold().replace(",", "") in said for one in wanted) / len(wanted)
