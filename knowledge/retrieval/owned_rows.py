"""Columns of rows that belong to items, in the order of the items' ids: an item has any number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.retrieval.id_sets import NO_IDS, Ids

Column = npt.NDArray[Any]


class OwnedRows:
    """Rows of several columns; never changed, so that a search may go on over the former ones.

    Putting and removing return new rows. One change at 300,000 rows costs a copy of them, 2 ms.

    Attributes:
        owners: Id of each row's item, ascending, shape ``(rows,)``.
        columns: By name, each of shape ``(rows,)``.
    """

    def __init__(self, columns: Mapping[str, Column], owners: Ids = NO_IDS) -> None:
        self.owners = owners
        self.columns = dict(columns)

    def __len__(self) -> int:
        return len(self.owners)

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def having(self, meets: npt.NDArray[np.bool_]) -> Ids:
        """Return the items of which one row at least meets something, told by row."""
        last, items = self._lasts
        met = np.cumsum(meets, dtype=np.int32)[last]  # so many rows up to the end of each item
        return items[np.diff(met, prepend=np.int32(0)) > 0]

    @cached_property
    def _lasts(self) -> tuple[npt.NDArray[np.int64], Ids]:
        """The place of each item's last row, and its id."""
        last = np.flatnonzero(np.append(self.owners[1:] != self.owners[:-1], True)) if len(self) else NO_IDS
        return last, self.owners[last]

    def of(self, owners: Ids) -> npt.NDArray[np.int64]:
        """Return the places of all rows of these items."""
        first = np.searchsorted(self.owners, owners, "left")
        return expanded(first, np.searchsorted(self.owners, owners, "right") - first)

    def without(self, owners: Ids) -> OwnedRows:
        places = self.of(owners)
        if not len(places):
            return self
        columns = {name: np.delete(column, places) for name, column in self.columns.items()}
        return OwnedRows(columns, np.delete(self.owners, places))

    def with_rows(self, owners: Ids, columns: Mapping[str, Column]) -> OwnedRows:
        """Add rows; those of one item keep the order in which they are given."""
        if not len(owners):
            return self
        order = np.argsort(owners, kind="stable")
        owners = owners[order]
        places = np.searchsorted(self.owners, owners, "right")
        merged = {
            name: np.insert(column, places, np.asarray(columns[name], column.dtype)[order])
            for name, column in self.columns.items()
        }
        return OwnedRows(merged, np.insert(self.owners, places, owners))


def expanded(first: npt.NDArray[np.int64], count: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return ``first[i], first[i] + 1, …``, ``count[i]`` of each, in one array."""
    total = int(count.sum())
    before = np.repeat(np.cumsum(count) - count, count)
    return np.asarray(np.repeat(first, count) + np.arange(total, dtype=np.int64) - before, np.int64)
