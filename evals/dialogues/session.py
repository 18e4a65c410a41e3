"""One ``daogou eval run`` of scenarios: home, target, shopper and record put together around the runner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from assistant.settings import AssistantSettings
from evals.dialogues.gold import ShopFiles
from evals.dialogues.llm_shopper import Endpoint, LlmShopper
from evals.dialogues.pass_k import dialogue_figures
from evals.dialogues.running import DialogueRunner, MakeShopper, scenarios_hash
from evals.dialogues.shopper import EmbeddedShopper
from evals.dialogues.suite import ScenarioSuite
from evals.metrics import summarise
from evals.results import CaseResult
from evals.running import OnProgress
from evals.runs import RunRecord, RunStore
from evals.session import Measured, begun, finished, opened, sources_of
from evals.shipped import shop_folders
from evals.targets import InProcess, Target, remote_target, started_responder, warm_up
from knowledge.database import Database
from knowledge.home import Home

_HTTP_JOBS = 4
Player = Literal["embedded", "llm"]


@dataclass(frozen=True, slots=True)
class SimulationOrder:
    """What the caller asked for.

    Attributes:
        trials: Times that each scenario is played.
        seed: Of the shopper's words.
        shopper_model: Of a shopper played by an LLM; None takes the assistant's.
        target: Address of a running server or an endpoint; None asks in process.
        resume: A run to go on with.
        jobs: Conversations at a time; None takes one in process and four over HTTP.
    """

    suite: ScenarioSuite
    trials: int = 1
    seed: int = 0
    shopper: Player = "embedded"
    shopper_model: str | None = None
    target: str | None = None
    resume: str | None = None
    jobs: int | None = None


async def run_simulated(
    home: Home, order: SimulationOrder, on_progress: OnProgress
) -> tuple[RunRecord, list[CaseResult]]:
    """Play a suite of scenarios, keep the run, write its page, and return both."""
    store, suite = RunStore(home.path / "evals"), order.suite
    shopper = _shopper(order)
    async with opened(home, suite, asks=order.target is None) as (place, database):
        sources = await sources_of(database, suite)
        async with _target(order, place, database) as target:
            measured = Measured(
                scenarios_hash(suite.scenarios), len(suite.scenarios) * order.trials, _settings(order), order.seed
            )
            record = begun(store, suite, measured, order.resume, place, target.name, home)
            store.put(record)
            folders = shop_folders()
            # What was imported from the shipped files can be held against them; of a user's shop there are none.
            files = {s: ShopFiles(folders[s]) for s in suite.shops if s in folders and place is not home}
            jobs = order.jobs or (1 if order.target is None else _HTTP_JOBS)
            runner = DialogueRunner(target, shopper, sources, files, order.trials, jobs)
            results = await runner.run(suite.scenarios, store, record.id, on_progress)
    summary = summarise(results, record.seed) | {"dialogues": dialogue_figures(results)}
    return finished(store, record, results, summary), results


def _shopper(order: SimulationOrder) -> MakeShopper:
    """Return what makes the player of a conversation.

    Raises:
        Invalid: An LLM is to play, and none is set (``usage_no_llm``).
    """
    if order.shopper == "embedded":
        return lambda scenario, trial: EmbeddedShopper(scenario, trial, order.seed)
    endpoint = Endpoint.from_settings(AssistantSettings(), order.shopper_model)
    return lambda scenario, trial: LlmShopper(scenario, trial, endpoint, order.seed)


def _settings(order: SimulationOrder) -> dict[str, Any]:
    played: dict[str, Any] = {"trials": order.trials, "shopper": order.shopper}
    if order.shopper == "llm":
        played["shopper_model"] = order.shopper_model or AssistantSettings().chat_model
    return played


@asynccontextmanager
async def _target(order: SimulationOrder, place: Home, database: Database) -> AsyncIterator[Target]:
    async with AsyncExitStack() as stack:
        if order.target is not None:
            target: Target = remote_target(order.target)
        else:
            responder = await started_responder(place, database, order.suite.shops)
            stack.push_async_callback(responder.close)
            target = InProcess(database, responder)
            await warm_up(target, order.suite.shops)
        stack.push_async_callback(target.close)
        yield target
