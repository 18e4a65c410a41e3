"""The demo: the shops that ship with Daogou, imported with progress on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.home import Home

DEMO_STAFF: Final = {"lin": "林悦 Lin Yue", "sam": "Sam Carter"}


def demo_folders() -> list[Path]:
    """Return the demo shops' folders: of the installed wheel, else of the checkout.

    Raises:
        NotFound: This installation has none.
    """
    here = Path(__file__).parent
    for root in (here / "demo_shops", here.parent / "data" / "shops"):
        folders = sorted(folder for folder in root.glob("*") if folder.is_dir())
        if folders:
            return folders
    raise NotFound("This installation has no demo shops.", code="no_demo_shops")


async def import_demo_shops(home: Home) -> None:
    """Import every demo shop; what is there already and unchanged costs next to nothing."""
    folders = demo_folders()
    database = await home.open_database()
    try:
        for folder in folders:
            await _import(home, database, folder)
    finally:
        await database.close()


async def _import(home: Home, database: Database, folder: Path) -> None:
    # Imported here: both load what the server itself does not need.
    from knowledge.importing.run import ShopDefaults, import_paths
    from knowledge.retrieval.embedding import embed_missing
    from knowledge.retrieval.models import search_models

    shop_id = ShopId(folder.name)
    with _progress(f"{folder.name}: read") as show:
        await import_paths(
            database,
            home.media,
            shop_id,
            [folder],
            clock=home.clock,
            ids=home.ids,
            defaults=ShopDefaults(),
            on_progress=lambda told: show(told.files_done, told.files_total),
        )
    with _progress(f"{folder.name}: index") as show:
        await embed_missing(database, shop_id, show, search_models(home.settings))


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=None)

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield show
        progress.update(task, completed=progress.tasks[0].total)
