"""What a shopper demands of a product."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.constraints import OptionVocabulary
from assistant.understanding.prices import parse_price
from knowledge.retrieval.prepared import prepared
from knowledge.retrieval.shop_shelves import Batch
from knowledge.retrieval.thesaurus import retail_thesaurus
from tests.library import index_over, product

Price = tuple[str | None, str | None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under 50 dollars", (None, "50")),
        ("below $50", (None, "50")),
        ("under 50 in red", (None, "50")),
        ("no more than 80", (None, "80")),
        ("cheaper than 40", (None, "40")),
        ("up to £1,200", (None, "1200")),
        ("$50 or less", (None, "50")),
        ("over $100", ("100", None)),
        ("from $50", ("50", None)),
        ("between $20 and $40", ("20", "40")),
        ("between 100 and 200 yuan", ("100", "200")),
        ("200 to 300 usd", ("200", "300")),
        ("around $80", ("64", "96")),
        ("about 100", ("80", "120")),
        ("over $20 but under $60", ("20", "60")),
        ("no more than $80", (None, "80")),
        ("no more than $80 items", (None, "80")),
        ("不超过500元人民币", (None, "500")),
        ("not over $80", (None, "80")),
        ("no less than $80", ("80", None)),
        ("不超过500元", (None, "500")),
        ("不低于500元", ("500", None)),
        ("低于500元", (None, "500")),
        ("200元以内", (None, "200")),
        ("100块以内的", (None, "100")),
        ("￥300以下", (None, "300")),
        ("不超过500", (None, "500")),
        ("预算300", (None, "300")),
        ("1,299元以内", (None, "1299")),
        ("至少500元", ("500", None)),
        ("500元以上", ("500", None)),
        ("100-200元", ("100", "200")),
        ("100到200块", ("100", "200")),
        ("300左右", ("240", "360")),
        ("身高170，200元以内", (None, "200")),
        ("两百以内", (None, "200")),
        ("预算一千五", (None, "1500")),
        ("三千二百元以下", (None, "3200")),
        ("两百到三百的", ("200", "300")),
        ("有没有三百多的", ("300", "399")),
        ("50多块", ("50", "59")),
        ("1000多的", ("1000", "1999")),
        ("三百多的羽绒服有吗", ("300", "399")),
        ("1,200多块", ("1200", "1299")),
        ("一千五百多块", ("1500", "1599")),
        ("一百二十多块", ("120", "129")),
        ("3千以内的手机", (None, "3000")),
        ("5千左右", ("4000", "6000")),
        ("1.5万以内", (None, "15000")),
        ("十万以内", (None, "100000")),
        ("五十块以内", (None, "50")),
        ("一百来块的礼物", ("80", "120")),
    ],
)
def test_a_price_is_read_in_both_languages(text: str, expected: Price) -> None:
    low, high = (None if edge is None else Decimal(edge) for edge in expected)
    assert parse_price(text) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "can I return within 30 days",
        "30天内可以退吗",
        "30天以内",
        "7个工作日内发货吗",
        "around 170cm tall",
        "about 2 weeks",
        "about 2 years old",
        "under 5 kg",
        "under 20 minutes",
        "up to 10 people",
        "up to 50% off",
        "最多2件",
        "over 3 days",
        "7-14 days",
        "between 2 and 4 people",
        "体重130斤左右",
        "500以上",
        "a jacket from 2019",
        "how much is it",
        "40多岁",
        "身高170多",
        "几百块左右",
        "不超过百分之三",
        "最多百分之十",
        "我体重一百三左右",
        "160多的能穿吗",
        "30多的人",
        "百搭吗",
        "千万别掉色",
    ],
)
def test_a_number_that_is_no_price_is_none(text: str) -> None:
    assert parse_price(text) == (None, None)


def test_a_range_that_is_upside_down_is_no_range() -> None:
    assert parse_price("between $40 and $20") == (None, None)


@given(st.integers(1, 99_999), st.sampled_from(["under ${}", "{}元以内", "less than {:,} dollars", "不超过{}元"]))
def test_any_amount_is_read_from_any_wording(amount: int, wording: str) -> None:
    assert parse_price(wording.format(amount)) == (None, Decimal(amount))


SHOP = index_over(
    [
        product(
            "shirt", "Shirt", options=[("Color", ["Navy", "Red", "Off White"]), ("Size", ["S", "M", "XL", "38", "40"])]
        ),
        product("tee", "T恤", options=[("颜色", ["红色", "藏青", "米白"]), ("尺码", ["均码"])], lang="zh"),
    ]
)
VOCABULARY = OptionVocabulary(SHOP, retail_thesaurus())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("do you have it in navy", {"navy"}),
        ("an off-white shirt", {"off white"}),
        ("a red one in XL", {"red", "xl"}),
        ("do you have size 38", {"38"}),
        ("有38码吗", {"38"}),
        ("M码还有吗", {"m"}),
        ("in a size S?", {"s"}),
        ("有没有红色的", {"红色"}),
        ("均码的有吗", {"均码"}),
        ("it's 38 dollars", set()),
        ("I ordered 40 of them", set()),
        ("what's the women's fit", set()),
        ("I'm happy", set()),
        ("where is my parcel", set()),
    ],
)
def test_an_option_is_demanded_only_where_it_is_named_as_one(text: str, wanted: set[str]) -> None:
    assert set(VOCABULARY.constraints(text).wanted) == wanted


def test_the_values_that_may_be_meant_reach_over_languages_and_shades() -> None:
    (navy,) = VOCABULARY.constraints("有没有藏青的").options
    assert navy == {"navy", "藏青"}
    (red,) = VOCABULARY.constraints("in red please").options
    assert "red" in red
    assert "navy" not in red


@pytest.mark.parametrize(
    "text",
    [
        "a shirt but not red",
        "anything but red",
        "without red",
        "no red please",
        "shirts that aren't red",
        "I don't want red",
        "one that does not have red",
    ],
)
def test_what_is_not_wanted_is_excluded_and_never_demanded(text: str) -> None:
    found = VOCABULARY.constraints(text)
    assert "red" in found.excluded
    assert found.options == ()
    assert found.excluded_words == ("red",)


@pytest.mark.parametrize("text", ["不要红色", "除了红色"])
def test_a_chinese_negation_excludes_too(text: str) -> None:
    found = VOCABULARY.constraints(text)
    assert "红色" in found.excluded
    assert found.options == ()


@pytest.mark.parametrize("text", ["can I return it if I don't like red", "如果不喜欢红色的可以退吗"])
def test_a_condition_excludes_nothing(text: str) -> None:
    assert VOCABULARY.constraints(text).excluded_words == ()


def test_one_may_be_wanted_and_another_not() -> None:
    found = VOCABULARY.constraints("a navy shirt, not red, under $60, in stock")
    assert found.wanted == ("navy",)
    assert "red" in found.excluded
    assert (found.max_price, found.in_stock) == (Decimal(60), True)
    assert {"navy", "red", "60"} <= found.used


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("what is your cheapest shirt", "price_asc"),
        ("最便宜的是哪个", "price_asc"),
        ("the most expensive bag", "price_desc"),
        ("最贵的包", "price_desc"),
        ("is it cheap", "relevance"),
        ("贵吗", "relevance"),
    ],
)
def test_a_superlative_asks_for_an_order(text: str, sort: str) -> None:
    assert VOCABULARY.constraints(text).sort == sort


@pytest.mark.parametrize(("text", "wanted"), [("is it in stock", True), ("有现货吗", True), ("nice stockings", False)])
def test_stock_is_demanded_in_both_languages(text: str, wanted: bool) -> None:
    assert VOCABULARY.constraints(text).in_stock is wanted


def test_a_shade_that_tells_what_most_products_are_is_no_choice() -> None:
    shades = [product("a", "Shirt", options=[("Color", ["Linen", "Navy"])])]
    of_linen = [product(f"l{n}", f"Linen trousers {n}") for n in range(3)]
    assert OptionVocabulary(index_over(shades), retail_thesaurus()).constraints("a linen one").wanted == ("linen",)
    among = OptionVocabulary(index_over([*shades, *of_linen]), retail_thesaurus())
    assert among.constraints("a linen one").wanted == ()
    assert among.constraints("a navy one").wanted == ("navy",)


def test_a_word_of_a_shade_that_pages_use_of_anything_names_no_choice() -> None:
    shades = [("Color", ["Mid Wash", "Black"])]
    jeans = product("j", "Jeans", options=shades, attributes=[("Care", "Machine wash cold")])
    others = [product(f"s{n}", f"Shirt {n}", attributes=[("Care", "Hand wash, dry flat")]) for n in range(3)]
    vocabulary = OptionVocabulary(index_over([jeans, *others]), retail_thesaurus())
    assert vocabulary.constraints("how do I wash it").wanted == ()
    assert vocabulary.constraints("the mid wash ones").wanted == ("mid wash",)
    assert vocabulary.constraints("in black").wanted == ("black",)


def test_values_that_come_and_go_are_known_and_forgotten_at_the_next_question() -> None:
    index = index_over([product("a", "Shirt", options=[("Color", ["Navy"])])])
    vocabulary = OptionVocabulary(index, retail_thesaurus())
    assert vocabulary.constraints("in navy or in crimson").wanted == ("navy",)
    staged = index.shelves.stage(Batch(prepared({1: product("a", "Shirt", options=[("Color", ["Crimson", "酒红"])])})))
    index.shelves.show(staged, {shelf: [] for shelf in staged.changed})
    assert vocabulary.constraints("in navy or in crimson").wanted == ("crimson",)
    assert vocabulary.constraints("有酒红的吗").wanted == ("酒红",)
