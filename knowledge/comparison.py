"""What differs between two versions of a catalog, row by row and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.batches import batches
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.errors import Invalid
from knowledge.importing.report import Kind
from knowledge.importing.snapshots import KEYS, Content, contents, promotions_content
from knowledge.tables import version_rows
from knowledge.versions import Versions, first_rows

# When and where a row was read is no difference in what it says.
_NOT_SAID: Final = frozenset(["content_hash", "as_of", "source_file", "source_row", "position", "key"])
_CHILDREN: Final = frozenset(["variants", "passages"])
_VALUE_LIMIT: Final = 400
_BATCH: Final = 200

Row = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a changed row; ``SKU-1: price`` is the price of a variant."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that differs.

    Attributes:
        change: ``new``, ``changed`` or ``removed``, seen from the older version.
    """

    kind: Kind
    key: str
    title: str
    change: str
    fields: tuple[FieldChange, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "kind": self.kind.value,
            "key": self.key,
            "title": self.title,
            "change": self.change,
            "fields": [{"field": f.field, "before": f.before, "after": f.after} for f in self.fields],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions side by side.

    Attributes:
        newer: None for the present.
        counts: All differences by kind and change; of these ``differences`` holds the first.
    """

    older: int
    newer: int | None
    counts: Mapping[Kind, Mapping[str, int]]
    differences: tuple[Difference, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "older": self.older,
            "newer": self.newer,
            "counts": {kind.value: dict(counts) for kind, counts in self.counts.items()},
            "differences": [one.as_json() for one in self.differences],
        }


async def compare(
    database: Database, versions: Versions, shop_id: ShopId, older: int, newer: int | None, limit: int
) -> Comparison:
    """Compare two versions, at most ``limit`` rows in full.

    Raises:
        NotFound: One of them is not kept (``version_not_found``).
        Invalid: They are the wrong way round (``versions_out_of_order``).
    """
    await versions.require(shop_id, older)
    if newer is not None:
        await versions.require(shop_id, newer)
        if newer < older:
            raise Invalid("The older version comes first.", code="versions_out_of_order")
    version = version_rows.c.version_id
    between = (version > older) if newer is None else (version > older) & (version <= newer)
    counts: dict[Kind, dict[str, int]] = {}
    shown: list[Difference] = []
    async with database.read() as connection:
        touched = await _firsts(connection, shop_id, between)
        later = {} if newer is None else await _firsts(connection, shop_id, version > newer)
        ordered = sorted(touched, key=lambda row: (list(Kind).index(row[0]), row[1]))
        for some in batches(ordered, _BATCH):
            before = await _noted(connection, {row: touched[row] for row in some})
            after = await _noted(connection, {row: later[row] for row in some if row in later})
            after |= await _present(connection, shop_id, [row for row in some if row not in later])
            for row in some:
                found = _difference(row, before[row], after.get(row))
                if found is not None:
                    of_kind = counts.setdefault(row[0], {})
                    of_kind[found.change] = of_kind.get(found.change, 0) + 1
                    shown += [found] if len(shown) < limit else []
    return Comparison(older, newer, counts, tuple(shown))


async def _firsts(connection: AsyncConnection, shop_id: ShopId, wanted: Any) -> dict[Row, int]:
    return {(Kind(kind), key): first for kind, key, first in await connection.execute(first_rows(shop_id, wanted))}


async def _noted(connection: AsyncConnection, entries: Mapping[Row, int]) -> dict[Row, Content | None]:
    table = version_rows
    query = select(table.c.id, table.c.before).where(table.c.id.in_(entries.values()))
    by_id = {row.id: row.before for row in await connection.execute(query)}
    return {row: by_id[entry] for row, entry in entries.items()}


async def _present(connection: AsyncConnection, shop_id: ShopId, wanted: list[Row]) -> dict[Row, Content | None]:
    found: dict[Row, Content | None] = {}
    for kind in {kind for kind, _ in wanted}:
        keys = [key for of_kind, key in wanted if of_kind is kind]
        if kind is Kind.PROMOTION:
            found[kind, keys[0]] = await promotions_content(connection, shop_id)
            continue
        table, column = KEYS[kind]
        query = select(table.c.id, table.c[column]).where(table.c.shop_id == shop_id, table.c[column].in_(keys))
        key_of = {row[0]: str(row[1]) for row in await connection.execute(query)}
        for row_id, content in (await contents(connection, kind, list(key_of))).items():
            found[kind, key_of[row_id]] = content
    return found


def _difference(row: Row, before: Content | None, after: Content | None) -> Difference | None:
    kind, key = row
    said = after or before
    if said is None:
        return None
    title = str(said.get("title") or said.get("reply") or key)[:_VALUE_LIMIT]
    if before is None or after is None:
        return Difference(kind, key, title, "new" if before is None else "removed")
    fields = tuple(_field_changes(before, after))
    return Difference(kind, key, title, "changed", fields) if fields else None


def _field_changes(before: Content, after: Content) -> Iterator[FieldChange]:
    old, new = dict(_flat(before)), dict(_flat(after))
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield FieldChange(name, _shown(old.get(name)), _shown(new.get(name)))


def _flat(content: Content) -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if name == "variants":
            for one in value:
                yield from ((f"{one['key']}: {field}", v) for field, v in one.items() if field not in _NOT_SAID)
        elif name not in _NOT_SAID | _CHILDREN:
            yield name, value


def _shown(value: Any) -> Any:
    return value[:_VALUE_LIMIT] + "…" if isinstance(value, str) and len(value) > _VALUE_LIMIT else value
