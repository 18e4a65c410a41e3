"""``daogou eval from-conversation``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from knowledge.errors import Invalid
from knowledge.home import Home

if TYPE_CHECKING:
    from evals.cases import Case


@click.command("from-conversation")
@click.argument("conversation_id")
@click.option("--staff", is_flag=True, help="Also a case for each question that a human agent answered.")
@click.option("--keep-personal", is_flag=True, help="Leave phone numbers, e-mail and postal addresses in.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Append to this .jsonl file.")
@click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")
@click.pass_obj
def from_conversation_command(
    open_home: Callable[[Path | None], Home],
    conversation_id: str,
    staff: bool,
    keep_personal: bool,
    out: Path | None,
    path: Path | None,
) -> None:
    """Draft cases, one JSON object a line, from the conversation CONVERSATION_ID of the log.

    The expectations are what was really answered: read them, and correct what was not right.
    """
    from evals.conversations import draft_cases

    if out is not None and out.suffix.lower() != ".jsonl":
        raise click.BadParameter("does not end in .jsonl", param_hint="--out")
    drafted = asyncio.run(draft_cases(open_home(path), conversation_id, staff=staff, keep_personal=keep_personal))
    if drafted.masked:
        told = ", ".join(f"{count} × {kind}" for kind, count in drafted.masked.items())
        click.echo(f"masked: {told}; names are not recognised, so read before you share", err=True)
    lines = [case.model_dump_json(exclude_unset=True) for case in drafted.cases]
    if out is None:
        click.echo("\n".join(lines))
    else:
        _append(out, drafted.cases, lines)
        click.echo(f"{len(lines)} cases appended to {out}", err=True)


def _append(out: Path, cases: Sequence[Case], lines: Sequence[str]) -> None:
    from evals.cases import read_cases

    if out.exists() and out.stat().st_size:
        there = {case.id for case in read_cases(out)}
        if again := [case.id for case in cases if case.id in there]:
            problem = f"{out.name} has {', '.join(again)} already; an edited case is not overwritten."
            raise Invalid(problem, code="usage_case_exists")
    with out.open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
