"""OpenAI's product feed in both generations, and ACP's products."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalog import Availability
from knowledge.money import Money
from tests.test_knowledge.feed_reading import FEEDS, Read, check_storable, mutated, read_bytes, read_file, told
from tests.test_knowledge.merchant import counts, merchant

OLD = {
    "id": "A",
    "title": "Cap",
    "description": "Wool.",
    "link": "https://x.test/a",
    "image_link": "https://x.test/a.jpg",
    "price": "15.00 USD",
    "availability": "in_stock",
    "enable_search": "true",
    "enable_checkout": "false",
}
NEW = {
    "item_id": "A",
    "title": "Cap",
    "description": "Wool.",
    "url": "https://x.test/a",
    "image_url": "https://x.test/a.jpg",
    "price": "15.00 USD",
    "availability": "in_stock",
    "is_eligible_search": True,
}


def read(value: object, **shop: str) -> Read:
    return read_bytes("feed.json", json.dumps(value).encode(), **shop)


def test_the_current_generation_in_lines_keeps_its_good_lines() -> None:
    feed = read_file(FEEDS / "agentic_en.jsonl")
    assert feed.formats == ["agentic_feed"]
    assert (len(feed.products), len(list(feed.variants())), feed.rejected) == (13, 20, 1)
    assert [(i.code, i.row) for i in feed.issues if i.code == "json_broken"] == [("json_broken", 21)]
    assert feed.keys_lost
    shoe = feed.products["TRAIL"]
    assert [(o.name, o.values) for o in shoe.options] == [
        ("Color", ("Black", "Stone")),
        ("Size", ("7", "8", "9", "10")),
    ]
    assert shoe.description.endswith("Q: Is it true to size?\nA: Half a size small.")
    assert (shoe.attribute("Return window"), shoe.attribute("Rating")) == ("30 days", "4.6 (254)")
    assert feed.variant("TRAIL-B10").availability is Availability.PREORDER
    assert (feed.variant("R-01").price, feed.variant("R-01").quantity) == (Money(Decimal("18.5"), "USD"), 40)
    assert not feed.products["R-12"].published


def test_the_former_generation_in_chinese_keeps_its_own_options() -> None:
    feed = read_file(FEEDS / "agentic_zh.csv", locale="zh-CN", currency="CNY", timezone="Asia/Shanghai")
    assert (feed.formats, len(feed.products), len(list(feed.variants())), feed.rejected) == (
        ["agentic_feed"],
        15,
        20,
        1,
    )
    robot = feed.products["BOT"]
    assert (robot.title, [o.name for o in robot.options]) == ("灵犀扫地机器人", ["颜色", "版本"])
    assert (robot.attribute("退货期限"), robot.attribute("警示")) == ("7 天", "请勿用于清理液体")
    assert feed.variant("BOT-1").price == Money(Decimal(2199), "CNY")
    assert feed.codes == ["price_unreadable", "product_rejected"]
    assert {issue.row for issue in feed.issues} == {21}
    assert feed.variant("LX001").availability is Availability.OUT_OF_STOCK  # "in_stock", with none left


def test_products_of_the_acp_interface_have_prices_in_minor_units() -> None:
    feed = read_file(FEEDS / "acp_en.json")
    assert (len(feed.products), len(list(feed.variants())), feed.codes) == (4, 24, [])
    tee = feed.products["prod_0"]
    assert (tee.title, tee.description, tee.url) == (
        "Classic Tee",
        "Classic Tee: soft, heavy cotton.",
        "https://acp.example/0",
    )
    red = feed.variant("acp-0-RS")
    assert (red.price, red.list_price) == (Money(Decimal("19.99"), "USD"), Money(Decimal("24.99"), "USD"))
    assert (red.gtin, red.image) == ("4006381333931", "https://cdn.acp.example/0-Red.jpg")
    assert tee.images[0] == "https://cdn.acp.example/0.jpg"
    assert feed.variant("acp-0-RL").availability is Availability.OUT_OF_STOCK


@pytest.mark.parametrize(
    ("amount", "currency", "meant"), [(1999, "USD", "19.99"), (1999, "JPY", "1999"), (1999, "KWD", "1.999")]
)
def test_minor_units_follow_the_currency(amount: int, currency: str, meant: str) -> None:
    variant = {"id": "v", "title": "Cap", "price": {"amount": amount, "currency": currency}}
    feed = read([{"id": "p", "title": "Cap", "variants": [variant]}])
    assert feed.variant("v").price == Money(Decimal(meant), currency)


@pytest.mark.parametrize("generation", [OLD, NEW])
@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: {"products": [x]}, lambda x: x])
def test_both_generations_say_the_same_however_they_are_wrapped(generation: dict[str, object], wrap: object) -> None:
    assert callable(wrap)
    cap = read(wrap(generation)).products["A"]
    assert (cap.title, cap.url, cap.images) == ("Cap", "https://x.test/a", ("https://x.test/a.jpg",))
    assert cap.variants[0].price == Money(Decimal(15), "USD")


@pytest.mark.parametrize(
    "written", [{"Fit": "Slim"}, [{"name": "Fit", "value": "Slim"}], '{"Fit": "Slim"}', "Fit: Slim"]
)
def test_options_that_a_feed_names_are_options_in_every_writing(written: object) -> None:
    assert read([{**NEW, "variant_dict": written}]).variant("A").options == (("Fit", "Slim"),)


def test_a_variant_without_an_option_and_one_said_twice_are_rejected_and_the_others_kept() -> None:
    rows: list[dict[str, object]] = [
        {**NEW, "item_id": str(n), "group_id": "G", "size": size} for n, size in enumerate("SMM")
    ]
    feed = read([*rows, {**NEW, "item_id": "9", "group_id": "G"}, {**NEW, "item_id": "0", "group_id": "G"}])
    assert [v.sku for v in feed.products["G"].variants] == ["0", "1"]
    assert (feed.rejected, sorted(feed.codes)) == (3, ["key_repeated", "option_missing", "variant_repeated"])
    assert {i.field for i in feed.issues} == {"[2]", "[3].color", "[4].item_id"}


def test_the_item_that_stands_for_its_group_is_no_variant() -> None:
    sizes = [{**NEW, "item_id": f"G-{size}", "group_id": "G", "size": size} for size in "SM"]
    feed = read([{**NEW, "item_id": "G", "description": "The whole story."}, *sizes])
    assert [v.sku for v in feed.products["G"].variants] == ["G-S", "G-M"]
    assert feed.products["G"].description == "The whole story."


def test_texts_from_escapes_hold_nothing_that_a_database_refuses() -> None:
    feed = read_bytes(
        "f.json", b'[{"id":"A","title":"Cap\\u0000\\ud800\\u202e","link":"https://x.test","price":"5","gtin":1e400}]'
    )
    assert [p.title for p in feed.products.values()] == ["Cap"]
    check_storable(feed)


@pytest.mark.parametrize(
    "value",
    [
        {"id": "feed_1", "target_country": "US"},
        [1, 2],
        [{"id": 1, "title": "x"}],
        {"products": []},
        {"products": [{"id": 1, "title": "T", "variants": [{"id": 2, "title": "S", "option1": "S"}]}]},
    ],
)
def test_other_json_is_still_refused(value: object) -> None:
    assert read(value).codes == ["json_kind_unknown"]


async def test_a_packed_feed_is_imported_and_a_flag_takes_a_product_away(tmp_path: Path) -> None:
    lines = [json.dumps({**NEW, "item_id": str(n)}) for n in range(3)]
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("products.jsonl.gz", gzip.compress("\n".join(lines).encode()))
        assert (counts(report).new, report.files[0].file) == (3, "products.jsonl")
        lines[1] = json.dumps({**NEW, "item_id": "1", "is_eligible_search": False})
        await shop.imports_text("products.jsonl.gz", gzip.compress("\n".join(lines).encode()))
        assert [(await shop.product(str(n))).published for n in range(3)] == [True, False, True]


SEEDS = [
    json.dumps([OLD, {**NEW, "item_id": "B", "variant_dict": {"Size": "S"}}]).encode(),
    (FEEDS / "acp_en.json").read_bytes()[:1500],
    (FEEDS / "agentic_en.jsonl").read_bytes()[:2000],
    (FEEDS / "agentic_zh.csv").read_bytes()[:2000],
]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("15 USD"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["amount", "currency", "name", "value", "url"]), inner)
    ),
    max_leaves=6,
)
NAMES = [
    "item_id",
    "group_id",
    "title",
    "price",
    "sale_price",
    "availability",
    "variant_dict",
    "variants",
    "media",
    "q_and_a",
    "size",
    "shipping",
    "product_detail",
    "gtin",
    "weight",
    "expiration_date",
    "additional_image_urls",
    "is_eligible_search",
]


@settings(max_examples=60, deadline=None)
@given(st.one_of([mutated(seed) for seed in SEEDS]))
def test_no_damage_to_a_feed_ends_in_anything_but_records_or_reasons(raw: bytes) -> None:
    feed = read_bytes("feed", raw)
    check_storable(feed)
    assert told(feed)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JUNK), max_size=4))
def test_values_of_the_wrong_kind_end_in_records_or_reasons(rows: list[dict[str, object]]) -> None:
    feed = read([NEW, *({**NEW, **row} for row in rows)])
    check_storable(feed)
    assert told(feed)
