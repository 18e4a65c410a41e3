"""CSV text becomes rows that know their line in the file."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from knowledge.importing.issues import Notes
from knowledge.importing.packed_rows import PackedRows, TableRow

_DELIMITERS: Final = ",;\t|"
_FIELD_LIMIT: Final = 16 * 1024 * 1024  # a description may hold a picture as base64; the csv module's 128 KiB fails
_SENTINEL: Final = "\x1eend\x1e"  # clean text holds no such character, so no file can contain this line
# After so many unclosed quotes the file is not a table, and each costs another pass over the rest.
_UNCLOSED_LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file.

    Attributes:
        columns: The header as the merchant wrote it; a nameless column has no place here.
        rows: Rows with the wrong number of cells are left out and noted.
        misshapen: How many such rows there were.
    """

    columns: tuple[str, ...]
    rows: Sequence[TableRow]
    misshapen: int = 0
    delimiter: str = field(default=",")

    def column(self, name: str | None) -> Iterator[str]:
        """Yield the cells of one column, row by row; empty ones when there is no such column."""
        return self.rows.column(name) if isinstance(self.rows, PackedRows) else (row[name] for row in self.rows)


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
    rows = PackedRows(columns)
    misshapen = 0
    for line, cells in records:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            notes.add("row_too_long", row=line, value=cells[len(columns)], got=len(cells), want=len(columns))
            misshapen += 1
            continue
        if len(cells) < len(columns):
            notes.add("row_too_short", row=line, got=len(cells), want=len(columns))
        rows.add(line, cells)
    return Table(named, rows, misshapen, delimiter)


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
    start = 0
    for _ in range(_UNCLOSED_LIMIT):
        try:
            unclosed = yield from _until_unclosed(text, start, delimiter, first_line)
        except csv.Error:  # a cell beyond the limit
            break
        if unclosed is None:
            return
        lines = _lines(text, start)
        for _ in range(unclosed - first_line):
            start += len(next(lines))
        broken = next(lines)
        notes.add("quote_unclosed", row=unclosed, value=broken.rstrip("\n"))
        start, first_line = start + len(broken), unclosed + 1
    notes.add("quotes_broken", row=first_line)


def _until_unclosed(
    text: str, start: int, delimiter: str, first_line: int
) -> Generator[tuple[int, list[str]], None, int | None]:
    """Yield records from a place on; return the line of one whose quote never closes, else None."""
    reader = csv.reader(chain(_lines(text, start), (_SENTINEL + "\n",)), delimiter=delimiter)
    begins = 0
    for cells in reader:
        if cells == [_SENTINEL]:
            return None
        if cells and cells[-1].endswith(_SENTINEL + "\n"):
            return begins + first_line
        stripped = list(map(str.strip, cells))
        if any(stripped):
            yield begins + first_line, stripped
        begins = reader.line_num
    return None


def _lines(text: str, start: int) -> Iterator[str]:
    """Yield the lines of the text one by one, for a list of them would double what it takes."""
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    yield text[start:] + "\n"
