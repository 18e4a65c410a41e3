"""Writes records into the database: what is the same stays untouched, the rest goes into the change log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import rows, tables
from knowledge.batches import batches
from knowledge.catalog import Product, Shop, Source
from knowledge.database import Database
from knowledge.importing.document_rows import write_passages
from knowledge.importing.documents import DraftDocument
from knowledge.importing.report import Counts, Kind
from knowledge.orders import Order
from knowledge.promotions import Promotions, QuickReply
from knowledge.size_charts import SizeChart

# One commit costs 0.3 ms and holds the writer; 500 products with variants take about 0.1 s.
BATCH = 500

Keyed = tuple[str, dict[str, Any], Any]  # key, row without id, the record itself


def content_hash(values: object) -> str:
    """Return the hash of what the merchant said, independent of the order of keys."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=_hashable)
    return hashlib.sha256(text.encode()).hexdigest()


def _hashable(value: object) -> str:
    normal = getattr(value, "normalize", None)
    return f"{normal():f}" if normal is not None else str(value)


class Upsert:
    """Writes the records of one shop.

    Attributes:
        at: The moment of the import, which becomes ``as_of`` of what is new or changed.
    """

    def __init__(self, database: Database, shop: Shop, at: datetime) -> None:
        self._database = database
        self._shop = shop
        self.at = at

    async def products(self, records: Sequence[Product], progress: Callable[[int], None]) -> Counts:
        keyed = [self._product(product) for product in records]
        return await self._write(tables.products, "handle", "product", keyed, progress)

    async def documents(self, records: Sequence[DraftDocument], progress: Callable[[int], None]) -> Counts:
        keyed = [self._document(document) for document in records]
        return await self._write(tables.documents, "name", "document", keyed, progress)

    async def size_charts(self, records: Sequence[SizeChart], progress: Callable[[int], None]) -> Counts:
        keyed = [self._size_chart(chart) for chart in records]
        return await self._write(tables.size_charts, "chart_id", "size_chart", keyed, progress)

    async def orders(self, records: Sequence[Order], progress: Callable[[int], None]) -> Counts:
        keyed = [self._order(order) for order in records]
        return await self._write(tables.orders, "order_no", "order", keyed, progress)

    async def quick_replies(self, records: Sequence[QuickReply], progress: Callable[[int], None]) -> Counts:
        keyed = [self._quick_reply(reply) for reply in records]
        return await self._write(tables.quick_replies, "content_hash", "quick_reply", keyed, progress)

    async def promotions(self, promotions: Promotions, source: str) -> Counts:
        """Put the shop's promotions, of which it has one set."""
        table = tables.promotions
        content = rows.promotions_values(promotions)
        digest = content_hash(content)
        values = {"content": content, "content_hash": digest, "source_file": source}
        async with self._database.write() as connection:
            mine = table.c.shop_id == self._shop.id
            known = (await connection.execute(select(table.c.content_hash).where(mine))).scalar_one_or_none()
            if known == digest:
                return Counts(unchanged=1)
            if known is None:
                await connection.execute(insert(table).values(shop_id=self._shop.id, **values))
            else:
                await connection.execute(update(table).where(mine).values(**values))
            await self._log(connection, [("promotion", 0, False)])
        return Counts(new=1) if known is None else Counts(changed=1)

    async def remove_missing(self, kind: Kind, keep: Collection[str]) -> int:
        """Remove the shop's rows of a kind whose key is not among ``keep``; return how many."""
        table, key = _TABLES[kind]
        kept = set(keep)
        async with self._database.write() as connection:
            query = select(table.c.id, table.c[key]).where(table.c.shop_id == self._shop.id)
            gone = [row[0] for row in await connection.execute(query) if row[1] not in kept]
            for some in batches(gone, BATCH):
                log = [(kind.value, row_id, True) for row_id in some]
                if kind is Kind.DOCUMENT:
                    of_them = select(tables.passages.c.id).where(tables.passages.c.document_id.in_(some))
                    log += [("passage", row[0], True) for row in await connection.execute(of_them)]
                await connection.execute(delete(table).where(table.c.id.in_(some)))
                await self._log(connection, log)
        return len(gone)

    async def _write(
        self, table: Table, key: str, kind: str, keyed: Sequence[Keyed], progress: Callable[[int], None]
    ) -> Counts:
        counts = Counts()
        done = 0
        for batch in batches(keyed, BATCH):
            async with self._database.write() as connection:
                counts += await self._write_batch(connection, table, key, kind, batch)
            done += len(batch)
            progress(done)
        return counts

    async def _write_batch(
        self, connection: AsyncConnection, table: Table, key: str, kind: str, batch: Sequence[Keyed]
    ) -> Counts:
        known = await self._known(connection, table, key, [k for k, _, _ in batch])
        new = [entry for entry in batch if entry[0] not in known]
        changed = [e for e in batch if e[0] in known and known[e[0]][1] != e[1]["content_hash"]]
        written: list[tuple[int, Any]] = []
        if new:
            statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
            ids = (await connection.execute(statement, [values for _, values, _ in new])).scalars().all()
            written += zip(ids, (record for _, _, record in new), strict=True)
        for k, values, record in changed:
            await connection.execute(update(table).where(table.c.id == known[k][0]).values(**values))
            written.append((known[k][0], record))
        log = [(kind, row_id, False) for row_id, _ in written]
        if table is tables.products:
            await self._write_variants(connection, written)
        if table is tables.documents:
            log += await write_passages(connection, written)
        await self._log(connection, log)
        return Counts(new=len(new), changed=len(changed), unchanged=len(batch) - len(new) - len(changed))

    async def _known(
        self, connection: AsyncConnection, table: Table, key: str, keys: Sequence[str]
    ) -> dict[str, tuple[int, str]]:
        query = select(table.c[key], table.c.id, table.c.content_hash).where(
            table.c.shop_id == self._shop.id, table.c[key].in_(keys)
        )
        return {row[0]: (row[1], row[2]) for row in await connection.execute(query)}

    async def _write_variants(self, connection: AsyncConnection, written: Sequence[tuple[int, Product]]) -> None:
        if not written:
            return
        table = tables.variants
        await connection.execute(delete(table).where(table.c.product_id.in_([row_id for row_id, _ in written])))
        values = [
            {
                "product_id": row_id,
                "position": position,
                "source_row": variant.source_row,
                **rows.variant_values(variant, self._shop.currency),
            }
            for row_id, product in written
            for position, variant in enumerate(product.variants)
        ]
        if values:
            await connection.execute(insert(table), values)

    async def _log(self, connection: AsyncConnection, entries: Sequence[tuple[str, int, bool]]) -> None:
        if entries:
            shop = {"shop_id": self._shop.id, "at": self.at}
            values = [{"kind": kind, "row_id": row_id, "removed": gone, **shop} for kind, row_id, gone in entries]
            await connection.execute(insert(tables.changes), values)

    def _product(self, product: Product) -> Keyed:
        values = rows.product_values(product)
        variants = [rows.variant_values(variant, self._shop.currency) for variant in product.variants]
        digest = content_hash([values, variants])
        return product.handle, {**values, **self._origin(product.source), "content_hash": digest}, product

    def _document(self, document: DraftDocument) -> Keyed:
        values = {"shop_id": self._shop.id, "name": document.name, "title": document.title, "text": document.text}
        spans = [(p.start, p.end, p.heading_path) for p in document.passages]  # a better splitter is a change too
        digest = content_hash([values, spans])
        row = {**values, "lang": document.lang, "as_of": self.at, "content_hash": digest}
        return document.name, row, document

    def _size_chart(self, chart: SizeChart) -> Keyed:
        values = rows.size_chart_values(chart)
        told = {**values, "rows": [{k: v for k, v in row.items() if k != "row"} for row in values["rows"]]}
        source = {"source_file": chart.source.file, "source_row": chart.source.row}
        return chart.chart_id, {**values, **source, "content_hash": content_hash(told)}, chart

    def _order(self, order: Order) -> Keyed:
        values = rows.order_values(order, self._shop.currency)
        return order.order_no, {**values, **self._origin(order.source), "content_hash": content_hash(values)}, order

    def _quick_reply(self, reply: QuickReply) -> Keyed:
        values = {"shop_id": self._shop.id, "keywords": list(reply.keywords), "reply": reply.reply, "lang": reply.lang}
        digest = content_hash(values)
        return digest, {**values, "content_hash": digest}, reply

    def _origin(self, source: Source) -> dict[str, Any]:
        return {"as_of": self.at, "source_file": source.file, "source_row": source.row}


def quick_reply_key(shop: Shop, reply: QuickReply) -> str:
    """Return the key of a quick reply, which is its content."""
    values = {"shop_id": shop.id, "keywords": list(reply.keywords), "reply": reply.reply, "lang": reply.lang}
    return content_hash(values)


_TABLES = {
    Kind.PRODUCT: (tables.products, "handle"),
    Kind.DOCUMENT: (tables.documents, "name"),
    Kind.SIZE_CHART: (tables.size_charts, "chart_id"),
    Kind.ORDER: (tables.orders, "order_no"),
    Kind.QUICK_REPLY: (tables.quick_replies, "content_hash"),
}
