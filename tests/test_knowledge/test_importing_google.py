"""Google Merchant feeds: XML and tables."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalog import Availability
from knowledge.importing.feed_titles import product_title
from knowledge.money import Money
from tests.test_knowledge.feed_reading import FEEDS, Read, check_storable, mutated, read_bytes, read_file, told
from tests.test_knowledge.merchant import codes, counts, merchant

ENGLISH = FEEDS / "google_en.xml"
CHINESE = FEEDS / "google_zh.tsv"


def rss(*items: str, root: str = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">') -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f"<?xml version='1.0'?>\n{root}<channel><title>Shop</title>\n{inside}</channel></rss>".encode()


def item(item_id: str = "A", **fields: str) -> str:
    found = {"id": item_id, "title": "Cap", "price": "15.00 USD", "availability": "in_stock"} | fields
    return "".join(f"<g:{name}>{value}</g:{name}>" for name, value in found.items())


def read(*items: str, **shop: str) -> Read:
    return read_bytes("feed.xml", rss(*items), **shop)


def test_an_english_feed_of_24_items_becomes_7_products() -> None:
    feed = read_file(ENGLISH, timezone="America/Los_Angeles")
    assert feed.formats == ["google_merchant"]
    assert ENGLISH.read_text().count("<item>") == 24
    # 9 shirts, 3 tablets, 6 clogs, 2 lamps, a mug and an expired calendar; one double and one without a price are out.
    assert (len(feed.products), len(list(feed.variants())), feed.rejected) == (7, 22, 2)
    assert sorted(feed.codes) == ["feed_hidden", "gtin_invalid", "key_repeated", "price_unreadable", "product_rejected"]
    shirt = feed.products["HAR-100"]
    assert shirt.title == "Harbour Linen Shirt"
    assert [(o.name, o.values) for o in shirt.options] == [("Color", ("Oat", "Moss", "Ink")), ("Size", ("S", "M", "L"))]
    assert shirt.description.startswith("Washed European linen & horn buttons.\n\n- Relaxed fit\n- Machine wash 30°C")
    assert "- Cut in Porto" in shirt.description
    assert shirt.category == "Clothing > Shirts > Linen"
    assert {a.name: a.value for a in shirt.attributes} == {
        "Material": "100% linen", "Size type": "regular", "Age group": "adult", "Gender": "unisex", "Condition": "new",
        "Size system": "US", "Weight": "165 gsm", "Shipping": "US Ground 5.95 USD",
    }  # fmt: skip
    assert feed.variant("HAR-100-IN-L").availability is Availability.OUT_OF_STOCK
    assert feed.variant("HAR-100-OA-S").weight_grams == Decimal(300)
    assert "https://cdn.fernhill.example/harbour-label.jpg" in shirt.images
    assert not feed.products["HIDE-1"].published


def test_what_only_the_titles_tell_apart_becomes_an_option() -> None:
    tablet = read_file(ENGLISH).products["TAB-8"]
    assert tablet.title == "Lumen Tablet 8"
    assert [v.options for v in tablet.variants] == [(("Version", f"{size} GB"),) for size in (64, 128, 256)]


def test_titles_that_share_nothing_name_the_versions_whole() -> None:
    feed = read(item("A", title="Oak", item_group_id="G"), item("B", title="Pine", item_group_id="G"))
    assert [v.options for v in feed.products["G"].variants] == [(("Version", "Oak"),), (("Version", "Pine"),)]


def test_prices_are_read_as_shops_write_them() -> None:
    feed = read_file(ENGLISH)
    written = {"TAB-8-64": "349.00", "LAMP-02": "129", "MUG-1": "24", "LAMP-01": "99.50"}
    for sku, amount in written.items():
        assert feed.variant(sku).price == Money(Decimal(amount), "USD")
    assert feed.variant("CLOG-C38").price == Money(Decimal(119), "EUR")


def test_a_chinese_table_of_21_rows_becomes_10_products_in_chinese() -> None:
    feed = read_file(CHINESE, locale="zh-CN", currency="CNY", timezone="Asia/Shanghai")
    assert (feed.formats, len(feed.products), len(list(feed.variants()))) == (["google_merchant"], 10, 21)
    assert (feed.rejected, feed.codes) == (0, ["value_unread"])
    cardigan = feed.products["YM-2201"]
    assert (cardigan.title, cardigan.lang, cardigan.category) == ("山野 羊毛开衫", "zh", "女装 > 针织衫")
    assert [o.name for o in cardigan.options] == ["颜色", "尺码"]
    assert {a.name: a.value for a in cardigan.attributes} == {
        "材质": "100%美利奴羊毛", "性别": "女", "新旧程度": "全新", "克重": "180g/m²", "针数": "14针",
        "配送": "CN 顺丰 0 CNY",
    }  # fmt: skip
    assert cardigan.description.endswith("- 不起球,可机洗\n- 三色可选")
    blue = feed.variant("YM-2201-c2-M")
    assert (blue.price, blue.list_price) == (Money(Decimal(399), "CNY"), Money(Decimal(459), "CNY"))
    assert [feed.variant(f"SP-00{n}").price for n in (1, 2, 3)] == [Money(Decimal(n), "CNY") for n in (298, 168, 89)]
    assert feed.variant("SP-004").availability is Availability.PREORDER
    assert feed.variant("SP-008").availability is Availability.UNKNOWN


@pytest.mark.parametrize(
    ("dates", "price"),
    [
        ("", "10"),
        ("2026-11-20T00:00+0000/2026-11-21T00:00+0000", "10"),
        ("2026-11-20T13:00+0000/2026-11-21T00:00+0000", "15"),
        ("2026-11-01/2026-11-20", "10"),
        ("2026-11-01/2026-11-19", "15"),
        ("2026-11-20T20:00+0900/2026-12-01T00:00Z", "10"),
        ("until further notice", "15"),
    ],
)
def test_a_sale_holds_between_its_moments_only(dates: str, price: str) -> None:
    feed = read(item(sale_price="10 USD", sale_price_effective_date=dates))
    assert feed.variant("A").price == Money(Decimal(price), "USD")
    assert feed.variant("A").list_price == (Money(Decimal(15), "USD") if price == "10" else None)
    assert feed.codes == (["sale_dates_unread"] if "until" in dates else [])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("in stock", "in_stock"), ("In_Stock", "in_stock"), ("OutOfStock", "out_of_stock"), ("pre-order", "preorder"),
        ("backorder", "backorder"), ("available for order", "in_stock"), ("https://schema.org/SoldOut", "out_of_stock"),
        ("perhaps", "unknown"), ("", "unknown"),
    ],
)  # fmt: skip
def test_availability_is_understood_in_its_writings(said: str, meant: str) -> None:
    assert read(item(availability=said)).variant("A").availability == meant


def test_atom_keeps_its_own_id_and_link_apart_from_googles() -> None:
    raw = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
      <entry><id>tag:shop,2026:1</id><g:id>SKU-1</g:id><title>Cap &#8212; wool</title><link href="https://x.test/cap"/>
      <summary>Warm.</summary><g:price>9 USD</g:price><g:availability>in stock</g:availability></entry></feed>"""
    cap = read_bytes("feed", raw).products["SKU-1"]
    assert (cap.title, cap.url, cap.description) == ("Cap — wool", "https://x.test/cap", "Warm.")


