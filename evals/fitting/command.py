"""``daogou eval fit-confidence``: the fits by which the assistant tells how sure it is, made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import click

from evals.progress import progress
from knowledge.home import Home


@click.command("fit-confidence")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write here, such as assistant/calibration.toml; else to stdout.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page with the curves of the shops left out.",
)
@click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")
@click.pass_obj
def fit_confidence_command(
    open_home: Callable[[Path | None], Home], out: Path | None, report: Path | None, path: Path | None
) -> None:
    """Fit how likely an answer is right, on shops of which it is known.

    The models are those that the settings name; the held-out shop is not touched.
    """
    from evals.fitting.making import made
    from evals.fitting.page import left_out_page

    with progress("questions") as show:
        text, figures = asyncio.run(made(open_home(path), show))
    if report is not None:
        report.write_text(left_out_page(figures), "utf-8")
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
