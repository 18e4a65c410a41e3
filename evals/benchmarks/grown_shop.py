"""A demo shop with a catalog of any size: its own products, and as many made of them as are wanted beside."""

from __future__ import annotations

from itertools import islice
from typing import Final

from evals.benchmarks.retrieval_corpus import Crossed, crossing, unit_pairs, write_vectors
from knowledge.catalog import Shop
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.importing.upsert import Upsert
from knowledge.retrieval.encoders import Encoder, english, multilingual
from knowledge.store import KnowledgeStore

_AT_ONCE: Final = 2_000


async def grow(database: Database, clock: Clock, shop: Shop, products: int) -> None:
    """Add products to a shop until it has so many; documents, orders and charts stay as they are.

    A made product carries the title of one of the shop's with a word of another, its attributes and
    variants, and sentences of all. Its vectors are invented near that one's: to embed 100,000 products
    takes hours.
    """
    originals = list((await KnowledgeStore(database).products(shop.id)).values())
    encoders: list[Encoder] = [multilingual()]
    if all(product.lang == "en" for product in originals):
        encoders.append(english())
    made = crossing(originals, shop)
    for start in range(0, products, _AT_ONCE):
        some = list(islice(made, min(_AT_ONCE, products - start)))
        corpus = Crossed([product for product, _ in some], [parent for _, parent in some])
        await Upsert(database, shop, clock.now()).products(corpus.products)
        await write_vectors(database, unit_pairs(corpus), encoders)
