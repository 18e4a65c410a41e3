"""A JSON list of flat objects is a table too: its keys are the columns, each object is a row with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from knowledge.importing.cells import clean_text
from knowledge.importing.headers import plain
from knowledge.importing.json_lines import entries_with_lines
from knowledge.importing.orders import ALIASES as ORDER_ALIASES
from knowledge.importing.packed_rows import TableRow
from knowledge.importing.reader import Content
from knowledge.importing.table import Table

# An order's goods stand in it as a list; every other nested list is no table.
_LINES: Final = frozenset(plain(name) for name in ("items", *ORDER_ALIASES["items"], "line items"))
_QUANTITIES: Final = frozenset(["quantity", "qty", "count", "数量", "件数"])


def as_table(content: Content) -> Content | None:
    """Return the JSON as a table; None when it is none."""
    if content.form not in ("json", "jsonl"):
        return None
    rows: list[TableRow] = []
    columns: dict[str, None] = {}
    for line, value in _objects(content):
        if not isinstance(value, Mapping):
            return None
        cells: dict[str, str] = {}
        for key, said in value.items():
            text = _cell(str(key), said)
            if text is None:
                return None
            columns.setdefault(str(key).strip(), None)
            if text.strip():
                cells[str(key).strip()] = text.strip()
        rows.append(TableRow(line, cells))
    if len(columns) < 2:
        return None
    table = Table(tuple(columns), tuple(rows))
    return replace(content, form="table", table=table, json=None)


def _objects(content: Content) -> Iterator[tuple[int, object]]:
    """Yield (line, value) of a list's entries; of an object that holds nothing but a list, of that."""
    if content.form == "jsonl" and isinstance(content.json, list):
        yield from content.json
        return
    found = content.json
    if isinstance(found, Mapping) and len(found) == 1:
        found = next(iter(found.values()))
    if not isinstance(found, list):
        return
    yield from entries_with_lines(content.text, content.text.index("["))


def _cell(key: str, said: object) -> str | None:
    """Return a value as a cell; None for what no cell can hold."""
    if isinstance(said, list):
        if plain(key) in _LINES and all(isinstance(one, Mapping) for one in said):
            parts = [_line(one) for one in said if isinstance(one, Mapping)]
        else:
            parts = [_scalar(one) for one in said]
        return None if any(part is None for part in parts) else "; ".join(part for part in parts if part)
    return _scalar(said)


def _line(goods: Mapping[str, object]) -> str | None:
    """Return one line of an order as its reader knows it: ``Linen Shirt, Blue, M ×2``."""
    told, quantity = [], ""
    for key, said in goods.items():
        text = _cell("", said)
        if text is None:
            return None
        if plain(str(key)) in _QUANTITIES:
            quantity = f" ×{text}" if text else ""
        elif text:
            told.append(text.replace("; ", ", "))
    return ", ".join(told) + quantity


def _scalar(said: object) -> str | None:
    if said is None:
        return ""
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, str):
        return clean_text(said)
    return f"{said:f}" if isinstance(said, Decimal) else str(said) if isinstance(said, int) else None
