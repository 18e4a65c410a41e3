"""A file that says again what is known confirms it: the rows stay, and their date and source become the file's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, bindparam, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import tables
from knowledge.importing.report import Kind

_CONFIRMED: Final = ("as_of", "source_file", "source_row")
# What an index keeps a date of; orders and promotions are read from the database at every question.
_INDEXED: Final[Mapping[Kind, Table]] = {
    Kind.PRODUCT: tables.products,
    Kind.DOCUMENT: tables.documents,
    Kind.SIZE_CHART: tables.size_charts,
    Kind.QUICK_REPLY: tables.quick_replies,
}


async def confirm(connection: AsyncConnection, table: Table, same: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Write date and source of rows whose content the file repeats.

    Args:
        same: Pairs of row id and the row as the file says it.
    """
    if not same or "as_of" not in same[0][1]:
        return
    names = [name for name in _CONFIRMED if name in same[0][1]]
    statement = update(table).where(table.c.id == bindparam("row")).values({name: bindparam(name) for name in names})
    await connection.execute(statement, [{"row": row, **{name: said[name] for name in names}} for row, said in same])


async def log_all(connection: AsyncConnection, shop_id: str, at: datetime) -> None:
    """Put everything that has a date into the change log, for indexes that have kept an older one."""
    changes = tables.changes
    for kind, table in _INDEXED.items():
        said = (literal(shop_id), literal(kind.value), table.c.id, literal(False), literal(at, changes.c.at.type))
        rows = select(*said).where(table.c.shop_id == shop_id)
        await connection.execute(insert(changes).from_select(["shop_id", "kind", "row_id", "removed", "at"], rows))
