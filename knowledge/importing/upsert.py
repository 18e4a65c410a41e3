"""Writes records into the database: what is the same stays untouched, the rest goes into the change log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import promotion_rows, tables
from knowledge.batches import batches
from knowledge.bulk import insert_rows
from knowledge.catalog import Product, Shop
from knowledge.database import Database
from knowledge.fit_reports import KeptReport
from knowledge.importing.confirmation import confirm
from knowledge.importing.document_rows import write_passages
from knowledge.importing.documents import DraftDocument
from knowledge.importing.draft import PROMOTIONS_KEY, VARIANT_COLUMNS, Draft
from knowledge.importing.drafts import Drafts, content_hash
from knowledge.importing.journal import Entry, Journal
from knowledge.importing.report import Counts, Kind
from knowledge.importing.snapshots import KEYS, contents, promotions_content
from knowledge.promotions import Promotions

# One commit costs 0.3 ms and holds the writer; 500 products with variants take about 0.1 s.
BATCH = 500

# No index hangs on them, so that none has to be brought up to date for each report that comes in.
_UNLOGGED: Final = frozenset([Kind.FIT_REPORT.value])


def ignore(_done: int) -> None:
    """Take progress that nobody wants to see."""


class Upsert:
    """Writes the records of one shop.

    Attributes:
        at: The moment of the import, which becomes ``as_of`` of what is new or changed.

    Args:
        journal: Where the catalog's changes are noted, to compare and to take back.
        dry: Count what would happen, and write nothing.
        batch_rows: Records in one transaction.
    """

    def __init__(
        self,
        database: Database,
        shop: Shop,
        at: datetime,
        *,
        journal: Journal | None = None,
        dry: bool = False,
        batch_rows: int = BATCH,
    ) -> None:
        self._database = database
        self._shop = shop
        self._journal = journal
        self._dry = dry
        self._batch_rows = batch_rows
        self.at = at
        self._drafts = Drafts(shop, at)

    async def products(self, records: Iterable[Product]) -> Counts:
        return await self.write(Kind.PRODUCT, map(self._drafts.of, records))

    async def documents(self, records: Iterable[DraftDocument]) -> Counts:
        return await self.write(Kind.DOCUMENT, map(self._drafts.of, records))

    async def fit_reports(self, records: Iterable[KeptReport]) -> Counts:
        return await self.write(Kind.FIT_REPORT, map(self._drafts.of, records))

    async def promotions(self, promotions: Promotions, source: str) -> Counts:
        """Put the shop's promotions, of which it has one set; a date that they bring stays."""
        table = tables.promotions
        content = promotion_rows.promotions_values(promotions)
        digest = content_hash(promotion_rows.said(content))
        as_of = promotions.as_of or self.at
        values = {"content": content, "content_hash": digest, "as_of": as_of, "source_file": source}
        async with self._opened() as connection:
            mine = table.c.shop_id == self._shop.id
            known = (await connection.execute(select(table.c.content_hash).where(mine))).scalar_one_or_none()
            counts = Counts(new=1) if known is None else Counts(changed=1)
            if known == digest:
                if not self._dry:  # said again: the date and the lines are the file's
                    await connection.execute(update(table).where(mine).values(**values))
                return await self._recounted(connection, Kind.PROMOTION, [PROMOTIONS_KEY], Counts(unchanged=1))
            if self._dry:
                return counts
            before = await promotions_content(connection, self._shop.id)
            await self._note(connection, Kind.PROMOTION, [(PROMOTIONS_KEY, "changed" if before else "new", before)])
            if known is None:
                await connection.execute(insert(table).values(shop_id=self._shop.id, **values))
            else:
                await connection.execute(update(table).where(mine).values(**values))
            await self._log(connection, [("promotion", 0, False)])
        return counts

    async def remove_promotions(self) -> int:
        """Remove the shop's promotions; return how many there were, one or none."""
        table = tables.promotions
        async with self._database.write() as connection:
            before = await promotions_content(connection, self._shop.id)
            if before is None:
                return 0
            await self._note(connection, Kind.PROMOTION, [(PROMOTIONS_KEY, "removed", before)])
            await connection.execute(delete(table).where(table.c.shop_id == self._shop.id))
            await self._log(connection, [("promotion", 0, True)])
        return 1

    async def restore(self, kind: Kind, drafts: Iterable[Draft]) -> Counts:
        """Write rows as they are given, ``as_of`` and source included."""
        return await self.write(kind, drafts, confirms=False)

    async def remove_missing(self, kind: Kind, keep: Collection[str], progress: Callable[[int], None] = ignore) -> int:
        """Remove the shop's rows of a kind whose key is not among ``keep``; return how many."""
        kept = set(keep)
        return await self._remove(kind, [key for key in await self._all_keys(kind) if key not in kept], progress)

    async def remove(self, kind: Kind, keys: Sequence[str]) -> int:
        """Remove rows by their keys; return how many of them there were."""
        return await self._remove(kind, keys, ignore)

    async def _remove(self, kind: Kind, keys: Sequence[str], progress: Callable[[int], None]) -> int:
        count = 0
        for some in batches(keys, self._batch_rows):
            async with self._opened() as connection:
                found = [(key, row_id) for key, (row_id, _) in (await self._known(connection, kind, some)).items()]
                if found and not self._dry:
                    await self._remove_batch(connection, kind, found)
            count += len(found)
            progress(count)
        if self._journal is not None and self._journal.resumed:
            async with self._database.read() as connection:
                return await self._journal.removed(connection, kind)
        return count

    async def _remove_batch(self, connection: AsyncConnection, kind: Kind, found: Sequence[tuple[str, int]]) -> None:
        table = TABLES[kind][0]
        ids = [row_id for _, row_id in found]
        if kind in KEYS and self._journal is not None:
            before = await contents(connection, kind, ids)
            await self._note(connection, kind, [(key, "removed", before[row_id]) for key, row_id in found])
        log = [(kind.value, row_id, True) for row_id in ids]
        if kind is Kind.DOCUMENT:
            of_them = select(tables.passages.c.id).where(tables.passages.c.document_id.in_(ids))
            log += [("passage", row[0], True) for row in await connection.execute(of_them)]
        await connection.execute(delete(table).where(table.c.id.in_(ids)))
        await self._log(connection, log)

    async def write(self, kind: Kind, drafts: Iterable[Draft], *, confirms: bool = True) -> Counts:
        """Write what has a row of its own.

        Args:
            confirms: Rows that are the same get the drafts' date and source.
        """
        counts = Counts()
        for batch in batches(drafts, self._batch_rows):
            async with self._opened() as connection:
                counts += await self._write_batch(connection, kind, batch, confirms=confirms)
        return counts

    async def _write_batch(
        self, connection: AsyncConnection, kind: Kind, batch: Sequence[Draft], *, confirms: bool
    ) -> Counts:
        table = TABLES[kind][0]
        known = await self._known(connection, kind, [draft.key for draft in batch])
        new = [draft for draft in batch if draft.key not in known]
        changed = [d for d in batch if d.key in known and known[d.key][1] != d.values["content_hash"]]
        same = {d.key: d.values for d in batch if d.key in known and known[d.key][1] == d.values["content_hash"]}
        counts = Counts(new=len(new), changed=len(changed), unchanged=len(same))
        counts = await self._recounted(connection, kind, list(same), counts)
        if confirms and not self._dry:
            await self._confirm(connection, kind, [(known[k][0], v) for k, v in same.items()])
        if self._dry or not (new or changed):
            return counts
        await self._note_batch(connection, kind, [d.key for d in new], {d.key: known[d.key][0] for d in changed})
        written: list[tuple[int, Any]] = []
        if new:
            # A row that comes back from the undo log may be of a time with fewer columns.
            for columns, alike in groupby((draft.values for draft in new), key=tuple):
                await insert_rows(connection, table, [tuple(values.values()) for values in alike], columns)
            # Asking for the ids by key is far cheaper than having each insert return its own.
            added = await self._known(connection, kind, [draft.key for draft in new])
            written += [(added[draft.key][0], draft.below) for draft in new]
        given = [{**draft.values, "known_id": known[draft.key][0]} for draft in changed]
        for _, same_columns in groupby(given, key=tuple):
            await connection.execute(update(table).where(table.c.id == bindparam("known_id")), list(same_columns))
        written += [(known[draft.key][0], draft.below) for draft in changed]
        log = [(kind.value, row_id, False) for row_id, _ in written]
        if kind is Kind.PRODUCT:
            await self._write_variants(connection, written, [known[draft.key][0] for draft in changed])
        if kind is Kind.DOCUMENT:
            log += await write_passages(connection, written)
        await self._log(connection, log)
        return counts

    async def _confirm(
        self, connection: AsyncConnection, kind: Kind, same: Sequence[tuple[int, Mapping[str, Any]]]
    ) -> None:
        """Note that the file repeats these rows; indexes are told only where somebody looks at the date."""
        await confirm(connection, TABLES[kind][0], same)
        if self._shop.freshness.limits:
            await self._log(connection, [(kind.value, row_id, False) for row_id, _ in same])

    def _opened(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._database.read() if self._dry else self._database.write()

    async def _note_batch(
        self, connection: AsyncConnection, kind: Kind, new: Sequence[str], changed: Mapping[str, int]
    ) -> None:
        if self._journal is None or kind not in KEYS:
            return
        before = await contents(connection, kind, list(changed.values()))
        entries: list[Entry] = [(key, "new", None) for key in new]
        entries += [(key, "changed", before[row_id]) for key, row_id in changed.items()]
        await self._note(connection, kind, entries)

    async def _note(self, connection: AsyncConnection, kind: Kind, entries: Sequence[Entry]) -> None:
        if self._journal is not None:
            await self._journal.add(connection, kind, entries)

    async def _recounted(self, connection: AsyncConnection, kind: Kind, same: Sequence[str], counts: Counts) -> Counts:
        """Count what an earlier attempt at this import has written as what it was then, not as unchanged."""
        if self._journal is None or not self._journal.resumed or not same:
            return counts
        earlier = list((await self._journal.changes(connection, kind, same)).values())
        new, changed = earlier.count("new"), earlier.count("changed")
        return counts + Counts(new=new, changed=changed, unchanged=-new - changed)

    async def _all_keys(self, kind: Kind) -> list[str]:
        table, key = TABLES[kind]
        query = select(table.c[key]).where(table.c.shop_id == self._shop.id).order_by(table.c.id)
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def _known(self, connection: AsyncConnection, kind: Kind, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
        table, key = TABLES[kind]
        query = select(table.c[key], table.c.id, table.c.content_hash).where(
            table.c.shop_id == self._shop.id, table.c[key].in_(keys)
        )
        return {row[0]: (row[1], row[2]) for row in await connection.execute(query)}

    async def _write_variants(
        self, connection: AsyncConnection, written: Sequence[tuple[int, Any]], changed: Collection[int]
    ) -> None:
        table = tables.variants
        if changed:
            await connection.execute(delete(table).where(table.c.product_id.in_(changed)))
        values = [(row_id, position, *cells) for row_id, variants in written for position, cells in enumerate(variants)]
        await insert_rows(connection, table, values, ("product_id", "position", *VARIANT_COLUMNS))

    async def _log(self, connection: AsyncConnection, entries: Sequence[tuple[str, int, bool]]) -> None:
        values = [(*entry, self._shop.id, self.at) for entry in entries if entry[0] not in _UNLOGGED]
        await insert_rows(connection, tables.changes, values, ("kind", "row_id", "removed", "shop_id", "at"))


TABLES: Final[Mapping[Kind, tuple[Table, str]]] = {
    **{kind: found for kind, found in KEYS.items() if kind is not Kind.PROMOTION},
    Kind.ORDER: (tables.orders, "order_no"),
    Kind.FIT_REPORT: (tables.fit_reports, "report_key"),
}
