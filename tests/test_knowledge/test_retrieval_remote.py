"""Embeddings from an endpoint: batches, faults, and a shop that goes on without it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from knowledge.errors import Unavailable
from knowledge.home import KnowledgeSettings
from knowledge.retrieval import remote_encoder
from knowledge.retrieval import retriever as retriever_module
from knowledge.retrieval.embedding import EmbeddingStore, embed_missing
from knowledge.retrieval.models import SearchModels, search_models
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.remote_encoder import OpenAIEncoder, openai_encoder
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.turn_search import find_products
from tests.embeddings_server import EmbeddingsServer, embeddings_server
from tests.library import MAPLE, Library, library_over, product, sqlite_url


@pytest.fixture
def endpoint() -> Iterator[EmbeddingsServer]:
    with embeddings_server() as server:
        yield server
    openai_encoder.cache_clear()


@pytest.fixture
def encoder(endpoint: EmbeddingsServer) -> OpenAIEncoder:
    made = OpenAIEncoder("small", endpoint.url, "sk-test")
    endpoint.bodies.clear()
    return made


def models_at(endpoint: EmbeddingsServer) -> SearchModels:
    return search_models(
        KnowledgeSettings(
            embedding_model="openai:small", embedding_base_url=endpoint.url, embedding_api_key=SecretStr("sk-test")
        )
    )


@pytest.fixture
async def library(tmp_path: Path, endpoint: EmbeddingsServer) -> AsyncIterator[Library]:
    """Two products, embedded by the endpoint."""
    async with library_over(sqlite_url(tmp_path), partial(Retriever, models=models_at(endpoint))) as library:
        await library.write(products=[product("a", "Linen shirt"), product("b", "Copper kettle")])
        yield library


async def asked(library: Library, text: str) -> tuple[list[str], set[str]]:
    """Return what a turn finds, and in which spaces the question had a vector."""
    assert isinstance(library.retriever, Retriever)
    index = await library.retriever.index(MAPLE)
    await library.retriever.settled()
    hits = await find_products(index, SearchQuery(text, "en"))
    return [hit.product.handle for hit in hits], {*index.embed(text, "en"), *await index.models.slow_vectors(text)}


def test_the_encoder_is_named_by_model_endpoint_and_dimension(endpoint: EmbeddingsServer) -> None:
    encoder = OpenAIEncoder("small", endpoint.url, "sk-test")
    assert encoder.name == f"openai:small@{endpoint.url.removeprefix('http://').removesuffix('/v1')}/24"
    assert encoder.dim == 24
    assert set(endpoint.keys) == {"Bearer sk-test"}


def test_vectors_come_in_the_order_of_the_texts_and_of_unit_length(encoder: OpenAIEncoder) -> None:
    vectors = encoder.encode(["linen shirt", "copper kettle", "shirt linen"])
    assert vectors.shape == (3, 24)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-5)
    np.testing.assert_allclose(vectors[0], vectors[2], rtol=1e-5)
    assert float(vectors[0] @ vectors[1]) < 0.9
    assert encoder.encode([]).shape == (0, 24)


def test_a_batch_that_is_too_large_is_halved_and_the_size_that_was_taken_is_kept(
    encoder: OpenAIEncoder, endpoint: EmbeddingsServer
) -> None:
    endpoint.most = 10
    texts = [f"text {n}" for n in range(60)]
    first = encoder.encode(texts)
    assert first.shape == (60, 24)
    endpoint.bodies.clear()
    np.testing.assert_allclose(encoder.encode(texts), first)
    assert [len(body["input"]) for body in endpoint.bodies] == [7] * 8 + [4]


def test_a_text_that_is_too_long_is_embedded_by_its_head_and_makes_no_other_batch_smaller(
    encoder: OpenAIEncoder, endpoint: EmbeddingsServer
) -> None:
    endpoint.longest = 500
    long = "wool " * 300
    assert encoder.encode(["linen", long, "kettle", "shirt"]).shape == (4, 24)
    assert long[:375] in endpoint.texts
    endpoint.bodies.clear()
    encoder.encode([f"text {n}" for n in range(64)])
    assert [len(body["input"]) for body in endpoint.bodies] == [64]


def test_what_is_refused_however_short_it_is_fails(encoder: OpenAIEncoder, endpoint: EmbeddingsServer) -> None:
    endpoint.longest = 1
    with pytest.raises(Unavailable, match="too much"):
        encoder.encode(["linen shirt"])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_that_passes_is_tried_again_for_texts(
    encoder: OpenAIEncoder, endpoint: EmbeddingsServer, status: int
) -> None:
    endpoint.faults = [status]
    assert encoder.encode(["linen"]).shape == (1, 24)
    assert len(endpoint.bodies) == 2


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_question_is_asked_once_and_the_next_ones_do_not_wait(
    encoder: OpenAIEncoder, endpoint: EmbeddingsServer, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    endpoint.faults = [status]
    for _ in range(3):
        with pytest.raises(Unavailable):
            encoder.encode_queries(["linen"])
    assert len(endpoint.bodies) == 1
    monkeypatch.setattr(encoder, "_silent_until", 0.0)
    assert encoder.encode_queries(["linen"]).shape == (1, 24)


def test_an_endpoint_that_is_slow_is_not_waited_for_with_a_question(
    encoder: OpenAIEncoder, endpoint: EmbeddingsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_encoder, "QUERY_SECONDS", 0.1)
    endpoint.seconds = 0.5
    with pytest.raises(Unavailable, match="timed out"):
        encoder.encode_queries(["linen"])
    assert encoder.encode(["linen"]).shape == (1, 24)


def test_vectors_of_another_dimension_and_answers_without_vectors_are_refused(
    encoder: OpenAIEncoder, endpoint: EmbeddingsServer
) -> None:
    endpoint.dim = 8
    with pytest.raises(Unavailable, match="8 numbers instead of 24") as refused:
        encoder.encode(["linen"])
    assert refused.value.code == "embedding_dimension"
    endpoint.garbage = True
    with pytest.raises(Unavailable):
        encoder.encode(["linen"])


async def test_a_shop_is_searched_by_the_endpoints_vectors(library: Library, endpoint: EmbeddingsServer) -> None:
    found, spaces = await asked(library, "kettle")
    assert found[0] == "b"
    assert "chosen" in spaces
    assert {"Linen shirt", "Copper kettle", "kettle"} <= set(endpoint.texts)
    before = len(endpoint.bodies)
    await asked(library, "kettle")
    assert len(endpoint.bodies) == before  # the question is remembered, and its products are kept


async def test_when_the_endpoint_dies_questions_are_answered_without_it_and_the_log_says_so(
    library: Library, endpoint: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    await asked(library, "shirt")
    endpoint.faults = [500] * 50
    with caplog.at_level(logging.WARNING):
        found, spaces = await asked(library, "copper kettle")
    assert found[0] == "b"
    assert "chosen" not in spaces
    assert "questions do without openai:small" in caplog.text


async def test_an_endpoint_that_is_down_at_the_start_is_tried_again_and_joins(
    library: Library, endpoint: EmbeddingsServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retriever_module, "RETRY_SECONDS", (0.05,))
    endpoint.faults = [401]
    found, spaces = await asked(library, "shirt")
    assert (found[0], "chosen" in spaces) == ("a", False)
    assert "the packaged encoder serve alone" in caplog.text
    assert isinstance(library.retriever, Retriever)
    while library.retriever.missing:
        await _moment()
    assert "chosen" in (await asked(library, "shirt"))[1]


async def test_an_import_is_not_lost_on_an_endpoint_that_is_down(library: Library, endpoint: EmbeddingsServer) -> None:
    endpoint.faults = [401]
    assert await embed_missing(library.database, MAPLE, models=models_at(endpoint)) == 2
    assert [kept.name for kept in await EmbeddingStore(library.database).models()] == ["usem3"]


async def test_another_model_behind_the_same_name_is_noticed_and_its_vectors_never_mixed(
    library: Library, endpoint: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    await asked(library, "shirt")
    endpoint.sign = -1.0
    openai_encoder.cache_clear()
    endpoint.bodies.clear()
    await library.reopen()
    assert "chosen" in (await asked(library, "kettle"))[1]
    assert {"Linen shirt", "Copper kettle"} <= set(endpoint.texts)
    assert "is another model than before" in caplog.text
    assert isinstance(library.retriever, Retriever)
    shelf = (await library.retriever.index(MAPLE)).shelves.product_shelves["en"]
    assert shelf.made_by["chosen"].endswith("/24#2")
    endpoint.sign = 1.0
    openai_encoder.cache_clear()
    endpoint.bodies.clear()
    await library.reopen()
    assert "chosen" in (await asked(library, "kettle"))[1]
    assert "Linen shirt" not in endpoint.texts  # the first one's are still there


async def _moment(*_: Any) -> None:
    import asyncio

    await asyncio.sleep(0.02)
