"""What a shop of a million products would hold, made as it is needed: products, passages, and vectors for them."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Literal

import numpy as np

from evals.benchmarks.retrieval_corpus import crossing
from knowledge.catalog import Product, Shop, ShopId
from knowledge.documents import Document, DocumentId, Passage, PassageId
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL, Encoder, Vectors
from knowledge.retrieval.models import SearchModels, Space
from knowledge.text import sentences

Kind = Literal["products", "passages"]

SHOP: Final = Shop(ShopId("scale"), "Scale", "en-US", "USD")
# English items are the dear case: they have vectors in two spaces.
DIMS: Final = {MULTILINGUAL: 512, ENGLISH: 384}
# Texts about the same things lie together: so many to a family, which differ in fewer ways than a vector has numbers.
FAMILY: Final = 50
LATENT: Final = 48
_WITHIN, _NOISE = 0.5, 0.15
_PASSAGES_IN_DOCUMENT: Final = 50
_AT: Final = datetime(2026, 11, 1, tzinfo=UTC)


class SyntheticEncoder:
    """Stands for an encoder where encoding would take hours; what a text is told is told again.

    A text belongs to a family by its hash.
    """

    def __init__(self, name: str, dim: int, items: int) -> None:
        self.name, self.dim = name, dim
        rng = np.random.default_rng(dim)
        self._families = rng.standard_normal((max(1, items // FAMILY), LATENT), np.float32)
        self._axes = rng.standard_normal((LATENT, dim), np.float32) / np.sqrt(np.float32(LATENT))

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        hashes = np.array([zlib.crc32(text.encode()) for text in texts], np.int64)
        rng = np.random.default_rng(int(hashes[0]))
        latent = self._families[hashes % len(self._families)]
        latent = latent + _WITHIN * rng.standard_normal(latent.shape, np.float32)
        found = latent @ self._axes + _NOISE * rng.standard_normal((len(texts), self.dim), np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


def synthetic_models(items: int) -> SearchModels:
    """Return the packaged choice of spaces, with encoders that need no model."""
    made: dict[str, Encoder] = {key: SyntheticEncoder(f"synthetic-{key}", dim, items) for key, dim in DIMS.items()}
    spaces = [Space(key, lambda key=key: made[key], made[key].name) for key in DIMS]  # type: ignore[misc]
    return SearchModels(tuple(spaces))


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a shop's items by row id, with the documents of the passages."""

    products: dict[int, Product]
    passages: dict[int, Passage]
    documents: dict[int, Document]


def parts(originals: Sequence[Product], kind: Kind, items: int, size: int) -> Iterator[Part]:
    """Yield the items of a shop, ``size`` at a time: row ids from 1, the same for the same arguments."""
    if kind == "products":
        found = crossing(originals, SHOP)
        for first in range(1, items + 1, size):
            some = islice(found, min(size, items + 1 - first))
            yield Part({first + n: product for n, (product, _) in enumerate(some)}, {}, {})
        return
    written = [sentence for product in originals for sentence in sentences(product.description)]
    rng = random.Random(0)  # noqa: S311  a benchmark's corpus, no secret
    for first in range(1, items + 1, size):
        numbers = range(first, min(first + size, items + 1))
        passages = {number: _passage(number, rng.choices(written, k=3)) for number in numbers}
        texts: dict[int, list[Passage]] = {}
        for passage in passages.values():
            texts.setdefault(passage.document_id, []).append(passage)
        yield Part({}, passages, {key: _document(key, those) for key, those in texts.items()})


def _passage(number: int, said: Sequence[str]) -> Passage:
    document = DocumentId(1 + number // _PASSAGES_IN_DOCUMENT)
    text = " ".join([*said, f"See rule {number}."])
    words = said[0].split()[:3]
    path = (f"Guide {document}", f"{' '.join(words)} {number}")
    return Passage(PassageId(number), document, number, path, text, 0, len(text), "en")


def _document(key: int, passages: Sequence[Passage]) -> Document:
    text = "\n\n".join(passage.text for passage in passages)
    return Document(DocumentId(key), SHOP.id, f"guide-{key}.md", f"Guide {key}", text, "en", _AT)
