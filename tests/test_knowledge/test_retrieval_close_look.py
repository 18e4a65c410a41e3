"""The second look at the head of a product search."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.close_look import HEAD, CloseLook
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.models import CHOSEN, SearchModels, Use
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.schemes import PASSAGES, PRODUCTS, LexicalEntry
from tests.library import MAPLE, Library, library_over, product, sqlite_url

LOOK = CloseLook(words=0.3, fused=0.5)
shares = st.dictionaries(st.integers(0, 20), st.floats(0, 1), min_size=1, max_size=20)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with library_over(sqlite_url(tmp_path), Retriever) as library:
        yield library


def test_the_nearer_goes_first_unless_it_lacks_words_or_was_found_far_below() -> None:
    assert LOOK.order({1: 1.0, 2: 0.98}, {1: 0.4, 2: 0.5}, {1: 1.0, 2: 1.0}) == [2, 1]
    assert LOOK.order({1: 1.0, 2: 0.98}, {1: 0.4, 2: 0.5}, {1: 1.0, 2: 0.6}) == [1, 2]
    assert LOOK.order({1: 1.0, 2: 0.75}, {1: 0.4, 2: 0.5}, {1: 1.0, 2: 1.0}) == [1, 2]


def test_what_has_no_vector_yet_counts_as_the_mean_of_the_others() -> None:
    assert LOOK.order({1: 0.9, 2: 0.9, 3: 0.9}, {1: 0.2, 3: 0.6}, {}) == [3, 2, 1]
    assert LOOK.order({1: 0.9, 2: 0.8}, {}, {}) == [1, 2]


@given(shares, shares, shares)
def test_every_hit_comes_back_once(fused: dict[int, float], cosines: dict[int, float], words: dict[int, float]) -> None:
    assert sorted(LOOK.order(fused, cosines, words)) == sorted(fused)


def test_the_share_of_words_is_by_rarity_and_not_by_frequency() -> None:
    index = LexicalIndex(PRODUCTS)
    titles = {1: "red kettle", 2: "red red red mug", 3: "red kettle kettle", 4: "red rug", 5: "lamp"}
    index.stage([LexicalEntry(key, title, "") for key, title in titles.items()])
    index.show()
    found = index.word_shares("the red kettle", list(titles))
    assert found[1] == found[3] == pytest.approx(1.0)
    assert found[2] == found[4]
    assert 0 < found[2] < 0.5  # red is nearly everywhere
    assert found[5] == 0.0
    assert index.word_shares("zeppelin", [1]) == {1: 0.0}
    assert index.word_shares("red", []) == {}


def test_a_scheme_that_counts_no_word_once_has_no_shares() -> None:
    index = LexicalIndex(PASSAGES)
    index.stage([LexicalEntry(1, "Returns", "You can return goods.")])
    index.show()
    assert index.word_shares("return", [1]) == {1: 0.0}


def test_only_english_products_in_the_english_space_are_looked_at_again() -> None:
    models = SearchModels()
    looked = [
        (pair, use.space) for pairs in (models.products, models.passages) for pair, uses in pairs.items()
        for use in uses if use.look
    ]  # fmt: skip
    assert looked == [(("en", "en"), ENGLISH)]
    assert Use(CHOSEN, 1.0).look is None


async def test_a_word_that_is_said_often_does_not_outweigh_what_the_product_is(library: Library) -> None:
    await library.write(
        products=[
            product("case", "Laptop case", "A laptop case for a laptop. Fits a 13 inch laptop or any laptop."),
            product("laptop", "Notebook computer", "A light laptop with 16 GB of memory and a 14 inch display."),
            *(product(f"other-{n}", f"Garden chair {n}", "Of wood.") for n in range(5)),
        ]
    )
    query = SearchQuery("a laptop", "en")
    assert (await library.products(query))[0] == "laptop"


async def test_hits_below_the_head_follow_in_the_order_of_the_fusion(library: Library) -> None:
    await library.write(products=[product(f"p-{n:03}", f"Linen shirt {n}", "x" * n) for n in range(HEAD + 20)])
    index = await library.retriever.index(MAPLE)
    await library.retriever.settled()
    hits = index.search_products(SearchQuery("linen shirt", "en", limit=HEAD + 20))
    assert len({hit.product.handle for hit in hits}) == len(hits) > HEAD
    assert {hit.scores.space for hit in hits} == {ENGLISH} != {MULTILINGUAL}
    assert all(hit.scores.cosine > 0 for hit in hits[:HEAD])
    below = [hit.scores.fused for hit in hits[HEAD:]]
    assert below == sorted(below, reverse=True)
    assert below[0] <= min(hit.scores.fused for hit in hits[:HEAD])
