"""Fit reports: what buyers said of sizes, in the words and units of many shops."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.fit_reports import Fit, KeptReport
from knowledge.importing.fit_reports import fit_named
from tests.test_knowledge.merchant import SHOP, Merchant, codes, counts, merchant

CATALOG = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\nparka,Cedar Parka,Size,M,PK-M,90\n"


async def kept(shop: Merchant) -> list[KeptReport]:
    return list((await shop.store.fit_reports(SHOP)).values())


async def test_a_file_is_known_by_its_columns_and_read_in_any_unit(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG)
        report = await shop.imports_text(
            "fit.csv", "Product,Size,Fit,Customer,Height,Weight (lb),Age\nparka,M,Runs small,Ann@x.org,5'6\",140,31\n"
        )
        (found,) = await kept(shop)
    assert (report.files[0].format, codes(report)) == ("fit_reports", [])
    assert (found.product, found.size, found.fit) == ("parka", "M", Fit.SMALL)
    assert dict(found.wearer.numbers) == {"height_cm": 167.6, "weight_kg": 63.5, "age_years": 31.0}


async def test_chinese_columns_and_words_are_read_and_a_jin_is_half_a_kilogram(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("fit.csv", "商品,尺码,尺码反馈,身高,体重(斤),体型\nparka,M,偏大,165cm,110,梨形\n")
        (found,) = await kept(shop)
    assert found.fit is Fit.LARGE
    assert dict(found.wearer.numbers) == {"height_cm": 165.0, "weight_kg": 55.0}
    assert dict(found.wearer.traits) == {"body_type": "梨形"}


async def test_no_address_of_a_buyer_is_kept_but_her_reports_stay_together(tmp_path: Path) -> None:
    text = "product,size,fit,email\nparka,M,small,Ann@x.org\nparka,L,fits,ann@x.org \nparka,L,fits,bob@x.org\n"
    async with merchant(tmp_path) as shop:
        await shop.imports_text("fit.csv", text)
        ann, again, bob = [report.wearer.shopper for report in await kept(shop)]
    assert ann == again
    assert ann != bob
    assert "ann" not in str(ann)


async def test_the_same_file_again_says_nothing_new_and_two_alike_in_it_are_two(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        first = await shop.imports_text("fit.csv", "product,size,fit\nparka,M,small\nparka,M,small\n")
        again = await shop.imports_text("fit.csv", "product,size,fit\nparka,M,small\nparka,M,small\n")
    assert (counts(first).new, counts(again).new, counts(again).unchanged) == (2, 0, 2)


async def test_a_report_with_a_number_of_its_own_is_brought_up_to_date(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("fit.csv", "report_id,sku,fit\n7,PK-M,small\n")
        before = await shop.store.fit_report_mark(SHOP)
        again = await shop.imports_text("fit.csv", "report_id,sku,fit\n7,PK-M,true to size\n")
        (found,) = await kept(shop)
        after = await shop.store.fit_report_mark(SHOP)
    assert (counts(again).changed, found.fit) == (1, Fit.FITS)
    assert before != after


async def test_bad_rows_are_named_and_the_good_ones_kept(tmp_path: Path) -> None:
    text = (
        "product,size,fit,height\nparka,M,small,900\n,M,small,170\nparka,,small,170\nparka,M,purple,170\n"
        "parka,M,,170\nmystery,M,large,\n"
    )
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG)
        report = await shop.imports_text("fit.csv", text)
        found = await kept(shop)
    assert [one.product for one in found] == ["parka", "mystery"]
    assert dict(found[0].wearer.numbers) == {}
    wrong = {(issue.row, issue.code) for issue in report.issues}
    assert wrong == {
        (2, "measure_left_out"), (3, "value_missing"), (4, "value_missing"), (5, "value_unknown"), (6, "value_missing"),
        (7, "fit_product_unknown"),
    }  # fmt: skip


async def test_reports_are_no_part_of_the_catalog_and_wake_no_index(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG)
        before = await shop.store.last_change(SHOP)
        await shop.imports_text("fit.csv", "product,size,fit\nparka,M,small\n")
        assert await shop.store.last_change(SHOP) == before


async def test_a_catalog_with_a_column_called_fit_is_still_a_catalog(tmp_path: Path) -> None:
    text = "Handle,Title,Size,Fit,Price\nparka,Cedar Parka,M,Relaxed through the body,90\n"
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("products.csv", text)
    assert report.files[0].format != "fit_reports"


@pytest.mark.parametrize(
    ("word", "fit"),
    [("TOO_SMALL", Fit.SMALL), ("有点小", Fit.SMALL), ("True to size!", Fit.FITS), ("大了", Fit.LARGE), ("Slim", None)],
)
def test_merchants_words_for_a_fit(word: str, fit: Fit | None) -> None:
    assert fit_named(word) is fit
