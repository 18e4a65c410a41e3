"""Which products a message sets against each other."""

from __future__ import annotations

import pytest

from assistant.agent.verdicts.comparison import picked
from assistant.turn import PastMessage
from assistant.understanding.sides import _beside_pointed, asks_for_differences, compares, compares_only, sides_of
from tests.library import product
from tests.test_assistant.small_shop import CARDIGAN, SHIRT, Counter


def compared(counter: Counter, text: str) -> tuple[list[str], str]:
    index = counter.responder.retriever._indexes[counter.shop.id]
    sides = sides_of(text, index, "zh")
    return ([str(product.handle) for product in sides.products], sides.foreign) if sides else ([], "")


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("羊毛开衫和亚麻衬衫哪个好打理", [CARDIGAN, SHIRT]),
        ("亚麻的跟羊毛的选哪件", [SHIRT, CARDIGAN]),
        ("wool cardigan vs linen shirt, which is warmer?", [CARDIGAN, SHIRT]),
        ("is the linen shirt or the wool cardigan better for summer", [SHIRT, CARDIGAN]),
    ],
)
async def test_each_side_is_found_though_its_name_is_cut_short(counter: Counter, text: str, handles: list[str]) -> None:
    assert compared(counter, text)[0] == handles


@pytest.mark.parametrize(("side", "handle"), [(" the mens one", "ridge-men"), ("-10 那个", "drift-10")])
def test_beside_what_is_pointed_at_stands_the_other_of_its_like(side: str, handle: str) -> None:
    pointed = product("ridge-women", "Ridge Shell Jacket – Women's")
    others = [
        product("scree-men", "Scree Trousers – Men's"),
        product("ridge-men", "Ridge Shell Jacket – Men's"),
        product("bag", "Water Bag 10 L"),
        product("drift-10", "Drift –10 Sleeping Bag"),
    ]
    if handle == "drift-10":
        pointed = product("drift-0", "Drift 0 Sleeping Bag")
    sides = _beside_pointed(pointed, side, others)
    assert sides is not None
    assert [one.handle for one in sides.products] == [pointed.handle, handle]


async def test_a_thing_that_the_shop_never_heard_of_is_told_apart(counter: Counter) -> None:
    handles, foreign = compared(counter, "is the wool cardigan better than uniqlo")
    assert (handles, foreign) == ([CARDIGAN], "uniqlo")


@pytest.mark.parametrize(
    "text", ["羊毛开衫怎么洗", "运费和发货时间", "退货还是换货方便", "do you ship to Canada or Mexico"]
)
async def test_what_sets_no_products_against_each_other_names_none(counter: Counter, text: str) -> None:
    assert compared(counter, text)[0] == []


@pytest.mark.parametrize(
    ("text", "only"),
    [("这俩差在哪", True), ("which is better", True), ("those two - which one?", True), ("哪个更暖和", False),
     ("which is warmer", False), ("这件怎么洗", False)],
)  # fmt: skip
def test_a_comparison_of_nothing_named_in_no_respect_is_known(text: str, only: bool) -> None:
    assert compares_only(text) is only


def test_words_of_comparison_stand_beside_chinese_without_a_space() -> None:
    assert compares("气垫vs粉底液")
    assert asks_for_differences("这两件有什么区别")
    assert not asks_for_differences("which is warmer")


async def test_a_second_question_about_what_was_compared_means_both(counter: Counter) -> None:
    shown = {"action": "answer", "products": [{"handle": CARDIGAN}, {"handle": SHIRT}]}
    past = (PastMessage("shopper", "羊毛开衫和亚麻衬衫有什么区别"), PastMessage("assistant", "…", shown))
    (question,) = (await counter.context("which is cheaper?", *past)).understanding.questions
    assert [product.handle for product in question.reference.products] == [CARDIGAN, SHIRT]


async def test_the_cheaper_is_told_with_the_difference_that_code_has_worked_out(counter: Counter) -> None:
    context = await counter.context("羊毛开衫和亚麻衬衫哪个便宜")
    (question,) = context.understanding.questions
    pick = picked(question, question.reference.products)
    assert pick is not None
    assert (pick.product.handle, str(pick.gap)) == (SHIRT, "¥200")
