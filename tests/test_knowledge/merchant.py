"""A merchant with a real database and a folder of files, for the tests of the import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from knowledge import tables
from knowledge.catalog import Product, ShopId
from knowledge.clock import FrozenClock
from knowledge.database import Database, metadata
from knowledge.ids import CountingIds
from knowledge.importing.report import Counts, ImportReport
from knowledge.importing.run import ShopDefaults, import_paths
from knowledge.store import Change, KnowledgeStore

SHOP = ShopId("maple")
START = datetime(2025, 11, 20, 12, tzinfo=UTC)
assert tables.shops is not None  # the import registers the tables


@dataclass
class Merchant:
    """Writes files and imports them, an hour later each time."""

    database: Database
    folder: Path
    media: Path
    store: KnowledgeStore
    ids: CountingIds = field(default_factory=CountingIds)
    now: datetime = START

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    async def imports(self, *paths: Path, defaults: ShopDefaults | None = None, replace: bool = False) -> ImportReport:
        self.now += timedelta(hours=1)
        return await import_paths(
            self.database,
            self.media,
            SHOP,
            paths or [self.folder],
            clock=FrozenClock(self.now),
            ids=self.ids,
            defaults=defaults or ShopDefaults(),
            replace=replace,
        )

    async def imports_text(self, name: str, text: str | bytes, **shop: str) -> ImportReport:
        return await self.imports(self.write(name, text), defaults=ShopDefaults(**shop))

    async def product(self, handle: str) -> Product:
        found = await self.store.product(SHOP, handle)
        assert found is not None, handle
        return found[1]

    async def changes(self, after: int = 0) -> tuple[Change, ...]:
        return await self.store.changes_after(SHOP, after)


@asynccontextmanager
async def merchant(tmp_path: Path) -> AsyncIterator[Merchant]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    folder = tmp_path / "files"
    folder.mkdir()
    yield Merchant(database, folder, tmp_path / "media", KnowledgeStore(database))
    await database.close()


def codes(report: ImportReport) -> list[str]:
    return [issue.code for issue in report.issues]


def counts(report: ImportReport) -> Counts:
    return sum((file.counts for file in report.files), Counts())
