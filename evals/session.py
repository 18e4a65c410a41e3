"""One ``daogou eval run``: home, target, sources and record put together around the runner."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from assistant.settings import AssistantSettings
from evals.cost import Prices, cost
from evals.judge import PROMPT_VERSION, Judge
from evals.machine import machine, versions
from evals.metrics import summarise
from evals.report_page import page
from evals.results import CaseResult
from evals.running import OnProgress, Runner, cases_hash
from evals.runs import RunRecord, RunStore, code_hash
from evals.shipped import shop_folders
from evals.shops import folder_hash, import_shipped, sandbox
from evals.sources import ShopSources, shop_sources
from evals.suites import Suite
from evals.targets import InProcess, Target, remote_target, started_responder, warm_up
from knowledge.database import Database
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.store import KnowledgeStore

_HTTP_JOBS = 4


@dataclass(frozen=True, slots=True)
class Order:
    """What the caller asked for.

    Attributes:
        target: Address of a running server (`evals.targets.remote_target`); None asks in process.
        resume: A run to go on with.
        jobs: Conversations at a time; None takes one in process, where more would only wait for
            each other and spoil the times, and four over HTTP.
        judge: An LLM that is asked as well; closed with the run.
        prices: Of tokens; without them nothing is said of money.
    """

    suite: Suite
    target: str | None = None
    resume: str | None = None
    jobs: int | None = None
    judge: Judge | None = None
    prices: Prices | None = None


class Asked(Protocol):
    """What any suite tells of itself, of cases or of scenarios."""

    @property
    def name(self) -> str: ...

    @property
    def shipped(self) -> bool: ...

    @property
    def file_hashes(self) -> tuple[tuple[str, str], ...]: ...

    @property
    def shops(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Measured:
    """What a record says of the cases asked, and of how they were asked.

    Attributes:
        cases: SHA-256 over them.
        settings: Besides the assistant's.
        seed: Of the bootstrap, and of what is drawn in asking.
    """

    cases: str
    count: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0


async def run_suite(home: Home, order: Order, on_progress: OnProgress) -> tuple[RunRecord, list[CaseResult]]:
    """Run a suite, keep the run, write its page, and return both."""
    store = RunStore(home.path / "evals")
    suite = order.suite
    async with opened(home, suite, asks=order.target is None) as (place, database):
        sources = await sources_of(database, suite)
        async with _target(order, place, database, suite) as target:
            measured = Measured(cases_hash(suite.cases), len(suite.cases), _judge_settings(order.judge))
            record = begun(store, suite, measured, order.resume, place, target.name, home)
            store.put(record)
            jobs = order.jobs or (1 if order.target is None else _HTTP_JOBS)
            runner = Runner(target, sources, jobs, order.judge)
            results = await runner.run(suite.cases, store, record.id, on_progress)
    summary = summarise(results, record.seed)
    if order.prices is not None:
        summary["cost"] = cost(summary["tokens"], order.prices)
    return finished(store, record, results, summary), results


def finished(
    store: RunStore, record: RunRecord, results: Sequence[CaseResult], summary: Mapping[str, Any]
) -> RunRecord:
    """Keep a run that is over, with its page."""
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    done = record.model_copy(update={"status": "done", "finished_at": ended, "summary": dict(summary)})
    store.put(done)
    (store.folder(done.id) / "report.html").write_text(page(done, results), "utf-8")
    return done


@asynccontextmanager
async def opened(home: Home, suite: Asked, *, asks: bool) -> AsyncIterator[tuple[Home, Database]]:
    """Open the database with the suite's shops.

    Shipped suites, and shops that only ship, are asked in a fresh import of the shipped files; else
    the home's own shops are. A foreign server's shops need be neither: then nothing is known of them.
    """
    ships = set(shop_folders())
    if suite.shipped or (set(suite.shops) <= ships and not await _has(home, suite)):
        place = sandbox(home, suite.shops)
        database = await place.open_database()
        await import_shipped(place, database, suite.shops)
    else:
        place = home
        database = await place.open_database()
    try:
        if asks:
            for shop in suite.shops:
                await KnowledgeStore(database).shop(shop)  # NotFound says which one
        yield place, database
    finally:
        await database.close()


async def _has(home: Home, suite: Asked) -> bool:
    database = await home.open_database()
    try:
        there = {shop.id for shop in await KnowledgeStore(database).shops()}
        return any(shop in there for shop in suite.shops)
    finally:
        await database.close()


async def sources_of(database: Database, suite: Asked) -> dict[str, ShopSources]:
    """Return the texts of those of the suite's shops that are there."""
    there = {shop.id for shop in await KnowledgeStore(database).shops()}
    return {shop: await shop_sources(database, shop) for shop in suite.shops if shop in there}


@asynccontextmanager
async def _target(order: Order, place: Home, database: Database, suite: Suite) -> AsyncIterator[Target]:
    async with AsyncExitStack() as stack:
        if order.target is not None:
            target: Target = remote_target(order.target)
        else:
            responder = await started_responder(place, database, suite.shops)
            stack.push_async_callback(responder.close)
            target = InProcess(database, responder)
            await warm_up(target, suite.shops)
        stack.push_async_callback(target.close)
        if order.judge is not None:
            stack.push_async_callback(order.judge.close)
        yield target


def _judge_settings(judge: Judge | None) -> dict[str, Any]:
    return {} if judge is None else {"judge": {"model": judge.model, "prompt": PROMPT_VERSION}}


def begun(
    store: RunStore, suite: Asked, measured: Measured, resume: str | None, place: Home, target: str, home: Home
) -> RunRecord:
    """Return the record of a new run, or of the one to go on with.

    Raises:
        Invalid: The run to go on with asked other cases or measured other code (``usage_other_run``).
    """
    folders = shop_folders()
    now = datetime.now(UTC)
    shops = {
        f"shop {shop}": folder_hash(folders[shop]) for shop in suite.shops if shop in folders and place is not home
    }
    fresh = RunRecord(
        id=f"{now:%Y%m%d-%H%M%S}-{suite.name}-{home.ids.new('r')[-4:]}",
        suite=suite.name,
        target=target,
        status="running",
        started_at=now.isoformat(timespec="seconds"),
        cases=measured.cases,
        case_count=measured.count,
        files=dict(suite.file_hashes) | shops,
        code=code_hash("assistant", "knowledge"),
        scoring=code_hash("evals"),
        versions=versions(),
        machine=machine(),
        settings=_settings(place) | dict(measured.settings),
        seed=measured.seed,
    )
    if resume is None:
        return fresh
    known = store.find(resume)
    same: list[Callable[[RunRecord], Any]] = [lambda r: r.cases, lambda r: r.files, lambda r: r.code]
    same += [lambda r: r.scoring, lambda r: r.target, lambda r: r.settings, lambda r: r.seed]
    if any(part(known) != part(fresh) for part in same):
        problem = f"{known.id} asked other cases, files, settings, code or scoring; begin a new run."
        raise Invalid(problem, code="usage_other_run")
    return known.model_copy(update={"status": "running"})


def _settings(place: Home) -> dict[str, Any]:
    """Return what the answers depend on; the key to an LLM is no part of it, its address may hold one."""
    told = AssistantSettings().model_dump(mode="json", exclude={"openai_api_key", "openai_base_url"})
    told["llm"] = AssistantSettings().has_llm
    return told | {"clock": place.settings.clock, "embedding_model": place.settings.embedding_model}
