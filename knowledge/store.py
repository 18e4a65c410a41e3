"""What a shop knows, read from the database as domain types.

Writing a catalog is the import's work (`knowledge.importing.upsert`); only the shop itself is put
here, because an import needs it to be there first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import promotion_rows, rows, tables
from knowledge.batches import batches
from knowledge.catalog import Product, Shop, ShopId, Source
from knowledge.database import Database
from knowledge.documents import Document, Passage
from knowledge.errors import NotFound
from knowledge.fit_reports import KeptReport
from knowledge.orders import Order, order_key
from knowledge.promotions import Promotions, QuickReply
from knowledge.size_charts import SizeChart

# PostgreSQL takes 32,767 bound parameters and older SQLite 999; 500 is safe on both.
IDS_PER_QUERY = 500
# Fewer digits are as often the end of a phone number.
SHORTEST_ORDER_NO = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the catalog's change log.

    Attributes:
        kind: ``product``, ``document``, ``passage``, ``size_chart``, ``order``, ``promotion`` or ``quick_reply``.
        row_id: Row id in the kind's table; 0 for promotions, of which a shop has one.
    """

    id: int
    kind: str
    row_id: int
    removed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class FitReportMark:
    """How many fit reports a shop has, the row id of the last, and when one was last written."""

    count: int
    last_id: int
    newest: datetime | None


