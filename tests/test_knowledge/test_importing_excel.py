"""Excel workbooks: each visible sheet is read as if it had been saved as CSV."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.importing.issues import Notes
from knowledge.importing.workbook import Sheet, sheets_of
from knowledge.size_charts import Measure
from tests.test_knowledge.merchant import SHOP, codes, merchant

PRODUCTS: list[list[object]] = [
    ["商品编号", "商品名称", "颜色", "价格", "库存", "条码"],
    [10245, "亚麻衬衫", "白色", 259.0, 12, 6901028075831],
    [10245, "亚麻衬衫", "蓝色", 259, 0, None],
    [10246, "羊毛围巾", "灰色", 129.9, 5, None],
]
SIZES: list[list[object]] = [["尺码", "身高最小", "身高最大"], ["M", 165, 172], ["L", 173.5, 180]]


def filled(sheet: Worksheet, rows: Sequence[Sequence[object]]) -> Worksheet:
    for row in rows:
        sheet.append(list(row))
    return sheet


def saved(book: Workbook) -> bytes:
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def workbook(**sheets: Sequence[Sequence[object]]) -> Workbook:
    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        filled(book.create_sheet(name), rows)
    return book


def with_broken_sheet(raw: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(out, "w") as broken:
        for name in archive.namelist():
            content = archive.read(name)
            broken.writestr(name, content[: len(content) // 2] if "worksheets/" in name else content)
    return out.getvalue()


def read(book: Workbook) -> tuple[list[Sheet], Notes]:
    notes = Notes("book.xlsx", "en")
    return sheets_of(saved(book), notes), notes


async def test_every_sheet_goes_to_the_reader_that_knows_its_columns(tmp_path: Path) -> None:
    book = workbook(说明=[["这是商品表"]], 商品=PRODUCTS, 男装=SIZES)
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("店铺.xlsx", saved(book), locale="zh-CN", currency="CNY")
        shirt = await shop.product("10245")
        (chart,) = await shop.store.size_charts(SHOP)
    assert codes(report) == []
    assert {file.file: file.kind for file in report.files} == {
        "店铺.xlsx#商品": "product",
        "店铺.xlsx#男装": "size_chart",
    }
    assert [(v.options, v.price.amount if v.price else None, v.quantity) for v in shirt.variants] == [
        ((("颜色", "白色"),), Decimal(259), 12),
        ((("颜色", "蓝色"),), Decimal(259), 0),
    ]
    assert shirt.variants[0].gtin == "6901028075831"
    assert (shirt.source.file, shirt.source.row) == ("店铺.xlsx#商品", 2)
    assert chart.chart_id == "男装"
    assert chart.rows[1].ranges[Measure.HEIGHT].low == Decimal("173.50")


async def test_the_same_workbook_again_changes_nothing(tmp_path: Path) -> None:
    raw = saved(workbook(Sheet1=PRODUCTS))
    async with merchant(tmp_path) as shop:
        await shop.imports_text("b.xlsx", raw, currency="CNY")
        report = await shop.imports_text("b.xlsx", raw, currency="CNY")
    assert [file.counts.unchanged for file in report.files] == [2]


def test_cells_are_read_as_a_person_reads_them() -> None:
    book = workbook(a=[["sku", "number", "day", "moment", "share", "flag", "price", "bad"]])
    sheet = book["a"]
    row = ["x", 12.0, date(2026, 11, 3), datetime(2026, 11, 3, 14, 5), 0.35, True, 0.1 + 0.2, "#N/A"]  # noqa: DTZ001
    filled(sheet, [row, [42, 1e15, None, None, None, None, 19.9, None]])
    sheet["E2"].number_format = "0%"
    sheet["A3"].number_format = "000000"
    (found,), _ = read(book)
    assert [r.cells for r in found.table.rows] == [
        {"sku": "x", "number": "12", "day": "2026-11-03", "moment": "2026-11-03 14:05", "share": "35%",
         "flag": "true", "price": "0.3"},
        {"sku": "000042", "number": "1000000000000000", "price": "19.9"},
    ]  # fmt: skip


def test_titles_above_the_header_and_merged_cells_are_understood() -> None:
    rows: list[list[object]] = [["Autumn price list"], [], ["Handle", "Title", "Color", "Price"],
            ["cup", "Mug", "red", 9], [None, None, "blue", 9], ["pot", "Pot", "red", 30]]  # fmt: skip
    book = workbook(a=rows)
    for cells in ("A1:D1", "A4:A5", "B4:B5"):
        book["a"].merge_cells(cells)
    (found,), _ = read(book)
    assert found.table.columns == ("Handle", "Title", "Color", "Price")
    assert [(r.line, r["Handle"], r["Title"], r["Color"]) for r in found.table.rows] == [
        (4, "cup", "Mug", "red"),
        (5, "cup", "Mug", "blue"),
        (6, "pot", "Pot", "red"),
    ]


def test_a_header_of_two_rows_becomes_one() -> None:
    book = workbook(a=[["尺码", "身高", None, "体重"], [None, "最小", "最大", None], ["M", 160, 170, 60]])
    book["a"].merge_cells("B1:C1")
    book["a"].merge_cells("A1:A2")
    (found,), _ = read(book)
    assert found.table.columns == ("尺码", "身高 最小", "身高 最大", "体重")
    assert found.table.rows[0].cells == {"尺码": "M", "身高 最小": "160", "身高 最大": "170", "体重": "60"}


def test_hidden_sheets_are_left_out_with_a_word() -> None:
    book = workbook(shown=PRODUCTS, costs=PRODUCTS)
    book["costs"].sheet_state = "hidden"
    sheets, notes = read(book)
    assert [sheet.name for sheet in sheets] == ["shown"]
    assert [(issue.code, issue.value) for issue in notes.issues] == [("sheets_hidden", "costs")]


async def test_formulas_that_nobody_calculated_are_noted(tmp_path: Path) -> None:
    book = workbook(a=[["Handle", "Title", "Price"], ["cup", "Mug", "=3*3"]])
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("a.xlsx", saved(book))
    assert set(codes(report)) == {"formulas_without_values", "price_missing"}


async def test_workbooks_that_cannot_be_read_are_refused_with_the_mend(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "Workbook".encode("utf-16-le")
    async with merchant(tmp_path) as shop:
        shop.write("old.xls", ole)
        shop.write("notes.xlsx", saved(workbook(a=[["Only a remark"]])))
        shop.write("broken.xlsx", with_broken_sheet(saved(workbook(a=PRODUCTS))))
        report = await shop.imports()
    assert {issue.file: issue.code for issue in report.issues} == {
        "old.xls": "office_old",
        "notes.xlsx": "workbook_without_tables",
        "broken.xlsx": "office_broken",
    }
