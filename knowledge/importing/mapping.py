"""Which column of a merchant's own table holds which field: given, kept from an upload before, or a guess accepted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import Invalid
from knowledge.importing.headers import plain
from knowledge.importing.packed_rows import TableRow
from knowledge.importing.table import Table

OPTION: Final = "option"
ATTRIBUTE: Final = "attribute"
LEFT_OUT: Final = "leave_out"
# Fields of the product reader, which takes the table once its columns bear these names.
FIELDS: Final = ("title", "handle", "sku", "price", "list_price", "description", "brand", "category", "tags",
                 "quantity", "barcode", "image", "url", "grams", "published")  # fmt: skip
TARGETS: Final = (*FIELDS, OPTION, ATTRIBUTE, LEFT_OUT)
_FILE_LIMIT: Final = 1024 * 1024

ColumnMap = Mapping[str, str]


def fingerprint(columns: tuple[str, ...]) -> str:
    """Return what tells a header from others; the order of its columns does not matter."""
    names = sorted(plain(column) for column in columns)
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:32]


def read_mapping(path: Path) -> dict[str, str]:
    """Read a file that says which column holds which field: a JSON object of column and field.

    Raises:
        Invalid: It is no such file.
    """
    try:
        raw = path.read_bytes()[: _FILE_LIMIT + 1]
        given = TypeAdapter(dict[str, str]).validate_json(raw)
    except (OSError, ValidationError) as error:
        raise Invalid(f"{path.name} is not a JSON object of columns and fields", code="usage_mapping") from error
    return checked_mapping(given)


def checked_mapping(given: Mapping[str, str]) -> dict[str, str]:
    """Return a mapping that can be applied.

    Raises:
        Invalid: It names a field that does not exist, one field twice, or no title (``usage_mapping``).
    """
    for column, target in given.items():
        if target not in TARGETS:
            known = ", ".join(TARGETS)
            raise Invalid(f"{target!r} (of {column!r}) is no field; use one of: {known}", code="usage_mapping")
    targets = [target for target in given.values() if target in FIELDS]
    if repeated := next((target for target in targets if targets.count(target) > 1), None):
        raise Invalid(f"two columns are given for {repeated!r}", code="usage_mapping")
    if "title" not in targets:
        raise Invalid("no column is given for 'title'", code="usage_mapping")
    return dict(given)


def settled(guess: Iterable[Mapping[str, Any]], said: ColumnMap) -> dict[str, str]:
    """Return what each column of a table holds: what the merchant says, else what was guessed.

    Args:
        guess: The table's guess as `knowledge.importing.guess.Guess.as_json`.
        said: What the merchant says of some or all columns.

    Raises:
        Invalid: The table has no such column (``usage_mapping_column``), or the mapping cannot be applied.
    """
    guessed = {str(one["column"]): str(one["field"]) for one in guess}
    if unknown := [column for column in said if column not in guessed]:
        raise Invalid(f"The table has no column {unknown[0]!r}.", code="usage_mapping_column")
    taken = {target for target in said.values() if target in FIELDS}
    # A field that the merchant gives to one column is not the guessed one's any more.
    rest = {c: ATTRIBUTE if target in taken else target for c, target in guessed.items() if c not in said}
    return checked_mapping({column: said.get(column, rest.get(column, ATTRIBUTE)) for column in guessed})


def as_products(table: Table, columns: ColumnMap) -> Table:
    """Return the table under the names that the product reader knows; columns without a field stay attributes."""
    by_plain = {plain(column): target for column, target in columns.items()}
    renamed: dict[str, str] = {}
    options: dict[str, str] = {}
    for column in table.columns:
        target = by_plain.get(plain(column), ATTRIBUTE)
        if target == OPTION:
            options[column] = f"Option{len(options) + 1}"
            renamed[column] = f"{options[column]} Value"
        elif target != LEFT_OUT:
            renamed[column] = column if target == ATTRIBUTE else target
    named = {f"{number} Name": column for column, number in options.items()}
    rows = tuple(
        TableRow(row.line, {**{renamed[c]: v for c, v in row.cells.items() if c in renamed}, **named})
        for row in table.rows
    )
    return replace(table, columns=(*renamed.values(), *named), rows=rows)


@dataclass(slots=True)
class Mappings:
    """What an import may apply.

    Attributes:
        kept: Accepted before, by fingerprint.
        given: What the merchant says now; it goes for every table that has these columns.
        accept: Apply a guess without asking.
        accepted: Applied in this import, to be kept.
    """

    kept: dict[str, ColumnMap] = field(default_factory=dict)
    given: ColumnMap | None = None
    accept: bool = False
    accepted: dict[str, ColumnMap] = field(default_factory=dict)

    def known(self, table: Table) -> ColumnMap | None:
        """Return the mapping for a table, if one was given now or accepted earlier."""
        columns = {plain(column) for column in table.columns}
        if self.given is not None and {plain(column) for column in self.given} <= columns:
            self.accepted[fingerprint(table.columns)] = self.given
            return self.given
        return self.kept.get(fingerprint(table.columns))


def as_text(columns: ColumnMap) -> str:
    """Return a mapping as the file that `read_mapping` reads."""
    return json.dumps(dict(columns), ensure_ascii=False)
