"""Sets of row ids as sorted arrays: 8 bytes an id where a Python set takes 60, and joined at C speed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

# For more ids than this a table over all numbers between the first and the last is faster than looking each up,
# as long as there are not many more such numbers than ids: 0.8 ms instead of 3.4 for 100,000 of 300,000.
MANY: Final = 10_000
SPARSE: Final = 16

Ids = npt.NDArray[np.int64]
NO_IDS: Final[Ids] = np.zeros(0, np.int64)


def ids_of(ids: Iterable[int]) -> Ids:
    """Return ids as a sorted array without repetition; an array is taken to be one already."""
    if isinstance(ids, np.ndarray):
        return ids
    return np.unique(np.fromiter(ids, np.int64))


def with_ids(known: Ids, more: Ids) -> Ids:
    """Return the ids of either."""
    return np.union1d(known, more) if len(more) else known


def without_ids(known: Ids, fewer: Ids) -> Ids:
    """Return the ids of the first that are not in the second."""
    return np.setdiff1d(known, fewer, assume_unique=True) if len(known) and len(fewer) else known


def common(one: Ids, other: Ids) -> Ids:
    """Return the ids of both."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    return few[are_in(many, few)]


def places_in(known: Ids, wanted: Ids) -> npt.NDArray[np.int64]:
    """Return where each wanted id stands in a sorted array; -1 where it does not."""
    if not len(known):
        return np.full(len(wanted), -1, np.int64)
    places = np.searchsorted(known, wanted)
    there = known[np.minimum(places, len(known) - 1)] == wanted
    return np.where(there, places, -1)


def are_in(known: Ids, wanted: Collection[int] | Ids) -> npt.NDArray[np.bool_]:
    """Tell for each wanted id, in any order, whether it is in a sorted array."""
    asked = np.asarray(wanted, np.int64)
    if len(asked) > MANY and len(known):
        low, span = int(known[0]), int(known[-1] - known[0]) + 1
        if span <= SPARSE * (len(known) + len(asked)):
            table = np.zeros(span + 2, np.bool_)  # a place before and one behind stand for all that is outside
            table[known - (low - 1)] = True
            return np.asarray(table[np.clip(asked - (low - 1), 0, span + 1)], np.bool_)
    return places_in(known, asked) >= 0
