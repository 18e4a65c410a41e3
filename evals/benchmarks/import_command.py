"""``daogou bench import``, and its figures on the terminal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evals.machine import in_words
from evals.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.home import Home


@click.command("import")
@click.option("--products", default=5_000, show_default=True, type=click.IntRange(1), help="Products of the export.")
@click.option(
    "--embedded", default=200, show_default=True, type=click.IntRange(1), help="Products on which encoding is timed."
)
@click.option("--upload/--no-upload", default=True, show_default=True, help="Time the first answer over a server too.")
@click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder in which to make it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def bench_import_command(
    open_home: Callable[[Path | None], Home],
    products: int,
    embedded: int,
    upload: bool,
    path: Path | None,
    as_json: bool,
) -> None:
    """Time the import of a made-up Shopify export, stage by stage, beside its floors, in a home made for it."""
    from evals.benchmarks import importing

    with progress("import") as told:
        result = asyncio.run(importing.in_temporary_home(open_home, products, embedded, told, path, upload=upload))
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else as_text(result))


def as_text(result: Mapping[str, Any]) -> str:
    """Return the figures for a terminal."""
    rows, products = result["rows"], result["products"]
    lines = [
        f"import of {products:,} products, {result['variants']:,} variants, {rows:,} rows, {result['file_mib']} MiB",
        f"{'':28}{'s':>9}{'CPU s':>9}{'rows/s':>12}{'products/s':>12}",
    ]
    for name, run in result["whole"].items():
        lines.append(_line(f"whole, {name}", run, rows, products))
    lines += [_line(name, took, rows, products) for name, took in result["stages"].items()]
    for name, took in result["floors"].items():
        floor = f"floor: {name}"
        lines.append(_line(floor, took, rows, products) if took else f"{floor:28}not installed")
    lines += _embedding(result["embedding"])
    if result["upload"] is not None:
        lines += _upload(result["upload"])
    told = (f"{name} {one['seconds']} ({one.get('cpu_seconds', '?')})" for name, one in result["ratios"].items() if one)
    lines.append("ratios of time (of CPU time): " + ", ".join(told))
    lines.append("peak memory in MiB: " + ", ".join(f"{name} {mib}" for name, mib in result["peak_mib"].items()))
    lines.append(in_words(result["machine"]))
    lines.append(", ".join(f"{package} {number}" for package, number in result["versions"].items()))
    return "\n".join(lines)


def _line(name: str, took: Mapping[str, float], rows: int, products: int) -> str:
    wall = took["seconds"]
    return f"{name:28}{wall:>9.3f}{took['cpu_seconds']:>9.3f}{rows / wall:>12,.0f}{products / wall:>12,.0f}"


def _upload(told: Mapping[str, Any]) -> list[str]:
    before, during = told["turn_ms_before"], told["turn_ms_during"]
    return [
        f"uploaded to a server: accepted after {told['accepted_seconds']} s, stored after {told['stored_seconds']} s, "
        f"first answer from the file's end after {told['answered_seconds']} s",
        f"turns before it: p50 {before['p50']} ms, p95 {before['p95']} ms ({before['turns']}); "
        f"until it was stored: p50 {during['p50']} ms, p95 {during['p95']} ms ({during['turns']})",
    ]


def _embedding(told: Mapping[str, Any]) -> list[str]:
    texts, products = told["texts"], told["products"]
    loading = f"encoders load in {told['load']['seconds']:.1f} s"
    lines = [f"embedding {products:,} products, {texts:,} texts ({loading}); texts/s, products/s"]
    named = (("embed", "embed"), ("embed again", "again"), ("floor: bare encoders", "bare"))
    return lines + [_line(name, told[key], texts, products) for name, key in named]
