"""``daogou bench retrieval``: synthetic shops, one measured system, quality on invented cases, and the command."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals.benchmarks import retrieval, retrieval_quality, retrieval_report
from evals.benchmarks.grown_shop import grow
from evals.benchmarks.memory import resident_mib
from evals.benchmarks.retrieval import ratios
from evals.benchmarks.retrieval_corpus import crossed, resembling, text_pairs, write_synthetic
from evals.benchmarks.retrieval_systems import (
    OURS,
    PEERS,
    Place,
    Remembering,
    installed,
    measure_system,
    percentiles,
)
from evals.cases import Case
from knowledge.catalog import Shop, ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.importing.upsert import Upsert
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import MULTILINGUAL, multilingual
from knowledge.retrieval.units import product_units
from knowledge.store import KnowledgeStore
from tests.installation import daogou
from tests.library import CountingEncoder, product

SHOP = Shop(ShopId("lingxi"), "灵犀", "zh-CN", "CNY")
ORIGINALS = [
    product("scarf", "羊毛围巾", "保暖。手洗。", lang="zh", shop_id=SHOP.id),
    product("cup", "不锈钢保温杯", "保温十二小时。", lang="zh", shop_id=SHOP.id),
    product("boots", "儿童雨靴", "防滑。", lang="zh", shop_id=SHOP.id),
]
SYSTEM_ROW: dict[str, Any] = {
    "items": 3,
    "build_seconds": 2.0,
    "memory_mib": 10.0,
    "with_embedding": {"p50": 1.0, "p95": 4.0, "p99": 5.0},
    "search": {"p50": 0.5, "p95": 1.0, "p99": 2.0},
    "load": 7.5,
}


@pytest.fixture
async def database(home: Home) -> AsyncIterator[Database]:
    database = await home.open_database()
    await KnowledgeStore(database).put_shop(SHOP, home.clock.now())
    await Upsert(database, SHOP, home.clock.now()).products(ORIGINALS)
    yield database
    await database.close()


def test_crossed_products_are_the_originals_and_others_that_are_all_different() -> None:
    corpus = crossed(ORIGINALS, SHOP, 40)
    assert [one.handle for one in corpus.products[:3]] == ["scarf", "cup", "boots"]
    assert len({one.handle for one in corpus.products}) == len({one.title for one in corpus.products}) == 40
    assert len({variant.sku for one in corpus.products for variant in one.variants}) == 40
    assert crossed(ORIGINALS, SHOP, 40) == corpus
    assert len(crossed(ORIGINALS, SHOP, 2).products) == 2
    with pytest.raises(ValueError, match="no products"):
        crossed([], SHOP, 2)


def test_an_invented_vector_is_of_unit_length_and_resembles_its_parent() -> None:
    parents = multilingual().encode([one.title for one in ORIGINALS] * 50)
    made = resembling(parents, seed=1)
    assert made.dtype == np.float32
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    cosines = (made * parents).sum(axis=1)
    assert 0.8 < cosines.mean() < 0.92
    assert not np.array_equal(made, resembling(parents, seed=2))


async def test_only_the_originals_texts_are_encoded_and_every_text_has_a_vector(home: Home, database: Database) -> None:
    corpus = crossed(ORIGINALS, Shop(ShopId("synthetic"), "Synthetic"), 30)
    encoder = CountingEncoder(multilingual())
    await write_synthetic(database, home.clock, Shop(ShopId("synthetic"), "Synthetic"), corpus, [encoder])
    originals = {unit for one in ORIGINALS for unit in product_units(one)}
    assert set(encoder.texts) == originals
    found = await EmbeddingStore(database).load([text for text, _ in text_pairs(corpus)], encoder.name)
    assert set(found) == {text for text, _ in text_pairs(corpus)}


async def test_a_grown_shop_has_its_own_products_others_made_of_them_and_a_vector_of_each_text(
    home: Home, database: Database
) -> None:
    store, own = KnowledgeStore(database), {product.handle for product in ORIGINALS}
    await store.put_shop(SHOP, home.clock.now())
    await Upsert(database, SHOP, home.clock.now()).products(ORIGINALS)
    await grow(database, home.clock, SHOP, len(own) + 7)
    grown = list((await store.products(SHOP.id)).values())
    assert len(grown) == len(own) + 7
    assert own < {product.handle for product in grown}
    texts = {unit for product in grown for unit in product_units(product)}
    assert set(await EmbeddingStore(database).load(texts, MULTILINGUAL)) == texts


@pytest.mark.parametrize("system", [OURS, "encoder alone", "LangChain, tuned"])
async def test_a_system_is_built_over_a_stored_shop_and_timed_with_and_without_embedding(
    home: Home, database: Database, system: str
) -> None:
    queries = ("保温杯", "围巾 手洗", "防滑的雨靴", "送孩子")
    place = Place("3 products", home.database_url, SHOP.id, "zh", "real", queries)
    row = await asyncio.to_thread(measure_system, place, system)
    assert row["items"] == 3
    assert row["build_seconds"] > 0
    for part in ("with_embedding", "search"):
        assert 0 < row[part]["p50"] <= row[part]["p95"] <= row[part]["p99"]


def test_an_encoder_that_remembers_encodes_each_text_once() -> None:
    counting = CountingEncoder(multilingual())
    remembering = Remembering(counting)
    first = remembering.encode(["茶", "杯", "茶"])
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(remembering.encode(["杯"])[0], first[1])
    assert counting.texts == ["茶", "杯"]


async def test_quality_asks_every_system_the_cases_that_expect_products(
    home: Home, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cases(_shop: str) -> list[Case]:
        raw = {"shop": "lingxi", "lang": "zh", "category": "retrieval"}
        return [
            Case.model_validate(
                raw | {"id": f"r{n}", "turns": [{"text": text}], "expect": {"action": "answer", "products": wanted}}
            )
            for n, (text, wanted) in enumerate([("保温杯", ["cup"]), ("雨靴", ["boots", "absent"])])
        ]

    monkeypatch.setattr(retrieval_quality, "expecting_products", cases)
    found = await retrieval_quality.quality(home, database, ["lingxi"])
    assert list(found) == ["demo"]
    assert list(found["demo"]) == [OURS, *PEERS]
    assert found["demo"][OURS] == {"n": 2.0, "recall@10": 0.75, "mrr@10": 1.0}
    assert found["demo"]["BM25"] == {"n": 2.0, "recall@10": 0.75, "mrr@10": 1.0}


def test_the_shipped_cases_that_expect_products_are_found_for_every_shop() -> None:
    found = {shop: retrieval_quality.expecting_products(shop) for shop in ("lingxi", "harborlane", "titmouse")}
    assert all(len(cases) >= 10 for cases in found.values())
    assert {case.category for cases in found.values() for case in cases} == {"retrieval"}


def test_ratios_are_the_products_figure_by_each_peers() -> None:
    twice = SYSTEM_ROW | {"build_seconds": 1.0, "memory_mib": None, "search": {"p50": 1, "p95": 4.0, "p99": 4}}
    assert ratios({OURS: SYSTEM_ROW, "BM25": twice}) == {
        "BM25": {"with_embedding_p95": 1.0, "search_p95": 0.25, "memory": None, "build": 2.0}
    }


def test_percentiles_are_of_all_values() -> None:
    assert percentiles([float(value) for value in range(101)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}


def test_memory_grows_with_what_is_held() -> None:
    before = resident_mib()
    held = bytearray(b"x") * (64 * 2**20)
    after = resident_mib()
    assert held
    if before is not None and after is not None:
        assert 40 < after - before < 100


def test_the_text_tells_every_system_the_ratios_and_what_was_skipped() -> None:
    systems = {OURS: SYSTEM_ROW, "BM25": SYSTEM_ROW}
    row = {"place": "3 products", "lang": "zh", "vectors": "synthetic", "queries": 4, "systems": systems}
    row["ratios"] = ratios(systems)
    means = {"n": 2.0, "recall@10": 0.75, "mrr@10": 0.5}
    result = {
        "bench": "retrieval",
        "quality": {"demo": {OURS: means, "BM25": means}},
        "speed": [row],
        "skipped": ["LangChain, tuned: rank_bm25 not installed"],
        "machine": {"at": "now", "cores": 2, "load": None, "system": "Linux", "python": "3.11"},
        "versions": {"daogou": "0.1.0"},
    }
    text = retrieval_report.as_text(result)
    for part in (
        "3 products (synthetic vectors, 4 queries)",
        "demo (2 cases)",
        "0.750",
        "skipped: LangChain, tuned",
        "7.5",
    ):
        assert part in text
    assert "\ndaogou" in text
    assert "2 cores" in text


def test_every_peer_of_this_environment_is_installed() -> None:
    assert installed() == ([OURS, *PEERS], [])


@pytest.mark.parametrize("sizes", ["many", "0", "100,-5"])
def test_sizes_that_are_no_sizes_are_bad_usage(tmp_path: Path, sizes: str) -> None:
    done = daogou("bench", "retrieval", "--products", sizes, cwd=tmp_path)
    assert done.returncode == 2
    assert "--products" in done.stderr


@pytest.mark.slow
async def test_the_bench_measures_every_system_over_shops_of_the_wanted_size(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieval, "installed", lambda: ([OURS, "BM25"], []))
    steps: list[tuple[int, int]] = []
    result = await retrieval.bench_retrieval(home, [80], None, lambda done, total: steps.append((done, total)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [row["place"] for row in result["speed"]] == ["80 products, English", "80 products, Chinese"]
    assert set(result["quality"]) == {"demo", "held-out"}
    for row in result["speed"]:
        assert {system["items"] for system in row["systems"].values()} == {80}
        assert row["queries"] == retrieval.QUERIES
        assert row["vectors"] == "synthetic"
    assert json.loads(json.dumps(result)) == result
