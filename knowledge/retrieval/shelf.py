"""One shelf: all passages, or all products, of one language of one shop.

Scores of two languages cannot be compared, so each language is ranked on its own shelf.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from knowledge.retrieval.encoders import MULTILINGUAL, Vectors
from knowledge.retrieval.fusion import fuse
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.models import CHOSEN, Pairs, Use
from knowledge.retrieval.query import Scores
from knowledge.retrieval.schemes import PASSAGES, PRODUCTS, LexicalEntry, Scheme
from knowledge.retrieval.vectors import VectorIndex

# How far down each ranking the fusion looks.
DEPTH = 50
# Within a language BM25 counts twice: RRF(2 × BM25, dense) beat either alone and the even mix.
LEXICAL_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of item is searched.

    Attributes:
        across_weight: Weight of BM25 for a query of another language that the thesaurus knows wholly.
        across_power: How fast that weight falls with the share of the query that it knows.
    """

    scheme: Scheme
    across_weight: float
    across_power: float


# Of a whole sentence the thesaurus knows a word or two, which then lead astray (parallel); names of
# goods it knows or does not (chorus in Chinese).
PASSAGE_RECIPE = Recipe(PASSAGES, across_weight=1.0, across_power=2.0)
PRODUCT_RECIPE = Recipe(PRODUCTS, across_weight=2.0, across_power=1.0)


class Shelf:
    """The lexical index and the vector indexes of one kind in one language.

    Args:
        pairs: Which spaces serve which pair of languages.
    """

    def __init__(self, lang: str, recipe: Recipe, pairs: Pairs) -> None:
        self.lang = lang
        self._recipe, self._pairs = recipe, pairs
        self.lexical = LexicalIndex(recipe.scheme)
        self.spaces: dict[str, VectorIndex] = {}
        self.ids: set[int] = set()

    def put(self, entries: Sequence[LexicalEntry], vectors: Mapping[str, Mapping[int, Vectors]]) -> None:
        """Add or replace items; their vectors by space, each of shape ``(units, dim)``."""
        self.lexical.update(entries)
        self.ids.update(entry.id for entry in entries)
        self.put_vectors(vectors)

    def put_vectors(self, vectors: Mapping[str, Mapping[int, Vectors]]) -> None:
        for space, by_item in vectors.items():
            if not by_item:
                continue
            if space not in self.spaces:
                self.spaces[space] = VectorIndex(next(iter(by_item.values())).shape[-1])
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
        use = self._use(lang, vectors)
        own = lang == self.lang
        lexical = self.lexical.search(text, DEPTH, expansions, allowed, own=own)
        dense = self.spaces[use.space].search(vectors[use.space], DEPTH, allowed) if use else []
        across = self._recipe.across_weight * translated**self._recipe.across_power
        lexical_weight = LEXICAL_WEIGHT if own else across
        dense_weight = use.weight if use else 0.0
        fused = fuse([(lexical_weight, [key for key, _ in lexical]), (dense_weight, [key for key, _ in dense])])
        best = sorted(fused, key=lambda key: (-fused[key], key))[:limit]
        bm25 = dict(lexical)
        space, cosines = (use.space, dict(dense)) if use else (MULTILINGUAL, {})
        if space == CHOSEN:
            # Nobody knows what a cosine means there; confidence in an answer reads the packaged space's.
            space = MULTILINGUAL
            cosines = self.multilingual_cosines(vectors[MULTILINGUAL], best) if MULTILINGUAL in vectors else {}
        return [(key, Scores(fused[key], bm25.get(key, 0.0), cosines.get(key, 0.0), space)) for key in best]

    def multilingual_cosines(self, query: Vectors, ids: Collection[int]) -> dict[int, float]:
        """Return the cosine of each item's best unit in the one space that all languages share; 0 without one."""
        index = self.spaces.get(MULTILINGUAL)
        return index.cosines(query, ids) if index is not None else dict.fromkeys(ids, 0.0)

    def _use(self, lang: str, vectors: Mapping[str, Vectors]) -> Use | None:
        """Return the best space for a query of this language that has both its vector and any of the items'."""
        there = (use for use in self._pairs[lang, self.lang] if use.space in vectors and self.spaces.get(use.space))
        return next(there, None)
