"""Reciprocal rank fusion of other peers (Cormack, Clarke, Büttcher, SIGIR 2009), written out once more here.

The product fuses too; a peer that ran its code would share its mistakes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from evals.peers.peer import DEPTH, Peer

_K: Final = 60  # the constant of the paper


class RankFusion:
    """Adds ``weight / (60 + rank)`` over the parts.

    Args:
        parts: Pairs of weight and peer.
    """

    def __init__(self, name: str, parts: Sequence[tuple[float, Peer]], depth: int = DEPTH) -> None:
        self.name = name
        self._parts, self._depth = list(parts), depth

    def search(self, query: str, limit: int, allowed: Collection[str] | None = None) -> list[str]:
        scores: dict[str, float] = {}
        for weight, part in self._parts:
            for rank, key in enumerate(part.search(query, self._depth, allowed), start=1):
                scores[key] = scores.get(key, 0.0) + weight / (_K + rank)
        return sorted(scores, key=lambda key: -scores[key])[:limit]
