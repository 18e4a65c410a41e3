"""Versions of a catalog: what each import changed, and the way back.

A version is an entry in an undo log. The catalog as it was after a version is the present one with
all later versions taken back; so going back writes through the same upsert as an import does, the
indexes follow, and going back is itself a version that can be taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, select

from knowledge import promotion_rows
from knowledge.batches import batches
from knowledge.catalog import Shop, ShopId
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.importing.draft import Draft
from knowledge.importing.journal import VERSIONS_KEPT, Cause, Journal
from knowledge.importing.report import Counts, Kind
from knowledge.importing.snapshots import Content, below_of, row_of
from knowledge.importing.upsert import Upsert
from knowledge.store import KnowledgeStore
from knowledge.tables import catalog_versions, version_rows

# Before the oldest version that is kept.
BEFORE_ALL: Final = 0
BATCH_ROWS: Final = 100  # turns are answered meanwhile, as during an import

Counted = Mapping[Kind, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a catalog.

    Attributes:
        import_id: Of the import that made it.
        restores: Of a rollback: the version whose state it brought back.
        complete: False while it is being written, and for good when that was interrupted.
        counts: Rows ``new``, ``changed`` and ``removed``, by kind.
    """

    id: int
    cause: Cause
    import_id: str | None
    restores: int | None
    at: datetime
    complete: bool
    counts: Counted

    def as_json(self) -> dict[str, object]:
        return {
            "version": self.id,
            "cause": self.cause.value,
            "import_id": self.import_id,
            "restores": self.restores,
            "at": self.at.isoformat(),
            "complete": self.complete,
            "counts": {kind.value: dict(counts) for kind, counts in self.counts.items()},
        }


