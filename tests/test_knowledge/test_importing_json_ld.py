"""schema.org JSON-LD: products and questions, in a file or inside a page."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalog import Availability
from knowledge.importing.report import Kind
from knowledge.money import Money
from tests.test_knowledge.feed_reading import FEEDS, Read, check_storable, mutated, read_bytes, read_file, told
from tests.test_knowledge.merchant import counts, merchant

SCHEMA = "https://schema.org/"
OFFER = {"@type": "Offer", "price": "15.00", "priceCurrency": "USD", "availability": SCHEMA + "InStock"}
CAP = {"@context": SCHEMA, "@type": "Product", "sku": "A", "name": "Cap", "offers": OFFER}


def read(value: object, **shop: str) -> Read:
    return read_bytes("page.json", json.dumps(value).encode(), **shop)


def page(*blocks: str) -> bytes:
    scripts = "".join(f'<script type="application/ld+json">{block}</script>\n' for block in blocks)
    return f"<!doctype html><html><head>{scripts}</head><body><h1>Cap</h1><p>Warm.</p></body></html>".encode()


def test_a_page_with_a_group_of_variants_and_questions_is_read_as_both() -> None:
    found = read_file(FEEDS / "page_en.html")
    assert found.formats.count("json_ld") == 2
    assert list(found.products) == ["44E01"]
    coat = found.products["44E01"]
    assert (coat.title, coat.brand, coat.url) == ("Wool Winter Coat", "Nook Studio", "https://nook.example/coat")
    assert coat.description == "Wool coat & full lining."
    assert [(o.name, o.values) for o in coat.options] == [
        ("Color", ("Green", "Blue", "Black")),
        ("Size", ("small", "medium", "large")),
    ]
    assert len(coat.variants) == 8
    green = found.variant("44E01-Gs")
    assert (green.price, green.list_price) == (Money(Decimal("119.99"), "USD"), Money(Decimal(159), "USD"))
    assert found.variant("44E01-Gm").availability is Availability.OUT_OF_STOCK
    assert found.variant("44E01-Blue-large").availability is Availability.BACKORDER
    assert (coat.attribute("Size system"), coat.attribute("Gender"), coat.attribute("Material")) == (
        "US",
        "female",
        "Wool",
    )
    assert sorted(found.codes) == ["json_ld_broken", "value_missing"]
    assert next(issue.row for issue in found.issues if issue.code == "json_ld_broken") == 4
    questions = next(document for document in found.documents if document.name.endswith("-faq"))
    assert [p.text.split("\n")[0] for p in questions.passages] == [
        "Can I wash the coat?",
        "Do you ship to Canada?",
        "How long can I return it?",
    ]
    assert questions.passages[0].text.endswith("Dry clean only, except the collar, which unbuttons.")


def test_a_list_of_21_chinese_products_and_its_questions() -> None:
    found = read_file(FEEDS / "jsonld_zh.json", locale="zh-CN", currency="CNY", timezone="Asia/Shanghai")
    assert (len(found.products), len(list(found.variants())), found.rejected, found.codes) == (21, 22, 0, [])
    assert "REL" not in found.products
    towel = found.products["YM4"]
    assert [(v.options, str(v.price)) for v in towel.variants] == [
        ((("款式", "米色"),), "¥59"),
        ((("款式", "灰色"),), "¥79"),
    ]
    quilt = found.products["YM3"]
    assert (quilt.variants[0].price, quilt.attribute("价格区间")) == (None, "599–1299 CNY")
    assert found.variant("YM5").price == Money(Decimal(399), "CNY")
    assert found.variant("YM9").weight_grams == Decimal(2500)
    assert found.products["YM9"].attribute("填充物") == "白鹅绒"
    assert found.products["YM0"].attribute("评分") == "4.8 (31)"
    (questions,) = found.documents
    assert (questions.title, questions.lang, questions.name) == ("云眠常见问题", "zh", "jsonld_zh.json#faq")
    assert questions.passages[1].text.endswith("支持,但贴身用品拆封后不退,质量问题除外。")


@pytest.mark.parametrize(
    "offers",
    [
        OFFER,
        [OFFER],
        {**OFFER, "price": 15},
        {**OFFER, "price": 15.0},
        {
            "@type": "AggregateOffer",
            "lowPrice": "15",
            "highPrice": 15,
            "priceCurrency": "USD",
            "availability": "InStock",
        },
        {"@type": "AggregateOffer", "lowPrice": "9", "offers": [OFFER]},
        {"availability": "InStock", "priceSpecification": {"price": "15.00", "priceCurrency": "USD"}},
        {"@id": "#offer"},
    ],
)
def test_an_offer_says_the_same_in_every_form(offers: object) -> None:
    found = read({"@graph": [{**CAP, "offers": offers}, {"@id": "#offer", **OFFER}]})
    assert (found.variant("A").price, found.variant("A").availability) == (Money(Decimal(15), "USD"), "in_stock")


def test_a_range_of_prices_is_told_as_a_range_and_not_as_a_price() -> None:
    found = read({**CAP, "offers": {"lowPrice": 10, "highPrice": 20, "priceCurrency": "USD"}})
    assert (found.variant("A").price, found.products["A"].attribute("Price range")) == (None, "10–20 USD")


def test_offers_with_names_of_their_own_are_the_variants() -> None:
    offers = [{**OFFER, "name": f"Cap - {size}", "sku": f"A-{size}"} for size in "SM"]
    cap = read({**CAP, "offers": offers}).products["A"]
    assert [(v.sku, v.options) for v in cap.variants] == [("A-S", (("Version", "S"),)), ("A-M", (("Version", "M"),))]


def test_variants_that_name_their_group_come_together() -> None:
    group = {"@type": "ProductGroup", "productGroupID": "G", "name": "Cap", "description": "Warm."}
    variants = [{**CAP, "sku": f"A{s}", "size": s, "isVariantOf": group} for s in "SM"]
    cap = read(variants).products["G"]
    assert (cap.title, cap.description, [v.options for v in cap.variants]) == (
        "Cap",
        "Warm.",
        [(("Size", "S"),), (("Size", "M"),)],
    )


def test_the_same_product_from_two_plugins_counts_once_and_a_different_word_is_told() -> None:
    assert (read([CAP, CAP]).codes, read([CAP, CAP]).rejected) == ([], 0)
    twice = read([CAP, {**CAP, "offers": {**OFFER, "price": "16"}}])
    assert (twice.codes, twice.variant("A").price) == (["key_repeated"], Money(Decimal(15), "USD"))


def test_types_may_be_lists_addresses_or_prefixed() -> None:
    for written in (["Thing", "Product"], "http://schema.org/Product", "schema:Product"):
        assert list(read({**CAP, "@type": written}).products) == ["A"]


@pytest.mark.parametrize(
    "block",
    [
        json.dumps(CAP),
        f"<!-- {json.dumps(CAP)} -->",
        f"//<![CDATA[\n{json.dumps(CAP)}\n//]]>",
        json.dumps(CAP)[:-1] + ",}",
        json.dumps({**CAP, "description": "two"}).replace("two", "two\nlines"),
    ],
)
def test_blocks_are_read_as_templates_write_them(block: str) -> None:
    found = read_bytes("page.html", page(block, "{broken", json.dumps({"@type": "Organization", "name": "X"})))
    assert list(found.products) == ["A"]
    assert found.codes == ["json_ld_broken"]


@pytest.mark.parametrize(
    "value", [{"@type": "Organization", "name": "X"}, {"@graph": []}, {"@context": SCHEMA}, [[[]]]]
)
def test_other_json_ld_is_refused(value: object) -> None:
    assert read(value).codes == ["json_kind_unknown"]


def test_a_shop_profile_is_still_a_shop_profile() -> None:
    assert read({"id": "maple", "name": "Maple", "currency": "USD"}).formats == ["shop_profile"]


async def test_products_and_questions_of_one_file_are_stored_under_names_of_their_own(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text(
            "all.json", (FEEDS / "jsonld_zh.json").read_bytes(), locale="zh-CN", currency="CNY"
        )
        again = await shop.imports_text("all.json", (FEEDS / "jsonld_zh.json").read_bytes())
    assert [(f.file, f.kind, f.counts.new) for f in report.files] == [
        ("all.json", Kind.PRODUCT, 21),
        ("all.json#faq", Kind.DOCUMENT, 1),
    ]
    assert counts(again).unchanged == 22


SEEDS = [
    (FEEDS / "page_en.html").read_bytes(),
    (FEEDS / "jsonld_zh.json").read_bytes()[:1500],
    json.dumps(CAP).encode(),
]
PARTS = ["@id", "@value", "name", "value", "price", "url"]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["15", SCHEMA + "size", "#a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PARTS), inner),
    max_leaves=6,
)
NAMES = [
    "@id",
    "@type",
    "@graph",
    "name",
    "sku",
    "offers",
    "hasVariant",
    "variesBy",
    "isVariantOf",
    "size",
    "color",
    "image",
    "brand",
    "mainEntity",
    "weight",
    "audience",
    "additionalProperty",
    "category",
    "aggregateRating",
]


@settings(max_examples=60, deadline=None)
@given(st.one_of([mutated(seed) for seed in SEEDS]), st.sampled_from(["x.html", "x.json", "x"]))
def test_no_damage_to_a_page_ends_in_anything_but_records_or_reasons(raw: bytes, name: str) -> None:
    found = read_bytes(name, raw)
    check_storable(found)
    assert told(found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JUNK), max_size=4))
def test_values_of_the_wrong_kind_end_in_records_or_reasons(nodes: list[dict[str, object]]) -> None:
    group = {"@type": ["ProductGroup", "FAQPage"], "name": "G", "hasVariant": [{**CAP, **node} for node in nodes]}
    found = read([CAP, *({**CAP, **node} for node in nodes), *({**group, **node} for node in nodes)])
    check_storable(found)
    assert told(found)
