"""``daogou serve`` and ``daogou demo``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from api.app import create_app
from api.demo import DEMO_STAFF, import_demo_shops
from api.server import Server, bind
from api.staff_tokens import StaffToken, ensure_staff
from assistant.access import Access
from knowledge.errors import Unavailable
from knowledge.home import Home, default_home
from knowledge.store import KnowledgeStore

OpenHome = Callable[[Path | None], Home]

SERVE_STAFF = {"staff": "Staff"}

_HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_PORT = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 picks a free one."
)
_HOME = click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")


@click.command("serve")
@_HOST
@_PORT
@_HOME
@click.pass_obj
def serve_command(open_home: OpenHome, host: str, port: int, path: Path | None) -> None:
    """Run the server over the shops that have been imported."""
    _serve(open_home(path), host, port, SERVE_STAFF)


@click.command("demo")
@_HOST
@_PORT
@_HOME
@click.pass_obj
def demo_command(open_home: OpenHome, host: str, port: int, path: Path | None) -> None:
    """Import the demo shops, and run the server over them."""
    _serve(open_home(path or default_home() / "demo"), host, port, DEMO_STAFF, first=import_demo_shops)


def _serve(
    home: Home,
    host: str,
    port: int,
    staff: dict[str, str],
    first: Callable[[Home], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Serve until somebody stops it; ``first`` is done before."""
    # Bound before anything else, so that a taken port is told at once and port 0 has its number.
    with bind(host, port) as listening:
        if first is not None:
            asyncio.run(first(home))
        tokens, shops = asyncio.run(_prepare(home, staff))
        _announce(_address(host, listening.getsockname()[1]), tokens, shops)
        server = Server(create_app(home))
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped in good order
            server.run(sockets=[listening])
    if not server.started:
        raise Unavailable("The server could not start.", code="not_started")


async def _prepare(home: Home, staff: dict[str, str]) -> tuple[list[StaffToken], list[str]]:
    database = await home.open_database()
    try:
        tokens = await ensure_staff(home, Access(database, home.clock), staff)
        return tokens, [shop.id for shop in await KnowledgeStore(database).shops()]
    finally:
        await database.close()


def _address(host: str, port: Any) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  (an address to open, not to bind)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _announce(address: str, tokens: list[StaffToken], shops: list[str]) -> None:
    click.echo(f"Daogou listens on {address}/")
    for shop in shops:
        click.echo(f"  chat with {shop}: {address}/chat/{shop}")
    if not shops:
        click.echo("  no shop yet: daogou import SHOP PATH...")
    for staff in tokens:
        # The part after # never leaves the browser, so no log along the way gets the token.
        click.echo(f"  desk of {staff.name}: {address}/desk#token={staff.token}")
        click.echo(f"  catalog, for {staff.name}: {address}/merchant#token={staff.token}")
        click.echo(f"  staff token of {staff.name}: {staff.token}")
