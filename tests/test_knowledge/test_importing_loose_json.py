"""JSON that people have typed: what is overlooked, what is not, and which line is named."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.importing.loose_json import loose, strict
from tests.test_knowledge.merchant import SHOP, codes, merchant

PROMOTIONS = """{
  // coupons of the autumn sale
  "coupons": [
    {"code": "AUTUMN,]", "type": "amount_off", "amount": 12.30, /* "amount": 15, */ "min_spend": 99,},
  ],
}
"""


@pytest.mark.parametrize(
    ("text", "value", "line"),
    [
        ('{"a": [1, 2]}', {"a": [1, 2]}, None),
        ('{"a": [1, 2,],\n}', {"a": [1, 2]}, 1),
        ("[1, // one\n2]", [1, 2], 1),
        ("\n\n/* both\nlines */ [1, 2 /* two */, ]", [1, 2], 3),
        ('{"url": "https://x.example/*y*/,]", "n": 1,}', {"url": "https://x.example/*y*/,]", "n": 1}, 1),
        ('["say \\"hi\\", // no comment",]', ['say "hi", // no comment'], 1),
        ('["two\nlines"]', ["two\nlines"], 1),
    ],
)
def test_comments_last_commas_and_line_breaks_in_texts_are_overlooked(text: str, value: object, line: int) -> None:
    found = loose(text)
    assert (found.value, found.line) == (value, line)


def test_what_is_overlooked_leaves_every_line_and_column_in_its_place() -> None:
    text = "[ // 折扣\n  1.10, /* a\n b */ 2.20,\n]"
    mended = loose(text).text
    assert len(mended) == len(text)
    assert [at for at, sign in enumerate(mended) if sign == "\n"] == [
        at for at, sign in enumerate(text) if sign == "\n"
    ]
    assert strict(mended) == [Decimal("1.10"), Decimal("2.20")]
    assert mended.index("2.20") == text.index("2.20")


@pytest.mark.parametrize(
    "text", ["[1,,]", "{'a': 1}", "{a: 1}", "[1 2]", '{"a": 1', "[1] /* open", "[NaN,]", "// nothing", '["a']
)
def test_what_would_have_to_be_guessed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        loose(text)


def test_the_place_named_is_that_of_the_mistake_that_is_left() -> None:
    with pytest.raises(json.JSONDecodeError) as raised:
        loose("[ // fine\n 1, // fine\n 2 3,\n]")
    assert (raised.value.lineno, raised.value.colno) == (3, 4)


@pytest.mark.parametrize("piece", ["/*", "//", ", ", '"', '"\\', ",\n"])
def test_a_crafted_file_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match=r"\S"):
        loose("[" + piece * 200_000)
    assert time.process_time() - began < 2


async def test_promotions_with_comments_are_imported_and_the_report_says_what_was_overlooked(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("promotions.json", PROMOTIONS)
        found = await shop.store.promotions(SHOP)
    assert found is not None
    assert [(one.code, one.value) for one in found.coupons] == [("AUTUMN,]", Decimal("12.30"))]
    assert [(issue.code, issue.row, issue.severity.value) for issue in report.issues] == [("json_mended", 2, "warning")]


async def test_a_table_in_loose_json_keeps_the_line_of_each_row(tmp_path: Path) -> None:
    text = """[
      // paid
      {"order_no": "LX1", "phone_last4": "0042", "items": "Cap", "status": "shipped"},
      /* not yet
         paid */
      {"order_no": "LX2", "phone_last4": "0043", "items": "Cap", "status": "shipped",},
    ]"""
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("orders.json", text)
        rows = {order.order_no: order.source.row for order in await shop.store.orders(SHOP)}
    assert rows == {"LX1": 3, "LX2": 6}
    assert codes(report) == ["json_mended"]


async def test_json_that_is_really_broken_is_told_with_line_and_column(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("promotions.json", '{\n  // ours\n  "coupons": [ {"code" "X"} ]\n}')
    (issue,) = report.issues
    assert (issue.code, issue.row) == ("json_broken", 3)
    assert "line 3, column 24" in issue.problem
