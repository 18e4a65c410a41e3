"""Rows inserted together are read back as rows inserted one by one are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import asyncpg

from knowledge import tables
from knowledge.bulk import _prepared, insert_rows
from knowledge.catalog import Shop, ShopId
from knowledge.home import Home
from knowledge.store import KnowledgeStore

SHOP = Shop(ShopId("maple"), "Maple")
DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]
AT = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))


async def test_every_kind_of_cell_is_stored_as_a_single_insert_stores_it(home: Home) -> None:
    database = await home.open_database()
    await KnowledgeStore(database).put_shop(SHOP, AT)
    table = tables.products
    rows = [
        {
            "shop_id": SHOP.id, "handle": handle, "title": "T", "description": "羊毛", "brand": None, "category": None,
            "tags": ("a", "b"), "published": handle == "one", "options": (("Size", ("S", "M")),), "attributes": (),
            "images": (), "url": None, "lang": "en", "content_hash": "h", "as_of": AT, "source_file": "f",
            "source_row": 2,
        }
        for handle in ("one", "two", "three")
    ]  # fmt: skip
    async with database.write() as connection:
        await insert_rows(connection, table, [tuple(row.values()) for row in rows[:2]], tuple(rows[0]))
        await connection.execute(insert(table).values(**rows[2]))
        first = (await connection.execute(select(table.c.id).order_by(table.c.id))).scalars().first()
        columns = ("product_id", "position", "key", "options", "price", "currency", "availability")
        prices = (Decimal("19.90"), Decimal("19.9"), None)
        variants = [(first, n, str(n), (("Size", "S"),), price, "USD", "in_stock") for n, price in enumerate(prices)]
        await insert_rows(connection, tables.variants, variants, columns)
    async with database.read() as connection:
        one, two, three = (await connection.execute(select(table).order_by(table.c.id))).all()
        stored = (await connection.execute(select(tables.variants).order_by(tables.variants.c.position))).all()
    await database.close()
    assert (one.tags, one.options, one.as_of, one.published) == (["a", "b"], [["Size", ["S", "M"]]], AT, True)
    assert one.as_of.tzinfo is UTC
    assert two[3:] == three[3:]
    assert [(row.price, row.options) for row in stored] == [(price, [["Size", "S"]]) for price in prices]


async def test_a_row_that_is_there_stays_as_it_is_and_no_content_is_a_null(home: Home) -> None:
    database = await home.open_database()
    await KnowledgeStore(database).put_shop(SHOP, AT)
    versions, table = tables.catalog_versions, tables.version_rows
    columns = ("version_id", "kind", "key", "change", "before")
    async with database.write() as connection:
        values = {"shop_id": SHOP.id, "cause": "import", "at": AT, "complete": False}
        version = (await connection.execute(insert(versions).values(**values).returning(versions.c.id))).scalar_one()
        for before in (None, {"title": "later"}):
            noted = [(version, "product", "a", "changed", before)]
            await insert_rows(connection, table, noted, columns, new=False)
        await insert_rows(connection, table, [], columns)
        kept = (await connection.execute(select(table.c.key).where(table.c.before.is_(None)))).scalars().all()
    await database.close()
    assert kept == ["a"]


def test_postgresql_takes_the_same_rows_by_place() -> None:
    statement, order, _ = _prepared(tables.version_rows, ("change", "key", "before"), DIALECT, False)
    assert "ON CONFLICT DO NOTHING" in statement
    assert [f"${place}" in statement for place in (1, 2, 3, 4)] == [True, True, True, False]
    assert sorted(order) == [0, 1, 2]
