"""Demands that no likeness of words may soften: so much of something, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from assistant.understanding.audience import Audience, audience_of, audiences_in, suits
from assistant.understanding.bounds import bound_in, meets
from assistant.understanding.recipients import recipient_words
from knowledge.catalog import Attribute, Handle, Product, ShopId, Source


def product(title: str, *, category: str = "", tags: tuple[str, ...] = (), **attributes: str) -> Product:
    return Product(
        shop_id=ShopId("s"),
        handle=Handle(title),
        title=title,
        description="Borrowed from the boys.",
        category=category,
        tags=tags,
        attributes=tuple(Attribute(name, value) for name, value in attributes.items()),
        lang="en",
        as_of=datetime(2026, 11, 20, tzinfo=UTC),
        source=Source("products.csv"),
    )


@pytest.mark.parametrize(
    ("text", "kind", "value", "more", "inclusive"),
    [
        ("a kettle bigger than 0.8 L", "volume", "800", True, False),
        ("比0.8升大的烧水壶", "volume", "800", True, False),
        ("容量5000毫安以上的充电宝", "charge", "5000", True, True),
        ("at least 65W", "power", "65", True, True),
        ("a bag under 1 kg", "mass", "1000", False, False),
        ("不超过500克以内", "mass", "500", False, True),
    ],
)
def test_a_demand_on_a_quantity_is_read(text: str, kind: str, value: str, more: bool, inclusive: bool) -> None:
    bound = bound_in(text)
    assert bound is not None
    assert (bound.kind, bound.value, bound.more, bound.inclusive) == (kind, Decimal(value), more, inclusive)


@pytest.mark.parametrize(
    "text", ["under $60", "within 30 days", "a rug longer than 5 ft", "30ml和50ml哪个划算", "10000mAh的有吗", "size L"]
)
def test_prices_times_lengths_and_bare_quantities_are_no_such_demand(text: str) -> None:
    assert bound_in(text) is None


def test_only_what_states_enough_meets_the_demand() -> None:
    bound = bound_in("a kettle bigger than 0.8 L")
    assert bound is not None
    assert meets(product("Kettle 1.0 L"), bound)
    assert not meets(product("Kettle 0.8 L"), bound)
    assert meets(product("Kettle", Capacity="1.5 L"), bound)
    assert not meets(product("Kettle", Power="1200 W"), bound)


def test_the_name_goes_before_a_rating_in_a_field() -> None:
    bound = bound_in("5000毫安以上")
    assert bound is not None
    assert meets(product("充电宝 10000mAh", 额定容量="6000mAh"), bound)
    assert meets(product("充电宝 5000mAh", 额定容量="2900mAh"), bound)


@pytest.mark.parametrize(
    ("text", "audiences"),
    [
        ("men's shoes", {Audience.MEN}),
        ("有女鞋吗", {Audience.WOMEN}),
        ("shoes for women and kids", {Audience.WOMEN, Audience.CHILDREN}),
        ("给女儿买的童鞋", {Audience.CHILDREN}),
        ("a unisex jacket for men and women", set()),
        ("is it good to recommend", set()),
    ],
)
def test_for_whom_is_read_from_whole_words(text: str, audiences: set[Audience]) -> None:
    assert audiences_in(text) == audiences


def test_a_product_tells_for_whom_it_is_by_name_place_and_field_and_not_by_its_prose() -> None:
    assert audience_of(product("Chelsea Boot", category="Women > Shoes")) == {Audience.WOMEN}
    assert audience_of(product("Slicker", gender="male")) == {Audience.MEN}
    assert audience_of(product("Kettle")) == frozenset()


def test_what_is_for_anybody_suits_everybody() -> None:
    men = frozenset({Audience.MEN})
    assert suits(men, product("Kettle"), ())
    assert suits(men, product("Men’s Tee"), ())
    assert not suits(men, product("Canvas Slip-On", category="Women > Shoes"), ())


def test_for_whom_a_present_is_demands_nothing_of_its_page() -> None:
    assert "mom" in recipient_words("something for my mom under $60")
    assert "妈妈" in recipient_words("送妈妈的羊毛围巾")
    assert recipient_words("a scarf for winter") == frozenset()