@pytest.mark.parametrize("root", ["<rss>", '<rss xmlns:x="http://base.google.com/ns/1.0">'])
def test_a_missing_or_another_prefix_does_no_harm(root: str) -> None:
    prefix = "x" if "x" in root else "g"
    feed = read_bytes("feed.xml", rss(item().replace("g:", f"{prefix}:"), root=root))
    assert list(feed.products) == ["A"]


def test_a_bare_ampersand_and_html_entities_are_mended() -> None:
    feed = read(
        item(title="Salt & Pepper&nbsp;Mill &unknown; &#1;x", link="https://x.test/?a=1&b=2", brand="<![CDATA[A&B]]>")
    )
    mill = feed.products["A"]
    assert (mill.title, mill.url, mill.brand) == ("Salt & Pepper Mill &unknown; x", "https://x.test/?a=1&b=2", "A&B")


def test_what_stands_before_a_break_is_kept_and_nothing_is_taken_for_removed() -> None:
    feed = read_bytes("feed.xml", rss(item("A"), item("B"), item("C"))[:-90])
    assert list(feed.products) == ["A", "B"]
    assert feed.keys_lost
    assert feed.codes == ["xml_broken"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]>',
    ],
)
def test_entities_of_its_own_are_refused_and_never_resolved(doctype: str) -> None:
    raw = rss(item(title="&a;&b;")).replace(b"<rss", doctype.encode() + b"<rss", 1)
    feed = read_bytes("feed.xml", raw)
    assert feed.products == {}
    assert "root:" not in repr(feed)
    assert told(feed)