class Versions:
    """Lists a shop's versions, goes back to one, and removes single rows as a version of their own."""

    def __init__(self, database: Database, clock: Clock, kept: int = VERSIONS_KEPT) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    async def of_shop(self, shop_id: ShopId) -> tuple[Version, ...]:
        """Return the versions that are kept, the newest first."""
        table = catalog_versions
        mine = table.c.shop_id == shop_id
        counted = (
            select(version_rows.c.version_id, version_rows.c.kind, version_rows.c.change, func.count())
            .where(version_rows.c.version_id.in_(select(table.c.id).where(mine)))
            .group_by(version_rows.c.version_id, version_rows.c.kind, version_rows.c.change)
        )
        async with self._database.read() as connection:
            found = (await connection.execute(select(table).where(mine).order_by(table.c.id.desc()))).all()
            counts: dict[int, dict[Kind, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
            for version_id, kind, change, count in await connection.execute(counted):
                counts[version_id][Kind(kind)][change] = count
        return tuple(
            Version(
                id=row.id,
                cause=Cause(row.cause),
                import_id=row.import_id,
                restores=row.restores,
                at=row.at,
                complete=row.complete,
                counts={kind: counts[row.id][kind] for kind in Kind if kind in counts[row.id]},
            )
            for row in found
        )

    async def rollback(self, shop_id: ShopId, version_id: int) -> tuple[int | None, Counts]:
        """Bring the catalog to what it was after a version, or before all that are kept (0).

        Returns:
            The new version, None when nothing differed, and what was written and removed.

        Raises:
            NotFound: The shop has no such version, or it is kept no more (``version_not_found``).
        """
        await self.require(shop_id, version_id)
        journal = Journal(shop_id, self._clock.now(), Cause.ROLLBACK, restores=version_id, kept=self._kept)
        counts = await self._restore(shop_id, version_rows.c.version_id > version_id, journal)
        await self._finish(journal)
        return journal.version_id, counts

    async def take_back(self, shop_id: ShopId, import_id: str) -> Counts:
        """Undo what a cancelled import has written so far, and forget its version."""
        table = catalog_versions
        async with self._database.read() as connection:
            mine = (table.c.shop_id == shop_id) & (table.c.import_id == import_id)
            version_id = (await connection.execute(select(table.c.id).where(mine))).scalar()
        if version_id is None:
            return Counts()
        counts = await self._restore(shop_id, version_rows.c.version_id == version_id, None)
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.id == version_id))
        return counts

    async def remove(self, shop_id: ShopId, kind: Kind, key: str) -> int:
        """Remove one product or document; return the version that this is.

        Raises:
            NotFound: There is no such row (``product_not_found``, ``document_not_found``).
        """
        now = self._clock.now()
        journal = Journal(shop_id, now, Cause.REMOVAL, kept=self._kept)
        shop = await KnowledgeStore(self._database).shop(shop_id)
        if not await Upsert(self._database, shop, now, journal=journal).remove(kind, [key]):
            raise NotFound(f"There is no {kind.value} {key!r}.", code=f"{kind.value}_not_found")
        await self._finish(journal)
        assert journal.version_id is not None
        return journal.version_id

    async def require(self, shop_id: ShopId, version_id: int) -> None:
        """Check that a state can be reached.

        Raises:
            NotFound: It cannot (``version_not_found``).
        """
        table = catalog_versions
        query = select(table.c.id).where(table.c.shop_id == shop_id, table.c.id == version_id)
        async with self._database.read() as connection:
            if version_id != BEFORE_ALL and (await connection.execute(query)).first() is None:
                raise NotFound(f"There is no version {version_id} of this catalog.", code="version_not_found")

    async def _finish(self, journal: Journal) -> None:
        async with self._database.write() as connection:
            await journal.finish(connection)

    async def _restore(self, shop_id: ShopId, wanted: ColumnElement[bool], journal: Journal | None) -> Counts:
        shop = await KnowledgeStore(self._database).shop(shop_id)
        upsert = Upsert(self._database, shop, self._clock.now(), journal=journal, batch_rows=BATCH_ROWS)
        async with self._database.read() as connection:
            firsts = {
                (Kind(kind), key): first for kind, key, first in await connection.execute(first_rows(shop_id, wanted))
            }
        counts = Counts()
        for kind in Kind:
            ids = [row_id for (of_kind, _), row_id in firsts.items() if of_kind is kind]
            for some in batches(ids, BATCH_ROWS):
                counts += await self._restore_batch(upsert, shop, kind, await self._befores(some))
        return counts

    async def _befores(self, ids: Sequence[int]) -> list[tuple[str, Content | None]]:
        table = version_rows
        async with self._database.read() as connection:
            found = await connection.execute(select(table.c.key, table.c.before).where(table.c.id.in_(ids)))
            return [(row.key, row.before) for row in found]

    async def _restore_batch(
        self, upsert: Upsert, shop: Shop, kind: Kind, befores: Sequence[tuple[str, Content | None]]
    ) -> Counts:
        gone = [key for key, before in befores if before is None]
        if kind is Kind.PROMOTION:
            (_, before) = befores[0]
            if before is None:
                return Counts(removed=await upsert.remove_promotions())
            dated = row_of(kind, shop.id, before)
            as_it_was = promotion_rows.promotions_of(dated["content"], dated.get("as_of"))
            return await upsert.promotions(as_it_was, dated["source_file"])
        drafts = [
            Draft(key, row_of(kind, shop.id, before), below_of(kind, before))
            for key, before in befores
            if before is not None
        ]
        counts = await upsert.restore(kind, drafts)
        return counts + Counts(removed=await upsert.remove(kind, gone))


def first_rows(shop_id: ShopId, wanted: ColumnElement[bool]) -> Select[Any]:
    """Return the query for (kind, key, id of the first entry) among some of the shop's versions.

    The first entry of a row holds its content before all of them.
    """
    table = version_rows
    mine = table.c.version_id.in_(select(catalog_versions.c.id).where(catalog_versions.c.shop_id == shop_id))
    return (
        select(table.c.kind, table.c.key, func.min(table.c.id)).where(mine, wanted).group_by(table.c.kind, table.c.key)
    )
