"""Every import that changes something is a version, and any of them can be gone back to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from knowledge import tables
from knowledge.catalog import Product
from knowledge.clock import FrozenClock
from knowledge.comparison import compare
from knowledge.errors import Invalid, NotFound
from knowledge.importing.progress import ImportCancelled
from knowledge.importing.report import Counts, Kind
from knowledge.importing.run import import_paths
from knowledge.versions import BEFORE_ALL, Version, Versions
from tests.test_knowledge.merchant import SHOP, Merchant, merchant

HEAD = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Grams,Tags\n"
TABLE = (
    HEAD + "a,A,Size,S,A-S,5.50,120.5,x\na,,Size,M,A-M,6,130,\n"
    "b,B,Title,Default Title,B-1,6,,\nc,C,Title,Default Title,C-1,7,,\n"
)
CHANGED = TABLE.replace("A-M,6,", "A-M,6.75,").replace("c,C", "d,D").replace("C-1", "D-1")
CHART = "chart_id,unit,size,height_min,height_max\nshirts,cm,S,160,170\n"
PROMOTIONS = {"currency": "USD", "rules": {"default": "no_bargain", "never_below_floor": True}, "no_bargain": ["a"]}


def versions(shop: Merchant, kept: int = 20) -> Versions:
    return Versions(shop.database, FrozenClock(shop.now), kept)


async def listed(shop: Merchant) -> list[Version]:
    return list(reversed(await versions(shop).of_shop(SHOP)))


async def stored(shop: Merchant) -> dict[str, Any]:
    """Return everything that the catalog holds but row ids."""
    passages = (await shop.store.passages(SHOP)).values()
    return {
        "products": {p.handle: p for p in (await shop.store.products(SHOP)).values()},
        "documents": [(d.name, d.title, d.text, d.lang, d.as_of) for d in await shop.store.documents(SHOP)],
        "passages": sorted((p.heading_path, p.text, p.start, p.end, p.lang) for p in passages),
        "charts": await shop.store.size_charts(SHOP),
        "promotions": await shop.store.promotions(SHOP),
        "replies": sorted(await shop.store.quick_replies(SHOP), key=lambda one: one.reply),
    }


async def imported_twice(shop: Merchant) -> dict[str, Any]:
    """Import everything, then something else in its place; return what it was in between."""
    shop.write("p.csv", TABLE)
    shop.write("returns.md", "# Returns\n\nWithin 45 days.\n\n## Costs\n\nFree.\n")
    shop.write("sizes.csv", CHART)
    shop.write("promotions.json", json.dumps(PROMOTIONS))
    shop.write("replies.csv", "keywords,reply\nhello;hi,Hello there!\n")
    await shop.imports()
    between = await stored(shop)
    assert all(between.values())
    shop.write("p.csv", CHANGED)
    shop.write("returns.md", "# Returns\n\nWithin 30 days.\n\n## Costs\n\nFree.\n")
    shop.write("sizes.csv", CHART.replace("170", "175"))
    shop.write("promotions.json", json.dumps(PROMOTIONS | {"no_bargain": ["b"]}))
    shop.write("replies.csv", "keywords,reply\nhello;hi,Good day!\n")
    await shop.imports(replace=True)
    return between


async def test_each_import_that_changes_something_is_a_version(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", TABLE)
        await shop.imports_text("p.csv", TABLE)
        await shop.imports_text("p.csv", CHANGED)
        found = await listed(shop)
    assert [dict(one.counts[Kind.PRODUCT]) for one in found] == [{"new": 3}, {"changed": 1, "new": 1}]
    assert all(one.complete and one.import_id for one in found)


async def test_going_back_restores_every_row_as_it_was_and_is_a_version_itself(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        between = await imported_twice(shop)
        later = await stored(shop)
        first, second = await listed(shop)
        between["products"]["b"] = later["products"]["b"]  # the second file has said it again, at a later date
        made, counts = await versions(shop).rollback(SHOP, first.id)
        assert await stored(shop) == between
        assert counts.removed == 2  # product d and the new quick reply
        third = (await listed(shop))[-1]
        assert (third.id, third.cause, third.restores, third.complete) == (made, "rollback", first.id, True)
        await versions(shop).rollback(SHOP, second.id)
        assert await stored(shop) == later
        await versions(shop).rollback(SHOP, BEFORE_ALL)
        assert not any((await stored(shop)).values())


async def test_going_back_is_followed_by_the_change_log_and_the_next_import_finds_nothing_new(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", TABLE)
        await shop.imports_text("p.csv", CHANGED)
        last = await shop.store.last_change(SHOP)
        row_id = (await shop.store.product(SHOP, "a") or (0,))[0]
        await versions(shop).rollback(SHOP, (await listed(shop))[0].id)
        changes = await shop.changes(last)
        assert [(c.kind, c.removed) for c in changes] == [("product", False), ("product", True)]
        assert changes[0].row_id == row_id
        report = await shop.imports_text("p.csv", TABLE)
        assert sum((file.counts for file in report.files), Counts()).unchanged == 3
        again, counts = await versions(shop).rollback(SHOP, (await listed(shop))[-1].id)
    assert (again, counts.new, counts.changed, counts.removed) == (None, 0, 0, 0)


async def test_two_versions_are_compared_field_by_field(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await imported_twice(shop)
        first, second = await listed(shop)
        told = await compare(shop.database, versions(shop), SHOP, first.id, None, 100)
        same = await compare(shop.database, versions(shop), SHOP, first.id, second.id, 100)
        await versions(shop).rollback(SHOP, first.id)
        after = await compare(shop.database, versions(shop), SHOP, first.id, None, 100)
        still = await compare(shop.database, versions(shop), SHOP, first.id, second.id, 100)
        with pytest.raises(Invalid):
            await compare(shop.database, versions(shop), SHOP, second.id, first.id, 100)
        with pytest.raises(NotFound):
            await compare(shop.database, versions(shop), SHOP, 99, None, 100)
    assert told.differences == same.differences == still.differences
    assert after.differences == ()
    products = {d.key: d for d in told.differences if d.kind is Kind.PRODUCT}
    assert {key: d.change for key, d in products.items()} == {"a": "changed", "c": "removed", "d": "new"}
    assert [(f.field, f.before, f.after) for f in products["a"].fields] == [("A-M: price", "6", "6.75")]
    document = next(d for d in told.differences if d.kind is Kind.DOCUMENT)
    assert [f.field for f in document.fields] == ["text"]
    assert told.counts[Kind.PRODUCT] == {"changed": 1, "removed": 1, "new": 1}


async def test_one_product_can_be_removed_and_brought_back(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", TABLE)
        before = await shop.product("a")
        await versions(shop).remove(SHOP, Kind.PRODUCT, "a")
        assert await shop.store.product(SHOP, "a") is None
        with pytest.raises(NotFound):
            await versions(shop).remove(SHOP, Kind.PRODUCT, "a")
        assert [one.cause for one in await listed(shop)] == ["import", "removal"]
        await versions(shop).rollback(SHOP, (await listed(shop))[0].id)
        assert await shop.product("a") == before


async def test_only_the_last_versions_are_kept(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        path = shop.write("p.csv", TABLE)
        for price in range(5):
            path.write_text(TABLE.replace("B-1,6", f"B-1,{price + 10}"), "utf-8")
            await import_paths(
                shop.database, None, SHOP, [path], clock=FrozenClock(shop.now), ids=shop.ids, versions_kept=3
            )
        found = await listed(shop)
        await versions(shop).rollback(SHOP, found[0].id)
        assert _price(await shop.product("b")) == "12"
        await versions(shop, kept=1).rollback(SHOP, found[1].id)
        assert _price(await shop.product("b")) == "13"
        assert len(await listed(shop)) == 1
        async with shop.database.read() as connection:
            left = (await connection.execute(select(tables.version_rows.c.version_id))).scalars().all()
    assert len(found) == 3
    assert len(left) == 1


async def test_an_import_that_is_stopped_can_be_taken_back(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await imported_twice(shop)
        before = await stored(shop)
        path = shop.write("p.csv", TABLE.replace("B,", "Better B,") + "e,E,Title,Default Title,E-1,9,,\n")
        asked = iter([False] * 6 + [True] * 99)
        with pytest.raises(ImportCancelled):
            await import_paths(
                shop.database,
                None,
                SHOP,
                [path],
                clock=FrozenClock(shop.now),
                ids=shop.ids,
                import_id="im_stopped",
                batch_rows=1,
                cancelled=lambda: next(asked),
            )
        assert await stored(shop) != before
        await versions(shop).take_back(SHOP, "im_stopped")
        assert await stored(shop) == before
        assert "im_stopped" not in [one.import_id for one in await listed(shop)]


def _price(product: Product) -> str | None:
    price = product.variants[0].price
    return None if price is None else f"{price.amount:f}"
