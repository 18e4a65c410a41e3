"""The rows of a large table, held small: cells by place, repeated ones once, a `TableRow` made when it is asked for.

An export of 100,000 products has 600,000 rows; with a dictionary each they took 0.8 GB.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final, overload

# Sizes, colours, flags and prices are among the first so many different cells of a table.
_POOLED: Final = 10_000

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One record: the line on which it begins, and its cells by column name."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str | None) -> str:
        """Return the cell, empty when the table has no such column."""
        return self.cells.get(column, "") if column is not None else ""


class PackedRows(Sequence[TableRow]):
    """Rows under one header; a nameless column is left out.

    Args:
        columns: Names by place, empty for a nameless column.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._lines = array("L")
        self._rows: list[Cells] = []
        self._pool: dict[str, str] = {}

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Add a row; cells beyond the last column are left out."""
        pooled = self._pool.setdefault if len(self._pool) < _POOLED else self._pool.get
        self._lines.append(line)
        self._rows.append(tuple(map(pooled, cells[: len(self._columns)], cells)))

    def column(self, name: str | None) -> Iterator[str]:
        """Yield the cells of one column, empty ones when there is no such column."""
        place = self._columns.index(name) if name and name in self._columns else len(self._columns)
        return (row[place] if place < len(row) else "" for row in self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[TableRow]:
        return map(self._made, self._lines, self._rows)

    @overload
    def __getitem__(self, place: int) -> TableRow: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[TableRow]: ...

    def __getitem__(self, place: int | slice) -> TableRow | Sequence[TableRow]:
        if isinstance(place, slice):
            return list(map(self._made, self._lines[place], self._rows[place]))
        return self._made(self._lines[place], self._rows[place])

    def _made(self, line: int, row: Cells) -> TableRow:
        told = dict(zip(compress(self._columns, row), filter(None, row), strict=False))
        told.pop("", None)
        return TableRow(line, told)
