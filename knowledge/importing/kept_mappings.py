"""The mappings of columns that merchants have accepted, kept for the next upload with the same header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from knowledge import tables
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.importing.mapping import ColumnMap


@dataclass(frozen=True, slots=True)
class KeptMapping:
    """What the merchant has accepted for tables with one header."""

    id: str
    columns: ColumnMap
    accepted_at: datetime


async def listed_mappings(database: Database, shop_id: ShopId) -> tuple[KeptMapping, ...]:
    """Return the mappings that are kept, the newest first."""
    table = tables.column_mappings
    query = select(table).where(table.c.shop_id == shop_id).order_by(table.c.accepted_at.desc(), table.c.fingerprint)
    async with database.read() as connection:
        rows = await connection.execute(query)
        return tuple(KeptMapping(row.fingerprint, row.columns, row.accepted_at) for row in rows)


async def forget_mapping(database: Database, shop_id: ShopId, mapping_id: str) -> None:
    """Forget a mapping, so that the next such table is asked about again.

    Raises:
        NotFound: None is kept under this id (``mapping_not_found``).
    """
    table = tables.column_mappings
    async with database.write() as connection:
        mine = (table.c.shop_id == shop_id) & (table.c.fingerprint == mapping_id)
        if (await connection.execute(delete(table).where(mine))).rowcount == 0:
            raise NotFound(f"There is no mapping {mapping_id!r}.", code="mapping_not_found")


async def kept_mappings(database: Database, shop_id: ShopId) -> dict[str, ColumnMap]:
    """Return the mappings that the merchant has accepted, by fingerprint."""
    table = tables.column_mappings
    async with database.read() as connection:
        rows = await connection.execute(select(table).where(table.c.shop_id == shop_id))
        return {row.fingerprint: row.columns for row in rows}


async def keep_mappings(database: Database, shop_id: ShopId, accepted: Mapping[str, ColumnMap], now: datetime) -> None:
    """Keep mappings for the next upload with the same header; a newer one takes the place of an older."""
    if not accepted:
        return
    table = tables.column_mappings
    async with database.write() as connection:
        mine = (table.c.shop_id == shop_id) & table.c.fingerprint.in_(list(accepted))
        await connection.execute(delete(table).where(mine))
        rows = [
            {"shop_id": shop_id, "fingerprint": key, "columns": dict(columns), "accepted_at": now}
            for key, columns in accepted.items()
        ]
        await connection.execute(insert(table), rows)
