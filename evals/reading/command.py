"""``daogou eval fit-reader``: teaches the reader of texts anew, or goes on."""

from __future__ import annotations

from pathlib import Path

import click

from evals.progress import progress


@click.command("fit-reader")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the two files into this folder, such as assistant/reading.",
)
@click.option(
    "--from",
    "start",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Go on from the weights in this folder; else begin with MiniLM's.",
)
@click.option(
    "--mean",
    "readers",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Teach nothing, but write the mean of the weights in these folders, the oldest first.",
)
@click.option("--epochs", default=2.0, show_default=True, help="How often each lesson comes.")
@click.option("--rate", default=1e-3, show_default=True, help="Of learning; lower where it goes on.")
@click.option("--seed", default=0, show_default=True)
@click.option("--home", expose_value=False, help="Folder of the state; nothing of it is read or written.")
def fit_reader_command(
    out: Path, start: Path | None, readers: tuple[Path, ...], epochs: float, rate: float, seed: int
) -> None:
    """Teach the reader to tell what a text answers from what it only seems to.

    An epoch takes about an hour on two cores. Afterwards the confidence is to be fitted anew.
    """
    from evals.reading.making import make_reader, mean_reader

    if readers:
        found = mean_reader(out, readers)
    else:
        with progress("steps") as show:
            found = make_reader(out, start=start, epochs=epochs, rate=rate, seed=seed, told=show)
    told = ", ".join(f"{name} {value:.3f}" for name, value in found.auroc.items())
    click.echo(f"AUROC on {found.questions} questions to shops held back: {told}")
