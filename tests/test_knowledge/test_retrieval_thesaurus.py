"""Concepts in texts."""

from __future__ import annotations

import pytest

from knowledge.retrieval.thesaurus import Thesaurus, retail_thesaurus

SMALL = Thesaurus(
    {
        "order": ("order", "订单"),
        "order_number": ("order number", "订单号"),
        "number": ("number",),
        "wash": ("wash", "laundering", "洗"),
        "coupon": ("coupon", "优惠券"),
        "discount": ("discount", "优惠"),
    }
)


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("what is my order number?", {"order_number"}),
        ("my Orders, and a number", {"order", "number"}),
        ("订单号是多少", {"order_number"}),
        ("订单在哪", {"order"}),
        ("有优惠券吗", {"coupon"}),
        ("有优惠吗", {"discount"}),
        ("怎么洗", {"wash"}),
        ("订单 coupon", {"order", "coupon"}),
        ("border crossing", set()),
    ],
)
def test_the_longest_phrase_counts_in_both_languages(text: str, concepts: set[str]) -> None:
    assert SMALL.concepts(text) == concepts


def test_a_single_character_means_something_only_as_a_word_of_its_own() -> None:
    assert SMALL.concepts("洗衣机") == frozenset()


def test_a_mention_tells_the_words_that_name_it() -> None:
    assert [(m.concept, m.words) for m in SMALL.mentions("the order numbers of coupons")] == [
        ("order_number", ("order", "numbers")),
        ("coupon", ("coupons",)),
    ]


def test_expansions_are_the_other_words_of_the_concepts_stemmed_and_never_the_own_ones() -> None:
    assert SMALL.expansions("washing instructions") == ["launder", "洗"]
    assert SMALL.expansions("怎么洗") == ["wash", "launder"]
    assert SMALL.expansions("nothing of this") == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("free shipping", "包邮"),
        ("how do I return this", "怎么退货"),
        ("do you have a coupon", "有优惠券吗"),
        ("can I get an invoice", "能开发票吗"),
        ("cash on delivery", "货到付款"),
    ],
)
def test_the_thesaurus_that_ships_joins_the_two_languages(english: str, chinese: str) -> None:
    shipped = retail_thesaurus()
    assert shipped.concepts(english) & shipped.concepts(chinese)
