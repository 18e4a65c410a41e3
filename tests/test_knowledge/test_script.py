"""Traditional and simplified Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.query import ProductFilter, SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.script import script_of, simplified, traditional
from knowledge.text import fold
from tests.library import MAPLE, library_over, product, sqlite_url, variant

PAIRS = [
    ("這件毛衣會縮水嗎", "这件毛衣会缩水吗"),
    ("多少錢", "多少钱"),
    ("尺碼", "尺码"),
    ("裡面有 iPhone 15 的手機殼", "里面有 iPhone 15 的手机壳"),
    ("頭髮", "头发"),
    ("發貨", "发货"),
]


@pytest.mark.parametrize(("hant", "hans"), PAIRS)
def test_a_text_is_turned_into_either_script(hant: str, hans: str) -> None:
    assert simplified(hant) == hans
    assert traditional(hans) == hant
    assert fold(hant) == fold(hans)


@given(st.text(alphabet="羊毛衫这件衣服会缩水吗的了 abc15", max_size=20))
def test_what_is_simplified_or_latin_stays_as_it_is(text: str) -> None:
    assert simplified(text) == text


@pytest.mark.parametrize(
    ("texts", "script"),
    [
        (["這件毛衣會縮水嗎"], "traditional"),
        (["这件毛衣会缩水吗"], "simplified"),
        (["好的", "多少錢"], "traditional"),
        (["这件毛衣会缩水嗎"], "simplified"),
        (["羊毛衫"], None),
        (["how much?"], None),
        ([], None),
    ],
)
def test_the_script_is_that_of_the_newest_text_that_has_one(texts: list[str], script: str | None) -> None:
    assert script_of(texts) == script


@pytest.mark.parametrize(("wool", "question"), [("羊毛圍巾", "羊毛围巾"), ("羊毛围巾", "羊毛圍巾")])
async def test_what_is_written_in_one_script_is_found_by_a_question_in_the_other(
    tmp_path: Path, wool: str, question: str
) -> None:
    async with library_over(sqlite_url(tmp_path), Retriever) as library:
        await library.write(
            products=[product("scarf", wool, "手工", lang="zh"), product("cap", "帽子", "棉", lang="zh")]
        )
        assert isinstance(library.retriever, Retriever)
        index = await library.retriever.index(MAPLE)
        hits = index.search_products(SearchQuery(question, "zh"))
    assert hits[0].product.handle == "scarf"
    assert hits[0].product.title == wool, "what the shop wrote stays as it is"
    assert hits[0].scores.lexical > 0


def test_a_filter_meets_option_values_of_either_script() -> None:
    case = product("case", "手機殼", variants=[variant("blue", options=[("顏色", "藍色")])])
    assert ProductFilter(options=(frozenset({fold("蓝色")}),)).accepts(case)
    assert not ProductFilter(options=(frozenset({fold("红色")}),)).accepts(case)
