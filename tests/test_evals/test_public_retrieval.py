"""The public retrieval sets, over tiny invented files of the same formats and the product's real search."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from evals.public import chorus, chorus_data, parallel, zh_products
from evals.public.figures import SetResult
from evals.public.ranking import ndcg, recall, reciprocal_rank
from evals.public.rows import read_tsv
from evals.public.shops import Corpus, public_shop
from knowledge.errors import Invalid
from knowledge.home import Home

PRODUCTS: list[dict[str, Any]] = [
    {"id": "1", "name": "KX-1", "title": "Copper kettle", "supplier": "Ember", "price": 4995,
     "short_description": "For the stove.", "attr_n_volume": 1.5, "attr_b_dishwasher_safe": False},
    {"id": "2", "name": "Desk lamp", "title": "Desk lamp", "supplier": "Lumen", "price": 2000,
     "attr_t_socket__type_": "E27"},
    {"id": "3", "name": "MG-9", "title": "Stoneware mug", "supplier": "Ember", "price": 900},
    {"id": "4", "name": "RG-2", "title": "Cotton rug", "supplier": "Loom", "price": 9900,
     "short_description": "Flatwoven, for the kitchen."},
]  # fmt: skip
JUDGMENTS = [
    {"query": "kettle", "docid": "1", "rating": "3"},
    {"query": "kettle", "docid": "3", "rating": "0"},
    {"query": "lamp e27", "docid": "2", "rating": "3"},
    {"query": "sofa", "docid": "4", "rating": "0"},
]
TITLES = ["d1\t羊毛围巾女秋冬\tshop", "d2\t不锈钢保温杯500ml\tshop", "d3\t儿童雨靴防滑\tshop", "d4\tiPhone 15\tshop"]
RIGHT = [
    {"query": "保温杯", "docid": "d2", "label": "1"},
    {"query": "雨靴 儿童", "docid": "d3", "label": "1"},
    {"query": "雨靴 儿童", "docid": "d1", "label": "0"},
    {"query": "沙发", "docid": "d1", "label": "0"},
]
PAIRS = [
    "The dog sleeps.\t狗在睡觉。\tby someone",
    "I drink tea every morning.\t我每天早上喝茶。\tby someone",
    "I drink tea every morning.\t我每天早晨喝茶。\tby someone",
    "The train is late.\t火车晚点了。\tby someone",
    "She sings very well.\t她唱歌唱得很好。\tby someone",
]


def jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


@pytest.fixture
def chorus_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "chorus"
    folder.mkdir()
    jsonl(folder / chorus_data.PRODUCTS, PRODUCTS)
    jsonl(folder / chorus_data.JUDGMENTS, JUDGMENTS)
    (folder / chorus_data.CHINESE).write_text('{"kettle": "水壶", "sofa": "沙发"}', "utf-8")
    return folder


@pytest.fixture
def titles_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "zh_products"
    folder.mkdir()
    (folder / zh_products.CORPUS).write_text("\n".join(TITLES), "utf-8")
    jsonl(folder / zh_products.JUDGMENTS, RIGHT)
    return folder


class Steps:
    """Counts what a progress bar is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.calls.append((done, total))


def value(result: SetResult, system: str, metric: str) -> float:
    (one,) = [each for each in result.systems if each.name == system]
    figure = one.figure(metric)
    assert figure is not None
    return figure.value


def test_ndcg_has_linear_gain_and_counts_what_nobody_judged_as_wrong() -> None:
    ratings = {"a": 3.0, "b": 1.0, "c": 0.0}
    assert ndcg(["a", "b", "c"], ratings, 10) == 1.0
    ideal = 3 + 1 / math.log2(3)
    assert ndcg(["x", "a"], ratings, 10) == pytest.approx(3 / math.log2(3) / ideal)
    assert ndcg(["x", "a"], ratings, 1) == 0.0
    with pytest.raises(ValueError, match="positive"):
        ndcg(["a"], {"a": 0.0}, 10)


def test_reciprocal_rank_and_recall_look_as_deep_as_they_are_told() -> None:
    assert reciprocal_rank(["x", "a", "b"], {"a", "b"}, 10) == 0.5
    assert reciprocal_rank(["x", "a"], {"a"}, 1) == 0.0
    assert recall(["x", "a", "b"], ["a", "c"], 2) == 0.5
    with pytest.raises(ValueError, match="wanted"):
        recall(["a"], [], 10)


async def test_chorus_measures_the_products_search_beside_its_peers(chorus_folder: Path, home: Home) -> None:
    steps = Steps()
    result = await chorus.measure(chorus_folder, home, steps)
    assert result.items == 2  # nobody found anything right for a sofa
    assert value(result, "daogou", "ndcg@10") == 1.0
    assert value(result, "daogou", "pool ndcg@10") == 1.0
    assert value(result, "BM25", "ndcg@10") == 1.0
    # E27 is an attribute's value: only those that read attributes have the whole query.
    assert value(result, "BM25 with attributes", "ndcg@10") == 1.0
    ours = next(each for each in result.systems if each.kind == "daogou")
    assert list(ours.per_item["zh ndcg@10"]) == ["kettle"]
    names = [each.name for each in result.systems]
    assert [name for name in names if name.startswith("LangChain")] == [
        "LangChain ensemble, as it comes",
        "LangChain ensemble, stems, equal depth",
        "LangChain ensemble, the same with attributes",
    ]
    assert steps.calls


