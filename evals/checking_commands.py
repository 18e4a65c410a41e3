"""``daogou eval check``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from knowledge.home import Home

if TYPE_CHECKING:
    from evals.checking import CheckReport

_READ_SHOWN = 5


@click.command("check")
@click.argument("suite", default="all")
@click.option("--shop", help="Only this shop's cases; in a FILE the shop of cases that name none.")
@click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check_command(context: click.Context, suite: str, shop: str | None, path: Path | None, as_json: bool) -> None:
    """Verify every case of SUITE, or of a FILE, against the shop's files that are to prove it.

    Exits with 1 when a case is wrong. Warnings, and what only a person can judge, are told apart.
    """
    from evals.checking import check_suite
    from evals.suites import find

    open_home: Callable[[Path | None], Home] = context.obj
    report = asyncio.run(check_suite(open_home(path), find(suite, shop)))
    click.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else _as_text(report))
    if report.errors:
        context.exit(1)


def _as_text(report: CheckReport) -> str:
    from evals.checks.problem import Level, of_level

    lines: list[str] = []
    for level, title in ((Level.ERROR, "errors"), (Level.WARNING, "warnings")):
        found = of_level(report.problems, level)
        lines += [f"{title}: {len(found)}", *(f"  {problem}" for problem in found)]
    read = of_level(report.problems, Level.BY_READING)
    lines.append(f"to be judged by reading: {len(read)} entries of must_say (all of them with --json)")
    lines += [f"  {problem}" for problem in read[:_READ_SHOWN]]
    told = report.figures
    proved = ", ".join(f"{count} by {name}" for name, count in report.proofs.items()) or "none"
    lines.append(f"must_say: {proved}")
    lines.append(
        f"{told['cases']} cases, {told['by_lang']['zh']} zh and {told['by_lang']['en']} en;"
        f" {told['hard']} unanswerable, ambiguous or hostile ({told['hard_share'] * 100:.1f} %)"
    )
    return "\n".join(lines)
