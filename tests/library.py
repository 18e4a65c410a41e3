"""A database with a few small shops, and a retriever over it: for tests of what is found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from knowledge import tables
from knowledge.catalog import (
    Attribute,
    Availability,
    Handle,
    Product,
    ProductOption,
    Shop,
    ShopId,
    Source,
    Variant,
)
from knowledge.database import Database, metadata
from knowledge.importing.markdown import read_markdown
from knowledge.importing.report import Kind
from knowledge.importing.upsert import Upsert
from knowledge.money import Money
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import Encoder, Vectors
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.loaded import LoadedModels
from knowledge.retrieval.models import SearchModels
from knowledge.retrieval.port import ShopRetriever
from knowledge.retrieval.prepared import prepared
from knowledge.retrieval.query import PassageHit, SearchQuery
from knowledge.retrieval.shop_shelves import Batch, ShopShelves
from knowledge.retrieval.thesaurus import retail_thesaurus
from knowledge.store import KnowledgeStore

MAPLE, LINGXI = ShopId("maple"), ShopId("lingxi")
AT = datetime(2026, 11, 20, tzinfo=UTC)
assert tables.shops is not None  # registers the tables


MakeRetriever = Callable[[Database], ShopRetriever]


class CountingEncoder:
    """A real encoder that remembers what it was asked to encode."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._encoder.encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


def shop_of(shop_id: ShopId) -> Shop:
    zh = shop_id == LINGXI
    return Shop(shop_id, str(shop_id).title(), "zh-CN" if zh else "en-US", "CNY" if zh else "USD")


def variant(
    key: str,
    price: str | None = "50",
    *,
    options: Sequence[tuple[str, str]] = (),
    availability: Availability = Availability.IN_STOCK,
    currency: str = "USD",
) -> Variant:
    money = Money(Decimal(price), currency) if price is not None else None
    return Variant(key, tuple(options), sku=key, price=money, availability=availability)


def product(
    handle: str,
    title: str,
    description: str = "",
    *,
    variants: Sequence[Variant] | None = None,
    options: Sequence[tuple[str, Sequence[str]]] = (),
    attributes: Sequence[tuple[str, str]] = (),
    lang: str = "en",
    category: str | None = None,
    published: bool = True,
    shop_id: ShopId = MAPLE,
) -> Product:
    return Product(
        shop_id,
        Handle(handle),
        title,
        AT,
        Source("products.csv", 2),
        description,
        category=category,
        published=published,
        options=tuple(ProductOption(name, tuple(values)) for name, values in options),
        variants=tuple(variants) if variants is not None else (variant(handle.upper()),),
        attributes=tuple(Attribute(name, value) for name, value in attributes),
        lang=lang,
    )


def index_over(products: Sequence[Product]) -> ShopIndex:
    """Return an index that holds the products without a database, by row ids from 1."""
    shelves = ShopShelves(SearchModels())
    staged = shelves.stage(Batch(prepared(dict(enumerate(products, start=1)))))
    shelves.show(staged, {shelf: [] for shelf in staged.changed})
    nowhere = Database("sqlite+aiosqlite:///never-opened.db")
    return ShopIndex(
        MAPLE, KnowledgeStore(nowhere), EmbeddingStore(nowhere), LoadedModels(), retail_thesaurus(), shelves
    )


@dataclass
class Library:
    """Writes shops as an import does, and searches them."""

    database: Database
    make_retriever: MakeRetriever
    retriever: ShopRetriever

    async def write(
        self, shop_id: ShopId = MAPLE, *, products: Sequence[Product] = (), documents: dict[str, str] | None = None
    ) -> None:
        """Put the shop and what is given of it; what it had besides stays."""
        shop = shop_of(shop_id)
        await KnowledgeStore(self.database).put_shop(shop, AT)
        upsert = Upsert(self.database, shop, AT)
        await upsert.products([replace(p, shop_id=shop_id) for p in products])
        drafts = [read_markdown(name, text, name) for name, text in (documents or {}).items()]
        await upsert.documents(drafts)

    async def remove(self, kind: Kind, keep: Sequence[str], shop_id: ShopId = MAPLE) -> None:
        """Remove what is of this kind and not to be kept, as ``--replace`` does."""
        await Upsert(self.database, shop_of(shop_id), AT).remove_missing(kind, keep)

    async def reopen(self) -> None:
        """Take a new retriever: nothing is left but the database."""
        await self.retriever.close()
        self.retriever = self.make_retriever(self.database)
        await self.retriever.start()

    async def passages(self, text: str, lang: str, *, limit: int = 8, shop_id: ShopId = MAPLE) -> list[PassageHit]:
        """Search once everything is embedded; a background that failed fails here."""
        index = await self.retriever.index(shop_id)
        await self.retriever.settled()
        return index.search_passages(SearchQuery(text, lang, limit))

    async def products(self, query: SearchQuery, shop_id: ShopId = MAPLE) -> list[str]:
        """Return the handles of the products found."""
        index = await self.retriever.index(shop_id)
        await self.retriever.settled()
        return [hit.product.handle for hit in index.search_products(query)]


@asynccontextmanager
async def library_over(url: str, make_retriever: MakeRetriever) -> AsyncIterator[Library]:
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    retriever = make_retriever(database)
    library = Library(database, make_retriever, retriever)
    await retriever.start()
    yield library
    await library.retriever.close()
    await database.close()


def sqlite_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'shops.db'}"
