"""One shelf: all passages, or all products, of one language of one shop.

Scores of two languages cannot be compared, so each language is ranked on its own shelf.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from knowledge.retrieval.close_look import HEAD
from knowledge.retrieval.encoders import MULTILINGUAL, Encoder, Vectors
from knowledge.retrieval.fusion import K, fuse
from knowledge.retrieval.id_sets import NO_IDS, Ids, are_in, common, ids_of, with_ids, without_ids
from knowledge.retrieval.lexical import Entry, LexicalIndex
from knowledge.retrieval.models import CHOSEN, Pairs, Use
from knowledge.retrieval.query import Scores
from knowledge.retrieval.schemes import PASSAGES, PRODUCTS, Scheme
from knowledge.retrieval.vectors import VectorIndex

LEXICAL: Final = "lexical"  # name of the folder
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

    Attributes:
        ids: Of all its items; replaced, never changed.
        spaces: Vector indexes by key of their space, each there once it has a vector.
        made_by: The model that made a space's vectors; those of two models are never compared.

    Args:
        pairs: Which spaces serve which pair of languages.
        folder: Where its files go; without one all is in memory.
    """

    def __init__(self, lang: str, recipe: Recipe, pairs: Pairs, folder: Path | None = None) -> None:
        self.lang = lang
        self.folder = folder
        self._recipe, self._pairs = recipe, pairs
        self.lexical = LexicalIndex(recipe.scheme, made(folder, LEXICAL))
        self.spaces: dict[str, VectorIndex] = {}
        self.made_by: dict[str, str] = {}
        self.ids: Ids = self.lexical.ids()
        self._layouts = 0

    def stage(self, entries: Collection[Entry], gone: Ids) -> bool:
        """Write items, unseen by searches; return whether there was anything to write."""
        there = common(self.ids, gone)
        if not entries and not len(there):
            return False
        self.lexical.stage(entries, there.tolist())
        return True

    def show(self, new: Ids, gone: Ids) -> None:
        """Let searches see what was staged; vectors of what is gone are dropped, those of the new stay."""
        self.lexical.show()
        self.ids = with_ids(without_ids(self.ids, gone), new)
        for space in self.spaces:
            self.drop_vectors(space, without_ids(gone, new))

    def put_vectors(self, space: str, model: str, by_item: Mapping[int, Vectors]) -> None:
        """Set items' vectors in one space, each of shape ``(units, dim)``; those of another model go."""
        if not by_item:
            return
        if self.made_by.get(space) != model:
            dim = next(iter(by_item.values())).shape[-1]
            self.spaces[space], self.made_by[space] = VectorIndex(dim, self._new_folder(space)), model
        self.spaces[space].put_many(list(by_item), list(by_item.values()))

    def drop_vectors(self, space: str, ids: Iterable[int]) -> None:
        if space in self.spaces:
            self.spaces[space].remove(ids_of(ids))

    def without_vectors(self, space: str, model: str) -> Ids:
        """Return the items that have none in this space by this model."""
        there = self.spaces[space].items if self.made_by.get(space) == model else NO_IDS
        return without_ids(self.ids, there)

    def take_space(self, space: str, model: str, index: VectorIndex) -> None:
        """Take vectors over that were kept."""
        self.spaces[space], self.made_by[space] = index, model

    def rebuilt(self, space: str) -> VectorIndex:
        """Return the vectors of a space laid out anew, to be put in their place."""
        return self.spaces[space].rebuilt(self._new_folder(space))

    def comparable(self, vectors: Mapping[str, Vectors], encoders: Mapping[str, Encoder]) -> dict[str, Vectors]:
        """Return those of a query's vectors that the model of the items' has made."""
        return {key: one for key, one in vectors.items() if self.made_by.get(key) == encoders[key].name}

    def _new_folder(self, space: str) -> Path | None:
        """Return an empty folder; a model's name may hold what a file's may not."""
        self._layouts += 1
        return made(self.folder, f"{quote(space, safe='')}-{self._layouts}")

    def search(
        self,
        text: str,
        lang: str,
        vectors: Mapping[str, Vectors],
        limit: int,
        expansions: Collection[str] = (),
        allowed: Ids | None = None,
        translated: float = 1.0,
    ) -> list[tuple[int, Scores]]:
        """Return ids with their scores, best first.

        Args:
            lang: Language of the query; with the shelf's own it decides the space.
            vectors: The query in each space that is loaded, each of shape ``(dim,)``.
            translated: Share of the query that has words in the other language, in [0, 1]. Across
                languages BM25 sees nothing else, and counts by it.
        """
        if not len(self.ids):
            return []
        use = self._use(lang, vectors)
        own = lang == self.lang
        lexical = self.lexical.search(text, DEPTH, expansions, allowed, own=own)
        dense = self.spaces[use.space].search(vectors[use.space], DEPTH, allowed) if use else []
        across = self._recipe.across_weight * translated**self._recipe.across_power
        lexical_weight = LEXICAL_WEIGHT if own else across
        dense_weight = use.weight if use else 0.0
        fused = fuse([(lexical_weight, [key for key, _ in lexical]), (dense_weight, [key for key, _ in dense])])
        best = sorted(fused, key=lambda key: (-fused[key], key))
        bm25 = dict(lexical)
        space, cosines = (use.space, dict(dense)) if use else (MULTILINGUAL, {})
        if use and use.look:
            head = best[:HEAD]
            cosines |= self._cosines(space, vectors[space], [key for key in head if key not in cosines])
            highest = (lexical_weight + dense_weight) / (K + 1)
            shares = self.lexical.word_shares(text, head)
            best = [*use.look.order({key: fused[key] / highest for key in head}, cosines, shares), *best[HEAD:]]
        best = best[:limit]
        if space == CHOSEN:
            # Nobody knows what a cosine means there; confidence in an answer reads the packaged space's.
            space = MULTILINGUAL
            cosines = self.multilingual_cosines(vectors[MULTILINGUAL], best) if MULTILINGUAL in vectors else {}
        return [(key, Scores(fused[key], bm25.get(key, 0.0), cosines.get(key, 0.0), space)) for key in best]

    def multilingual_cosines(self, query: Vectors, ids: Collection[int]) -> dict[int, float]:
        """Return the cosine of each item's best unit in the one space that all languages share; 0 without one."""
        return dict.fromkeys(ids, 0.0) | self.known_cosines(query, ids)

    def known_cosines(self, query: Vectors, ids: Collection[int]) -> dict[int, float]:
        """Return the same of those items that have a vector already."""
        return self._cosines(MULTILINGUAL, query, ids)

    def _cosines(self, space: str, query: Vectors, ids: Collection[int]) -> dict[int, float]:
        """Return the cosine of each item's best unit, of those that have any in this space."""
        index = self.spaces.get(space)
        if index is None:
            return {}
        there = are_in(index.items, list(ids))
        return index.cosines(query, [key for key, inside in zip(ids, there, strict=True) if inside])

    def _use(self, lang: str, vectors: Mapping[str, Vectors]) -> Use | None:
        """Return the best space for a query of this language that has both its vector and any of the items'."""
        there = (use for use in self._pairs[lang, self.lang] if use.space in vectors and self.spaces.get(use.space))
        return next(there, None)


def made(folder: Path | None, name: str) -> Path | None:
    """Return a folder below another, made where it is not there."""
    if folder is None:
        return None
    (folder / name).mkdir(parents=True, exist_ok=True)
    return folder / name
