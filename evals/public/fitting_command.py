"""``daogou eval fit-answerability``: the weights that the assistant reads, made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import click

from evals.progress import progress
from knowledge.home import Home


@click.command("fit-answerability")
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the public set product_qa; its dev.csv is fitted to.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write here, such as assistant/answerability.toml; else to stdout.",
)
@click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")
@click.pass_obj
def fit_answerability_command(
    open_home: Callable[[Path | None], Home], data: Path, out: Path | None, path: Path | None
) -> None:
    """Fit how likely a fact of a product's page answers a question."""
    from evals.public.answerability import fit

    with progress("questions") as show:
        text = asyncio.run(fit(data, open_home(path), show))
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
