"""Encodings, tables, broken files, and what a folder holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.importing.report import Kind
from tests.test_knowledge.merchant import SHOP, codes, counts, merchant

CHINESE = "商品编号,商品标题,价格\r\nD1,真丝连衣裙新款女装,199\r\nD2,纯棉短袖上衣夏季,59\r\n"
TRADITIONAL = "商品編號,商品標題,價格\nD1,真絲連衣裙新款女裝,199\n".replace("商品編號", "handle").replace(
    "商品標題", "title"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
async def test_chinese_tables_are_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", CHINESE.encode(encoding), locale="zh-CN", currency="CNY")
        assert (await shop.product("D1")).title == "真丝连衣裙新款女装"
    assert counts(report).new == 2
    assert ("encoding_guessed" in codes(report)) == (encoding == "gb18030")


async def test_big5_and_windows_tables_are_told_apart_from_gbk(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("a.csv", TRADITIONAL.replace("價格", "price").encode("big5"))
        await shop.imports_text("b.csv", "handle,title,price\nB,Café crème à la déjà vu,5\n".encode("cp1252"))
        assert (await shop.product("D1")).title == "真絲連衣裙新款女裝"
        assert (await shop.product("B")).title == "Café crème à la déjà vu"


async def test_lines_of_another_encoding_at_the_end_are_read_and_named(tmp_path: Path) -> None:
    raw = CHINESE.encode() + "D3,羊毛围巾冬季保暖,99\r\n".encode("gbk")
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", raw)
        assert (await shop.product("D3")).title == "羊毛围巾冬季保暖"
    assert [i.row for i in report.issues if i.code == "encoding_mixed"] == [4]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_separators_line_ends_and_line_numbers_hold(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = ["Handle,Title,Body (HTML),Variant Price", 'a,A,"two', 'lines, ""quoted""",5', "", "b,B,x,oops"]
    quoted = [line.replace("lines, ", "lines; ") if delimiter != "," else line for line in lines]
    text = end.join(line.replace(",", delimiter) for line in quoted)
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", text.replace("lines; ", "lines "))
        assert (await shop.product("a")).description.startswith("two\nlines")
    assert [i.row for i in report.issues if i.code == "price_unreadable"] == [5]


async def test_an_unclosed_quote_costs_its_row_and_not_the_rest(tmp_path: Path) -> None:
    text = 'Handle,Title,Variant Price\na,A,5\nb,"B,5\nc,C,5\nd,D,5\n'
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", text)
    assert counts(report).new == 3
    assert [(i.row, i.code) for i in report.issues] == [(3, "quote_unclosed")]


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("a.csv", b"", "file_empty"),
        ("a.csv", b"a,b,c\n1,2,3\n", "file_kind_unknown"),
        ("a.csv", b"just one column\n1\n", "table_unreadable"),
        ("a.csv", b"Handle,Title,Variant Price\n", "no_rows"),
        ("a.xlsx", b"PK\x03\x04rest", "archive_broken"),
        ("a.json", b"{broken", "json_broken"),
        ("a.json", b"[" * 100_000, "json_broken"),
        ("a.json", b'{"price": NaN}', "json_broken"),
        ("a.json", b'{"other": 1}', "json_kind_unknown"),
        ("a.json", b"null", "json_kind_unknown"),
        ("a.csv", bytes(range(256)) * 4, "file_binary"),
    ],
)
async def test_a_file_that_is_nothing_known_is_refused_with_the_reason(
    tmp_path: Path, name: str, raw: bytes, code: str
) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text(name, raw)
        assert await shop.store.shops() == ()
    assert not report.usable
    assert code in codes(report)
    assert all(issue.problem and issue.mend for issue in report.issues)


async def test_a_folder_is_taken_whole_with_the_profile_first(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        profile = {"id": "maple", "name": "枫叶", "locale": "zh-CN", "currency": "CNY", "timezone": "Asia/Shanghai",
                   "greeting": {"zh": "您好"}}  # fmt: skip
        shop.write("z.json", json.dumps(profile))
        shop.write("a.csv", CHINESE)
        shop.write("docs/a.md", "# 退货\n\n七天。\n")
        shop.write("images/b.png", b"x")
        shop.write(".hidden.md", "# x\n\ny")
        report = await shop.imports()
        found = await shop.store.shop(SHOP)
        price = (await shop.product("D1")).variants[0].price
    assert [f.kind for f in report.files] == [Kind.SHOP, Kind.PRODUCT, Kind.DOCUMENT]
    assert (found.name, found.timezone, found.greeting) == ("枫叶", "Asia/Shanghai", {"zh": "您好"})
    assert price is not None
    assert price.currency == "CNY"


async def test_the_same_product_in_two_files_counts_once_so_that_a_second_run_changes_nothing(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("a.csv", "Handle,Title,Variant Price\na,First,5\n")
        shop.write("b.csv", "Handle,Title,Variant Price\na,Second,6\n")
        report = await shop.imports()
        again = await shop.imports()
        assert (await shop.product("a")).title == "First"
    assert codes(report) == ["key_in_two_files"]
    assert (counts(again).changed, counts(again).unchanged) == (0, 1)


async def test_tables_in_traditional_script_are_read_like_those_in_simplified(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("p.csv", "商品編號,商品名稱,價格,庫存,上架\nA1,亞麻襯衫,199,3,已上架\n".encode("big5"))
        shop.write("q.csv", "問題,答案\n幾天發貨?,48小時內發貨，預售商品除外。\n".encode("big5"))
        shop.write("o.csv", "訂單號,手機後四位,狀態,商品\nTW1,0042,已發貨,亞麻襯衫 ×1\n")
        report = await shop.imports()
        (order,) = await shop.store.orders(SHOP)
        shirt = await shop.product("A1")
    assert [file.kind and file.kind.value for file in report.files] == ["product", "document", "order"]
    assert (shirt.title, shirt.published, order.status.value) == ("亞麻襯衫", True, "shipped")
