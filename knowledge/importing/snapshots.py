"""The content of a catalog's rows as JSON, for the undo log, and rows made of it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Numeric, Row, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import tables
from knowledge.database import Moment
from knowledge.importing.documents import DraftDocument, DraftPassage
from knowledge.importing.draft import VARIANT_COLUMNS
from knowledge.importing.report import Kind

Content = dict[str, Any]

# Orders are not here: what became of a parcel is not taken back with the catalog.
KEYS: Final[Mapping[Kind, tuple[Table, str]]] = {
    Kind.PRODUCT: (tables.products, "handle"),
    Kind.DOCUMENT: (tables.documents, "name"),
    Kind.SIZE_CHART: (tables.size_charts, "chart_id"),
    Kind.QUICK_REPLY: (tables.quick_replies, "content_hash"),
    Kind.PROMOTION: (tables.promotions, "shop_id"),
}
_CHILDREN: Final = {
    Kind.PRODUCT: ("variants", tables.variants, tables.variants.c.product_id, tables.variants.c.position),
    Kind.DOCUMENT: ("passages", tables.passages, tables.passages.c.document_id, tables.passages.c.ordinal),
}
_IDS: Final = frozenset(["id", "shop_id", "product_id", "document_id"])


async def contents(connection: AsyncConnection, kind: Kind, ids: Sequence[int]) -> dict[int, Content]:
    """Return the content of rows by row id, with their variants or passages; at most a batch of them."""
    if not ids:
        return {}
    table, _ = KEYS[kind]
    found = {row.id: _content(table, row) for row in await connection.execute(select(table).where(table.c.id.in_(ids)))}
    if kind in _CHILDREN:
        name, children, parent, order = _CHILDREN[kind]
        of: dict[int, list[Content]] = defaultdict(list)
        for row in await connection.execute(select(children).where(parent.in_(ids)).order_by(parent, order)):
            of[getattr(row, parent.name)].append(_content(children, row))
        for row_id, content in found.items():
            content[name] = of[row_id]
    return found


async def promotions_content(connection: AsyncConnection, shop_id: str) -> Content | None:
    """Return the content of the shop's promotions, of which it has one set."""
    table = tables.promotions
    row = (await connection.execute(select(table).where(table.c.shop_id == shop_id))).one_or_none()
    return None if row is None else _content(table, row)


def row_of(kind: Kind, shop_id: str, content: Content) -> dict[str, Any]:
    """Return the values of the row, ready to be written: as they were, ``as_of`` and source included."""
    table, _ = KEYS[kind]
    return {"shop_id": shop_id, **_decoded(table, content)}


def below_of(kind: Kind, content: Content) -> Any:
    """Return what is written below the row: a product's variants, a document with its passages."""
    if kind is Kind.PRODUCT:
        variants = [_decoded(tables.variants, one) for one in content["variants"]]
        return tuple(tuple(one.get(name) for name in VARIANT_COLUMNS) for one in variants)
    if kind is Kind.DOCUMENT:
        passages = tuple(
            DraftPassage(tuple(one["heading_path"]), one["text"], one["start"], one["end"], one["lang"])
            for one in content["passages"]
        )
        return DraftDocument(content["name"], content["title"], content["text"], content["lang"], passages)
    return None


def _content(table: Table, row: Row[Any]) -> Content:
    return {column.name: _plain(getattr(row, column.name)) for column in table.c if column.name not in _IDS}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, datetime) else value


def _decoded(table: Table, content: Content) -> dict[str, Any]:
    return {c.name: _typed(c.type, content[c.name]) for c in table.c if c.name in content}


def _typed(kind: object, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Numeric):
        return Decimal(value)
    return datetime.fromisoformat(value) if isinstance(kind, Moment) else value
