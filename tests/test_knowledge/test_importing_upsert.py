"""What is the same stays, what changed is logged, and only --replace removes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.test_knowledge.merchant import SHOP, START, codes, counts, merchant

TABLE = "Handle,Title,Variant Price\na,A,5\nb,B,6\nc,C,7\n"


async def test_the_same_file_twice_logs_nothing_and_confirms_what_is_known(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", TABLE)
        first = await shop.product("a")
        last = await shop.store.last_change(SHOP)
        report = await shop.imports_text("p.csv", TABLE)
        again = await shop.product("a")
        assert again.as_of > first.as_of > START
        assert replace(again, as_of=first.as_of) == first
        assert await shop.changes(last) == ()
    assert (counts(report).unchanged, counts(report).changed) == (3, 0)


async def test_rows_in_another_order_are_no_change(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", TABLE)
        report = await shop.imports_text("q.csv", "Handle,Title,Variant Price\nc,C,7.00\na,A,5\nb,B,6\n")
    assert counts(report).unchanged == 3


async def test_one_changed_row_is_one_change_and_keeps_its_row_id(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", TABLE)
        last = await shop.store.last_change(SHOP)
        before = await shop.store.product(SHOP, "b")
        assert before is not None
        await shop.imports_text("p.csv", TABLE.replace("B,6", "B,8"))
        after = await shop.store.product(SHOP, "b")
        assert after is not None
        (change,) = await shop.changes(last)
    assert (change.kind, change.row_id, change.removed) == ("product", before[0], False)
    assert after[0] == before[0]
    assert after[1].as_of > before[1].as_of


async def test_what_is_not_in_the_file_stays_unless_replacing(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", TABLE)
        shop.write("p.csv", "Handle,Title,Variant Price\na,A,5\n")
        await shop.imports()
        assert len(await shop.store.products(SHOP)) == 3
        last = await shop.store.last_change(SHOP)
        report = await shop.imports(replace=True)
        assert [p.handle for p in (await shop.store.products(SHOP)).values()] == ["a"]
        assert [c.removed for c in await shop.changes(last)] == [True, True]
    assert counts(report).removed == 2


async def test_replacing_never_removes_what_a_broken_row_names_or_might_name(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", TABLE)
        shop.write("p.csv", "Handle,Title,Variant Price\na,A,5\nb,B,oops\n")
        await shop.imports(replace=True)
        assert sorted(p.handle for p in (await shop.store.products(SHOP)).values()) == ["a", "b"]
        shop.write("p.csv", "Handle,Title,Variant Price\na,A,5\n,,3\n")
        report = await shop.imports(replace=True)
        assert "removal_skipped" in codes(report)
        assert len(await shop.store.products(SHOP)) == 2


async def test_replacing_leaves_the_kinds_alone_that_are_not_in_the_files(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("a.md", "# A\n\nalpha\n")
        shop.write("b.md", "# B\n\nbeta\n")
        await shop.imports_text("p.csv", TABLE)
        await shop.imports()
        (shop.folder / "b.md").unlink()
        (shop.folder / "p.csv").unlink()
        last = await shop.store.last_change(SHOP)
        await shop.imports(replace=True)
        assert [d.name for d in await shop.store.documents(SHOP)] == ["a.md"]
        assert len(await shop.store.products(SHOP)) == 3
        assert sorted(c.kind for c in await shop.changes(last) if c.removed) == ["document", "passage"]


async def test_many_products_are_written_in_batches_and_progress_is_told(tmp_path: Path) -> None:
    rows = "".join(f"p{n},Product {n},{n}\n" for n in range(1200))
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", "Handle,Title,Variant Price\n" + rows)
        found = await shop.store.products(SHOP)
        some = await shop.store.products(SHOP, list(found)[:700])
    assert (counts(report).new, len(found), len(some)) == (1200, 1200, 700)
