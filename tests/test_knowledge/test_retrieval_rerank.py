"""The reranker: its order, its depth, its budget, and what happens without it."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from knowledge.errors import Unavailable
from knowledge.home import KnowledgeSettings
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.models import RerankerChoice, SearchModels, search_models
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.rerank import CHUNK, CrossEncoderReranker, Reranker
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.turn_search import find_passages, find_products
from tests.library import MAPLE, Library, library_over, product, sqlite_url
from tests.small_models import save_cross_encoder

TITLES = ("linen shirt", "wool shirt", "shirt kettle", "shirt scarf", "return shirt", "wool scarf shirt")


@dataclass
class ByLength:
    """Finds the longest text best."""

    name: str = "by length"
    read: list[str] = field(default_factory=list)
    most: int = 1000
    fails: bool = False

    def scores(self, _question: str, texts: Sequence[str], _until: float) -> list[float]:
        if self.fails:
            raise RuntimeError("out of memory")
        self.read = list(texts)
        return [float(len(text)) for text in texts[: self.most]]


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with library_over(sqlite_url(tmp_path), Retriever) as library:
        await library.write(
            products=[product(title.replace(" ", "-"), title, "x" * n) for n, title in enumerate(TITLES)],
            documents={"en.md": "# Help\n\n## Shirts\n\nA shirt.\n\n## More shirts\n\nA shirt is a shirt, and more.\n"},
        )
        yield library


async def index_with(library: Library, reranker: Reranker, depth: int = 20) -> ShopIndex:
    models = SearchModels(reranker=RerankerChoice(lambda: reranker, depth, 5.0))
    library.make_retriever = lambda database: Retriever(database, models)
    await library.reopen()
    assert isinstance(library.retriever, Retriever)
    index = await library.retriever.index(MAPLE)
    await library.retriever.settled()
    return index


@pytest.fixture
def cross_encoder(tmp_path: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(str(save_cross_encoder(tmp_path / "cross")))


def test_a_cross_encoder_scores_each_text_with_the_question(cross_encoder: CrossEncoderReranker) -> None:
    together = cross_encoder.scores("wool", TITLES, time.monotonic() + 30)
    alone = [cross_encoder.scores("wool", [title], time.monotonic() + 30)[0] for title in TITLES]
    assert together == pytest.approx(alone, abs=1e-4)
    assert len({round(score, 4) for score in together}) > 1
    assert together != pytest.approx(cross_encoder.scores("kettle", TITLES, time.monotonic() + 30), abs=1e-4)


def test_when_time_is_up_only_the_first_texts_have_scores(cross_encoder: CrossEncoderReranker) -> None:
    assert cross_encoder.scores("wool", TITLES, time.monotonic() - 1) == []
    predict = cross_encoder._model.predict

    def slowly(*arguments: object, **options: object) -> object:
        time.sleep(0.2)
        return predict(*arguments, **options)

    cross_encoder._model.predict = slowly
    found = cross_encoder.scores("wool", ["wool"] * 40, time.monotonic() + 0.5)
    assert CHUNK <= len(found) < 40
    assert len(found) % CHUNK == 0


def test_waiting_for_another_turn_counts_as_well(cross_encoder: CrossEncoderReranker) -> None:
    with cross_encoder._lock:
        found: list[list[float]] = []
        asking = threading.Thread(target=lambda: found.append(cross_encoder.scores("a", ["b"], time.monotonic() + 0.1)))
        asking.start()
        asking.join(5)
    assert found == [[]]


def test_a_model_with_several_scores_is_no_reranker(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="3 scores"):
        CrossEncoderReranker(str(save_cross_encoder(tmp_path / "classifier", labels=3)))


async def test_what_is_found_comes_in_the_rerankers_order_with_its_scores(library: Library) -> None:
    reranker = ByLength()
    index = await index_with(library, reranker)
    plain = index.search_products(SearchQuery("shirt", "en", 3))
    hits = await find_products(index, SearchQuery("shirt", "en", 3))
    assert len(reranker.read) == len(TITLES)  # it reads more than is asked for
    lengths = sorted((float(len(text)) for text in reranker.read), reverse=True)
    assert [hit.scores.reranked for hit in hits] == lengths[:3]
    assert [hit.product.handle for hit in hits] != [hit.product.handle for hit in plain]
    assert all(hit.scores.reranked is None for hit in plain)
    passages = await find_passages(index, SearchQuery("shirt", "en"))
    assert [hit.passage.heading for hit in passages] == ["More shirts", "Shirts"]


async def test_only_the_head_is_read_and_what_it_had_no_time_for_stays_in_its_order(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    reranker = ByLength(most=2)
    index = await index_with(library, reranker, depth=4)
    plain = [hit.product.handle for hit in index.search_products(SearchQuery("shirt", "en", 6))]
    hits = await find_products(index, SearchQuery("shirt", "en", 6))
    assert len(reranker.read) == 4
    assert [hit.product.handle for hit in hits][2:] == plain[2:]
    assert {hit.product.handle for hit in hits[:2]} == set(plain[:2])
    assert "read 2 of 4 hits" in caplog.text


async def test_when_the_reranker_fails_the_hits_stay_as_they_were(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    index = await index_with(library, ByLength(fails=True))
    plain = [hit.product.handle for hit in index.search_products(SearchQuery("shirt", "en"))]
    assert [hit.product.handle for hit in await find_products(index, SearchQuery("shirt", "en"))] == plain
    assert "out of memory" in caplog.text


async def test_a_reranker_by_its_folder_serves_once_it_has_loaded(library: Library, tmp_path: Path) -> None:
    folder = save_cross_encoder(tmp_path / "cross")
    models = search_models(KnowledgeSettings(reranker=str(folder), rerank_depth=5))
    library.make_retriever = lambda database: Retriever(database, models)
    await library.reopen()
    assert isinstance(library.retriever, Retriever)
    index = await library.retriever.index(MAPLE)
    await library.retriever.settled()
    hits = await find_products(index, SearchQuery("shirt", "en", 6))
    scores = [hit.scores.reranked for hit in hits]
    assert scores[5] is None
    read = [score for score in scores[:5] if score is not None]
    assert read == sorted(read, reverse=True)
    assert len(read) == 5


async def test_a_reranker_that_is_not_there_is_told_and_missed_by_nobody(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    models = search_models(KnowledgeSettings(reranker=str(tmp_path / "nowhere")))
    library.make_retriever = lambda database: Retriever(database, models)
    await library.reopen()
    assert isinstance(library.retriever, Retriever)
    index = await library.retriever.index(MAPLE)
    await library.retriever.settled()
    assert len(await find_products(index, SearchQuery("shirt", "en"))) == len(TITLES)
    assert "nowhere" in library.retriever.missing[0]
    assert "stay in the order in which they are found" in caplog.text
