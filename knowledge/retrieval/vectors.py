"""FAISS over one space: inner products of unit vectors, several units per item.

Up to 50,000 vectors every search looks at all of them (``IndexIDMap2(Flat)``). Above, vectors lie in
lists around centroids, eight bits a number (IVF-SQ8), and a search looks into the nearest lists; the
best are then scored from the vectors themselves. HNSW cannot remove, product quantisation found
three of four (``research``: 100,000 vectors, recall@10 .65 to .73).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.id_sets import MANY, NO_IDS, Ids, are_in, ids_of, places_in
from knowledge.retrieval.owned_rows import OwnedRows, expanded
from knowledge.retrieval.vector_rows import VectorRows

# Exact search takes 4 ms at 50,000 vectors of 512 numbers, and twice that at 100,000.
EXACT_TO: Final = 50_000
# Lists looked into; 32 of 632 at 100,000 vectors.
PROBES: Final = 32
# Up to so many vectors let through, a filter is answered from every list.
SELECTIVE: Final = 20_000
# Trained for so many times as many vectors as there were.
GROWTH: Final = 4
# The fewest that FAISS does not warn about; more made training longer and recall no better.
TRAINED_ON_EACH: Final = 40

Rows = npt.NDArray[np.int64]
NO_SCORES: Final[Vectors] = np.zeros(0, np.float32)


class VectorIndex:
    """Maps items to their units' vectors and finds the items whose best unit is nearest.

    Args:
        folder: Where vectors go that need not be in memory; without one they all are.
    """

    def __init__(self, dim: int, folder: Path | None = None) -> None:
        import faiss

        self.dim = dim
        self.folder = folder
        # Its stubs know the C++ signatures, not the numpy ones that the package adds.
        self._faiss: Any = faiss
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
        self._trained_on: int | None = None
        self._rows = VectorRows(dim, folder)
        self._item_of: Ids = NO_IDS  # by row; -1 where the item is gone
        self._units = OwnedRows({"first": np.zeros(0, np.int64), "count": np.zeros(0, np.int32)})

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self._units)

    @property
    def units(self) -> int:
        return int(self._index.ntotal)

    @property
    def exact(self) -> bool:
        """Whether a search without a filter looks at every vector."""
        return self._trained_on is None

    @property
    def items(self) -> Ids:
        return self._units.owners

    def put(self, item: int, vectors: Vectors) -> None:
        """Set the vectors of an item, replacing what it had."""
        self.put_many([item], [vectors])

    def put_many(self, items: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Set the vectors of items, each of shape ``(units, dim)``; one call for many is far cheaper.

        Who has these vectors already keeps them: a new price moves no text.
        """
        known = are_in(self._units.owners, items)
        new = [n for n, item in enumerate(items) if not (known[n] and self._are_of(item, vectors[n]))]
        if not new:
            return
        self.remove([items[place] for place in new])
        rows = np.concatenate([vectors[place] for place in new]).astype(np.float32)
        count = np.array([len(vectors[place]) for place in new], np.int32)
        owners = np.array([items[place] for place in new], np.int64)
        first = self._rows.append(rows) + np.cumsum(count) - count
        self._item_of = np.concatenate([self._item_of, np.repeat(owners, count)])
        self._units = self._units.with_rows(owners, {"first": first, "count": count})
        if len(rows):
            self._index.add_with_ids(np.ascontiguousarray(rows), expanded(first, count))

    def remove(self, items: Iterable[int]) -> None:
        gone = ids_of(items)
        rows = self._rows_of(gone)
        self._units = self._units.without(gone)
        if len(rows):
            # One pass over all ids, 5 ms at 500,000. A table of where each lies would be 40 bytes a vector.
            self._index.remove_ids(self._faiss.IDSelectorBatch(rows))
            self._item_of[rows] = -1

    def cosines(self, query: Vectors, items: Collection[int]) -> dict[int, float]:
        """Return the cosine of each item's best unit; 0 for an item without any.

        Args:
            query: One unit vector of shape ``(dim,)``.
        """
        wanted = ids_of(items)
        rows = self._rows_of(wanted)
        scores = self._rows.of(rows) @ query
        best = self._best_of(rows, scores)
        return {int(item): best.get(int(item), 0.0) for item in wanted}

    def search(
        self, query: Vectors, limit: int, allowed: Collection[int] | Ids | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(item, cosine of its best unit)``, best first.

        Args:
            query: One unit vector of shape ``(dim,)``.
            allowed: Items that may be returned; none outside them takes a place, however few they are.
        """
        inside = None if allowed is None else self._inside(ids_of(allowed))
        most = self.units if inside is None else int(np.count_nonzero(inside))
        if not most or limit < 1:
            return []
        params = self._params(inside, most)
        # Several units of one item may crowd the head, so look further down than asked, until there are enough.
        depth = limit * 6
        while True:
            scores, rows = self._index.search(query.reshape(1, -1), min(depth, most), params=params)
            best = self._rescored(query, rows[0][rows[0] >= 0], scores[0])
            if len(best) >= limit or depth >= most or rows[0, -1] < 0:
                return list(best.items())[:limit]
            depth *= 4

    def nearest_exactly(self, queries: Vectors, limit: int) -> list[list[tuple[int, float]]]:
        """Return for each query what `search` would if it looked at every vector: what recall is measured against.

        Args:
            queries: Unit vectors of shape ``(n, dim)``; all of them are compared in one pass over the vectors.
        """
        living = np.flatnonzero(self._item_of >= 0)
        # So many rows hold as many items as are wanted, even where all units of each come first.
        deep = limit * int(self._units["count"].max(initial=1))
        rows = [np.zeros(0, np.int64) for _ in queries]
        scores = [NO_SCORES for _ in queries]
        for start in range(0, len(living), EXACT_TO):
            some = living[start : start + EXACT_TO]
            for query, found in enumerate(queries @ self._rows.of(some).T):
                best = np.argpartition(-found, deep - 1)[:deep] if deep < len(found) else np.arange(len(found))
                rows[query] = np.concatenate([rows[query], some[best]])
                scores[query] = np.concatenate([scores[query], found[best]])
        return [list(self._best_of(*each).items())[:limit] for each in zip(rows, scores, strict=True)]

    # -- growing ---------------------------------------------------------------------------------

    @property
    def outgrown(self) -> bool:
        """Whether the vectors have become too many or too few for how they lie, or most are of items that are gone."""
        room = EXACT_TO if self._trained_on is None else GROWTH * self._trained_on
        few = not self.exact and self.units < EXACT_TO // 2
        return self.units > room or few or len(self._rows) > 2 * self.units + EXACT_TO

    def rebuilt(self, folder: Path | None = None) -> VectorIndex:
        """Return an index of the same items that fits their number; takes a minute at a million."""
        fresh = VectorIndex(self.dim, folder)
        living = np.flatnonzero(self._item_of >= 0)
        fresh._renumber(self, living)
        fresh._lay_out()
        return fresh

    def _renumber(self, other: VectorIndex, living: Rows) -> None:
        """Take the living vectors of another index over, in its order: the units of an item stay together."""
        self._item_of = other._item_of[living]
        for start in range(0, len(living), EXACT_TO):
            self._rows.append(other._rows.half(living[start : start + EXACT_TO]))
        first = np.searchsorted(living, other._units["first"])
        self._units = OwnedRows({"first": first, "count": other._units["count"].copy()}, other._units.owners.copy())

    def _lay_out(self) -> None:
        """Fill FAISS from the vectors, in the form that fits their number."""
        living = np.flatnonzero(self._item_of >= 0)
        self._index, self._trained_on = self._index_for(living), len(living) if len(living) > EXACT_TO else None
        for start in range(0, len(living), EXACT_TO):
            some = living[start : start + EXACT_TO]
            self._index.add_with_ids(self._rows.of(some), some)

    def _index_for(self, living: Rows) -> Any:
        faiss = self._faiss
        if len(living) <= EXACT_TO:
            return faiss.IndexIDMap2(faiss.IndexFlatIP(self.dim))
        lists = int(2 * math.sqrt(2 * len(living)))
        sample = np.sort(np.random.default_rng(0).choice(living, min(len(living), lists * TRAINED_ON_EACH), False))
        coarse = faiss.IndexFlatIP(self.dim)
        index = faiss.IndexIVFScalarQuantizer(
            coarse, self.dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        coarse.this.disown()
        index.own_fields = True
        index.cp.spherical, index.cp.niter = True, 8
        index.train(self._rows.of(sample))
        return index

    # -- files -----------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Write the index into an empty folder."""
        self._rows.save(folder)
        first, count = self._units["first"], self._units["count"]
        np.savez(folder / "units.npz", item_of=self._item_of, owners=self._units.owners, first=first, count=count)
        if self._trained_on is not None:
            self._faiss.write_index(self._index, str(folder / f"ivf-{self._trained_on}.faiss"))

    @classmethod
    def load(cls, dim: int, folder: Path) -> VectorIndex:
        """Return the index of a folder, which becomes the place of further vectors.

        Raises:
            ValueError: What the files hold does not fit together.
            OSError: A file cannot be read.
        """
        index = cls(dim, folder)
        index._rows = VectorRows.load(dim, folder)
        with np.load(folder / "units.npz", allow_pickle=False) as kept:
            index._item_of = kept["item_of"]
            index._units = OwnedRows({name: kept[name] for name in ("first", "count")}, kept["owners"])
        if len(index._item_of) != len(index._rows):
            raise ValueError(f"{folder}: {len(index._rows)} vectors, {len(index._item_of)} owners")
        ivf = next(folder.glob("ivf-*.faiss"), None)
        if ivf is None:
            index._lay_out()
        else:
            index._index = index._faiss.read_index(str(ivf))
            index._index.set_direct_map_type(index._faiss.DirectMap.NoMap)  # there was one before
            index._trained_on = int(ivf.stem.removeprefix("ivf-"))
        return index

    # -- inside ----------------------------------------------------------------------------------

    def _inside(self, allowed: Ids) -> npt.NDArray[np.bool_]:
        """Tell for each row whether it is of an item that is allowed."""
        if len(allowed) > MANY:
            return are_in(allowed, self._item_of)
        mask = np.zeros(len(self._rows), np.bool_)
        mask[self._rows_of(allowed)] = True
        return mask

    def _params(self, inside: npt.NDArray[np.bool_] | None, most: int) -> Any:
        """Return how FAISS shall search, among so many vectors that are let through."""
        faiss = self._faiss
        selector = None
        if inside is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(inside, bitorder="little"))
        if self.exact:
            return faiss.SearchParameters(sel=selector) if selector else None
        lists = int(self._index.nlist)
        if inside is None:
            return faiss.SearchParametersIVF(nprobe=PROBES)
        # Few are looked for in every list; of many, so many lists that as much is compared as without a filter.
        wide = lists if most <= SELECTIVE else math.ceil(PROBES * self.units / most)
        return faiss.SearchParametersIVF(sel=selector, nprobe=min(lists, wide))

    def _rescored(self, query: Vectors, rows: Rows, scores: Vectors) -> dict[int, float]:
        """Return the best score of each item found; those of eight bits are only good for finding."""
        return self._best_of(rows, scores[: len(rows)] if self.exact else self._rows.of(rows) @ query)

    def _best_of(self, rows: Rows, scores: Vectors) -> dict[int, float]:
        """Return the best score of each item, best first; of equals the one that is first."""
        best: dict[int, float] = {}
        for place in np.argsort(-scores, kind="stable").tolist():
            best.setdefault(int(self._item_of[rows[place]]), float(scores[place]))
        return best

    def _rows_of(self, items: Ids) -> Rows:
        places = places_in(self._units.owners, items)
        places = places[places >= 0]
        return expanded(self._units["first"][places], self._units["count"][places])

    def _are_of(self, item: int, vectors: Vectors) -> bool:
        rows = self._rows_of(np.array([item], np.int64))
        return len(rows) == len(vectors) and np.array_equal(self._rows.half(rows), vectors.astype(np.float16))
