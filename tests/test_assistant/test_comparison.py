"""Attributes of several products, aligned by meaning."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.comparison import aligned, cheapest, first_by, meaning
from assistant.understanding.superlatives import superlative
from knowledge.catalog import Attribute, Handle, Product, Variant
from knowledge.money import Money
from tests.test_assistant.test_sizing import a_product

BARE = replace(a_product(), options=(), variants=())


def item(handle: str, price: str | None = None, **attributes: str) -> Product:
    stated = tuple(Attribute(name.replace("_", " "), value) for name, value in attributes.items())
    variants = (Variant("1", price=Money(Decimal(price), "USD")),) if price else ()
    return replace(BARE, handle=Handle(handle), title=handle.title(), attributes=stated, variants=variants)


def row_of(products: list[Product], key: str) -> tuple[tuple[str | None, ...], bool, bool]:
    row = next(row for row in aligned(products, "Price") if row.key == meaning(key))
    return row.values, row.is_shared, row.differs


def test_the_same_thing_under_two_names_stands_in_one_row() -> None:
    products = [item("a", Net_weight="500 g"), item("b", 重量="0.7 kg")]
    assert row_of(products, "weight") == (("500 g", "0.7 kg"), True, True)


def test_the_same_amount_in_two_units_is_no_difference() -> None:
    assert row_of([item("a", weight="0.5 kg"), item("b", weight="500 g")], "weight")[2] is False


@pytest.mark.parametrize("other", ["100% cotton", "95 % Cotton, 5 % elastane"])
def test_words_differ_by_what_they_say_and_not_by_their_case(other: str) -> None:
    differs = row_of([item("a", Material="100% Cotton"), item("b", Material=other)], "material")[2]
    assert differs is (other != "100% cotton")


def test_what_one_side_states_is_no_difference() -> None:
    values, shared, differs = row_of([item("a", Pockets="Yes"), item("b", Material="silk")], "pockets")
    assert (values, shared, differs) == (("Yes", None), False, False)


def test_a_long_value_is_never_cut_within_a_number() -> None:
    text = "wash apart, " * 6 + "1234567890"
    (value, _), *_ = [row_of([item("a", Care=text), item("b", Care="dry clean")], "care")[0]]
    assert value is not None
    assert value.endswith("…")
    assert "123" not in value.removesuffix("…") or "1234567890" in value


def test_the_cheapest_is_picked_with_the_difference_when_every_price_is_known() -> None:
    pick = cheapest([item("a", "90"), item("b", "78.50")])
    assert pick is not None
    assert (pick.product.handle, str(pick.gap)) == ("b", "$11.50")
    assert cheapest([item("a", "90"), item("b")]) is None
    assert cheapest([item("a", "90"), item("b", "90")]) is None


def test_the_lighter_is_picked_by_weight_and_nobody_when_one_does_not_state_it() -> None:
    wanted = superlative("which of them is lighter")
    assert wanted is not None
    pick = first_by([item("a", Weight="1 lb"), item("b", Weight="300 g")], wanted)
    assert pick is not None
    assert pick.product.handle == "b"
    assert first_by([item("a", Weight="1 lb"), item("b")], wanted) is None
    assert first_by([item("a", Weight="0.3 kg"), item("b", Weight="300 g")], wanted) is None
