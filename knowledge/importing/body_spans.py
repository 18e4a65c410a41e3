"""What a cell of a size chart says: ``84-88``, ``5'2" to 5'5"``, ``105~120斤``, ``32½ in``, ``160 以上``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from knowledge.importing.cell_error import CellError
from knowledge.text import fold

# International yard and pound agreement of 1959; a 斤 is half a kilogram on the mainland.
LENGTHS: Final = {
    **dict.fromkeys(("cm", "厘米", "公分", "cms"), Decimal(1)),
    **dict.fromkeys(("mm", "毫米"), Decimal("0.1")),
    **dict.fromkeys(("m", "米"), Decimal(100)),
    **dict.fromkeys(("in", "inch", "inches", "英寸", '"'), Decimal("2.54")),
    **dict.fromkeys(("ft", "feet", "foot", "英尺", "'"), Decimal("30.48")),
}
WEIGHTS: Final = {
    **dict.fromkeys(("kg", "kgs", "公斤", "千克"), Decimal(1)),
    **dict.fromkeys(("g", "克"), Decimal("0.001")),
    **dict.fromkeys(("lb", "lbs", "磅"), Decimal("0.45359237")),
    **dict.fromkeys(("st", "stone"), Decimal("6.35029318")),
    **dict.fromkeys(("斤", "市斤"), Decimal("0.5")),
}
FACTORS: Final = LENGTHS | WEIGHTS
# What a bare number means behind a larger unit: 5'2 is five feet and two inches, 1米65 is 165 cm.
_SMALLER: Final = {
    **dict.fromkeys(("ft", "feet", "foot", "英尺", "'"), "in"),
    **dict.fromkeys(("m", "米"), "cm"),
    **dict.fromkeys(("st", "stone"), "lb"),
}
_UNIT: Final = "|".join(sorted(map(re.escape, FACTORS), key=len, reverse=True))
_NUMBER: Final = r"\d{1,6}(?:[.,]\d{1,6})?(?: \d{1,3}/\d{1,3})?"
_PART: Final = re.compile(rf"({_NUMBER})\s*({_UNIT})?\.?\s*")
_VALUE: Final = rf"(?:(?:{_NUMBER})\s*(?:{_UNIT})?\.?\s*){{1,2}}"
_RANGE: Final = re.compile(rf"({_VALUE})(?:[-–—~至到]|to)\s*({_VALUE})")
_FROM: Final = re.compile(rf"(?:[≥>]=?|from)\s*({_VALUE})|({_VALUE})(?:\+|以上|起|and (?:up|over|more))")
_UP_TO: Final = re.compile(
    rf"(?:[≤<]=?|up to|under|below)\s*({_VALUE})|({_VALUE})(?:以下|以内|and (?:under|below|less))"
)
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "′": "'", "ʹ": "'", "`": "'", "”": '"', "“": '"', "″": '"'})
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Span:
    """A closed range in centimetres or kilograms, not rounded; an open side is None."""

    low: Decimal | None
    high: Decimal | None


def read_span(cell: str, unit: str, units: dict[str, Decimal]) -> Span | None:
    """Read a cell; None when it is empty.

    Args:
        cell: One value or a range, with or without units; a unit in it goes before ``unit``.
        unit: Of a number that names none, a key of ``units``.
        units: The units that suit the measure, `LENGTHS` or `WEIGHTS`.

    Raises:
        CellError: ``number_unreadable``.
    """
    text = _plain(cell)
    if not text:
        return None
    if len(text) > _LONGEST:
        raise CellError("number_unreadable")
    if found := _RANGE.fullmatch(text):
        # "88-92 in" names the unit once, for both.
        shared = _last_unit(found[2]) or unit
        return Span(_value(found[1], shared, units), _value(found[2], unit, units))
    if found := _FROM.fullmatch(text):
        return Span(_value(found[1] or found[2], unit, units), None)
    if found := _UP_TO.fullmatch(text):
        return Span(None, _value(found[1] or found[2], unit, units))
    value = _value(text, unit, units)
    return Span(value, value)


def _plain(cell: str) -> str:
    """Return the cell in one form; ½ is written out first, because folding makes 321/2 of 32½."""
    spread = "".join(_fraction(c) if unicodedata.decomposition(c).startswith("<fraction>") else c for c in cell)
    quoted = fold(spread.translate(_QUOTES)).translate(_QUOTES).replace("''", '"')
    return " ".join(quoted.strip().lstrip("'").split())


def _fraction(character: str) -> str:
    return " " + unicodedata.normalize("NFKC", character).replace("\u2044", "/")


def _last_unit(value: str) -> str | None:
    return list(_PART.finditer(value))[-1][2]


def _value(text: str, unit: str, units: dict[str, Decimal]) -> Decimal:
    """Return ``5'2"``, ``1米65`` or a bare number in the measure's base unit.

    Raises:
        CellError: ``number_unreadable``.
    """
    total, above, at = Decimal(0), None, 0
    parts = list(_PART.finditer(text))
    for found in parts:
        named = found[2] or (_SMALLER.get(above) if above else unit)
        is_second = above is not None
        if found.start() != at or named not in units or (is_second and _SMALLER.get(above or "") is None):
            raise CellError("number_unreadable")
        total += _number(found[1]) * units[named]
        above, at = named, found.end()
    if not parts or len(parts) > 2 or at != len(text):
        raise CellError("number_unreadable")
    return total


def _number(text: str) -> Decimal:
    whole, _, fraction = text.partition(" ")
    number = Decimal(whole.replace(",", "."))
    if fraction:
        above, below = fraction.split("/")
        if not int(below):
            raise CellError("number_unreadable")
        number += Decimal(above) / Decimal(below)
    return number
