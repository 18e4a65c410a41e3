"""The command ``daogou catalog``: the versions of a shop's catalog, and the way back."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from knowledge.catalog import ShopId
from knowledge.comparison import Comparison, compare
from knowledge.database import Database
from knowledge.home import Home
from knowledge.store import KnowledgeStore
from knowledge.versions import BEFORE_ALL, Counted, Version, Versions

_PIPE_WIDTH: Final = 160
_SHOWN: Final = 50

_HOME = click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="State folder.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")

OpenHome = Callable[[Path | None], Home]
T = TypeVar("T")


@click.group("catalog")
def catalog_command() -> None:
    """List, compare and roll back the versions of a shop's catalog."""


@catalog_command.command("versions")
@click.argument("shop")
@_HOME
@_JSON
@click.pass_obj
def versions_command(open_home: OpenHome, shop: str, path: Path | None, as_json: bool) -> None:
    """List the versions of SHOP's catalog that are kept, the newest first."""

    async def work(_database: Database, versions: Versions) -> tuple[Version, ...]:
        return await versions.of_shop(ShopId(shop))

    found = asyncio.run(_with(open_home(path), shop, work))
    if as_json:
        click.echo(json.dumps({"versions": [one.as_json() for one in found]}, ensure_ascii=False))
        return
    table = Table("version", "at", "cause", "changes", box=None, pad_edge=False)
    for one in found:
        cause = one.cause.value if one.restores is None else f"{one.cause.value} to {one.restores}"
        whole = "" if one.complete else " (not finished)"
        table.add_row(str(one.id), f"{one.at:%Y-%m-%d %H:%M} UTC", cause, _in_words(one.counts) + whole)
    _console().print(table if found else "There is no version yet.")


@catalog_command.command("diff")
@click.argument("shop")
@click.argument("older", type=click.IntRange(BEFORE_ALL))
@click.argument("newer", type=click.IntRange(BEFORE_ALL), required=False)
@_HOME
@_JSON
@click.pass_obj
def diff_command(
    open_home: OpenHome, shop: str, older: int, newer: int | None, path: Path | None, as_json: bool
) -> None:
    """Tell what differs between version OLDER (0: before all) and NEWER (default: the present)."""

    async def work(database: Database, versions: Versions) -> Comparison:
        limit = sys.maxsize if as_json else _SHOWN
        return await compare(database, versions, ShopId(shop), older, newer, limit)

    found = asyncio.run(_with(open_home(path), shop, work))
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
        return
    console = _console()
    for one in found.differences:
        style = {"new": "green", "removed": "red"}.get(one.change, "yellow")
        console.print(Text.assemble((f"{one.change:8}", style), f"{one.kind.value} {one.key}: {one.title}"))
        for f in one.fields:
            console.print(Text(f"        {f.field}: {_short(f.before)} → {_short(f.after)}"))
    console.print(_in_words(found.counts) or "Nothing differs.", style="bold")


@catalog_command.command("rollback")
@click.argument("shop")
@click.argument("version", type=click.IntRange(BEFORE_ALL))
@_HOME
@_JSON
@click.pass_obj
def rollback_command(open_home: OpenHome, shop: str, version: int, path: Path | None, as_json: bool) -> None:
    """Bring SHOP's catalog to what it was after VERSION (0: before all that are kept).

    That is a version too, so it can be taken back. Orders stay as they are.
    """

    async def work(_database: Database, versions: Versions) -> dict[str, Any]:
        made, counts = await versions.rollback(ShopId(shop), version)
        return {"version": made, "counts": counts.as_json()}

    done = asyncio.run(_with(open_home(path), shop, work))
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False))
    elif done["version"] is None:
        click.echo("Nothing differed.")
    else:
        told = ", ".join(f"{done['counts'][name]} {name}" for name in ("new", "changed", "removed"))
        click.echo(f"Version {done['version']}: {told}.")


async def _with(home: Home, shop: str, work: Callable[[Database, Versions], Awaitable[T]]) -> T:
    database = await home.open_database()
    try:
        await KnowledgeStore(database).shop(shop)  # tells when there is none
        return await work(database, Versions(database, home.clock, home.settings.versions_kept))
    finally:
        await database.close()


def _in_words(counts: Counted) -> str:
    kinds = (", ".join(f"{n} {change}" for change, n in sorted(of.items())) for of in counts.values())
    return "; ".join(f"{kind.value}: {told}" for kind, told in zip(counts, kinds, strict=True))


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 100 else text[:100] + "…"


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
