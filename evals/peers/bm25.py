"""BM25 alone: the ``bm25s`` library with its default variant (Lucene's, k1 = 1.5, b = 0.75)."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from evals.peers.peer import Items
from evals.peers.tokenizers import Tokenizer

NEEDS: Final = ("bm25s",)


class Bm25:
    """BM25 over one text an item."""

    def __init__(self, name: str, items: Items, tokenizer: Tokenizer) -> None:
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells every index it builds
        self.name = name
        self._keys, self._tokenizer = list(items.keys), tokenizer
        self._place = {key: place for place, key in enumerate(self._keys)}
        self._index: Any = bm25s.BM25()
        self._index.index([tokenizer(text) for text in items.texts], show_progress=False)

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """Return the score of every item in their order, shape ``(n,)``, at least 0."""
        known = [token for token in self._tokenizer(query) if token in self._index.vocab_dict]
        if not known:
            return np.zeros(len(self._keys), np.float32)
        return np.asarray(self._index.get_scores(known), np.float32)

    def search(self, query: str, limit: int, allowed: Collection[str] | None = None) -> list[str]:
        scores = self.scores(query)
        if allowed is not None:
            inside = [self._place[key] for key in allowed if key in self._place]
            kept = np.zeros_like(scores)
            kept[inside] = scores[inside]
            scores = kept
        # Ties stand in the order of the corpus, whatever the sort does with them.
        best = np.lexsort((np.arange(len(scores)), -scores))[:limit]
        return [self._keys[place] for place in best if scores[place] > 0]
