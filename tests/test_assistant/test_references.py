"""Which product a message means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio

from assistant.turn import PastMessage, TurnRequest
from assistant.understanding.constraints import Constraints
from assistant.understanding.intents import Guess, Intent
from assistant.understanding.question import Question
from assistant.understanding.references import Reference, only_so_called, points, resolve, shown_products
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.retriever import Retriever
from tests.library import MAPLE, library_over, product, shop_of, sqlite_url, variant

PRODUCTS = [
    product("oxford", "Harbor Oxford Shirt", "A cotton shirt.", variants=[variant("HL-S101", "60")]),
    product("kettle", "Copper Stovetop Kettle", "Boils water.", variants=[variant("HL-K900", "80")]),
    product("blanket", "Merino Throw Blanket", "Warm.", variants=[variant("HL-B400", "40")]),
    product("candle", "Cedar Soy Candle", "Smells of wood.", variants=[variant("HL-C500", "20")]),
    product("mug-s", "Speckled Stoneware Mug Small", "A mug."),
    product("mug-l", "Speckled Stoneware Mug Large", "A mug."),
    product("tea", "明前龙井茶礼盒", "绿茶。", lang="zh"),
    product("cup", "青瓷盖碗", "茶具。", lang="zh"),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def index(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ShopIndex]:
    async with library_over(sqlite_url(tmp_path_factory.mktemp("references")), Retriever) as library:
        await library.write(products=PRODUCTS)
        assert isinstance(library.retriever, Retriever)
        found = await library.retriever.index(MAPLE)
        await library.retriever.settled()
        yield found


def asked(text: str = "which one?", page: str | None = None) -> PastMessage:
    return PastMessage("shopper", text, page_product=page)


def replied(*handles: str) -> PastMessage:
    cards: list[dict[str, Any]] = [{"handle": handle} for handle in handles]
    return PastMessage("assistant", "Here.", {"action": "answer", "products": cards})


def meant(
    index: ShopIndex, text: str, history: Sequence[PastMessage] = (), page: str | None = None, lang: str = "en"
) -> Reference:
    request = TurnRequest(shop_of(MAPLE), "cv_1", text, "tr_1", tuple(history), page)
    return resolve(text, request, index, lang)


def question_about(reference: Reference) -> Question:
    guess = Guess(Intent.PRODUCT_QUESTION, 0.5, 0.3, {Intent.PRODUCT_QUESTION: 0.8})
    return Question("does it whistle", guess.intent, guess, reference, Constraints(), (), (), None, True, False, {})


def handles(reference: Reference) -> list[str]:
    return [str(product.handle) for product in reference.products]


@pytest.mark.parametrize(
    ("text", "lang", "handle"),
    [
        ("is the Harbor Oxford Shirt machine washable", "en", "oxford"),
        ("can I put the copper kettle on the stovetop", "en", "kettle"),
        ("明前龙井茶礼盒多少钱", "zh", "tea"),
        ("青瓷盖碗能进洗碗机吗", "zh", "cup"),
    ],
)
def test_a_name_is_recognised_in_both_languages(index: ShopIndex, text: str, lang: str, handle: str) -> None:
    found = meant(index, text, lang=lang)
    assert (handles(found), found.how, found.ambiguous) == ([handle], "named", ())
    assert found.words


@pytest.mark.parametrize("text", ["K900", "the 900 one", "HL for 900", "HL-K90"])
def test_a_part_of_a_code_is_no_code(index: ShopIndex, text: str) -> None:
    assert meant(index, text).how != "code"


@pytest.mark.parametrize(
    "text",
    [
        "is HL-K900 in stock",
        "Do you still have hl-k900.",
        "HL-K900有货吗",
        "is kettle-or HL-K900?",
        "HL K900 price",
        "hlk900",
        "ＨＬ－Ｋ９００",
        "HL_K900 有貨嗎",
        "how much is Hl.k900",
    ],
)
def test_a_code_is_recognised_wherever_it_stands(index: ShopIndex, text: str) -> None:
    found = meant(index, text)
    assert (handles(found), found.how) == (["kettle"], "code")


@pytest.mark.parametrize(
    ("text", "lang"), [("do you ship to Canada", "en"), ("可以开发票吗", "zh"), ("is it warm", "en")]
)
def test_a_message_that_names_and_shows_nothing_means_nothing(index: ShopIndex, text: str, lang: str) -> None:
    assert meant(index, text, lang=lang) == Reference()


@pytest.mark.parametrize(
    ("text", "lang"),
    [("is it warm", "en"), ("does this come gift wrapped", "en"), ("这个保暖吗", "zh"), ("它保暖吗", "zh")],
)
def test_a_pointing_word_means_what_was_shown_last(index: ShopIndex, text: str, lang: str) -> None:
    found = meant(index, text, [asked(), replied("blanket", "candle")], lang=lang)
    assert (handles(found), found.how) == (["blanket"], "pointed")
    assert points(text)


def test_without_a_pointing_word_what_was_shown_is_only_the_context(index: ShopIndex) -> None:
    found = meant(index, "gift wrapping?", [asked(), replied("blanket")])
    assert (handles(found), found.how) == (["blanket"], "context")
    assert not points("gift wrapping?")


@pytest.mark.parametrize(
    ("text", "lang", "handle"),
    [
        ("the second one please", "en", "candle"),
        ("the 1st", "en", "blanket"),
        ("tell me about the third", "en", "kettle"),
        ("the last one", "en", "kettle"),
        ("第二个多少钱", "zh", "candle"),
        ("第三款呢", "zh", "kettle"),
        ("最后一个", "zh", "kettle"),
        ("the cheaper one", "en", "candle"),
        ("便宜的那个", "zh", "candle"),
    ],
)
def test_an_ordinal_picks_from_what_was_shown(index: ShopIndex, text: str, lang: str, handle: str) -> None:
    found = meant(index, text, [asked(), replied("blanket", "candle", "kettle")], lang=lang)
    assert (handles(found), found.how) == ([handle], "ordinal")


def test_an_ordinal_beyond_what_was_shown_picks_nothing_by_order(index: ShopIndex) -> None:
    assert meant(index, "the fourth one", [asked(), replied("blanket", "candle")]).how != "ordinal"
    assert meant(index, "the second one").products == ()


@pytest.mark.parametrize(("text", "lang"), [("are both washable", "en"), ("这两个都能洗吗", "zh"), ("哪个好", "zh")])
def test_both_means_the_first_two_shown(index: ShopIndex, text: str, lang: str) -> None:
    found = meant(index, text, [asked(), replied("blanket", "candle", "kettle")], lang=lang)
    assert (handles(found), found.how) == (["blanket", "candle"], "pointed")


def test_the_page_is_meant_when_nothing_was_named_or_shown(index: ShopIndex) -> None:
    found = meant(index, "is it warm", page="blanket")
    assert (handles(found), found.how) == (["blanket"], "page")
    assert meant(index, "is it warm", page="not-a-product") == Reference()


def test_on_the_same_page_what_was_shown_beats_the_page_and_on_another_page_the_page_wins(index: ShopIndex) -> None:
    history = [asked(page="blanket"), replied("candle")]
    assert handles(meant(index, "is it warm", history, page="blanket")) == ["candle"]
    moved = meant(index, "is it warm", history, page="kettle")
    assert (handles(moved), moved.how) == (["kettle"], "page")
    assert handles(meant(index, "is it warm", history)) == ["candle"]


def test_a_name_beats_pointing_and_the_page(index: ShopIndex) -> None:
    found = meant(index, "is this like the Harbor Oxford Shirt", [asked(), replied("candle")], page="kettle")
    assert (handles(found), found.how) == (["oxford"], "named")


def test_near_twins_are_asked_about_unless_the_name_tells_them_apart(index: ShopIndex) -> None:
    unclear = meant(index, "is the speckled stoneware mug dishwasher safe")
    assert unclear.products == ()
    assert {str(product.handle) for product in unclear.ambiguous} == {"mug-s", "mug-l"}
    assert handles(meant(index, "is the large speckled stoneware mug dishwasher safe")) == ["mug-l"]
    assert handles(meant(index, "is the Speckled Stoneware Mug Small dishwasher safe")) == ["mug-s"]


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("what is the difference between the merino blanket and the cedar candle", "en", {"blanket", "candle"}),
        ("compare the Harbor Oxford Shirt with the Copper Stovetop Kettle", "en", {"oxford", "kettle"}),
        ("龙井茶礼盒和青瓷盖碗哪个好", "zh", {"tea", "cup"}),
    ],
)
def test_a_comparison_means_both_its_sides(index: ShopIndex, text: str, lang: str, expected: set[str]) -> None:
    found = meant(index, text, lang=lang)
    assert (set(handles(found)), found.how) == (expected, "named")


def test_what_was_shown_long_ago_is_forgotten(index: ShopIndex) -> None:
    history = [asked(), replied("candle"), asked(), replied(), asked(), replied()]
    assert handles(meant(index, "is it warm", history)) == ["candle"]
    assert meant(index, "is it warm", [*history, asked(), replied()]) == Reference()


def test_shown_is_the_latest_reply_with_products_that_still_exist(index: ShopIndex) -> None:
    history = [replied("candle"), replied("sold-and-gone"), PastMessage("human_agent", "hello")]
    shown = shown_products(history, index)
    assert ([str(product.handle) for product in shown.products], shown.turns_ago) == (["candle"], 1)
    assert shown_products([], index).products == ()


@pytest.mark.parametrize(
    ("text", "lang"), [("and the other one?", "en"), ("那另一款呢", "zh"), ("另外那个多少钱", "zh")]
)
async def test_the_other_one_of_two_is_the_one_not_spoken_of_last(index: ShopIndex, text: str, lang: str) -> None:
    listed = [asked(), replied("kettle", "blanket"), asked("is the first one copper"), replied("kettle")]

    assert handles(meant(index, text, listed, lang=lang)) == ["blanket"]


async def test_of_two_just_shown_neither_is_the_other_one(index: ShopIndex) -> None:
    assert meant(index, "and the other one?", [asked(), replied("kettle", "blanket")]).how != "ordinal"


async def test_other_colours_mean_no_other_product(index: ShopIndex) -> None:
    listed = [asked(), replied("kettle", "blanket"), asked("is the first one copper"), replied("kettle")]

    assert handles(meant(index, "what about the other colours", listed)) == ["kettle"]


def test_a_pointed_question_is_read_with_the_name_of_what_it_points_at(index: ShopIndex) -> None:
    kettle, candle = index.by_handle("kettle"), index.by_handle("candle")
    assert kettle is not None
    assert candle is not None
    assert question_about(Reference((kettle,), "pointed")).as_read == "Copper Stovetop Kettle: does it whistle"
    assert question_about(Reference((kettle,), "page")).as_read == "does it whistle"
    assert question_about(Reference((kettle, candle), "pointed")).as_read == "does it whistle"


def test_only_the_word_itself_calls_the_one_product_so(index: ShopIndex) -> None:
    assert handles(only_so_called("the kettle", index, "en")) == ["kettle"]
    assert handles(only_so_called("the kettles", index, "en")) == ["kettle"]
    assert handles(only_so_called("stoved", index, "en")) == []
    assert handles(only_so_called("100", index, "en")) == []


def test_what_goods_of_another_kind_are_called_names_no_product(index: ShopIndex) -> None:
    assert handles(only_so_called("the cedar mug", index, "en")) == []
    assert handles(only_so_called("the cedar candle", index, "en")) == ["candle"]
    assert handles(meant(index, "does the cedar soy smell strong")) == ["candle"]
    assert handles(meant(index, "is it possible to wash the cedar soy shirt")) == []
