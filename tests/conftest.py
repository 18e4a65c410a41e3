"""Real parts for tests: a migrated database, and a real server on a free port of this machine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.server import Server, bind
from api.services import Services
from api.settings import ApiSettings
from assistant.migrations import upgrade
from assistant.turn import Responder
from knowledge.catalog import Shop, ShopId
from knowledge.clock import SystemClock
from knowledge.home import Home, KnowledgeSettings
from knowledge.store import KnowledgeStore
from tests import kiln
from tests.installation import ImportedShop, Process, daogou, running

SHOPS = (
    Shop(ShopId("maple"), "Maple", "en-US", "USD", "UTC", {"en": "Hello!"}),
    Shop(ShopId("lingxi"), "灵犀", "zh-CN", "CNY", "Asia/Shanghai", {"zh": "您好！"}),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation of its own, untouched by the environment."""
    return Home.at(tmp_path / "home", upgrade, KnowledgeSettings())


async def put_shops(home: Home) -> None:
    database = await home.open_database()
    for shop in SHOPS:
        await KnowledgeStore(database).put_shop(shop, SystemClock().now())
    await database.close()


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server and a client of it."""

    url: str
    services: Services
    client: httpx.AsyncClient


@asynccontextmanager
async def serving(
    home: Home, responder: Responder, settings: ApiSettings | None = None
) -> AsyncIterator[RunningServer]:
    """Run a real uvicorn over a real socket, with the shops of `SHOPS` in it."""
    await put_shops(home)
    app = create_app(home, responder, settings or ApiSettings())
    with bind("127.0.0.1", 0) as listening:
        server = Server(app)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            assert not running.done(), "the server did not start"
            await asyncio.sleep(0.01)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            async with httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as client:
                yield RunningServer(url, app.state.services, client)
        finally:
            server.should_exit = True
            await running


@pytest.fixture(scope="session")
def imported_shop(tmp_path_factory: pytest.TempPathFactory) -> ImportedShop:
    """A shop of our own (`tests.kiln`), imported once by the real command."""
    root = tmp_path_factory.mktemp("merchant")
    files, home = kiln.write_shop(root / "files"), root / "home"
    done = daogou("import", kiln.SHOP, files, "--home", home, *kiln.OPTIONS, "--json", cwd=root)
    return ImportedShop(files, home, done)


@pytest.fixture(scope="session")
def demo(imported_shop: ImportedShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """One ``daogou demo`` for the whole session: the demo shops, our own beside them, two human agents."""
    home = tmp_path_factory.mktemp("demo") / "home"
    shutil.copytree(imported_shop.home, home)
    with running("demo", home, tokens=2) as process:
        yield process
