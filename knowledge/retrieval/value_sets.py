"""Sets of strings by number: the variants of a million products have a few thousand combinations of colour and size."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt


class ValueSets:
    """Numbers for sets of strings, the same number for the same set; it only grows.

    A search may go on while another thread adds: what it looks up was there before.
    """

    def __init__(self, sets: Iterable[Collection[str]] = ()) -> None:
        self._sets: list[frozenset[str]] = []
        self._numbers: dict[frozenset[str], int] = {}
        self._with: dict[str, list[int]] = {}
        for one in sets:
            self.number(frozenset(one))

    def __len__(self) -> int:
        return len(self._sets)

    def number(self, values: frozenset[str]) -> int:
        """Return the number of a set, a new one for a set that was not there."""
        found = self._numbers.get(values)
        if found is None:
            found = self._numbers[values] = len(self._sets)
            for value in values:
                self._with.setdefault(value, []).append(found)
            self._sets.append(values)
        return found

    def of(self, number: int) -> frozenset[str]:
        return self._sets[number]

    def holding(self, values: Iterable[str], count: int) -> npt.NDArray[np.bool_]:
        """Tell for each of the first ``count`` sets, by number, whether it holds one of the values."""
        found = np.zeros(count, np.bool_)
        for value in values:
            numbers = np.array(self._with.get(value, ()), np.int64)
            found[numbers[numbers < count]] = True
        return found

    def listed(self) -> Sequence[Sequence[str]]:
        """Return the sets by number, as lists that JSON can hold."""
        return [sorted(one) for one in self._sets]
