"""Excel workbooks: each visible sheet that is a table becomes one, as if it had been saved as CSV."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from knowledge.importing.cells import clean_text
from knowledge.importing.issues import Notes
from knowledge.importing.packed_rows import TableRow
from knowledge.importing.table import Table, columns_of

_SIZE_LIMIT: Final = 256 * 1024 * 1024  # 100,000 products of 30 columns are about 135 MB
_COLUMNS_LIMIT: Final = 1_000
_EXCELS_COLUMNS: Final = 16_384  # Excel's own limit
_HEADER_WITHIN: Final = 20  # rows; above a header stand titles, dates and instructions
_MERGED: Final = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_NEVER_CALCULATED: Final = re.compile(rb"</f>(?:<v></v>|<v ?/>)?</c>")
_MERGED_LIMIT: Final = 200_000
_ERRORS: Final = frozenset(
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"]
)
_PADDED: Final = re.compile(r"0{2,}")

Cells = list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is a table; ``tried`` is what is wrong with its rows."""

    name: str
    table: Table
    tried: Notes


def sheets_of(raw: bytes, notes: Notes) -> list[Sheet]:
    """Return the tables of a workbook; hidden sheets and what cannot be read are noted."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _SIZE_LIMIT:
                notes.add("file_too_large", limit=_SIZE_LIMIT // 1024**2)
                return []
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of drawings and validations, which hold no data
                book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
                hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
                if hidden:
                    notes.add("sheets_hidden", value=", ".join(hidden))
                visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
                found = [_sheet(sheet, archive, notes) for sheet in visible]
                book.close()
    except Exception:  # a damaged package ends in whatever its parts happen to be
        notes.add("office_broken")
        return []
    return [sheet for sheet in found if sheet is not None]


def _sheet(sheet: Any, archive: zipfile.ZipFile, notes: Notes) -> Sheet | None:
    name = " ".join(clean_text(str(sheet.title)).split())
    tried = Notes(f"{notes.file}#{name}", notes.lang)
    xml = archive.read(sheet._worksheet_path)  # openpyxl reads merged cells only when it holds the whole sheet
    if _widest(xml) > _EXCELS_COLUMNS:
        raise ValueError("a row wider than any that Excel writes")
    if count := len(_NEVER_CALCULATED.findall(xml)):
        tried.add("formulas_without_values", count=count)
    merged = [(int(a), _column(x), int(b), _column(y)) for x, a, y, b in _MERGED.findall(xml)]
    del xml
    sheet.reset_dimensions()  # some programs write a wrong extent
    rows: dict[int, Cells] = {}
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_said(cell) for cell in row[:_COLUMNS_LIMIT]]
        if any(cells):
            rows[number] = cells
    _fill(rows, merged)
    table = _table(rows, merged, tried)
    return Sheet(name, table, tried) if table is not None else None


def _widest(xml: bytes) -> int:
    """Return the most cells of a row; openpyxl holds a row whole, and a crafted one would fill the memory."""
    most, at = 0, xml.find(b"<row")
    while at >= 0:
        following = xml.find(b"<row", at + 4)
        most = max(most, xml.count(b"<c ", at, following) + xml.count(b"<c>", at, following))
        if following < 0:
            break
        at = following
    return most


def _said(cell: Any) -> str:
    """Return a cell as a person reads it, save that numbers keep no separators."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if value in _ERRORS else clean_text(value).strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number(value: float, number_format: str) -> str:
    """Return digits: no ``.0`` behind a whole number, the zeros in front of an article number that has them."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")  # a double's reliable digits
    if not exact.is_finite():
        return ""
    percent = number_format.endswith("%")
    exact = exact * 100 if percent else exact
    whole = exact == exact.to_integral_value()
    digits = f"{exact.to_integral_value():f}" if whole else f"{exact.normalize():f}"
    if whole and _PADDED.fullmatch(number_format):
        digits = digits.zfill(len(number_format))
    return digits + "%" * percent


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _fill(rows: dict[int, Cells], merged: Iterable[tuple[int, int, int, int]]) -> None:
    """Write the value of merged cells into each of them: a title that spans its variants belongs to all."""
    filled = 0
    for top, left, bottom, right in merged:
        value = rows[top][left] if top in rows and left < len(rows[top]) else ""
        filled += (bottom - top + 1) * (right - left + 1)
        if not value or filled > _MERGED_LIMIT:
            continue
        for number in range(top, bottom + 1):
            cells = rows.get(number)
            if cells is None:
                continue
            cells += [""] * (min(right + 1, _COLUMNS_LIMIT) - len(cells))
            for column in range(left, min(right + 1, len(cells))):
                cells[column] = cells[column] or value


def _table(rows: dict[int, Cells], merged: Sequence[tuple[int, int, int, int]], tried: Notes) -> Table | None:
    numbers = sorted(rows)
    place = _header_at([rows[number] for number in numbers[: _HEADER_WITHIN * 2]])
    if place is None:
        return None
    header, first = list(rows[numbers[place]]), place + 1
    spans = [left for top, left, bottom, right in merged if top == bottom == numbers[place] and right > left]
    if spans and first < len(numbers):  # "Height" stands above "min" and "max"
        below = rows[numbers[first]]
        pairs = [(a, below[i] if i < len(below) else "") for i, a in enumerate(header)]
        header = [a if a == b or not b else f"{a} {b}".strip() for a, b in pairs]
        first += 1
    columns = columns_of(header, tried, numbers[place])
    if sum(1 for column in columns if column) < 2:
        return None
    found = [
        TableRow(number, {c: v for c, v in zip(columns, rows[number], strict=False) if c and v})
        for number in numbers[first:]
    ]
    return Table(tuple(c for c in columns if c), tuple(row for row in found if row.cells))


def _header_at(rows: Sequence[Cells]) -> int | None:
    """Return the place of the row that names the columns: words over most of the columns in use below it."""
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        named = [cell for cell in row if cell]
        below = sorted(sum(map(bool, other)) for other in rows[place + 1 : place + 11])
        usual = below[len(below) // 2] if below else 0
        worded = sum(1 for cell in named if re.search(r"[^\W\d_]", cell) and len(cell) <= 80)
        if len(set(named)) >= 2 and worded >= len(named) * 0.8 and len(named) >= usual * 0.6:
            return place
    return None