class KnowledgeStore:
    """Reads one database; every method opens and closes its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self._database.url

    async def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        async with self._database.read() as connection:
            found: Sequence[Row[Any]] = (await connection.execute(query)).all()
            return found

    async def shops(self) -> tuple[Shop, ...]:
        return tuple(rows.shop_of(row) for row in await self._all(select(tables.shops).order_by(tables.shops.c.id)))

    async def shop(self, shop_id: str) -> Shop:
        """Return the shop.

        Raises:
            NotFound: There is no such shop (``shop_not_found``).
        """
        found = await self._all(select(tables.shops).where(tables.shops.c.id == shop_id))
        if not found:
            raise NotFound(f"There is no shop {shop_id!r}.", code="shop_not_found")
        return rows.shop_of(found[0])

    async def put_shop(self, shop: Shop, at: datetime) -> None:
        """Create the shop, or bring it up to date."""
        values = rows.shop_values(shop)
        async with self._database.write() as connection:
            found = await connection.execute(update(tables.shops).where(tables.shops.c.id == shop.id).values(**values))
            if found.rowcount == 0:
                await connection.execute(insert(tables.shops).values(id=shop.id, created_at=at, **values))

    async def products(self, shop_id: ShopId, ids: Collection[int] | None = None) -> dict[int, Product]:
        """Return products by row id, unpublished ones too; all of the shop when ``ids`` is None."""
        table = tables.products
        query = select(table).where(table.c.shop_id == shop_id).order_by(table.c.id)
        async with self._database.read() as connection:
            if ids is None:
                return await self._with_variants(connection, query, None)
            found: dict[int, Product] = {}
            for some in batches(sorted(ids), IDS_PER_QUERY):
                found |= await self._with_variants(connection, query.where(table.c.id.in_(some)), some)
            return found

    async def _with_variants(
        self, connection: AsyncConnection, query: Select[Any], ids: tuple[int, ...] | None
    ) -> dict[int, Product]:
        found = (await connection.execute(query)).all()
        table = tables.variants
        wanted = query.with_only_columns(tables.products.c.id).order_by(None) if ids is None else ids
        variants: dict[int, list[Row[Any]]] = defaultdict(list)
        of_products = select(table).where(table.c.product_id.in_(wanted)).order_by(table.c.product_id, table.c.position)
        for variant in await connection.execute(of_products):
            variants[variant.product_id].append(variant)
        return {row.id: rows.product_of(row, variants[row.id]) for row in found}

    async def product(self, shop_id: ShopId, handle: str) -> tuple[int, Product] | None:
        table = tables.products
        query = select(table).where(table.c.shop_id == shop_id, table.c.handle == handle)
        async with self._database.read() as connection:
            return next(iter((await self._with_variants(connection, query, None)).items()), None)

    async def documents(self, shop_id: ShopId, ids: Collection[int] | None = None) -> tuple[Document, ...]:
        """Return documents; all of the shop when ``ids`` is None."""
        table = tables.documents
        query = select(table).where(table.c.shop_id == shop_id).order_by(table.c.name)
        if ids is None:
            return tuple(rows.document_of(row) for row in await self._all(query))
        found: list[Document] = []
        for some in batches(sorted(ids), IDS_PER_QUERY):
            found += [rows.document_of(row) for row in await self._all(query.where(table.c.id.in_(some)))]
        return tuple(found)

    async def ids(self, shop_id: ShopId, kind: str) -> tuple[int, ...]:
        """Return the row ids of a shop's ``product``, ``document`` or ``passage`` rows, ascending."""
        table = {"product": tables.products, "document": tables.documents, "passage": tables.passages}[kind]
        query = select(table.c.id).order_by(table.c.id)
        query = query.join(tables.documents) if kind == "passage" else query
        shop = tables.products.c.shop_id if kind == "product" else tables.documents.c.shop_id
        return tuple(row[0] for row in await self._all(query.where(shop == shop_id)))

    async def passages(self, shop_id: ShopId, ids: Collection[int] | None = None) -> dict[int, Passage]:
        """Return passages by row id; all of the shop when ``ids`` is None."""
        table = tables.passages
        query = (
            select(table)
            .join(tables.documents)
            .where(tables.documents.c.shop_id == shop_id)
            .order_by(table.c.document_id, table.c.ordinal)
        )
        if ids is None:
            return {row.id: rows.passage_of(row) for row in await self._all(query)}
        found: dict[int, Passage] = {}
        for some in batches(sorted(ids), IDS_PER_QUERY):
            found |= {row.id: rows.passage_of(row) for row in await self._all(query.where(table.c.id.in_(some)))}
        return found

    async def size_charts(self, shop_id: ShopId) -> tuple[SizeChart, ...]:
        table = tables.size_charts
        query = select(table).where(table.c.shop_id == shop_id).order_by(table.c.chart_id)
        return tuple(rows.size_chart_of(row) for row in await self._all(query))

    async def order(self, shop_id: ShopId, order_no: str) -> Order | None:
        """Return the order with this number, compared by `order_key`; letters that all begin with may be left out."""
        table = tables.orders
        key = order_key(order_no)
        if not key:
            return None
        found = await self._order(shop_id, order_no, key)
        if found is None and key.isdigit() and len(key) >= SHORTEST_ORDER_NO:
            ends = select(func.min(table.c.order_no), func.max(table.c.order_no)).where(table.c.shop_id == shop_id)
            begins = {re.sub(r"\d.*", "", order_key(end or "")) for end in (await self._all(ends))[0]}
            found = await self._order(shop_id, order_no, f"{begins.pop()}{key}") if len(begins) == 1 else None
        return found

    async def _order(self, shop_id: ShopId, order_no: str, key: str) -> Order | None:
        table = tables.orders
        stored = func.ltrim(func.lower(func.replace(table.c.order_no, " ", "")), "#")
        found = await self._all(select(table).where(table.c.shop_id == shop_id, stored == key))
        # Two numbers that differ in case only belong to two people; neither may see the other's.
        exact = [row for row in found if row.order_no == order_no]
        chosen = exact or list(found)
        return rows.order_of(chosen[0]) if len(chosen) == 1 else None

    async def orders_of(self, shop_id: ShopId, email: str) -> tuple[Order, ...]:
        """Return the orders placed with this e-mail address, compared without case."""
        table = tables.orders
        same = func.lower(table.c.email) == email.strip().lower()
        query = select(table).where(table.c.shop_id == shop_id, same)
        return tuple(rows.order_of(row) for row in await self._all(query))

    async def orders(self, shop_id: ShopId) -> tuple[Order, ...]:
        """Return all orders; for evals and exports, never for answering a shopper."""
        query = select(tables.orders).where(tables.orders.c.shop_id == shop_id).order_by(tables.orders.c.order_no)
        return tuple(rows.order_of(row) for row in await self._all(query))

    async def promotions(self, shop_id: ShopId) -> Promotions | None:
        table = tables.promotions
        found = await self._all(select(table).where(table.c.shop_id == shop_id))
        if not found:
            return None
        return promotion_rows.promotions_of(found[0].content, found[0].as_of, Source(found[0].source_file))

    async def quick_replies(self, shop_id: ShopId) -> tuple[QuickReply, ...]:
        table = tables.quick_replies
        query = select(table).where(table.c.shop_id == shop_id).order_by(table.c.id)
        return tuple(rows.quick_reply_of(row) for row in await self._all(query))

    async def fit_reports(self, shop_id: ShopId, after: int = 0, limit: int | None = None) -> dict[int, KeptReport]:
        """Return fit reports by row id, in the order in which they came: so many after a row, else all."""
        table = tables.fit_reports
        query = select(table).where(table.c.shop_id == shop_id, table.c.id > after).order_by(table.c.id).limit(limit)
        return {row.id: rows.fit_report_of(row) for row in await self._all(query)}

    async def fit_report_mark(self, shop_id: ShopId) -> FitReportMark:
        """Return what changes whenever a report comes, changes or goes."""
        table = tables.fit_reports
        query = select(func.count(), func.max(table.c.id), func.max(table.c.as_of)).where(table.c.shop_id == shop_id)
        async with self._database.read() as connection:
            count, last, newest = (await connection.execute(query)).one()
        return FitReportMark(count, last or 0, newest)

    async def fit_reports_changed(self, shop_id: ShopId, since: FitReportMark) -> bool:
        """Tell whether a report that was there at the mark has been written again since."""
        table = tables.fit_reports
        query = select(func.count()).where(table.c.shop_id == shop_id, table.c.id <= since.last_id)
        if since.newest is not None:
            query = query.where(table.c.as_of > since.newest)
        return bool((await self._all(query))[0][0])

    async def last_change(self, shop_id: ShopId) -> int:
        """Return the id of the newest change; 0 when nothing was ever imported."""
        table = tables.changes
        found = await self._all(select(func.max(table.c.id)).where(table.c.shop_id == shop_id))
        return int(found[0][0] or 0)

    async def change(self, shop_id: ShopId, change_id: int) -> Change | None:
        """Return one line of the change log; None where it is not, or no longer, in it."""
        table = tables.changes
        found = await self._all(select(table).where(table.c.shop_id == shop_id, table.c.id == change_id))
        return next((_change_of(row) for row in found), None)

    async def changes_after(self, shop_id: ShopId, after: int) -> tuple[Change, ...]:
        table = tables.changes
        query = select(table).where(table.c.shop_id == shop_id, table.c.id > after).order_by(table.c.id)
        return tuple(_change_of(row) for row in await self._all(query))


def _change_of(row: Row[Any]) -> Change:
    return Change(row.id, row.kind, row.row_id, row.removed, row.at)
