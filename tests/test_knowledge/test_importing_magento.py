"""Magento 2's product export."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalog import Availability
from knowledge.importing.magento_product import pairs_of
from knowledge.money import Money
from tests.test_knowledge.feed_reading import Read, check_storable, mutated, read_bytes, told
from tests.test_knowledge.merchant import counts, merchant

COLUMNS = [
    "sku",
    "store_view_code",
    "attribute_set_code",
    "product_type",
    "categories",
    "product_websites",
    "name",
    "description",
    "short_description",
    "weight",
    "product_online",
    "visibility",
    "price",
    "special_price",
    "special_price_from_date",
    "special_price_to_date",
    "base_image",
    "additional_images",
    "additional_attributes",
    "qty",
    "allow_backorders",
    "use_config_backorders",
    "is_in_stock",
    "manage_stock",
    "use_config_manage_stock",
    "configurable_variations",
    "configurable_variation_labels",
    "bundle_values",
    "associated_skus",
    "country_of_manufacture",
    "fabric_care",
    "cost",
]
BOTH = "Catalog, Search"
ROOT = "Default Category"
ALONE = "Not Visible Individually"


def row(sku: str, **cells: str) -> dict[str, str]:
    usual = {
        "attribute_set_code": "Top",
        "product_type": "simple",
        "name": sku,
        "price": "52",
        "product_online": "1",
        "visibility": BOTH,
        "qty": "5",
        "is_in_stock": "1",
        "manage_stock": "1",
        "use_config_manage_stock": "1",
    }
    return {**usual, "sku": sku, **cells}


def export(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


HOODIE = [
    row("MH-S-Black", name="Chaz Hoodie-S-Black", visibility=ALONE, additional_attributes="size=S,color=Black"),
    row(
        "MH-M-Gray",
        name="Chaz Hoodie-M-Gray",
        visibility=ALONE,
        additional_attributes="size=M,color=Gray",
        price="54",
        qty="0",
    ),
    row(
        "MH",
        name="Chaz Hoodie",
        product_type="configurable",
        qty="0",
        description="<p>Warm &amp; ribbed.</p>",
        short_description="Made to last.",
        categories=f"{ROOT}/Men/Tops/Hoodies & Sweatshirts,{ROOT}/Collections/Eco, Friendly,{ROOT}",
        additional_attributes="has_options=1,material=Wool|Organic Cotton,features=Sleeve, 15 inches,cost=3,brand=Luma",
        configurable_variations="sku=MH-S-Black,size=S,color=Black|sku=MH-M-Gray,size=M,color=Gray",
        configurable_variation_labels="size=Size,color=Colour",
        country_of_manufacture="Portugal",
    ),
]


def read(*rows: dict[str, str], **shop: str) -> Read:
    return read_bytes("catalog_product.csv", export(*rows), **shop)


def test_a_configurable_product_takes_its_variants_from_their_own_rows() -> None:
    found = read(*HOODIE)
    assert (found.formats, list(found.products), found.rejected) == (["magento"], ["MH"], 0)
    hoodie = found.products["MH"]
    assert (hoodie.title, hoodie.brand, hoodie.category) == (
        "Chaz Hoodie",
        "Luma",
        "Men > Tops > Hoodies & Sweatshirts",
    )
    assert hoodie.tags == ("Eco, Friendly",)
    assert hoodie.description == "Made to last.\n\nWarm & ribbed."
    assert [(v.sku, v.options, str(v.price), v.availability.value) for v in hoodie.variants] == [
        ("MH-S-Black", (("Size", "S"), ("Colour", "Black")), "$52", "in_stock"),
        ("MH-M-Gray", (("Size", "M"), ("Colour", "Gray")), "$54", "out_of_stock"),
    ]
    assert {a.name: a.value for a in hoodie.attributes} == {
        "Material": "Wool, Organic Cotton",
        "Features": "Sleeve, 15 inches",
        "Country of manufacture": "Portugal",
    }
    assert found.codes == ["columns_unknown", "columns_unused"]


def test_what_is_offline_or_only_part_of_another_is_not_shown() -> None:
    found = read(row("A"), row("B", product_online="2"), row("C", visibility=ALONE), row("D", visibility="Search"))
    assert {handle: p.published for handle, p in found.products.items()} == {
        "A": True,
        "B": False,
        "C": False,
        "D": True,
    }
    off = [{**one, "product_online": "2"} if one["sku"] == "MH-S-Black" else one for one in HOODIE]
    assert [v.sku for v in read(*off).products["MH"].variants] == ["MH-M-Gray"]


@pytest.mark.parametrize(
    ("start", "end", "price"),
    [
        ("", "", "40"),
        ("11/1/26", "11/20/26", "40"),
        ("11/21/26, 12:00 AM", "", "52"),
        ("2026-11-01 00:00:00", "2026-11-19 00:00:00", "52"),
        ("soon", "", "52"),
    ],
)
def test_a_special_price_holds_between_its_days(start: str, end: str, price: str) -> None:
    found = read(row("A", special_price="40", special_price_from_date=start, special_price_to_date=end))
    assert found.variant("A").price == Money(Decimal(price), "USD")
    assert ("sale_dates_unread" in found.codes) == (start == "soon")


@pytest.mark.parametrize(
    ("cells", "stock"),
    [
        ({"qty": "3"}, (3, Availability.IN_STOCK)),
        ({"qty": "3", "is_in_stock": "0"}, (3, Availability.OUT_OF_STOCK)),
        ({"qty": "0"}, (0, Availability.OUT_OF_STOCK)),
        ({"qty": "0", "allow_backorders": "1", "use_config_backorders": "0"}, (0, Availability.BACKORDER)),
        ({"qty": "0", "manage_stock": "0", "use_config_manage_stock": "0"}, (None, Availability.IN_STOCK)),
        ({"qty": "", "is_in_stock": ""}, (None, Availability.UNKNOWN)),
    ],
)
def test_stock_is_decided_as_the_shop_page_does(cells: dict[str, str], stock: tuple[int | None, Availability]) -> None:
    variant = read(row("A", **cells)).variant("A")
    assert (variant.quantity, variant.availability) == stock


def test_a_store_view_in_the_shops_language_is_laid_over_and_others_are_left_out() -> None:
    rows = [
        row("A", name="Cap"),
        {"sku": "A", "store_view_code": "zh_cn", "name": "帽子"},
        {"sku": "A", "store_view_code": "de", "name": "Kappe"},
    ]
    found = read(*rows, locale="zh-CN", currency="CNY")
    assert (found.products["A"].title, str(found.variant("A").price)) == ("帽子", "¥52")
    assert found.codes[-1] == "store_views_ignored"


def test_bundles_and_grouped_products_name_their_members() -> None:
    bundle = row(
        "SET",
        product_type="bundle",
        price="",
        bundle_values="name=Ball,type=radio,sku=A,price=0|name=Strap,type=radio,sku=B,price=0",
    )
    found = read(
        row("A", name="Ball 55 cm"), bundle, row("GRP", product_type="grouped", price="", associated_skus="A=1,B=2")
    )
    assert found.products["SET"].attribute("Includes") == "Ball; Strap"
    assert (found.products["GRP"].attribute("Includes"), found.products["GRP"].variants) == ("Ball 55 cm; B", ())


def test_a_variant_without_a_row_is_told_and_a_bad_one_costs_only_itself() -> None:
    assert read(HOODIE[0], HOODIE[2]).codes[-1] == "variation_missing"
    broken = read({**HOODIE[0], "price": "ask"}, *HOODIE[1:])
    assert [v.sku for v in broken.products["MH"].variants] == ["MH-M-Gray"]
    assert (broken.rejected, broken.keys_lost) == (1, False)


def test_pairs_keep_the_commas_of_their_values() -> None:
    assert pairs_of('a=1,b=x, y,"c=p|q, r",d=') == [("a", "1"), ("b", "x, y"), ("c", "p|q, r")]


async def test_a_second_import_changes_nothing_and_pictures_beside_the_file_are_found(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("m/h/mh.jpg", b"\xff\xd8\xff")
        rows = [*HOODIE[:2], {**HOODIE[2], "base_image": "/m/h/mh.jpg", "additional_images": "/m/h/lost.jpg"}]
        report = await shop.imports_text("catalog.csv", export(*rows))
        again = await shop.imports_text("catalog.csv", export(*rows))
        assert (await shop.product("MH")).images == ("/media/maple/mh.jpg",)
    assert (counts(report).new, counts(again).unchanged) == (1, 1)
    assert "pictures_by_path" in [issue.code for issue in report.issues]


@settings(max_examples=80, deadline=None)
@given(mutated(export(*HOODIE, row("A", special_price="4", special_price_from_date="1/1/26", bundle_values="name=x"))))
def test_no_damage_to_an_export_ends_in_anything_but_records_or_reasons(raw: bytes) -> None:
    found = read_bytes("catalog.csv", raw)
    check_storable(found)
    assert told(found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=12)), max_size=4))
def test_rows_of_anything_end_in_records_or_reasons(rows: list[dict[str, str]]) -> None:
    found = read(*HOODIE, *rows)
    check_storable(found)
    assert told(found)
