"""The command ``daogou bench fact-check``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import click

from evals.progress import progress
from evals.shipped import HELD_OUT_SHOP
from knowledge.home import Home


@click.command("fact-check")
@click.option("--shop", "shops", multiple=True, default=(HELD_OUT_SHOP,), show_default=True, help="A shop that ships.")
@click.option("--questions", default=400, show_default=True, type=click.IntRange(1), help="Questions to ask at most.")
@click.option("--home", "path", type=click.Path(path_type=Path), help="Folder of the state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def bench_fact_check_command(
    open_home: Callable[[Path | None], Home], shops: tuple[str, ...], questions: int, path: Path | None, as_json: bool
) -> None:
    """Put deliberately wrong replies, and right ones, through the check that stands before the shopper."""
    from evals.benchmarks import fact_check

    with progress("turns") as told:
        result = asyncio.run(fact_check.bench_fact_check(open_home(path), shops, questions, told))
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else fact_check.as_text(result))
