"""CSV text becomes rows that know their line in the file."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Final

from knowledge.importing.issues import Notes

_DELIMITERS: Final = ",;\t|"
_FIELD_LIMIT: Final = 16 * 1024 * 1024  # a description may hold a picture as base64; the csv module's 128 KiB fails
_SENTINEL: Final = "\x1eend\x1e"  # clean text holds no such character, so no file can contain this line
# After so many unclosed quotes the file is not a table, and each costs another pass over the rest.
_UNCLOSED_LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class TableRow:
    """One record: the line on which it begins, and its cells by column name."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str | None) -> str:
        """Return the cell, empty when the table has no such column."""
        return self.cells.get(column, "") if column is not None else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file.

    Attributes:
        columns: The header as the merchant wrote it; a nameless column has no place here.
        rows: Rows with the wrong number of cells are left out and noted.
        misshapen: How many such rows there were.
    """

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    misshapen: int = 0
    delimiter: str = field(default=",")


def read_table(text: str, notes: Notes) -> Table | None:
    """Read clean text as a table; None when it has no header with two named columns."""
    first_line = 1
    delimiter = None
    if text[:5].lower().startswith("sep=") and text[5:6] in ("\n", ""):
        delimiter, text, first_line = text[4], text[6:], 2  # Excel's own mark
    delimiter = delimiter or _delimiter(text)
    records = _records(text, delimiter, first_line, notes)
    header = next(records, None)
    if header is None:
        return None
    columns = columns_of(header[1], notes, header[0])
    if sum(1 for column in columns if column) < 2:
        return None
    named = tuple(column for column in columns if column)
    rows: list[TableRow] = []
    misshapen = 0
    for line, cells in records:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            notes.add("row_too_long", row=line, value=cells[len(columns)], got=len(cells), want=len(columns))
            misshapen += 1
            continue
        if len(cells) < len(columns):
            notes.add("row_too_short", row=line, got=len(cells), want=len(columns))
        told = dict(zip(compress(columns, cells), filter(None, cells), strict=False))
        told.pop("", None)  # under a nameless column
        rows.append(TableRow(line, told))
    return Table(named, tuple(rows), misshapen, delimiter)


def _delimiter(text: str) -> str:
    """Return what divides most consistently: many columns in the header, as many in the rows below."""
    head = [line for line in text[:100_000].split("\n")[:200] if line.strip()][:30]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in csv.reader(head, delimiter=delimiter) if row]
        if not widths or widths[0] < 2:
            continue
        alike = sum(width == widths[0] for width in widths) / len(widths)
        score = widths[0] * (0.5 + alike)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def columns_of(cells: Sequence[str], notes: Notes, line: int) -> list[str]:
    """Return the names in a header; a nameless or repeated column has an empty one."""
    columns: list[str] = []
    for cell in cells:
        name = " ".join(cell.split())
        if name and name in columns:
            notes.add("column_repeated", row=line, field=name)
            name = ""
        columns.append(name)
    return columns


def _records(text: str, delimiter: str, first_line: int, notes: Notes) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of every record that is not blank; no white space is around the cells."""
    csv.field_size_limit(_FIELD_LIMIT)
    lines = text.split("\n")
    at = 0
    for _ in range(_UNCLOSED_LIMIT):
        try:
            unclosed = yield from _until_unclosed(lines, at, delimiter, first_line)
        except csv.Error:  # a cell beyond the limit
            break
        if unclosed is None:
            return
        notes.add("quote_unclosed", row=unclosed + first_line, value=lines[unclosed])
        at = unclosed + 1
    notes.add("quotes_broken", row=at + first_line)


def _until_unclosed(
    lines: list[str], at: int, delimiter: str, first_line: int
) -> Generator[tuple[int, list[str]], None, int | None]:
    """Yield records from line ``at`` on; return the index of a line whose quote never closes, else None."""
    reader = csv.reader(_with_sentinel(lines, at), delimiter=delimiter)
    begins = at
    for cells in reader:
        if cells == [_SENTINEL]:
            return None
        if cells and cells[-1].endswith(_SENTINEL + "\n"):
            return begins
        stripped = list(map(str.strip, cells))
        if any(stripped):
            yield begins + first_line, stripped
        begins = at + reader.line_num
    return None


def _with_sentinel(lines: list[str], at: int) -> Iterator[str]:
    for index in range(at, len(lines)):
        yield lines[index] + "\n"
    yield _SENTINEL + "\n"
