"""The command ``daogou embeddings``: whose vectors are kept, and dropping those that nobody needs any more."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.table import Table

from knowledge.errors import NotFound
from knowledge.home import Home

if TYPE_CHECKING:
    from knowledge.retrieval.embedding import KeptModel

OpenHome = Callable[[Path | None], Home]

_MEBIBYTE: Final = 2**20
_HOME = click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="State folder.")


@click.group("embeddings")
def embeddings_command() -> None:
    """List the models whose vectors are kept, and drop those that are not needed."""


@embeddings_command.command("list")
@_HOME
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def list_command(open_home: OpenHome, path: Path | None, as_json: bool) -> None:
    """List the models that vectors are kept of.

    Vectors stay when the model is changed, so that going back to it costs nothing.
    """
    kept = asyncio.run(_kept(open_home(path)))
    if as_json:
        rows = [{"model": one.name, "vectors": one.vectors, "bytes": one.bytes} for one in kept]
        click.echo(json.dumps({"models": rows}, ensure_ascii=False))
        return
    table = Table("model", "vectors", "MiB", box=None, pad_edge=False)
    for one in kept:
        table.add_row(one.name, f"{one.vectors:,}", f"{one.bytes / _MEBIBYTE:.1f}")
    Console(width=None if sys.stdout.isatty() else 160).print(table if kept else "Nothing is embedded yet.")


@embeddings_command.command("drop")
@click.argument("model")
@_HOME
@click.pass_obj
def drop_command(open_home: OpenHome, model: str, path: Path | None) -> None:
    """Drop the vectors of MODEL, as `list` names it.

    Should it still be in use, the index embeds by it again when it is opened next.
    """
    click.echo(f"{asyncio.run(_drop(open_home(path), model)):,} vectors dropped.")


async def _kept(home: Home) -> list[KeptModel]:
    from knowledge.retrieval.embedding import EmbeddingStore

    database = await home.open_database()
    try:
        return await EmbeddingStore(database).models()
    finally:
        await database.close()


async def _drop(home: Home, model: str) -> int:
    from knowledge.retrieval.embedding import EmbeddingStore

    database = await home.open_database()
    try:
        dropped = await EmbeddingStore(database).drop(model)
    finally:
        await database.close()
    if not dropped:
        raise NotFound(f"No vector of {model!r} is kept; `daogou embeddings list` names the models.", code="no_model")
    return dropped
