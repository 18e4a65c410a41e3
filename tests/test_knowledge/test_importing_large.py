"""Of a large file a batch is held at a time, and its rows are kept small without losing a cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.clock import FrozenClock
from knowledge.importing import shopify
from knowledge.importing.packed_rows import PackedRows, TableRow
from knowledge.importing.progress import ImportCancelled, ImportProgress
from knowledge.importing.reader import Content, Context
from knowledge.importing.run import import_paths
from tests.test_knowledge.merchant import SHOP, START, codes, counts, merchant

APART = "Handle,Title,Option1 Name,Option1 Value,Variant Price\na,A,Size,S,5\nb,B,Size,S,6\na,,,M,5\nb,,,M,6\n"
CELL = st.sampled_from(["", "S", "M", "羊毛", "https://cdn.example/1.jpg", "a longer cell than most of them are"])
_read_product = shopify._ProductRows.read


@given(st.lists(st.lists(CELL, max_size=6), max_size=12))
def test_packed_rows_are_the_rows_that_were_added(table: list[list[str]]) -> None:
    columns = ["handle", "", "size", "image"]
    rows = PackedRows(columns)
    for line, cells in enumerate(table):
        rows.add(line, cells)
    told = [
        TableRow(line, {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell})
        for line, cells in enumerate(table)
    ]
    assert list(rows) == list(rows[:]) == [rows[place] for place in range(len(rows))] == told
    assert list(rows.column("size")) == [row["size"] for row in told]
    assert list(rows.column("colour")) == list(rows.column(None)) == [""] * len(told)


async def test_rows_of_a_product_that_lie_apart_are_one_product(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", APART)
        assert [v.options for v in (await shop.product("a")).variants] == [(("Size", "S"),), (("Size", "M"),)]
    assert (counts(report).new, counts(report).rejected) == (2, 0)


async def test_what_is_written_when_an_import_is_cancelled_are_the_batches_until_then(tmp_path: Path) -> None:
    told: list[ImportProgress] = []
    file = tmp_path / "p.csv"
    file.write_text("Handle,Title\n" + "".join(f"h{n},T{n}\n" for n in range(10)), encoding="utf-8")
    async with merchant(tmp_path) as shop:
        with pytest.raises(ImportCancelled):
            await import_paths(
                shop.database, None, SHOP, [file], clock=FrozenClock(START), ids=shop.ids, batch_rows=3,
                on_progress=told.append, cancelled=lambda: any(one.done == 3 for one in told),
            )  # fmt: skip
        assert sorted(p.handle for p in (await shop.store.products(SHOP)).values()) == [f"h{n}" for n in range(6)]
    assert [(one.done, one.total) for one in told if one.total] == [(0, 10), (3, 10)]


async def test_a_reader_that_fails_in_the_middle_keeps_what_it_has_read_and_removes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: shopify._ProductRows, content: Content, context: Context) -> object:
        if self.handle == "b":
            raise ZeroDivisionError
        return _read_product(self, content, context)

    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", "Handle,Title\nold,Old\n")
        monkeypatch.setattr(shopify._ProductRows, "read", failing)
        report = await shop.imports(shop.write("p.csv", "Handle,Title\na,A\nb,B\nc,C\n"), replace=True)
        assert sorted(p.handle for p in (await shop.store.products(SHOP)).values()) == ["a", "old"]
    assert {"reader_failed", "removal_skipped"} <= set(codes(report))
