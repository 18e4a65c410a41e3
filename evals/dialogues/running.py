"""Runs scenarios: each so many times, kept trial by trial."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evals.dialogues.gold import ShopFiles, contradiction
from evals.dialogues.scenario import Scenario
from evals.dialogues.shopper import Shopper
from evals.dialogues.trial import play
from evals.results import CaseResult
from evals.running import OnProgress
from evals.runs import RunStore
from evals.sources import ShopSources
from evals.targets import Target

# A fresh player for each conversation: it may remember what it said.
MakeShopper = Callable[[Scenario, int], Shopper]


@dataclass(frozen=True, slots=True)
class DialogueRunner:
    """Plays trials.

    Attributes:
        sources: Each shop's own texts; a shop without any has its citations unscored.
        files: Each shop's folder, for telling whether a scenario is right; of a shop without one it is believed.
        jobs: Conversations at a time.
    """

    target: Target
    shopper: MakeShopper
    sources: Mapping[str, ShopSources]
    files: Mapping[str, ShopFiles]
    trials: int = 1
    jobs: int = 1

    async def run(
        self, scenarios: Sequence[Scenario], store: RunStore, run_id: str, told: OnProgress
    ) -> list[CaseResult]:
        """Play what has not been played yet in this run; return the results, a scenario's trials side by side."""
        results = {result.id: result for result in store.results(run_id)}
        wanted = [(scenario, trial) for scenario in scenarios for trial in range(self.trials)]
        free = asyncio.Semaphore(self.jobs)
        told(len(results), len(wanted))

        async def one(scenario: Scenario, trial: int) -> None:
            async with free:
                result = await self.played(scenario, trial)
            store.append(run_id, result)
            results[result.id] = result
            told(len(results), len(wanted))

        async with asyncio.TaskGroup() as group:
            for scenario, trial in wanted:
                if f"{scenario.id}#{trial}" not in results:
                    group.create_task(one(scenario, trial))
        return [results[f"{scenario.id}#{trial}"] for scenario, trial in wanted]

    async def played(self, scenario: Scenario, trial: int) -> CaseResult:
        """Return one trial's result."""
        files = self.files.get(scenario.shop)
        problem = contradiction(scenario, files) if files is not None else None
        sources = self.sources.get(scenario.shop)
        return await play(scenario, trial, self.shopper(scenario, trial), self.target, sources, problem)


def scenarios_hash(scenarios: Sequence[Scenario]) -> str:
    """Return a SHA-256 over the scenarios, in order."""
    digest = hashlib.sha256()
    for scenario in scenarios:
        digest.update(scenario.model_dump_json(exclude_unset=True).encode() + b"\n")
    return digest.hexdigest()
