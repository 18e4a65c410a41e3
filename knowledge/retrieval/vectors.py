"""FAISS over one space: exact inner products on unit vectors, several units per item."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from knowledge.retrieval.encoders import Vectors


class VectorIndex:
    """Maps items to their units' vectors and finds the items whose best unit is nearest.

    Exact search (``IndexIDMap2(Flat)``) is right up to about 50,000 vectors: 9 ms at 100,000.
    """

    def __init__(self, dim: int) -> None:
        import faiss

        self.dim = dim
        # Its stubs know the C++ signatures, not the numpy ones that the package adds.
        self._faiss: Any = faiss
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
        self._item_of: dict[int, int] = {}
        self._units_of: dict[int, list[int]] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._units_of)

    def put(self, item: int, vectors: Vectors) -> None:
        """Set the vectors of an item, replacing what it had."""
        self.remove([item])
        self.put_many([item], [vectors])

    def put_many(self, items: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Add items that are not in the index yet; one call for many is far cheaper."""
        ids: list[int] = []
        for item, rows in zip(items, vectors, strict=True):
            units = list(range(self._next, self._next + len(rows)))
            self._next += len(rows)
            self._units_of[item] = units
            self._item_of.update(dict.fromkeys(units, item))
            ids.extend(units)
        if ids:
            stacked = np.ascontiguousarray(np.concatenate(list(vectors)), np.float32)
            self._index.add_with_ids(stacked, np.asarray(ids, np.int64))

    def remove(self, items: Collection[int]) -> None:
        units = [unit for item in items for unit in self._units_of.pop(item, [])]
        if units:
            self._index.remove_ids(np.asarray(units, np.int64))
            for unit in units:
                del self._item_of[unit]

    def cosines(self, query: Vectors, items: Collection[int]) -> dict[int, float]:
        """Return the cosine of each item's best unit; 0 for an item without any.

        Args:
            query: One unit vector of shape ``(dim,)``.
        """
        return {item: self._nearest_unit(query, self._units_of.get(item, [])) for item in items}

    def _nearest_unit(self, query: Vectors, units: Sequence[int]) -> float:
        return max((float(self._index.reconstruct(unit) @ query) for unit in units), default=0.0)

    def search(self, query: Vectors, limit: int, allowed: Collection[int] | None = None) -> list[tuple[int, float]]:
        """Return ``(item, cosine of its best unit)``, best first.

        Args:
            query: One unit vector of shape ``(dim,)``.
            allowed: Items that may be returned; exact also when they are few.
        """
        if not self._units_of:
            return []
        params = None
        if allowed is not None:
            units = [unit for item in allowed for unit in self._units_of.get(item, ())]
            if not units:
                return []
            params = self._faiss.SearchParameters(sel=self._faiss.IDSelectorBatch(np.asarray(units, np.int64)))
        # Several units of one item may crowd the head, so look further down than asked, until there are enough.
        depth = limit * 6
        while True:
            scores, units_found = self._index.search(
                query.reshape(1, -1), min(depth, self._index.ntotal), params=params
            )
            best: dict[int, float] = {}
            for unit, score in zip(units_found[0].tolist(), scores[0].tolist(), strict=True):
                if unit >= 0:
                    best.setdefault(self._item_of[unit], score)
            if len(best) >= limit or depth >= self._index.ntotal or units_found[0, -1] < 0:
                return list(best.items())[:limit]
            depth *= 4
