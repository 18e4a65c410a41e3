"""Which columns of a product table become attributes, under which name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

from knowledge.catalog import Attribute
from knowledge.importing.cells import ATTRIBUTE_NAME_LIMIT, ATTRIBUTE_VALUE_LIMIT, tidy
from knowledge.importing.headers import plain
from knowledge.importing.html import plain_text
from knowledge.importing.packed_rows import TableRow

ATTRIBUTES_LIMIT: Final = 100
_VALUES_LIMIT: Final = 20

_METAFIELD: Final = re.compile(r"^(.*?)\s*\((?:product|variant)\.metafields\.[^.()]+\.([^()]+)\)\s*$", re.IGNORECASE)
_MATRIXIFY: Final = re.compile(r"^(?:variant )?metafield:\s*(?:[\w-]+\.)?([\w.-]+)\s*(?:\[.*\])?$", re.IGNORECASE)
_META: Final = re.compile(r"^meta:\s*(.+)$", re.IGNORECASE)
_GOOGLE: Final = re.compile(r"^google shopping\s*/\s*(.+)$", re.IGNORECASE)
# Labels that sort a shop's own advertising; shoppers have no use for them.
_ADVERTISING: Final = re.compile(r"adwords|custom label|custom product|product category$", re.IGNORECASE)
# What a merchant pays or would go down to is nobody's business: such a column never becomes an attribute.
_SECRET: Final = re.compile(
    r"\bcosts?\b|margin|wholesale|\bprofit|floor ?price|min(?:imum)? ?price|supplier|"
    r"\bek\b|einkauf|einstand|händlerpreis|marge\b|prix d.?achat|\bco[uû]t\b|coste\b|costo\b|precio de compra|"
    r"成本|进价|进货|采购|毛利|利润|供货|底价|供应商|最低价"
)


def attribute_name(column: str) -> str | None:
    """Return the attribute's name for a column that no alias knows; None for one to leave out."""
    if _SECRET.search(plain(column)):
        return None
    if found := _METAFIELD.match(column):
        return tidy(found[1] or found[2].replace("_", " "), ATTRIBUTE_NAME_LIMIT)
    if found := _GOOGLE.match(column):
        return None if _ADVERTISING.search(found[1]) else tidy(found[1], ATTRIBUTE_NAME_LIMIT)
    if found := _MATRIXIFY.match(column) or _META.match(column):
        return None if found[1].startswith("_") else tidy(found[1], ATTRIBUTE_NAME_LIMIT)
    return tidy(column, ATTRIBUTE_NAME_LIMIT)


def is_foreseen(column: str) -> bool:
    """Whether the format itself provides for the column, so that it need not be reported."""
    return any(pattern.match(column) for pattern in (_METAFIELD, _MATRIXIFY, _META, _GOOGLE))


def readable(value: str) -> str:
    """Return a cell as shoppers read it; Shopify writes lists and measures as JSON."""
    if value[:1] in '[{"' and value[-1:] in ']}"':
        try:
            return tidy(_spoken(json.loads(value)), ATTRIBUTE_VALUE_LIMIT)
        except (ValueError, RecursionError):
            pass
    return tidy(plain_text(value).replace("\n", "; "), ATTRIBUTE_VALUE_LIMIT)


def _spoken(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, (_spoken(item) for item in value)))
    if isinstance(value, dict):
        if {"value", "unit"} <= value.keys():
            return f"{value['value']} {str(value['unit']).lower()}"
        children = value.get("children", value.get("value", []))
        return _spoken(children) if isinstance(children, list | str) else ""
    return "" if value is None else str(value)


def attributes_of(rows: Iterable[TableRow], columns: Iterable[tuple[str, str]]) -> tuple[Attribute, ...]:
    """Gather attributes from a product's rows.

    Args:
        rows: The rows of one product.
        columns: Pairs of column and attribute name; values that differ between rows are joined.
    """
    rows = list(rows)
    found: dict[str, dict[str, None]] = {}
    for column, name in columns:
        for row in rows:
            if (raw := row[column]) and (value := readable(raw)):
                found.setdefault(name, {})[value] = None
    joined = ((name, "; ".join(list(values)[:_VALUES_LIMIT])) for name, values in found.items())
    return tuple(Attribute(name, value[:ATTRIBUTE_VALUE_LIMIT]) for name, value in joined)[:ATTRIBUTES_LIMIT]
