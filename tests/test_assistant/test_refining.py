"""What a message adds to what was said before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.turn import PastMessage
from assistant.understanding.constraints import Constraints
from assistant.understanding.references import Reference, Shown
from assistant.understanding.refining import corrected, refined_search, with_further
from tests.library import product

BEFORE = [PastMessage("shopper", "show me sweaters"), PastMessage("assistant", "Here.", {"action": "answer"})]
TWO = Shown((product("a", "A"), product("b", "B")))
ONE = Shown((product("a", "A"),))
RED = frozenset({"red"})


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("no, I meant the blue one", "the blue one"),
        ("No the cardigan", "the cardigan"),
        ("sorry, I meant king", "king"),
        ("I meant the kettle", "the kettle"),
        ("不是，我说的是羊毛衫", "羊毛衫"),
        ("不对，是女款", "女款"),
        ("我说的是蓝色的", "蓝色的"),
    ],
)
def test_a_correction_is_what_stands_behind_the_no(text: str, rest: str) -> None:
    assert corrected(text, BEFORE) == rest


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "no thanks",
        "no wool please",
        "不要红色",
        "不是羊毛的毛衣",
        "是不是羊毛的",
        "不用了，谢谢",
        "notes on care",
    ],
)
def test_a_refusal_and_a_demand_are_no_corrections(text: str) -> None:
    assert corrected(text, BEFORE) is None


def test_nothing_can_be_corrected_before_anything_was_said() -> None:
    assert corrected("no, I meant the blue one", []) is None


def refined(own: Constraints, reference: Reference, shown: Shown) -> tuple[str, ...]:
    return refined_search(own, reference, shown, BEFORE, {"sweater"})


def test_a_demand_without_a_kind_refines_the_search_whose_list_was_shown() -> None:
    colour = Constraints(options=(RED,), wanted=("red",))
    context = Reference(TWO.products[:1], "context")
    assert refined(colour, context, TWO) == ("show me sweaters",)
    assert refined(colour, context, ONE) == (), "of one product it asks whether it comes in red"
    assert refined(Constraints(excluded_words=("wool",)), context, ONE) == ("show me sweaters",)
    assert refined(Constraints(sort="price_asc"), context, ONE) == ("show me sweaters",)
    assert refined(Constraints(), context, TWO) == ()
    assert refined(colour, Reference(), Shown()) == (), "nothing was shown"


def test_a_search_that_was_refined_before_is_told_from_the_message_that_named_the_kind() -> None:
    history = [*BEFORE, PastMessage("shopper", "in navy?"), PastMessage("assistant", "These.", {"action": "answer"})]
    own = Constraints(in_stock=True)
    assert refined_search(own, Reference(), TWO, history, {"sweater"}) == ("show me sweaters", "in navy?")
    assert refined_search(own, Reference(), TWO, history, {"scarf"}) == (), "the shop sells none"


def test_who_names_a_kind_or_a_product_begins_anew() -> None:
    context = Reference(TWO.products[:1], "context")
    assert refined(Constraints(options=(RED,), wanted=("red",), kinds=frozenset({"scarf"})), context, TWO) == ()
    assert refined(Constraints(options=(RED,), wanted=("red",)), Reference(TWO.products[:1], "ordinal"), TWO) == ()


def test_further_demands_join_the_earlier_ones_and_take_the_place_of_those_about_the_same() -> None:
    size, blue = frozenset({"m"}), frozenset({"blue"})
    before = Constraints(max_price=Decimal(95), options=(RED, size), wanted=("red", "m"), kinds=frozenset({"sweater"}))
    further = Constraints(options=(blue,), wanted=("blue",), excluded_words=("wool",), sort="price_asc")
    joined = with_further(before, further, [RED])
    assert joined.options == (size, blue)
    assert joined.wanted == ("m", "blue")
    assert (joined.max_price, joined.kinds) == (Decimal(95), frozenset({"sweater"}))
    assert (joined.excluded_words, joined.sort) == (("wool",), "price_asc")
