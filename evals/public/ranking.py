"""Measures of one ranked list against what people judged."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence


def ndcg(ranked: Sequence[str], ratings: Mapping[str, float], depth: int) -> float:
    """Return nDCG with linear gain and log2 discount (Järvelin and Kekäläinen 2002), in [0, 1].

    Args:
        ratings: Of the judged items; an item that nobody judged has gain 0. The ideal order is over
            all the judged ones.

    Raises:
        ValueError: No rating is positive: every order would be as good.
    """
    ideal = _gain(sorted(ratings.values(), reverse=True)[:depth])
    if ideal <= 0:
        raise ValueError("nDCG needs a positive rating")
    return _gain([ratings.get(key, 0.0) for key in ranked[:depth]]) / ideal


def reciprocal_rank(ranked: Sequence[str], wanted: Collection[str], depth: int) -> float:
    """Return 1 / rank of the first wanted item, 0 when none is among the first ``depth``."""
    return next((1.0 / rank for rank, key in enumerate(ranked[:depth], start=1) if key in wanted), 0.0)


def recall(ranked: Sequence[str], wanted: Collection[str], depth: int) -> float:
    """Return the share of the wanted items among the first ``depth``.

    Raises:
        ValueError: Nothing is wanted.
    """
    if not wanted:
        raise ValueError("recall needs a wanted item")
    return len(set(ranked[:depth]) & set(wanted)) / len(set(wanted))


def _gain(ratings: Sequence[float]) -> float:
    return sum(rating / math.log2(rank + 1) for rank, rating in enumerate(ratings, start=1))
