"""Size charts: one row per size; units of every kind become centimetres and kilograms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Final

from knowledge.catalog import Source
from knowledge.importing.body_spans import FACTORS, LENGTHS, WEIGHTS, read_span
from knowledge.importing.cell_error import CellError
from knowledge.importing.cells import KEY_LIMIT, tidy
from knowledge.importing.headers import match, plain
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.importing.table import Table
from knowledge.size_charts import Interval, Measure, SizeChart, SizeRow
from knowledge.text import fold

ALIASES: Final = {
    "chart_id": ("chart", "size chart", "尺码表", "尺码表编号", "尺码表id"),
    "brand": ("vendor", "品牌"),
    "category": ("garment", "类目", "品类", "分类", "商品类目"),
    "unit": ("units", "单位"),
    "size": ("size label", "尺码", "码数", "尺码名称", "号型"),
    "note": ("notes", "remark", "备注", "说明", "选码建议"),
}  # fmt: skip
_NOTE_LIMIT: Final = 2_000
_MEASURES: Final = {
    Measure.HEIGHT: ("height", "身高"),
    Measure.WEIGHT: ("weight", "体重"),
    Measure.CHEST: ("chest", "bust", "胸围"),
    Measure.WAIST: ("waist", "腰围"),
    Measure.HIP: ("hips", "hip", "臀围"),
    Measure.FOOT: ("foot length", "foot", "脚长"),
}  # fmt: skip
_BOUNDS: Final = {"min": "low", "from": "low", "最小": "low", "下限": "low", "起": "low", "最低": "low",
                  "max": "high", "to": "high", "最大": "high", "上限": "high", "止": "high",
                  "最高": "high"}  # fmt: skip
# Wider than any body, so that only a wrong unit or a typing error falls outside.
_PLAUSIBLE: Final = {
    Measure.HEIGHT: (30, 260), Measure.WEIGHT: (1, 300), Measure.CHEST: (20, 220), Measure.WAIST: (20, 220),
    Measure.HIP: (20, 220), Measure.FOOT: (5, 45),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _RangeColumn:
    """A column that holds one end of a range, or (``end`` None) the whole range."""

    column: str
    measure: Measure
    end: str | None
    unit: str | None


def _range_column(column: str) -> _RangeColumn | None:
    """Read a header such as ``weight_min_kg``, ``chest_max``, ``身高最小(cm)``."""
    words = re.sub(r"[()\[\]/:（）]", " ", plain(column))
    measure = next((m for m, names in _MEASURES.items() if any(words.startswith(name) for name in names)), None)
    if measure is None:
        return None
    name = next(name for name in _MEASURES[measure] if words.startswith(name))
    rest = words[len(name) :].strip()
    end: str | None = None
    unit: str | None = None
    while rest:
        word = next((w for w in sorted([*_BOUNDS, *FACTORS], key=len, reverse=True) if rest.startswith(w)), None)
        if word is None or (word in _BOUNDS and end) or (word in FACTORS and unit):
            return None
        end, unit = (_BOUNDS[word], unit) if word in _BOUNDS else (end, word)
        rest = rest[len(word) :].strip()
    return _RangeColumn(column, measure, end, unit)


def _unit(range_column: _RangeColumn, row_unit: str) -> str:
    """Return the unit of a bare number: the column's own, else what the row's unit means for the measure."""
    if range_column.unit:
        return range_column.unit
    if range_column.measure is Measure.WEIGHT:  # who measures in inches weighs in pounds
        return "lb" if LENGTHS.get(row_unit) == LENGTHS["in"] else "kg"
    return row_unit or "cm"


def _ends(range_column: _RangeColumn, raw: str, row_unit: str) -> dict[str, Decimal]:
    """Return the ends that a cell gives, in centimetres or kilograms.

    Raises:
        CellError: It holds no measure.
    """
    units = WEIGHTS if range_column.measure is Measure.WEIGHT else LENGTHS
    span = read_span(raw, _unit(range_column, row_unit), units)
    if span is None:
        return {}
    if range_column.end is None:
        return {end: value for end, value in (("low", span.low), ("high", span.high)) if value is not None}
    if span.low is None or span.low != span.high:
        raise CellError("number_unreadable")
    return {range_column.end: span.low}


def _ranges(row: RowReader, columns: Iterable[_RangeColumn]) -> dict[Measure, Interval]:
    row_unit = fold(row.raw("unit")).strip(" .")
    if row_unit and row_unit not in LENGTHS:
        raise row.reject("value_unknown", "unit", row.raw("unit"), choices="cm, inch")
    ends: dict[Measure, dict[str, Decimal]] = {}
    for column in columns:
        raw = row.row[column.column]
        try:
            given = _ends(column, raw, row_unit)
        except CellError:
            raise row.reject("measure_unreadable", column.column, raw) from None
        for end, exact in given.items():
            value = exact.quantize(Decimal("0.01"))
            low, high = _PLAUSIBLE[column.measure]
            if not low <= value <= high:
                raise row.reject("range_implausible", column.column, raw)
            ends.setdefault(column.measure, {})[end] = value
    for measure, pair in ends.items():
        if "low" in pair and "high" in pair and pair["low"] > pair["high"]:
            raise row.reject("range_reversed", measure.value, f"{pair['low']}–{pair['high']}")
    return {m: Interval(ends[m].get("low"), ends[m].get("high")) for m in Measure if m in ends}


class _Charts:
    """Gathers the rows of each chart."""

    def __init__(self, content: Content, ranges: list[_RangeColumn]) -> None:
        self.rows: dict[str, list[SizeRow]] = {}
        self.first: dict[str, RowReader] = {}
        self.notes: dict[str, dict[str, None]] = {}
        self._content = content
        self._ranges = ranges

    def add(self, row: RowReader, chart_id: str) -> None:
        size = row.text("size", 60)
        if not size:
            raise row.reject("value_missing", "size")
        if any(known.size.casefold() == size.casefold() for known in self.rows.get(chart_id, [])):
            raise row.reject("key_repeated", "size", f"{chart_id} / {size}")
        ranges = _ranges(row, self._ranges)
        if not ranges:
            row.note("size_without_ranges", "size", size)
        self.first.setdefault(chart_id, row)
        self.rows.setdefault(chart_id, []).append(SizeRow(size, ranges, row.line))
        if note := row.text("note", _NOTE_LIMIT):
            self.notes.setdefault(chart_id, {})[note] = None

    def finish(self, context: Context) -> tuple[SizeChart, ...]:
        return tuple(
            SizeChart(
                shop_id=context.shop.id,
                chart_id=chart_id,
                brand=self.first[chart_id].text("brand", KEY_LIMIT) or None,
                category=self.first[chart_id].text("category", KEY_LIMIT) or None,
                rows=tuple(rows),
                note="\n".join(self.notes.get(chart_id, {})),
                source=Source(self._content.name, self.first[chart_id].line),
                as_of=context.now,
            )
            for chart_id, rows in self.rows.items()
        )


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    table = content.table or Table((), ())
    columns = match(table.columns, ALIASES)
    ranges = [found for column in columns.unknown if (found := _range_column(column))]
    if unused := [c for c in columns.unknown if all(found.column != c for found in ranges)]:
        notes.add("columns_unused", value=", ".join(unused))
    charts = _Charts(content, ranges)
    rejected_keys: set[str] = set()
    lost = 0
    rejected = table.misshapen
    only = "" if "chart_id" in columns else _chart_name(content.name)
    for row in (RowReader(row, columns, context, notes) for row in table.rows):
        chart_id = ""
        try:
            chart_id = only or row.key("chart_id")
            if not chart_id:
                raise row.reject("value_missing", "chart_id")
            charts.add(row, chart_id)
        except RowError:
            rejected += 1
            lost += not chart_id
            rejected_keys |= {chart_id} - {""}
    return Reading(charts.finish(context), rejected, frozenset(rejected_keys), lost + table.misshapen > 0)


def _chart_name(name: str) -> str:
    """Return the key of the only chart in a file: the sheet's name, unless that is the program's own."""
    book, _, sheet = name.partition("#")
    own = sheet and not re.fullmatch(r"(?:sheet|工作表)\s*\d*", sheet, re.IGNORECASE)
    return tidy(sheet if own else PurePosixPath(book).stem, KEY_LIMIT)


def _recognises(content: Content) -> bool:
    if content.table is None:
        return False
    columns = match(content.table.columns, ALIASES)
    return (
        "size" in columns and any(_range_column(column) for column in columns.unknown) and "fit" not in columns.unknown
    )


READER: Final = Reader(Kind.SIZE_CHART, "size_chart", _recognises, _read)
