"""A public corpus as a shop: written by the product's own upsert, embedded once, searched by its own index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from evals.public.sets import OnProgress
from knowledge.catalog import Product, Shop
from knowledge.database import Database
from knowledge.errors import Unavailable
from knowledge.home import Home
from knowledge.importing.documents import DraftDocument
from knowledge.importing.report import Kind
from knowledge.importing.upsert import Upsert
from knowledge.retrieval.embedding import EmbeddingStore, embed_missing
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.models import search_models
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.turn_search import find_products
from knowledge.store import KnowledgeStore


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is written into the shop."""

    shop: Shop
    products: Sequence[Product] = ()
    documents: Sequence[DraftDocument] = field(default=())


@dataclass(frozen=True, slots=True)
class OpenShop:
    """A shop that is stored, embedded and indexed.

    Attributes:
        vectors: Where peers keep theirs too, so that a second run encodes nothing.
    """

    database: Database
    index: ShopIndex
    vectors: EmbeddingStore


def public_home(home: Home, shop: str) -> Home:
    """Return the home of a public corpus below ``home``; never the user's own database."""
    settings = home.settings.model_copy(update={"database_url": None})
    return Home.at(home.path / "evals" / "public-shops" / shop, home.migrate, settings)


async def write_shop(home: Home, database: Database, corpus: Corpus) -> None:
    """Bring the shop to exactly this corpus: what is the same stays, what is not in it goes."""
    at = home.clock.now()
    await KnowledgeStore(database).put_shop(corpus.shop, at)
    upsert = Upsert(database, corpus.shop, at)
    await upsert.products(corpus.products)
    await upsert.documents(corpus.documents)
    await upsert.remove_missing(Kind.PRODUCT, [product.handle for product in corpus.products])
    await upsert.remove_missing(Kind.DOCUMENT, [document.name for document in corpus.documents])


def must_serve(retriever: Retriever) -> None:
    """Measure nothing under the name of a model that is not to be had.

    Raises:
        Unavailable: A model that the settings name does not serve (``model_not_loaded``).
    """
    if retriever.missing:
        raise Unavailable("; ".join(retriever.missing), code="model_not_loaded")


def products_found(index: ShopIndex, query: SearchQuery) -> list[str]:
    """Return the handles that a turn would find, every model included; for a thread without an event loop."""
    return [str(hit.product.handle) for hit in asyncio.run(find_products(index, query))]


@asynccontextmanager
async def public_shop(home: Home, corpus: Corpus, told: OnProgress) -> AsyncIterator[OpenShop]:
    """Store, embed, index and open a corpus.

    Written on every call, because a row that is the same costs only its hash, and a file or a
    reader that changed is then never measured in its former state. Vectors are kept by text and
    model: the second run encodes nothing.

    Args:
        told: Called with units embedded and units to embed.

    Raises:
        Unavailable: A model that the settings name does not serve (``model_not_loaded``).
    """
    place = public_home(home, corpus.shop.id)
    database = await place.open_database()
    try:
        await write_shop(place, database, corpus)
        models = search_models(place.settings)
        await embed_missing(database, corpus.shop.id, told, models)
        retriever = Retriever(database, models)
        await retriever.start(corpus.shop.id)
        await retriever.settled()
        must_serve(retriever)
        try:
            yield OpenShop(database, await retriever.index(corpus.shop.id), retriever.vectors)
        finally:
            await retriever.close()
    finally:
        await database.close()