async def test_a_peer_that_is_not_installed_is_skipped_by_name(
    chorus_folder: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.peers.langchain_ensemble.NEEDS", ("no_such_package",))
    result = await chorus.measure(chorus_folder, home, Steps())
    assert not [each for each in result.systems if "LangChain" in each.name]
    (told,) = [note for note in result.notes if note.startswith("skipped: LangChain")]
    assert "pip install" in told


def test_a_chorus_product_becomes_what_an_import_would_make_of_it(chorus_folder: Path) -> None:
    kettle, lamp, *_ = chorus_data.read_products(chorus_folder)
    assert (kettle.handle, kettle.brand, kettle.variants[0].sku) == ("1", "Ember", "KX-1")
    price = kettle.variants[0].price
    assert price is not None
    assert price.digits() == "49.95"
    assert [(one.name, one.value) for one in kettle.attributes] == [("volume", "1.5"), ("dishwasher safe", "No")]
    assert lamp.variants[0].sku is None  # a name, no code
    assert lamp.attribute("socket type") == "E27"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"id": "1", "price": "dear"}, "products.jsonl.gz, row 5: price"),
        ({"id": "2"}, "products.jsonl.gz, row 5: id: 2 comes a second time"),
        ({"id": "5", "title": ""}, "products.jsonl.gz, row 5: title"),
    ],
)
def test_a_product_that_cannot_be_used_is_told_by_row_and_field(
    chorus_folder: Path, changed: dict[str, Any], told: str
) -> None:
    jsonl(chorus_folder / chorus_data.PRODUCTS, [*PRODUCTS, PRODUCTS[0] | changed])
    with pytest.raises(Invalid, match="row 5") as caught:
        chorus_data.read_products(chorus_folder)
    assert str(caught.value).startswith(told)
    assert caught.value.code == "usage_bad_data"


def test_judgments_must_name_products_that_are_there_and_be_mean_when_given_twice(chorus_folder: Path) -> None:
    twice = [*JUDGMENTS, {"query": "kettle", "docid": "3", "rating": "1"}]
    jsonl(chorus_folder / chorus_data.JUDGMENTS, twice)
    assert chorus_data.read_judgments(chorus_folder, {"1", "2", "3", "4"})["kettle"]["3"] == 0.5
    with pytest.raises(Invalid, match="row 1: docid"):
        chorus_data.read_judgments(chorus_folder, {"2", "3", "4"})
    (chorus_folder / chorus_data.CHINESE).write_text('{"kettle": 3}', "utf-8")
    with pytest.raises(Invalid, match=r"queries_zh\.json"):
        chorus_data.read_chinese(chorus_folder)


async def test_chinese_titles_are_ranked_and_queries_without_a_right_one_left_out(
    titles_folder: Path, home: Home
) -> None:
    result = await zh_products.measure(titles_folder, home, Steps())
    assert result.items == 2
    assert value(result, "daogou", "mrr@10") == 1.0
    assert value(result, "BM25, bigrams", "mrr@10") == 1.0
    assert {each.kind for each in result.systems} == {"daogou", "baseline"}


def test_a_title_row_with_other_columns_is_told(titles_folder: Path) -> None:
    (titles_folder / zh_products.CORPUS).write_text(f"{TITLES[0]}\nd9\tno collection", "utf-8")
    with pytest.raises(Invalid, match=r"corpus\.tsv, row 2: 2 columns"):
        zh_products.read_products(titles_folder)


async def test_sentences_are_asked_across_languages_through_a_shop_of_the_other(tmp_path: Path, home: Home) -> None:
    (tmp_path / parallel.PAIRS).write_text("\n".join(PAIRS), "utf-8")
    result = await parallel.measure(tmp_path, home, Steps())
    assert result.items == 4  # the tea sentence has two wordings, and counts once
    for metric in ("zh→en r@1", "zh→en r@10", "en→zh r@1", "en→zh r@10"):
        assert value(result, "daogou", metric) == 1.0
        assert value(result, "USE alone, cosine", metric) == 1.0
    assert value(result, "BM25", "zh→en r@10") == 0.0


def test_the_sample_is_the_same_every_time_and_has_no_sentence_twice(tmp_path: Path) -> None:
    path = tmp_path / parallel.PAIRS
    path.write_text("\n".join(PAIRS), "utf-8")
    rows = read_tsv(path, parallel.PairRow, ("en", "zh", "attribution"))
    assert parallel.sample(rows, 3) == parallel.sample(rows, 3)
    assert len({pair.en for pair in parallel.sample(rows, 10)}) == 4
    with pytest.raises(Invalid, match="two pairs"):
        parallel.sample(rows[:1], 10)


async def test_a_public_shop_is_embedded_once_and_follows_its_files(chorus_folder: Path, home: Home) -> None:
    products = chorus_data.read_products(chorus_folder)
    first, second, third = Steps(), Steps(), Steps()
    async with public_shop(home, Corpus(chorus_data.SHOP, products), first) as shop:
        assert len(shop.index.products) == 4
    async with public_shop(home, Corpus(chorus_data.SHOP, products), second) as shop:
        assert shop.index.by_handle("4") is not None
    async with public_shop(home, Corpus(chorus_data.SHOP, products[:3]), third) as shop:
        assert shop.index.by_handle("4") is None
    assert first.calls
    assert second.calls == third.calls == []


def test_a_file_that_is_cut_off_or_empty_is_told(tmp_path: Path) -> None:
    packed = gzip.compress("".join(json.dumps(row) + "\n" for row in PRODUCTS * 50).encode())
    (tmp_path / chorus_data.PRODUCTS).write_bytes(packed[: len(packed) // 2])
    with pytest.raises(Invalid, match=r"products\.jsonl\.gz"):
        chorus_data.read_products(tmp_path)
    (tmp_path / chorus_data.JUDGMENTS).write_text("\n\n", "utf-8")
    with pytest.raises(Invalid, match="holds no row"):
        chorus_data.read_judgments(tmp_path, set())
