"""The encoder alone: exact cosine over one vector an item, without an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from evals.peers.peer import Embedded


class BareEmbedder:
    """Ranks every item by the cosine of its vector."""

    def __init__(self, name: str, keys: Sequence[str], embedded: Embedded) -> None:
        self.name = name
        self._keys, self._embedded = list(keys), embedded
        self._place = {key: place for place, key in enumerate(self._keys)}

    def search(self, query: str, limit: int, allowed: Collection[str] | None = None) -> list[str]:
        places = np.arange(len(self._keys))
        if allowed is not None:
            places = np.array(sorted(self._place[key] for key in allowed if key in self._place), dtype=np.int64)
        if not len(places):
            return []
        vectors = self._embedded.vectors if allowed is None else self._embedded.vectors[places]
        cosines = vectors @ self._embedded.encoder.encode([query])[0]
        if limit < len(places):
            head = np.argpartition(-cosines, limit)[:limit]
            places, cosines = places[head], cosines[head]
        return [self._keys[places[at]] for at in np.lexsort((places, -cosines))[:limit]]
