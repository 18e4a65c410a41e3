"""``daogou bench retrieval``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from evals.progress import progress
from knowledge.home import Home


def _sizes(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is no list of numbers such as 1000,10000") from None
    if min(sizes) < 1:
        raise click.BadParameter("a shop has one product at least")
    return sizes


@click.command("retrieval")
@click.option("--products", default="1000,10000", show_default=True, callback=_sizes, help="Sizes of the shops.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of public sets: measures chorus as well.")
@click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def bench_retrieval_command(
    open_home: Callable[[Path | None], Home],
    products: tuple[int, ...],
    data: Path | None,
    path: Path | None,
    as_json: bool,
) -> None:
    """Time the search beside BM25, the bare encoder, their fusion and LangChain's ensemble, with its quality.

    The shops are synthetic, made of the demo shops. Without --home all is done in a temporary one.
    """
    from evals.benchmarks import retrieval, retrieval_report

    with progress("systems") as told:
        result: dict[str, Any]
        if path is None:
            result = asyncio.run(retrieval.in_temporary_home(open_home, products, data, told))
        else:
            result = asyncio.run(retrieval.bench_retrieval(open_home(path), products, data, told))
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else retrieval_report.as_text(result))
