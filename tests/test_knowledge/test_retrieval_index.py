"""What is particular to the embedded index: its spaces, its cache of vectors, its races."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.catalog import ShopId
from knowledge.importing.report import Kind
from knowledge.retrieval import following
from knowledge.retrieval.embedding import EmbeddingStore, embed_missing
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL, Encoder, english, multilingual
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.models import SearchModels, Space
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.shop_shelves import Batch, Staged
from tests.library import LINGXI, MAPLE, CountingEncoder, Library, library_over, product, sqlite_url

HELP = "# Help\n\n## Returns\n\nYou can return goods within 30 days.\n\n## Delivery\n\nWe ship to Canada in 5 days.\n"
ZH_HELP = "# 帮助\n\n## 退货\n\n7天内可以退货。\n"


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with library_over(sqlite_url(tmp_path), Retriever) as library:
        yield library


@pytest.fixture
def encoders() -> dict[str, CountingEncoder]:
    """The two real encoders, counting what they are asked."""
    return {MULTILINGUAL: CountingEncoder(multilingual()), ENGLISH: CountingEncoder(english())}


def models_of(encoders: dict[str, CountingEncoder]) -> SearchModels:
    return SearchModels(tuple(Space(key, partial(encoders.__getitem__, key), key) for key in encoders))


def models_with(english_encoder: Callable[[], Encoder]) -> SearchModels:
    return SearchModels((Space(MULTILINGUAL, multilingual, MULTILINGUAL), Space(ENGLISH, english_encoder, ENGLISH)))


async def index_of(library: Library) -> ShopIndex:
    assert isinstance(library.retriever, Retriever)
    return await library.retriever.index(MAPLE)


@pytest.mark.parametrize(
    ("question", "lang", "space"),
    [("how do I return it", "en", ENGLISH), ("怎么退货", "zh", MULTILINGUAL)],
)
async def test_within_english_minilm_serves_once_it_joined_and_else_the_multilingual_space(
    library: Library, question: str, lang: str, space: str
) -> None:
    await library.write(documents={"en.md": HELP, "zh.md": ZH_HELP})
    hits = await library.passages(question, lang)
    spaces = {hit.passage.lang: hit.scores.space for hit in hits}
    assert spaces == {"en": space, "zh": MULTILINGUAL}
    assert all(hit.scores.cosine for hit in hits)


async def test_until_the_english_encoder_is_there_the_words_and_the_multilingual_space_serve(
    library: Library,
) -> None:
    loading = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow() -> Any:
        asyncio.run_coroutine_threadsafe(loading.wait(), loop).result(10)
        return english()

    library.make_retriever = partial(Retriever, models=models_with(slow))
    await library.reopen()
    await library.write(documents={"en.md": HELP})
    index = await index_of(library)
    query = SearchQuery("how do I return it", "en")
    before = index.search_passages(query)
    assert before[0].passage.heading == "Returns"
    assert before[0].scores.space == MULTILINGUAL
    loading.set()
    await library.retriever.settled()
    assert index.search_passages(query)[0].scores.space == ENGLISH


async def test_a_shop_without_english_never_loads_the_english_encoder(library: Library) -> None:
    library.make_retriever = partial(Retriever, models=models_with(lambda: pytest.fail("loaded")))
    await library.reopen()
    await library.write(LINGXI, documents={"zh.md": ZH_HELP})
    hits = await library.passages("退货", "zh", shop_id=LINGXI)
    assert len(hits) == 1
    assert hits[0].scores.cosine > 0.3


async def test_near_twins_are_told_apart_by_their_names(library: Library) -> None:
    await library.write(
        products=[
            product("mug-s", "Stoneware Mug Small", "A mug."),
            product("mug-l", "Stoneware Mug Large", "A mug."),
            product("a-11", "Kettle A11", "Boils water."),
            product("a-12", "Kettle A12", "Boils water."),
            product("t-zh", "龙井茶 明前特级", "绿茶。", lang="zh"),
            product("t2-zh", "龙井茶 雨前一级", "绿茶。", lang="zh"),
        ]
    )
    for question, lang, handle in (
        ("the large stoneware mug", "en", "mug-l"),
        ("the small stoneware mug", "en", "mug-s"),
        ("kettle A12", "en", "a-12"),
        ("kettle a11", "en", "a-11"),
        ("雨前龙井多少钱", "zh", "t2-zh"),
        ("明前龙井多少钱", "zh", "t-zh"),
    ):
        assert (await library.products(SearchQuery(question, lang)))[0] == handle


async def test_a_product_is_found_by_its_code_its_category_and_its_attributes(library: Library) -> None:
    await library.write(
        products=[
            product("x", "Alpha", attributes=[("Material", "cashmere")], category="Clothing > Knitwear"),
            product("y", "Beta", attributes=[("Material", "cotton")], category="Home > Kitchen"),
        ]
    )
    assert (await library.products(SearchQuery("cashmere", "en")))[0] == "x"
    assert (await library.products(SearchQuery("kitchen", "en")))[0] == "y"
    assert (await library.products(SearchQuery("羊绒", "zh")))[0] == "x"


async def test_every_text_is_embedded_once_however_often_it_is_opened(
    library: Library, encoders: dict[str, CountingEncoder]
) -> None:
    library.make_retriever = partial(Retriever, models=models_of(encoders))
    await library.reopen()
    await library.write(products=[product("a", "Linen shirt", "Cool.")], documents={"en.md": HELP, "zh.md": ZH_HELP})
    await index_of(library)
    await library.retriever.settled()
    first = {space: list(encoder.texts) for space, encoder in encoders.items()}
    assert "退货" in first[MULTILINGUAL]
    assert "退货" not in first[ENGLISH]
    assert {"Returns", "Linen shirt\nCool."} <= set(first[ENGLISH]) & set(first[MULTILINGUAL])
    assert all(len(texts) == len(set(texts)) for texts in first.values())
    await library.reopen()
    await index_of(library)
    await library.retriever.settled()
    assert {space: encoder.texts for space, encoder in encoders.items()} == first
    await library.write(documents={"en.md": HELP.replace("30 days", "31 days")})
    await index_of(library)
    await library.retriever.settled()
    new = encoders[ENGLISH].texts[len(first[ENGLISH]) :]
    assert new == ["You can return goods within 31 days."]


async def test_vectors_come_back_from_the_store_as_they_were_but_for_half_precision(library: Library) -> None:
    store, encoder = EmbeddingStore(library.database), CountingEncoder(multilingual())
    seen: list[tuple[int, int]] = []
    texts = [f"text {n % 70}" for n in range(140)]
    first = await store.ensure(texts, encoder, lambda done, total: seen.append((done, total)))
    assert len(encoder.texts) == len(first) == 70
    assert seen == [(64, 70), (70, 70)]
    loaded = await store.load([*texts, "never seen"], encoder.name)
    assert loaded.keys() == first.keys()
    for text, vector in loaded.items():
        assert vector.dtype == np.float32
        np.testing.assert_allclose(vector, first[text], atol=1e-3)
    assert await store.load(texts, "another model") == {}


async def test_embedding_ahead_leaves_nothing_for_the_index_to_encode(
    library: Library, encoders: dict[str, CountingEncoder]
) -> None:
    await library.write(products=[product("a", "Linen shirt", "Cool.")], documents={"zh.md": ZH_HELP})
    models = models_of(encoders)
    assert await embed_missing(library.database, MAPLE, models=models) > 0
    done = {space: list(encoder.texts) for space, encoder in encoders.items()}
    assert all(done.values())
    library.make_retriever = partial(Retriever, models=models)
    await library.reopen()
    await index_of(library)
    await library.retriever.settled()
    assert {space: encoder.texts for space, encoder in encoders.items()} == done


async def test_the_generation_grows_with_what_was_taken_in_and_with_nothing_else(library: Library) -> None:
    await library.write(products=[product("a", "Shirt")])
    index = await index_of(library)
    first = index.generation
    assert (await index_of(library)).generation == first
    await library.write(LINGXI, products=[product("b", "Scarf")])
    assert (await index_of(library)).generation == first
    await library.write(products=[product("a", "Blue shirt")])
    assert (await index_of(library)).generation == first + 1


async def test_a_search_while_a_removal_is_taken_in_never_meets_a_passage_without_its_document(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    await library.write(documents={"en.md": HELP, "zh.md": ZH_HELP})
    assert len(await library.passages("return", "en")) == 3
    index = await index_of(library)
    await library.remove(Kind.DOCUMENT, ["en.md"])
    searched: list[int] = []
    stage = index.shelves.stage

    def slow(batch: Batch) -> Staged:
        asyncio.run_coroutine_threadsafe(search(), loop).result(10)
        return stage(batch)

    async def search() -> None:
        searched.append(len(index.search_passages(SearchQuery("return", "en"))))

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(index.shelves, "stage", slow)
    await index.refresh()
    assert searched == [3]
    assert {hit.document.name for hit in index.search_passages(SearchQuery("退货", "zh"))} == {"en.md"}


async def test_an_encoder_that_joins_while_another_shop_takes_changes_in_does_no_harm(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(library.retriever, Retriever)
    shared = library.retriever._models.encoders
    await library.write(LINGXI, documents={"zh.md": ZH_HELP})
    index = await library.retriever.index(LINGXI)
    await library.retriever.settled()
    await library.write(LINGXI, documents={"zh.md": ZH_HELP.replace("7天", "9天")})
    load = library.retriever.vectors.load

    async def joined_meanwhile(*arguments: Any) -> Any:
        shared[ENGLISH] = english()
        return await load(*arguments)

    monkeypatch.setattr(library.retriever.vectors, "load", joined_meanwhile)
    assert await index.refresh()
    assert "9天" in index.search_passages(SearchQuery("退货", "zh"))[0].passage.text


async def test_an_unpublished_product_is_neither_found_nor_known_by_its_handle(library: Library) -> None:
    hidden = product("h", "Hidden hat", published=False)
    await library.write(products=[hidden, product("s", "Straw hat")])
    assert await library.products(SearchQuery("hidden hat", "en")) == ["s"]
    index = await index_of(library)
    assert index.by_handle("h") is None
    assert len(index) == 1
    await library.write(products=[replace(hidden, published=True)])
    assert (await library.products(SearchQuery("hidden hat", "en")))[0] == "h"


async def test_one_product_of_another_language_takes_no_place_that_it_does_not_earn(library: Library) -> None:
    await library.write(
        products=[
            *(product(f"stand-{n}", f"Laptop stand {n}", "Holds a laptop.") for n in range(8)),
            product("disk", "高效能系列硬碟 40 GB", "内置硬盘。", lang="zh"),
        ]
    )
    for question, lang in (("laptop stand", "en"), ("笔记本电脑支架", "zh")):
        found = await library.products(SearchQuery(question, lang, limit=8))
        assert "disk" not in found
        assert len(found) == 8
    assert (await library.products(SearchQuery("硬盘", "zh")))[0] == "disk"
    assert (await library.products(SearchQuery("hard disk", "en")))[0] == "disk"


async def test_a_product_is_one_vector_in_each_space(library: Library) -> None:
    await library.write(products=[product("a", "Linen shirt", "Cool. Light. Soft.")])
    index = await index_of(library)
    await library.retriever.settled()
    assert {name: space.units for name, space in index.shelves.product_shelves["en"].spaces.items()} == {
        MULTILINGUAL: 1,
        ENGLISH: 1,
    }


async def test_short_texts_are_encoded_first(library: Library) -> None:
    encoder = CountingEncoder(multilingual())
    await EmbeddingStore(library.database).ensure(["a long sentence", "one", "a word"], encoder)
    assert encoder.texts == ["one", "a word", "a long sentence"]


async def test_while_very_much_is_taken_in_questions_are_answered_from_what_is_there(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "WAITED_FOR", 20)
    await library.write(products=[product("hat", "Straw hat")])
    index = await index_of(library)
    await library.retriever.settled()
    await library.write(products=[product(f"p{n}", f"Shirt {n}") for n in range(100)])
    known = await index_of(library)
    assert known is index
    assert len(index.products) < 101, "nobody waited for it"
    assert (await library.products(SearchQuery("straw hat", "en")))[0] == "hat"
    await library.retriever.settled()
    assert len(index.products) == 101


async def test_one_change_is_taken_in_without_reading_the_rest(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(library.retriever, Retriever)
    await library.write(products=[product(f"p{n}", f"Shirt {n}") for n in range(30)], documents={"en.md": HELP})
    index = await index_of(library)
    await library.retriever.settled()
    await library.write(products=[product("p7", "Umbrella stand", options=[("Color", ["Navy"])])])
    asked: list[object] = []
    read = library.retriever.store.products

    async def watched(shop_id: ShopId, ids: Any = None) -> Any:
        asked.append(ids)
        return await read(shop_id, ids)

    monkeypatch.setattr(library.retriever.store, "products", watched)
    assert await index.refresh()
    assert [len(list(ids)) for ids in asked] == [1]  # type: ignore[call-overload]
    assert index.titles_with(frozenset({"shirt"})) == 29
    assert index.titles_with(frozenset({"umbrella"})) == 1
    assert dict(index.offered) == {"navy": 1}


async def test_a_product_that_is_not_embedded_yet_is_not_hidden_by_those_of_the_other_language(
    library: Library,
) -> None:
    scarves = [product(f"scarf-{n}", f"石英潮汐年历围巾{n}", lang="zh") for n in range(12)]
    await library.write(products=[product("almanac", "Quartz Tide Almanac"), *scarves])
    index = await index_of(library)
    await library.retriever.settled()
    question = SearchQuery("How much is the Quartz Tide Almanac?", "en", 5)
    assert index.search_products(question)[0].product.handle == "almanac"
    shelf = index.shelves.product_shelves["en"]
    shelf.drop_vectors(MULTILINGUAL, shelf.ids.tolist())
    assert index.search_products(question)[0].product.handle == "almanac"


async def test_vectors_join_once_no_more_comes_in(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "CALM_SECONDS", 0.4)
    monkeypatch.setattr(following, "_LOOK_AGAIN_SECONDS", 0.01)
    index = await index_of_shop_of(library, following.WAITED_FOR)
    began = time.monotonic()
    await index.following.calm()
    assert time.monotonic() - began < 0.2, "few rows hold nothing up"
    await library.write(products=[product(f"more-{n}", f"Scarf {n}") for n in range(following.WAITED_FOR + 1)])
    await index.refresh()
    began = time.monotonic()
    await index.following.calm()
    assert time.monotonic() - began > 0.2


async def index_of_shop_of(library: Library, products: int) -> ShopIndex:
    await library.write(products=[product(f"p{n}", f"Shirt {n}") for n in range(products)])
    return await index_of(library)
