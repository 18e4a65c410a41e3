"""WooCommerce's product export."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.catalog import Availability
from knowledge.money import Money
from tests.test_knowledge.merchant import codes, counts, merchant

HEADER = (
    "ID,Type,SKU,Name,Published,Visibility in catalog,Short description,Description,Date sale price starts,"
    "Date sale price ends,In stock?,Stock,Backorders allowed?,Weight (lbs),Length (in),Sale price,Regular price,"
    "Categories,Tags,Images,Parent,Grouped products,External URL,Attribute 1 name,Attribute 1 value(s),"
    "Attribute 2 name,Attribute 2 value(s),Meta: size_chart,Meta: _hidden\n"
)
COLUMNS = HEADER.strip().split(",")


def row(**cells: str) -> str:
    named = {name.casefold().replace(" ", "_"): value for name, value in cells.items()}
    plain = [c.casefold().replace(" ", "_").strip("?") for c in COLUMNS]
    aliases = {"attribute_1_value": "attribute_1_value(s)", "attribute_2_value": "attribute_2_value(s)",
               "weight": "weight_(lbs)", "length": "length_(in)", "meta_size_chart": "meta:_size_chart",
               "meta_hidden": "meta:__hidden", "visibility": "visibility_in_catalog"}  # fmt: skip
    named = {aliases.get(name, name): value for name, value in named.items()}
    assert set(named) <= set(plain), set(named) - set(plain)
    return ",".join(f'"{named.get(name, "")}"' for name in plain) + "\n"


TEE = row(id="7", type="variable", sku="tee", name="Tee", published="1", in_stock="1",
          categories="Clothing > Tops, Sale",
          attribute_1_name="Color", attribute_1_value="Blue, Red", attribute_2_name="Size", attribute_2_value="S, M",
          meta_size_chart="tops", meta_hidden="x",
          weight=".5", length="24", short_description="Soft.\\nWarm.")  # fmt: skip
RED = row(id="8", type="variation", sku="tee-red", name="Tee - Red", published="1", in_stock="1", stock="2",
          sale_price="8", regular_price="10", parent="tee", attribute_1_name="Color", attribute_1_value="Red",
          attribute_2_name="Size")  # fmt: skip
BLUE = row(id="9", type="variation", sku="tee-blue", name="Tee - Blue", published="1", in_stock="0",
           regular_price="10", parent="id:7", attribute_1_name="Color", attribute_1_value="Blue")  # fmt: skip


async def test_variations_find_their_parent_by_sku_and_by_id(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("woo.csv", HEADER + RED + TEE + BLUE)
        tee = await shop.product("tee")
    assert (counts(report).new, codes(report)) == (1, [])
    assert [(v.sku, v.options, v.availability) for v in tee.variants] == [
        ("tee-red", (("Color", "Red"),), Availability.IN_STOCK),
        ("tee-blue", (("Color", "Blue"),), Availability.OUT_OF_STOCK),
    ]
    assert [(o.name, o.values) for o in tee.options] == [("Color", ("Blue", "Red")), ("Size", ("S", "M"))]
    assert tee.variants[0].price == Money(Decimal(8), "USD")
    assert tee.variants[0].list_price == Money(Decimal(10), "USD")
    assert tee.variants[0].weight_grams == Decimal("226.80")
    assert {a.name: a.value for a in tee.attributes} == {"Length": "24 in", "size_chart": "tops"}
    assert (tee.category, tee.tags, tee.description) == ("Clothing > Tops", ("Sale",), "Soft.\nWarm.")


@pytest.mark.parametrize(
    ("start", "end", "price"),
    [
        ("2025-11-01", "2025-11-20", 8),
        ("", "", 8),
        ("2025-11-21", "", 10),
        ("", "2025-11-19 23:59:59", 10),
    ],
)
async def test_a_sale_price_holds_between_its_days(tmp_path: Path, start: str, end: str, price: int) -> None:
    cap = row(type="simple", sku="cap", name="Cap", published="1", sale_price="8", regular_price="10",
              date_sale_price_starts=start, date_sale_price_ends=end)  # fmt: skip
    async with merchant(tmp_path) as shop:
        await shop.imports_text("woo.csv", HEADER + cap)
        assert (await shop.product("cap")).variants[0].price == Money(Decimal(price), "USD")


async def test_hidden_and_draft_products_are_unpublished_and_catalog_only_ones_are_not(tmp_path: Path) -> None:
    rows = "".join(
        row(type="simple", sku=f"p{n}", name="P", published=published, visibility=visibility, regular_price="1")
        for n, (published, visibility) in enumerate(
            [("1", "hidden"), ("-1", "visible"), ("1", "catalog"), ("1", "search")]
        )
    )
    async with merchant(tmp_path) as shop:
        await shop.imports_text("woo.csv", HEADER + rows)
        assert [(await shop.product(f"p{n}")).published for n in range(4)] == [False, False, True, True]


async def test_grouped_and_external_products_keep_their_members_and_address(tmp_path: Path) -> None:
    text = HEADER + row(type="grouped", sku="set", name="Set", published="1", grouped_products="cap")
    text += row(type="simple", sku="cap", name="Cap", published="1", regular_price="4")
    text += row(
        type="external", sku="flag", name="Flag", published="1", regular_price="11", external_url="https://x.test/f"
    )
    async with merchant(tmp_path) as shop:
        await shop.imports_text("woo.csv", text)
        group, flag = await shop.product("set"), await shop.product("flag")
    assert (group.variants, group.attribute("Includes")) == ((), "Cap")
    assert flag.url == "https://x.test/f"


async def test_variations_without_their_parent_become_one_product_unless_the_shop_has_it(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("woo.csv", HEADER + RED)
        assert codes(report) == ["parent_missing"]
        assert (await shop.product("tee")).title == "Tee"
        await shop.imports_text("woo.csv", HEADER + TEE + RED + BLUE)
        report = await shop.imports_text("woo.csv", HEADER + RED)
        assert codes(report) == ["parent_elsewhere"]
        assert len((await shop.product("tee")).variants) == 2
