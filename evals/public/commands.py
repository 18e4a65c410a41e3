"""``daogou eval run SET --data DIR``: the part of the command that measures public sets."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from evals.progress import progress
from evals.public.report import show_public
from evals.public.running import run_public
from evals.public.sets import PUBLIC_SETS
from knowledge.home import Home

EVERY: Final = "public"


def measures_public(suite: str) -> bool:
    """Tell whether this is the name of a public set, or of all of them."""
    return suite == EVERY or suite in PUBLIC_SETS


def run_public_sets(home: Home, suite: str, data: Path | None, console: Console, *, as_json: bool) -> None:
    """Measure one set, or each that is in the folder; what is not there is skipped with a word."""
    told: list[dict[str, object]] = []
    for name in PUBLIC_SETS if suite == EVERY else [suite]:
        run = None
        if data is not None:
            with progress(name) as show:
                run = asyncio.run(run_public(home, name, data, show))
        if run is None:
            where = f"{data} has none of its files" if data is not None else "no folder given (--data DIR)"
            click.echo(f"skipped: {name}: {where}", err=True)
            continue
        told.append(run.model_dump(mode="json"))
        if not as_json:
            show_public(console, run)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