def test_a_blog_and_a_deep_document_are_refused() -> None:
    blog = rss("<title>News</title><link>https://x.test</link>", root="<rss>")
    assert read_bytes("blog.xml", blog).codes == ["markup_kind_unknown"]
    deep = rss(item() + "<a>" * 100_000)
    assert "xml_refused" in read_bytes("deep.xml", deep).codes


def test_costs_and_floor_prices_never_become_attributes() -> None:
    feed = read(item(cost_of_goods_sold="3 USD", auto_pricing_min_price="9 USD", weave="twill"))
    assert [(a.name, a.value) for a in feed.products["A"].attributes] == [("weave", "twill")]
    assert feed.codes == ["columns_unknown", "columns_unused"]


@pytest.mark.parametrize(
    ("titles", "chosen", "title"),
    [
        (["Tee - Red / M", "Tee - Blue / L"], [["Red", "M"], ["Blue", "L"]], "Tee"),
        (["Tee (Red, M)", "Tee (Rose, M)"], [["Red", "M"], ["Rose", "M"]], "Tee"),
        (["Team Jersey S", "Team Jersey M"], [["S"], ["M"]], "Team Jersey"),
        (["Teams", "Teams"], [["S"], ["M"]], "Teams"),
        (["开衫 米白 S", "开衫 米黄 M"], [["米白", "S"], ["米黄", "M"]], "开衫"),
        (["Phone 64 GB", "Phone 128 GB"], [[""], [""]], "Phone"),
        (["One", "Other"], [[""], [""]], "One"),
    ],
)
def test_a_product_is_called_what_its_variants_share(titles: list[str], chosen: list[list[str]], title: str) -> None:
    assert product_title(titles, chosen) == title


async def test_the_same_feed_again_changes_nothing_and_a_sold_out_size_is_seen(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        first = await shop.imports_text("feed.xml", ENGLISH.read_bytes(), timezone="America/Los_Angeles")
        again = await shop.imports_text("feed.xml", ENGLISH.read_bytes())
        changed = ENGLISH.read_text().replace("availability>in stock", "availability>sold out", 1)
        after = await shop.imports_text("feed.xml", changed)
        shirt = await shop.product("HAR-100")
    assert (counts(first).new, counts(again).unchanged, counts(after).changed) == (7, 7, 1)
    assert shirt.variants[0].availability is Availability.OUT_OF_STOCK
    assert "reader_failed" not in codes(first)


SEED = rss(item("A", color="Red", size="S", item_group_id="G", sale_price="9 USD"),
           item("B", color="Blue", size="M", item_group_id="G", shipping="<g:country>US</g:country>"))  # fmt: skip
TABLE = b"id\ttitle\tlink\tprice\tavailability\titem_group_id\tsize\nA\tCap\thttps://x.test\t9 USD\tin stock\tG\tS\n"


@settings(max_examples=60, deadline=None)
@given(st.one_of(mutated(SEED), mutated(TABLE), mutated(CHINESE.read_bytes()[:2500]), st.binary(max_size=200)))
def test_no_damage_to_a_feed_ends_in_anything_but_records_or_reasons(raw: bytes) -> None:
    feed = read_bytes("feed", raw)
    check_storable(feed)
    assert told(feed)
