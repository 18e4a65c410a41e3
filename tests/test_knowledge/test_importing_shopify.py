"""Product tables in Shopify's form."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.catalog import Availability
from knowledge.money import Money
from tests.test_knowledge.merchant import codes, counts, merchant

OLD = """Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,\
Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,\
Variant Compare At Price,Image Src,Google Shopping / Gender,Google Shopping / Custom Label 0,Cost per item,\
Fabric (product.metafields.custom.fabric),Care
shirt,Linen Shirt,"<p>Cool.</p><ul><li>Linen</li><li>Loose</li></ul><script>x()</script>",Maple,Tops,"men, linen",true,\
Size,S,Color,White,SH-S-W,250,shopify,3,deny,49.90,60,\
https://x.test/a.jpg,Male,high margin,9.10,"[""linen"",""cotton""]",Wash cold
shirt,,,,,,,,M,,White,SH-M-W,250,shopify,0,deny,49.90,40,,,,,,
shirt,,,,,,,,L,,White,SH-L-W,250,shopify,0,continue,49.90,,,,,,,
shirt,,,,,,,,XL,,White,SH-XL-W,250,,0,deny,49.90,,,,,,,
shirt,,,,,,,,,,,,,,,,,,https://x.test/b.jpg,,,,,
gift,Gift Card,,Maple,,,false,Title,Default Title,,,,0,,,deny,25,,,,,,,
"""
NEW = """URL handle,Title,Description,Published on online store,Status,Option1 name,Option1 value,SKU,Price,\
Compare-at price,Inventory quantity,Weight value (grams),Product image URL,Price / International
cap,Cap,A cap,TRUE,Active,Color,Red,CAP-R,19,25,4,90,https://x.test/c.jpg,21
cap,,,,,,Blue,CAP-B,19,,0,90,,21
hat,Hat,A hat,TRUE,Draft,Title,Default Title,HAT,29,,1,,,
"""


async def test_the_older_headers_make_products_with_all_they_say(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("products.csv", OLD)
        assert counts(report).new == 2
        shirt = await shop.product("shirt")
    assert shirt.description == "Cool.\n\n- Linen\n- Loose"
    assert (shirt.brand, shirt.category, shirt.tags) == ("Maple", "Tops", ("men", "linen"))
    assert [(o.name, o.values) for o in shirt.options] == [("Size", ("S", "M", "L", "XL")), ("Color", ("White",))]
    assert [v.availability for v in shirt.variants] == [
        Availability.IN_STOCK,
        Availability.OUT_OF_STOCK,
        Availability.BACKORDER,
        Availability.IN_STOCK,
    ]
    assert [v.quantity for v in shirt.variants] == [3, 0, 0, None]
    assert shirt.images == ("https://x.test/a.jpg", "https://x.test/b.jpg")
    assert shirt.variants[0].weight_grams == 250
    assert [v.source_row for v in shirt.variants] == [2, 3, 4, 5]


async def test_a_reduction_is_one_only_when_the_old_price_is_higher(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", OLD)
        first, second, *_ = (await shop.product("shirt")).variants
    assert (first.price, first.list_price) == (Money(Decimal("49.90"), "USD"), Money(Decimal(60), "USD"))
    assert second.list_price is None


async def test_metafields_and_unknown_columns_become_attributes_and_what_is_secret_does_not(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("products.csv", OLD)
        shirt = await shop.product("shirt")
    assert {a.name: a.value for a in shirt.attributes} == {
        "Fabric": "linen, cotton",
        "Care": "Wash cold",
        "Gender": "Male",
    }
    assert "9.1" not in repr(shirt)
    assert [i.value for i in report.issues if i.code == "columns_unknown"] == ["Care"]


async def test_a_default_title_is_no_option_and_an_unpublished_product_is_kept_apart(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", OLD)
        gift = await shop.product("gift")
    assert (gift.options, gift.published) == ((), False)


async def test_the_current_headers_are_read_too(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("export.csv", NEW)
        cap, hat = await shop.product("cap"), await shop.product("hat")
    assert (codes(report), hat.published) == (["market_prices_unused"], False)
    assert [(v.sku, v.availability, v.quantity) for v in cap.variants] == [
        ("CAP-R", Availability.IN_STOCK, 4),
        ("CAP-B", Availability.OUT_OF_STOCK, 0),
    ]
    assert cap.attributes == ()


async def test_chinese_headers_without_option_columns_make_options_of_colour_and_size(tmp_path: Path) -> None:
    text = "商品编号,商品标题,品牌,颜色,尺码,价格,库存,面料\nD1,红色连衣裙,枫,红,S,￥199,3,真丝\nD1,,,红,M,199元,0,\n"
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("商品.csv", text, locale="zh-CN", currency="CNY")
        dress = await shop.product("D1")
    assert [v.options for v in dress.variants] == [
        (("颜色", "红"), ("尺码", "S")),
        (("颜色", "红"), ("尺码", "M")),
    ]
    assert {v.price for v in dress.variants} == {Money(Decimal(199), "CNY")}
    assert (dress.attribute("面料"), dress.lang) == ("真丝", "zh")
    assert "作为商品属性保留" in report.issues[0].problem


async def test_secret_columns_of_chinese_tables_are_never_kept(tmp_path: Path) -> None:
    text = "商品编号,商品标题,价格,进价,底价,供应商\nD1,连衣裙,199,50,120,某某厂\n"
    async with merchant(tmp_path) as shop:
        await shop.imports_text("p.csv", text, locale="zh-CN", currency="CNY")
        assert (await shop.product("D1")).attributes == ()


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ("3 for 10", "price_unreadable"),
        ("ask us", "price_unreadable"),
        ("-5", "price_negative"),
        ("10 ZZZ", "currency_unknown"),
        ("1.5E+09", "price_unreadable"),
        ("99999999999999", "price_too_large"),
    ],
)
async def test_a_broken_price_costs_its_row_and_no_other(tmp_path: Path, price: str, code: str) -> None:
    text = f"Handle,Title,Variant Price\ngood,Good,10\nbad,Bad,{price}\nfine,Fine,20\n"
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", text)
        found = await shop.store.products((await shop.product("good")).shop_id)
    assert sorted(p.handle for p in found.values()) == ["fine", "good"]
    issue = next(i for i in report.issues if i.code == code)
    assert (issue.file, issue.row, issue.field, issue.value) == ("p.csv", 3, "Variant Price", price)
    assert issue.problem
    assert issue.mend
    assert counts(report).rejected == 1


async def test_rows_that_shops_get_wrong_are_named(tmp_path: Path) -> None:
    text = (
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n"
        "a,A,Size,S,A1,10\n"
        "a,,,S,A2,10\n"  # the same option twice
        "a,,,,A3,10\n"  # no option value
        "a,Another title,,M,A4,10\n"  # a handle of somebody else
        "b,,Size,S,B1,10\n"  # never a title
        ",,,,,\n"
        ",Nameless,,,,5\n"  # no handle: one is made
        "c,C,Size,S,A1,10\n"  # the SKU of another
        "d,D,Size,S,D1,\n"  # no price
        "e,E,Size,S,E1,10,too,many\n"
    )
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", text)
        nameless = await shop.product("nameless")
    found = {(i.row, i.code) for i in report.issues}
    assert {
        (3, "variant_repeated"),
        (4, "option_missing"),
        (5, "handle_repeated"),
        (6, "title_missing"),
        (8, "handle_made"),
        (9, "sku_repeated"),
        (10, "price_missing"),
        (11, "row_too_long"),
    } <= found
    assert nameless.title == "Nameless"
    assert (counts(report).new, counts(report).rejected) == (4, 5)


async def test_long_texts_are_cut_and_control_characters_dropped(tmp_path: Path) -> None:
    text = f"Handle,Title,Body (HTML),Variant Price\na,\x00Bell\x07 \u202eevil,{'x' * 30_000},5\n"
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("p.csv", text)
        product = await shop.product("a")
    assert (product.title, len(product.description)) == ("Bell evil", 20_000)
    assert {"control_characters", "shortened"} <= set(codes(report))


async def test_a_picture_beside_the_table_is_copied_and_nothing_outside_is_read(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        (tmp_path / "secret.png").write_bytes(b"secret")
        shop.write("images/a.svg", "<svg/>")
        images = ["images/a.svg", "../secret.png", "images/none.png", "javascript:alert(1)", "https://x.test/b.png"]
        rows = "".join(f"a,{'A' if n == 0 else ''},{5 if n == 0 else ''},{image}\n" for n, image in enumerate(images))
        shop.write("p.csv", "Handle,Title,Variant Price,Image Src\n" + rows)
        report = await shop.imports()
        product = await shop.product("a")
        assert (shop.media / "maple" / "a.svg").read_text() == "<svg/>"
    assert product.images == ("/media/maple/a.svg", "https://x.test/b.png")
    assert sorted(codes(report)) == ["image_missing", "image_missing", "image_refused"]
