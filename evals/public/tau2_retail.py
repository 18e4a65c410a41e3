"""The retail tasks of tau2-bench: does the replay environment keep the shop's rules, and what is its floor?

The first system is the environment itself: its figures say what an agent's reward on it is worth. The
second is the assistant's own guard over the same shop (`evals.tau2.guarded`): ``gold_replayed`` are
the tasks of which it made every change, ``reward`` those that then end in gold's state.

``gold_replayed``: tasks of which no gold call is refused. ``deterministic``: two replays end in one
hash. ``reward``: tasks whose end state is gold's. ``violations_refused``: forbidden calls (made up from
the records, `evals.tau2.violations`) that are refused and change nothing; it is over calls, the others
are over tasks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from evals.public.figures import SetResult, System, mean_figure, system
from evals.public.published import published
from evals.public.sets import OnProgress
from evals.tau2.data import RetailDatabase, RetailTask, read_database, read_tasks
from evals.tau2.environment import WRITING, Replayed, RetailEnvironment, replay
from evals.tau2.guarded import GuardedShop
from evals.tau2.scripted import DoesNothing, PlaysGold, SaysReason
from evals.tau2.trials import RetailAgent, run_task
from evals.tau2.violations import Violation, violations
from knowledge.home import Home

NAME: Final = "tau2_retail"
AgentFor = Callable[[RetailTask], RetailAgent]


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Replay the gold actions, play two scripted agents, and try what is forbidden.

    Raises:
        Invalid: A file of the set cannot be used (``usage_bad_data``).
    """
    database, tasks = read_database(folder / "db.json"), read_tasks(folder / "tasks.json")
    forbidden = list(violations(database))
    replayed = {task.id: replay(database, task.evaluation_criteria.actions) for task in tasks}
    again = {task.id: replay(database, task.evaluation_criteria.actions).digest for task in tasks}
    told(len(tasks), len(tasks) + len(forbidden))
    refused: dict[str, float] = {}
    for number, violation in enumerate(forbidden, start=1):
        refused[f"{number} {violation.kind}"] = float(is_refused(database, violation))
        told(len(tasks) + number, len(tasks) + len(forbidden))
    gold = await _rewards(database, tasks, PlaysGold)
    idle = await _rewards(database, tasks, lambda _task: DoesNothing())
    ours = system(
        "replay environment, gold played",
        "daogou",
        {
            "gold_replayed": {task: float(not one.errors) for task, one in replayed.items()},
            "deterministic": {task: float(one.digest == again[task]) for task, one in replayed.items()},
            "reward": gold,
            "violations_refused": refused,
        },
    )
    # One value per call would be most of the record and tells nothing that the count does not.
    ours = ours.model_copy(update={"per_item": {k: v for k, v in ours.per_item.items() if k != "violations_refused"}})
    guarded, stood = await _through_the_guard(home, database, tasks, {t: one.digest for t, one in replayed.items()})
    floor = System(
        name="does nothing", kind="baseline", figures=(mean_figure("reward", idle),), per_item={"reward": idle}
    )
    return SetResult(
        name=NAME,
        title="tau2-bench retail tasks (MIT)",
        measures="The replay environment in evals/tau2, and the assistant's guarded order tools over it.",
        items=len(tasks),
        systems=(ours, guarded, floor, *published(NAME)),
        notes=(*_notes(tasks, replayed, forbidden, refused), stood),
    )


def is_refused(database: RetailDatabase, violation: Violation) -> bool:
    """Tell whether a forbidden call is refused and leaves no trace."""
    environment = RetailEnvironment(database)
    if violation.before is not None and environment.call(*violation.before).error is not None:
        return False
    before = environment.digest()
    answer = environment.call(violation.name, violation.arguments)
    return answer.error not in (None, "bad_arguments") and environment.digest() == before


async def _through_the_guard(
    home: Home, data: RetailDatabase, tasks: Sequence[RetailTask], gold: Mapping[str, str]
) -> tuple[System, str]:
    """Play the gold calls through the assistant's guard; return the figures and what stood against the rest."""
    # A home of its own: what is confirmed is kept, and the user's orders have nothing to do with it.
    place = Home.at(home.path / "evals" / "tau2", home.migrate, home.settings.model_copy(update={"database_url": None}))
    opened = await place.open_database()
    try:
        shop = await GuardedShop.opened(opened, place.clock, place.ids)
        played = {task.id: await shop.replay(data, task) for task in tasks}
    finally:
        await opened.close()
    codes = Counter(code for one in played.values() for _, code in one.refused)
    figures = {
        "gold_replayed": {task: float(not one.refused) for task, one in played.items()},
        "reward": {task: float(one.digest == gold[task]) for task, one in played.items()},
    }
    told = ", ".join(f"{code} {count}" for code, count in codes.most_common()) or "nothing"
    ours = system("assistant's guarded tools, gold played", "daogou", figures)
    return ours, f"Stood against the guard's calls: {told}."


async def _rewards(database: RetailDatabase, tasks: Sequence[RetailTask], agent_for: AgentFor) -> dict[str, float]:
    return {task.id: (await run_task(database, task, agent_for(task), SaysReason(task))).reward for task in tasks}


def _notes(
    tasks: Sequence[RetailTask],
    replayed: dict[str, Replayed],
    forbidden: Sequence[Violation],
    refused: dict[str, float],
) -> tuple[str, ...]:
    actions = {task.id: task.evaluation_criteria.actions for task in tasks}
    calls = sum(map(len, actions.values()))
    strange = [
        (task, actions[task][number].name, code) for task, one in replayed.items() for number, code in one.errors
    ]
    writing = sum(name in WRITING for _, name, _ in strange)
    told = "; ".join(f"task {task} {name}: {code}" for task, name, code in strange) or "none"
    kinds = Counter(violation.kind for violation in forbidden)
    missed = Counter(key.split(" ", 1)[1] for key, value in refused.items() if value == 0.0)
    done = calls - len(strange)
    return (
        f"{done} of {calls} gold calls are done, {len(strange)} refused ({writing} of them writing): {told}.",
        "Like tau2-bench, a refused gold call is passed over; its end state is what the other calls leave.",
        f"{len(forbidden)} forbidden calls of {len(kinds)} kinds, {len(forbidden) - sum(missed.values())} refused"
        + (f"; let through: {dict(missed)}" if missed else "")
        + ".",
        "reward is the check of the database only; what had to be said is in TaskRun.communicated, and the "
        "assertions in words need a judge. Published figures are pass^1 over all 114 tasks, with an LLM as shopper.",
    )
