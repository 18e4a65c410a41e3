"""A shop's catalog page by page, for the people who keep it: unpublished products too."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from knowledge.catalog import Product, ShopId
from knowledge.database import Database
from knowledge.documents import Document, Passage
from knowledge.errors import NotFound
from knowledge.store import KnowledgeStore
from knowledge.tables import documents, passages, products, variants

_ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Some products in the order of their handles.

    Attributes:
        total: All that match.
        cursor: What to ask the next page with; None when this is the last.
    """

    products: tuple[Product, ...]
    total: int
    cursor: str | None


class CatalogPages:
    """Reads what a shop has, as the import has understood it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = KnowledgeStore(database)

    async def products(self, shop_id: ShopId, text: str, limit: int, after: str | None = None) -> ProductPage:
        """Return products whose handle, title, brand or SKU contains ``text``; all when it is empty."""
        mine = products.c.shop_id == shop_id
        if words := text.strip():
            like = f"%{_escaped(words)}%"
            named = [c.ilike(like, escape=_ESCAPE) for c in (products.c.handle, products.c.title, products.c.brand)]
            coded = select(variants.c.product_id).where(variants.c.sku.ilike(like, escape=_ESCAPE))
            mine &= or_(*named, products.c.id.in_(coded))
        wanted = select(products.c.id, products.c.handle).where(mine).order_by(products.c.handle).limit(limit + 1)
        if after is not None:
            wanted = wanted.where(products.c.handle > after)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).all()
            total = (await connection.execute(select(func.count()).select_from(products).where(mine))).scalar_one()
        shown = found[:limit]
        by_id = await self._store.products(shop_id, [row.id for row in shown])
        ordered = tuple(by_id[row.id] for row in shown if row.id in by_id)
        return ProductPage(ordered, int(total), shown[-1].handle if len(found) > limit else None)

    async def product(self, shop_id: ShopId, handle: str) -> Product:
        """Return one product.

        Raises:
            NotFound: There is no such product (``product_not_found``).
        """
        found = await self._store.product(shop_id, handle)
        if found is None:
            raise NotFound(f"There is no product {handle!r}.", code="product_not_found")
        return found[1]

    async def documents(self, shop_id: ShopId) -> list[tuple[Document, int]]:
        """Return the documents by name, each with the number of its passages."""
        counted = (
            select(passages.c.document_id, func.count())
            .join(documents)
            .where(documents.c.shop_id == shop_id)
            .group_by(passages.c.document_id)
        )
        async with self._database.read() as connection:
            counts = {row[0]: int(row[1]) for row in await connection.execute(counted)}
        return [(one, counts.get(one.id, 0)) for one in await self._store.documents(shop_id)]

    async def document(self, shop_id: ShopId, name: str) -> tuple[Document, tuple[Passage, ...]]:
        """Return one document with its passages in order.

        Raises:
            NotFound: There is no such document (``document_not_found``).
        """
        query = (
            select(passages.c.id)
            .join(documents)
            .where(documents.c.shop_id == shop_id, documents.c.name == name)
            .order_by(passages.c.ordinal)
        )
        document = next((one for one in await self._store.documents(shop_id) if one.name == name), None)
        if document is None:
            raise NotFound(f"There is no document {name!r}.", code="document_not_found")
        async with self._database.read() as connection:
            ids = (await connection.execute(query)).scalars().all()
        found = await self._store.passages(shop_id, ids)
        return document, tuple(sorted(found.values(), key=lambda one: one.ordinal))


def _escaped(words: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        words = words.replace(special, _ESCAPE + special)
    return words
