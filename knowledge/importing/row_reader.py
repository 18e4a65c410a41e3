"""Reads the cells of one row, and notes what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from knowledge.importing import cells
from knowledge.importing.cell_error import CellError
from knowledge.importing.headers import Columns
from knowledge.importing.issues import Notes
from knowledge.importing.packed_rows import TableRow
from knowledge.importing.reader import Context
from knowledge.money import Money

T = TypeVar("T")


class RowError(Exception):
    """The row cannot be used; why has been noted."""


def is_plain_key(cell: str) -> bool:
    """Whether a cell is an identifier as it stands, so that `RowReader.key` would return just that."""
    return (
        len(cell) <= cells.KEY_LIMIT
        and cell.isprintable()
        and "  " not in cell
        and "+" not in cell
        and cell[:1] not in ("'", " ")
        and cell[-1:] != " "
    )


class RowReader:
    """One row with the fields that its columns were matched to.

    The methods return None or an empty text for an empty cell. What makes the row unusable is noted
    and raised as `RowError`; the ``…_or_none`` forms note a warning and go on.
    """

    def __init__(self, row: TableRow, columns: Columns, context: Context, notes: Notes) -> None:
        self.row = row
        self.line = row.line
        self._columns = columns
        self._cells, self._names = row.cells, columns.names  # a large table asks for millions of cells
        self._context = context
        self._notes = notes

    def raw(self, field: str) -> str:
        return self._cells.get(self._names.get(field, ""), "")

    def note(self, code: str, field: str | None = None, value: str | None = None, **details: object) -> None:
        shown = self._columns.shown(field) if field is not None else None
        self._notes.add(code, row=self.line, field=shown, value=value, **details)

    def reject(self, code: str, field: str | None = None, value: str | None = None, **details: object) -> RowError:
        """Note why the row is not usable; the caller raises what this returns."""
        self.note(code, field, value, **details)
        return RowError(code)

    def text(self, field: str, limit: int) -> str:
        """Return one line of text, shortened with a warning when it is too long."""
        raw = self.raw(field)
        if len(raw) > limit:
            self.note("shortened", field, raw, limit=limit)
        return cells.tidy(raw, limit)

    def key(self, field: str) -> str:
        """Return an identifier: never shortened, never a number that a spreadsheet has rounded."""
        raw = cells.tidy(self.raw(field), cells.KEY_LIMIT + 1).lstrip("'")
        if len(raw) > cells.KEY_LIMIT:
            raise self.reject("too_long", field, raw, limit=cells.KEY_LIMIT)
        if "+" in raw and re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+\d+", raw):
            raise self.reject("key_scientific", field, raw)
        return raw

    def money(self, field: str) -> Money | None:
        return self._read(field, lambda raw: cells.read_money(raw, self._context.shop.currency))

    def number(self, field: str) -> Decimal | None:
        return self._read(field, cells.read_number)

    def number_or_none(self, field: str) -> Decimal | None:
        return self._try(field, cells.read_number, "number_unread")

    def day_or_none(self, field: str) -> date | None:
        month_first = self._context.month_first
        return self._try(field, lambda raw: cells.read_day(raw, month_first=month_first), "date_unread")

    def flag(self, field: str) -> bool | None:
        return cells.read_flag(self.raw(field))

    def weight_or_none(self, field: str, unit: str) -> Decimal | None:
        return self._try(field, lambda raw: cells.read_weight(raw, unit), "number_unread")

    def weight_of(self, column: str, unit: str) -> Decimal | None:
        """Return grams from a column of the merchant's, such as ``Weight (lbs)``."""
        try:
            return cells.read_weight(self.row[column], unit)
        except CellError:
            self._notes.add("number_unread", row=self.line, field=column, value=self.row[column])
            return None

    def gtin(self, field: str) -> str | None:
        if not (raw := self.raw(field)):
            return None
        raw = raw.lstrip("'").replace(" ", "").replace("-", "")
        if raw and not cells.valid_gtin(raw):
            self.note("gtin_invalid", field, raw)
            return None
        return raw or None

    def quantity(self, field: str) -> int | None:
        """Return units in stock; an oversold article (below 0) has none."""
        number = self.number_or_none(field)
        return None if number is None else max(0, min(int(number), 2_000_000_000))

    def _read(self, field: str, read: Callable[[str], T | None]) -> T | None:
        if not (raw := self.raw(field)):
            return None
        try:
            return read(raw)
        except CellError as error:
            raise self.reject(error.code, field, raw) from None

    def _try(self, field: str, read: Callable[[str], T | None], code: str) -> T | None:
        if not (raw := self.raw(field)):
            return None
        try:
            return read(raw)
        except CellError:
            self.note(code, field, raw)
            return None
