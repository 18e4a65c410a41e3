"""The measurements in a fit report: one column each, in any usual unit, as centimetres and kilograms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from knowledge.importing.body_spans import LENGTHS, WEIGHTS, read_span
from knowledge.importing.cell_error import CellError
from knowledge.importing.headers import plain
from knowledge.size_charts import Measure

_NAMES: Final = {
    "height": Measure.HEIGHT, "身高": Measure.HEIGHT, "weight": Measure.WEIGHT, "体重": Measure.WEIGHT,
    "chest": Measure.CHEST, "bust": Measure.CHEST, "胸围": Measure.CHEST, "waist": Measure.WAIST,
    "腰围": Measure.WAIST, "hips": Measure.HIP, "hip": Measure.HIP, "臀围": Measure.HIP,
    "foot length": Measure.FOOT, "foot": Measure.FOOT, "脚长": Measure.FOOT, "足长": Measure.FOOT,
}  # fmt: skip
# Wider than any body, so that only a wrong unit or a slip falls outside.
_PLAUSIBLE: Final = {
    Measure.HEIGHT: (40, 240), Measure.WEIGHT: (2, 300), Measure.CHEST: (30, 200), Measure.WAIST: (30, 200),
    Measure.HIP: (30, 210), Measure.FOOT: (8, 36),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeasureColumn:
    """A column of one measurement; ``unit`` is the one in its header, which goes before the row's."""

    column: str
    measure: Measure
    unit: str | None


def measure_column(column: str) -> MeasureColumn | None:
    """Read a header such as ``height_in``, ``体重(斤)`` or ``bust``; None for any other column."""
    words = " ".join(re.sub(r"[()\[\]/:（）]", " ", plain(column)).split())
    name = next((name for name in sorted(_NAMES, key=len, reverse=True) if words.startswith(name)), None)
    if name is None:
        return None
    measure, rest = _NAMES[name], words[len(name) :].strip()
    units = WEIGHTS if measure is Measure.WEIGHT else LENGTHS
    if rest and rest not in units:
        return None
    return MeasureColumn(column, measure, rest or None)


def read_measure(cell: str, column: MeasureColumn, row_unit: str) -> Decimal | None:
    """Return centimetres or kilograms; None when nobody has such a measurement.

    A unit in the cell goes before the column's, the column's before the row's (``in``: pounds for the
    weight), and without any it is centimetres or kilograms.
    """
    weighs = column.measure is Measure.WEIGHT
    inches = LENGTHS.get(row_unit) == LENGTHS["in"]
    if weighs:
        units, usual = WEIGHTS, "lb" if inches else "kg"
    else:
        units, usual = LENGTHS, row_unit if row_unit in LENGTHS else "cm"
    try:
        span = read_span(cell, column.unit or usual, units)
    except CellError:
        return None
    if span is None or span.low is None or span.low != span.high:
        return None
    low, high = _PLAUSIBLE[column.measure]
    return span.low.quantize(Decimal("0.1")) if low <= span.low <= high else None
