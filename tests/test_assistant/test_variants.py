"""Choices of one product, set against each other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assistant.agent.variants import choices_in, choices_text
from knowledge.catalog import Availability, Product, ProductOption, Variant
from knowledge.money import Money
from tests.test_assistant.test_sizing import a_product


def basket() -> Product:
    prices = {"Small": "46", "Large": "72"}
    variants = tuple(
        Variant(
            key=size,
            options=(("Size", size),),
            price=Money(Decimal(price), "USD"),
            availability=Availability.IN_STOCK if size == "Small" else Availability.OUT_OF_STOCK,
            weight_grams=Decimal(900),
        )
        for size, price in prices.items()
    )
    return replace(a_product(), options=(ProductOption("Size", tuple(prices)),), variants=variants)


def test_two_named_choices_of_one_option_are_set_side_by_side() -> None:
    choices = choices_in("Large or small, what is the difference?", basket())
    assert choices is not None
    assert choices.values == ("Small", "Large")
    assert choices_text(choices, "en") == "- Small: $46, in stock, 900 g\n- Large: $72, sold out, 900 g"


def test_one_choice_and_parts_of_words_are_none() -> None:
    assert choices_in("do you have it in large?", basket()) is None
    assert choices_in("is it larger or smaller than a bucket?", basket()) is None


def test_amounts_are_told_apart_in_chinese_too() -> None:
    serum = replace(a_product(), options=(ProductOption("规格", ("30ml", "50ml")),))
    choices = choices_in("30ml和50ml哪个更划算", serum)
    assert choices is not None
    assert choices.values == ("30ml", "50ml")
