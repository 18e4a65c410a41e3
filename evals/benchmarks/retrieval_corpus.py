"""Synthetic shops of a wanted size: the demo shops' products, crossed with each other, with invented vectors."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Final

import numpy as np

from evals.peers.product_text import plain_text
from knowledge.catalog import Handle, Product, Shop
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.importing.upsert import Upsert
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import Encoder, Vectors
from knowledge.retrieval.units import product_units
from knowledge.store import KnowledgeStore
from knowledge.text import sentences

_SEED: Final = 0
# A crossed product resembles its parent: with noise of 0.6 the cosine of the two is about 0.86.
_NOISE: Final = 0.6
_SAVED_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Crossed:
    """Products made of others.

    Attributes:
        parents: For each product the one whose title it carries.
    """

    products: Sequence[Product]
    parents: Sequence[Product]


def crossed(originals: Sequence[Product], shop: Shop, most: int) -> Crossed:
    """Return so many products: the originals first, then titles with another's words and mixed descriptions.

    The same for the same arguments. Codes are unique, so that no two are the same item.

    Raises:
        ValueError: There is no original.
    """
    made = list(islice(crossing(originals, shop), most))
    return Crossed([product for product, _ in made], [parent for _, parent in made])


def crossing(originals: Sequence[Product], shop: Shop) -> Iterator[tuple[Product, Product]]:
    """Yield the products of `crossed` without end, each with its parent.

    Raises:
        ValueError: There is no original.
    """
    if not originals:
        raise ValueError("no products to cross")
    rng = random.Random(_SEED)  # noqa: S311  a benchmark's corpus, no secret
    described = [sentence for product in originals for sentence in sentences(product.description)] or [""]
    for product in originals:
        yield replace(product, shop_id=shop.id), product
    for number in count(len(originals)):
        parent, other = rng.choice(originals), rng.choice(originals)
        variants = tuple(
            replace(variant, key=f"{variant.key}-{number}", sku=f"{variant.sku}-{number}" if variant.sku else None)
            for variant in parent.variants
        )
        text = " ".join(rng.choice(described) for _ in range(max(1, len(sentences(parent.description)))))
        title = f"{parent.title} {rng.choice(other.title.split())} {number}"
        handle = Handle(f"{parent.handle}-{number}")
        yield replace(parent, shop_id=shop.id, handle=handle, title=title, description=text, variants=variants), parent


def text_pairs(corpus: Crossed) -> list[tuple[str, str]]:
    """Return every text that a system embeds with the parent's text whose vector its own resembles.

    The product embeds units of a product, the peers one text.
    """
    both = zip(corpus.products, corpus.parents, strict=True)
    pairs = [*unit_pairs(corpus), *((plain_text(product), plain_text(parent)) for product, parent in both)]
    return list(dict(pairs).items())


def unit_pairs(corpus: Crossed) -> list[tuple[str, str]]:
    """Return of `text_pairs` what the product embeds."""
    pairs: list[tuple[str, str]] = []
    for product, parent in zip(corpus.products, corpus.parents, strict=True):
        units, sources = product_units(product), product_units(parent)
        pairs += [(unit, sources[min(place, len(sources) - 1)]) for place, unit in enumerate(units)]
    return list(dict(pairs).items())


def resembling(sources: Vectors, seed: int) -> Vectors:
    """Return unit vectors near the given ones, shape and dtype the same."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(sources.shape, dtype=np.float32)
    moved = sources + _NOISE * noise / np.sqrt(sources.shape[1], dtype=np.float32)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


async def write_synthetic(
    database: Database, clock: Clock, shop: Shop, corpus: Crossed, encoders: Sequence[Encoder]
) -> None:
    """Store the shop, and under each of its texts a vector: the originals' real ones, the others' invented."""
    at = clock.now()
    await KnowledgeStore(database).put_shop(shop, at)
    await Upsert(database, shop, at).products(corpus.products)
    await write_vectors(database, text_pairs(corpus), encoders)


async def write_vectors(database: Database, pairs: Sequence[tuple[str, str]], encoders: Sequence[Encoder]) -> None:
    """Store a vector of each text: of an original the real one, of another one near that of its parent's text."""
    store = EmbeddingStore(database)
    for encoder in encoders:
        real = await store.ensure([source for _, source in pairs], encoder)
        made = [(text, source) for text, source in pairs if text not in real]
        for start in range(0, len(made), _SAVED_AT_ONCE):
            some = made[start : start + _SAVED_AT_ONCE]
            vectors = resembling(np.stack([real[source] for _, source in some]), start)
            await store.save([text for text, _ in some], vectors, encoder.name)
