"""The most and the least of something, from the shop's own numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.understanding.superlatives import measured, ranked, superlative
from knowledge.catalog import Product
from tests.library import product, variant


def stating(handle: str, **attributes: str) -> Product:
    return product(handle, handle.title(), attributes=[(k.replace("_", " "), v) for k, v in attributes.items()])


@pytest.mark.parametrize(
    ("question", "dimension", "direction"),
    [
        ("which jacket is the lightest?", "weight", "least"),
        ("哪款充电宝容量最大", "capacity", "most"),
        ("which candle burns longest", "duration", "most"),
        ("哪条裤子更薄", "thickness", "least"),
    ],
)
def test_what_is_wanted_most_or_least_is_read_from_the_question(question: str, dimension: str, direction: str) -> None:
    found = superlative(question)
    assert found is not None
    assert (found.dimension, found.direction) == (dimension, direction)


@pytest.mark.parametrize("question", ["is it light blue?", "when does it ship", "有薄荷绿吗"])
def test_a_question_without_a_measure_wants_none(question: str) -> None:
    assert superlative(question) is None


def test_values_in_different_units_are_compared_and_the_fact_is_the_shops_own_words() -> None:
    wanted = superlative("which is the lightest")
    assert wanted is not None
    order = ranked([stating("a", Weight="1.2 kg"), stating("b", Weight="900 g"), stating("c", Weight="1 lb")], wanted)
    assert [p.handle for p, _ in order] == ["c", "b", "a"]
    assert order[0][1].fact.text == "1 lb"


def test_values_of_another_kind_and_pages_without_one_are_left_out() -> None:
    wanted = superlative("largest capacity")
    assert wanted is not None
    order = ranked([stating("a", Capacity="20 L"), stating("b", Capacity="5 gal"), stating("c", Capacity="big"),
                    stating("d", Capacity="5000 mAh")], wanted)  # fmt: skip
    assert [p.handle for p, _ in order] == ["a", "b"]


def test_of_one_alone_nobody_can_say_that_it_is_the_lightest() -> None:
    wanted = superlative("the lightest one")
    assert wanted is not None
    assert ranked([stating("a", Weight="1 kg"), stating("b")], wanted) == []


def test_the_weight_of_the_variants_counts_where_the_page_states_none() -> None:
    wanted = superlative("最重的")
    assert wanted is not None
    heavy = product("h", "Pan", variants=[replace(variant("H-1"), weight_grams=Decimal(2300))])
    found = measured(heavy, wanted)
    assert found is not None
    assert found.value == Decimal(2300)
    assert found.fact.text == "2300 g"
