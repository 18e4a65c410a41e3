"""Reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# The constant of the paper; ranks far down hardly count.
K = 60


def fuse(rankings: Iterable[tuple[float, Sequence[int]]]) -> dict[int, float]:
    """Return the fused score of every id that occurs in a ranking.

    Args:
        rankings: Pairs of weight and ids, best first.
    """
    scores: dict[int, float] = {}
    for weight, ids in rankings:
        for rank, key in enumerate(ids, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (K + rank)
    return scores
