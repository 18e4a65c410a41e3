"""The command ``daogou bench fit``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from evals.benchmarks.fit_reports import FILE, SPLITS, found
from evals.progress import progress


@click.command("fit")
@click.option("--data", type=click.Path(path_type=Path), help=f"Folder with {FILE}, or with fit/{FILE}.")
@click.option("--split", "name", type=click.Choice((*SPLITS, "all")), default="all", show_default=True)
@click.option("--home", expose_value=False, help="Folder of the state; this benchmark keeps none.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def bench_fit_command(data: Path | None, name: str, as_json: bool) -> None:
    """Measure the fit model beside plain peers on RentTheRunway's reports."""
    from evals.benchmarks.fit import as_text, bench_fit, chosen

    path = found(data) if data is not None else None
    if path is None:
        reason = "no folder given (--data DIR)" if data is None else f"{data} has no {FILE}"
        click.echo(json.dumps({"skipped": reason}) if as_json else f"skipped: {reason}")
        return
    with progress("fit") as told:
        result = bench_fit(path, chosen(name), told)
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else as_text(result))
