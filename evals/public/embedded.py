"""Vectors of public texts, kept between runs: the second run embeds nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from knowledge.home import Home
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL, Encoder, Vectors, english, multilingual

OnProgress = Callable[[int, int], None]
_ENCODERS: Final[Mapping[str, Callable[[], Encoder]]] = {ENGLISH: english, MULTILINGUAL: multilingual}


class KeptVectors:
    """An encoder of the product that looks up what has been embedded before it computes.

    Attributes:
        known: Vectors by text, each of shape ``(dim,)``.
    """

    def __init__(self, encoder: Encoder, known: dict[str, Vectors]) -> None:
        self._encoder, self.known = encoder, known
        self.name, self.dim = encoder.name, encoder.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self.known[text] for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


async def kept_vectors(home: Home, texts: Iterable[str], space: str, told: OnProgress) -> KeptVectors:
    """Return the space's encoder with all the texts embedded; they are kept by content, whatever set has them.

    Args:
        space: ``ENGLISH`` or ``MULTILINGUAL``.
    """
    settings = home.settings.model_copy(update={"database_url": None})
    database = await Home.at(home.path / "evals" / "public-vectors", home.migrate, settings).open_database()
    try:
        encoder = await asyncio.to_thread(_ENCODERS[space])
        return KeptVectors(encoder, await EmbeddingStore(database).ensure(texts, encoder, told))
    finally:
        await database.close()
