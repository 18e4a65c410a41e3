"""``daogou eval`` and ``daogou bench``. What is heavy is imported by the command that needs it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from evals.benchmarks.fact_check_command import bench_fact_check_command
from evals.benchmarks.fit_command import bench_fit_command
from evals.benchmarks.import_command import bench_import_command
from evals.benchmarks.retrieval_command import bench_retrieval_command
from evals.checking_commands import check_command
from evals.conversation_commands import from_conversation_command
from evals.fitting.command import fit_confidence_command
from evals.formats.commands import export_command, import_command
from evals.progress import progress
from evals.public.fitting_command import fit_answerability_command
from evals.reading.command import fit_reader_command
from evals.shipped import SHIPPED_CLOCK
from knowledge.errors import Invalid
from knowledge.home import Home

if TYPE_CHECKING:
    from evals.cost import Prices
    from evals.dialogues.suite import ScenarioSuite
    from evals.gates import Checked
    from evals.judge import Judge
    from evals.results import CaseResult
    from evals.runs import RunRecord
    from evals.suites import Suite

OpenHome = Callable[[Path | None], Home]
_PIPE_WIDTH = 160  # a pipe has no width, and 80 folds the tables

_HOME = click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def _known_target(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from evals.targets import check_target

        try:
            check_target(value)
        except Invalid as error:
            raise click.BadParameter(error.message) from error
    return value


@click.group("eval")
def eval_command() -> None:
    """Measure how good the answers are."""


@eval_command.command("run")
@click.argument("suite")
@click.option("--shop", help="Only this shop's cases; in a FILE the shop of cases that name none.")
@click.option(
    "--target",
    callback=_known_target,
    help="http://HOST:PORT of a running server of ours, or openai:http://HOST:PORT/v1#MODEL of any OpenAI-compatible "
    "assistant (without #MODEL the case's shop; key in DAOGOU_EVAL_API_KEY). Without it the assistant is asked in "
    "process.",
)
@click.option("--price-in", type=click.FloatRange(0), help="Price of a million tokens that a model reads.")
@click.option("--price-out", type=click.FloatRange(0), help="Price of a million tokens that a model writes.")
@click.option("--currency", default="", help="What these prices are in; any words.")
@click.option("--gate", is_flag=True, help="Exit with 1 when a threshold of gates.toml is missed.")
@click.option("--limit", type=click.IntRange(1), help="At most so many cases, spread over the suite.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Conversations at a time [1 in process, 4 over HTTP].")
@click.option("--resume", help="Go on with a run that was cut off.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of a public set, or of all of them.")
@click.option(
    "--trials", type=click.IntRange(1, 32), default=1, help="Times that each scenario is played; 4 shows luck."
)
@click.option("--seed", type=int, default=0, help="Of the simulated shoppers' words.")
@click.option("--shopper", type=click.Choice(["embedded", "llm"]), default="embedded", help="Who plays the scenarios.")
@click.option("--shopper-model", help="Model that plays them, at the endpoint of OPENAI_BASE_URL.")
@click.option("--judge", is_flag=True, help="Ask an LLM as well (OPENAI_*); reported beside, never part of passed.")
@click.option("--judge-model", help="The judge's name at that endpoint [DAOGOU_CHAT_MODEL].")
@click.option("--transcript", is_flag=True, help="Print every conversation with its actions, sources and verdicts.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write .html (the page) or .json here.")
@_HOME
@_JSON
@click.pass_context
def run_command(
    context: click.Context,
    suite: str,
    shop: str | None,
    target: str | None,
    price_in: float | None,
    price_out: float | None,
    currency: str,
    gate: bool,
    limit: int | None,
    jobs: int | None,
    resume: str | None,
    data: Path | None,
    out: Path | None,
    path: Path | None,
    as_json: bool,
    trials: int,
    seed: int,
    shopper: str,
    shopper_model: str | None,
    judge: bool,
    judge_model: str | None,
    transcript: bool,
) -> None:
    """Run SUITE (`daogou eval list` names them), a FILE of cases or scenarios, or a public set with --data."""
    from evals.dialogues.suite import find_scenarios, is_simulated
    from evals.gates import gates_for
    from evals.public.commands import measures_public, run_public_sets
    from evals.suites import find

    if out is not None and out.suffix.lower() not in (".html", ".json"):
        raise click.BadParameter("ends neither in .html nor in .json", param_hint="--out")
    open_home: OpenHome = context.obj
    if measures_public(suite):
        run_public_sets(open_home(path), suite, data, _console(), as_json=as_json)
        return
    found = (find_scenarios if is_simulated(suite) else find)(suite, shop).limited(limit)
    gates = gates_for(found.name) if gate else ()
    if found.shipped:
        # Before anything reads the settings: whatever asks for the time stands on the shops' day.
        os.environ.setdefault("DAOGOU_CLOCK", SHIPPED_CLOCK)
    home = open_home(path)
    played = {"trials": trials, "seed": seed, "shopper": shopper, "shopper_model": shopper_model}
    how = {"target": target, "resume": resume, "jobs": jobs}
    of_cases = {
        "judge": _judge(judge_model) if judge or judge_model else None,
        "prices": _prices(price_in, price_out, currency),
    }
    record, results = _asked(home, found, how, played, of_cases)
    checked = [one.check(record.summary or {}) for one in gates]
    _write(home, record, results, out)
    if transcript:
        _print_transcript(results, on_stderr=as_json)
    _print_run(record, checked, as_json=as_json)
    if any(not one.met for one in checked) or all(result.error for result in results):
        context.exit(1)


def _asked(
    home: Home, found: Suite | ScenarioSuite, how: dict[str, Any], played: dict[str, Any], of_cases: dict[str, Any]
) -> tuple[RunRecord, list[CaseResult]]:
    from evals.dialogues.session import SimulationOrder, run_simulated
    from evals.dialogues.suite import ScenarioSuite
    from evals.session import Order, run_suite

    with progress(found.name) as told:
        if isinstance(found, ScenarioSuite):
            if of_cases["judge"] is not None:
                raise Invalid("Scenarios are judged by their end state; --judge is for cases.", code="usage_no_judge")
            if of_cases["prices"] is not None:
                raise Invalid("Of scenarios no tokens are counted; prices are for cases.", code="usage_no_prices")
            return asyncio.run(run_simulated(home, SimulationOrder(found, **played, **how), told))
        return asyncio.run(run_suite(home, Order(found, **how, **of_cases), told))


def _judge(model: str | None) -> Judge:
    from evals.judge import Judge

    return Judge.from_settings(model)


def _prices(per_million_in: float | None, per_million_out: float | None, currency: str) -> Prices | None:
    from evals.cost import Prices

    if per_million_in is None and per_million_out is None:
        return None
    if per_million_in is None or per_million_out is None:
        raise Invalid("Give both --price-in and --price-out; 0 is a price.", code="usage_one_price")
    return Prices(per_million_in, per_million_out, currency)


def _write(home: Home, record: RunRecord, results: list[CaseResult], out: Path | None) -> None:
    written = home.path / "evals" / "runs" / record.id / "report.html"
    if out is not None and out.suffix.lower() == ".html":
        shutil.copyfile(written, out)
    elif out is not None:
        whole = {"run": record.model_dump(mode="json"), "results": [r.model_dump(mode="json") for r in results]}
        out.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    click.echo(f"page: {out if out is not None and out.suffix.lower() == '.html' else written}", err=True)


def _print_transcript(results: list[CaseResult], *, on_stderr: bool) -> None:
    from evals.transcript import transcript

    click.echo(transcript(results) + "\n", err=on_stderr)


def _print_run(record: RunRecord, checked: list[Checked], *, as_json: bool) -> None:
    if as_json:
        whole: dict[str, Any] = {"run": record.model_dump(mode="json"), "gates": [one.as_json() for one in checked]}
        click.echo(json.dumps(whole, ensure_ascii=False))
        return
    from evals.report import show_run

    show_run(_console(), record, checked)


@eval_command.command("compare")
@click.argument("a")
@click.argument("b")
@_HOME
@_JSON
@click.pass_obj
def compare_command(open_home: OpenHome, a: str, b: str, path: Path | None, as_json: bool) -> None:
    """Tell what run B does differently from run A: ids, beginnings of ids, `last`, or folders of runs."""
    from evals.compare import compare
    from evals.report import differing, show_comparison
    from evals.runs import RunStore

    store = RunStore(open_home(path).path / "evals")
    (first, before), (second, after) = store.opened(a), store.opened(b)
    found = compare(before, after)
    if not found.differences:
        raise Invalid(f"{first.id} and {second.id} have no case in common.", code="usage_nothing_common")
    if as_json:
        whole = {"a": first.id, "b": second.id, "differing": differing(first, second), **found.as_json()}
        click.echo(json.dumps(whole, ensure_ascii=False))
    else:
        show_comparison(_console(), first, second, found)


@eval_command.command("list")
@_HOME
@_JSON
@click.pass_obj
def list_command(open_home: OpenHome, path: Path | None, as_json: bool) -> None:
    """List the suites that ship, and the newest runs."""
    from evals.runs import RunStore
    from evals.suites import names

    runs = RunStore(open_home(path).path / "evals").newest()
    if as_json:
        told = [run.model_dump(mode="json", exclude={"summary"}) for run in runs]
        click.echo(json.dumps({"suites": names(), "runs": told}, ensure_ascii=False))
        return
    for name, count in names().items():
        click.echo(f"{name:14} {count:5} cases")
    for run in runs:
        passed = (run.summary or {}).get("overall", {}).get("passed", {}).get("value")
        shown = f"{passed * 100:.1f} % passed" if passed is not None else run.status
        click.echo(f"{run.id}  {run.case_count} cases  {shown}  {run.target}")


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)


@click.group("bench")
def bench_command() -> None:
    """Measure how fast Daogou is."""


@bench_command.command("turn")
@click.option("--questions", default=200, show_default=True, type=click.IntRange(1), help="Questions to ask at most.")
@click.option(
    "--products",
    type=click.IntRange(1),
    help="Grow each demo shop to so many products, with invented vectors; minutes at 100,000. Not with --home.",
)
@_HOME
@_JSON
@click.pass_obj
def bench_turn_command(
    open_home: OpenHome, questions: int, products: int | None, path: Path | None, as_json: bool
) -> None:
    """Time the shipped QUESTIONS through the real responder, in process, after warming.

    Without --home the demo shops are imported into a temporary one.
    """
    if products and path is not None:
        raise click.UsageError("--products grows shops of its own: leave --home out.")
    from evals.benchmarks import turn

    with progress("turns") as told:
        if path is None:
            result = asyncio.run(turn.in_temporary_home(open_home, questions, told, products or 0))
        else:
            result = asyncio.run(turn.bench_turn(open_home(path), questions, told, import_demo=False))
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else turn.as_text(result))


eval_command.add_command(check_command)


eval_command.add_command(export_command)
eval_command.add_command(import_command)
bench_command.add_command(bench_retrieval_command)
eval_command.add_command(from_conversation_command)
bench_command.add_command(bench_import_command)
bench_command.add_command(bench_fit_command)
eval_command.add_command(fit_answerability_command)
eval_command.add_command(fit_reader_command)
eval_command.add_command(fit_confidence_command)
bench_command.add_command(bench_fact_check_command)
