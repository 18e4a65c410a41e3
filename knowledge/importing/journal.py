"""Writes a version of the catalog while it comes about: each row that changes, with its content before.

A version's entries are written in the same transaction as the rows that they speak of, so that a
kill at any moment leaves both or neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import tables
from knowledge.bulk import insert_rows
from knowledge.importing.report import Kind
from knowledge.importing.snapshots import Content

# What there is to compare and to go back to; a version of 10,000 changed products is about 30 MB.
VERSIONS_KEPT = 20


class Cause(StrEnum):
    """Why a version came about."""

    IMPORT = "import"
    REMOVAL = "removal"
    ROLLBACK = "rollback"


Entry = tuple[str, str, Content | None]  # key, change, content before


class Journal:
    """One version on its way. It gets its row with the first thing that changes.

    Attributes:
        version_id: None while nothing has changed.
        resumed: An earlier attempt at the same import had begun it.
    """

    def __init__(
        self,
        shop_id: str,
        at: datetime,
        cause: Cause,
        *,
        import_id: str | None = None,
        restores: int | None = None,
        kept: int = VERSIONS_KEPT,
    ) -> None:
        self._values = {"shop_id": shop_id, "cause": cause.value, "import_id": import_id, "restores": restores}
        self._shop_id = shop_id
        self._at = at
        self._import_id = import_id
        self._kept = kept
        self.version_id: int | None = None
        self.resumed = False

    async def find(self, connection: AsyncConnection) -> None:
        """Take up the version that an earlier attempt at this import has left."""
        table = tables.catalog_versions
        mine = (table.c.shop_id == self._shop_id) & (table.c.import_id == self._import_id)
        self.version_id = (await connection.execute(select(table.c.id).where(mine))).scalar()
        self.resumed = self.version_id is not None

    async def add(self, connection: AsyncConnection, kind: Kind, entries: Sequence[Entry]) -> None:
        """Note changes; of a row that this version has changed before, the first content stays."""
        if not entries:
            return
        if self.version_id is None:
            statement = insert(tables.catalog_versions).returning(tables.catalog_versions.c.id)
            values = {**self._values, "at": self._at, "complete": False}
            self.version_id = (await connection.execute(statement.values(**values))).scalar_one()
        noted = [(self.version_id, kind.value, *entry) for entry in entries]
        columns = ("version_id", "kind", "key", "change", "before")
        await insert_rows(connection, tables.version_rows, noted, columns, new=False)

    async def changes(self, connection: AsyncConnection, kind: Kind, keys: Sequence[str]) -> dict[str, str]:
        """Return what this version has done so far to some of the rows, by key."""
        table = tables.version_rows
        mine = (table.c.version_id == self.version_id) & (table.c.kind == kind.value) & table.c.key.in_(keys)
        return {
            row.key: row.change for row in await connection.execute(select(table.c.key, table.c.change).where(mine))
        }

    async def removed(self, connection: AsyncConnection, kind: Kind) -> int:
        """Return how many rows of a kind this version has removed so far."""
        table = tables.version_rows
        query = select(func.count()).where(
            table.c.version_id == self.version_id, table.c.kind == kind.value, table.c.change == "removed"
        )
        return int((await connection.execute(query)).scalar_one())

    async def finish(self, connection: AsyncConnection) -> None:
        """Declare the version complete, and forget those that are too old."""
        if self.version_id is None:
            return
        table = tables.catalog_versions
        await connection.execute(update(table).where(table.c.id == self.version_id).values(complete=True))
        of_shop = select(table.c.id).where(table.c.shop_id == self._shop_id).order_by(table.c.id.desc())
        old = (await connection.execute(of_shop.offset(self._kept))).scalars().all()
        if old:
            await connection.execute(delete(table).where(table.c.id.in_(old)))
