"""The benchmark of the import: its made-up export, its floors, and what it tells."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from evals.benchmarks.import_command import as_text
from evals.benchmarks.import_corpus import write_export
from evals.benchmarks.importing import bench_import
from evals.public.catalogs import imported
from knowledge.home import Home


def test_the_export_is_the_same_every_time_and_a_hundredth_of_it_changes(tmp_path: Path) -> None:
    first, again, changed = (tmp_path / name for name in ("first.csv", "again.csv", "changed.csv"))
    assert write_export(first, 250) == write_export(again, 250) == write_export(changed, 250, changed=True)
    assert first.read_bytes() == again.read_bytes()
    tables = [list(csv.DictReader(path.open(encoding="utf-8", newline=""))) for path in (first, changed)]
    differing = {row["Handle"] for row, other in zip(*tables, strict=True) if row != other}
    assert differing == {"synthetic-000000", "synthetic-000100", "synthetic-000200"}


async def test_the_import_takes_the_export_whole_in_both_languages(tmp_path: Path, home: Home) -> None:
    path = tmp_path / "export.csv"
    rows = write_export(path, 60)
    (one,) = await imported(home, path)
    assert (len(one.stored), one.truth.rows, one.rejected) == (60, rows, 0)
    assert {product.lang for product in one.stored} == {"zh", "en"}
    assert sum(len(product.variants) for product in one.stored) == sum(len(p.variants) for p in one.truth.products)
    assert max(len(product.options) for product in one.stored) == 2


@pytest.mark.slow
async def test_every_stage_and_floor_is_timed_and_later_imports_only_write_what_changed(home: Home) -> None:
    steps: list[tuple[int, int]] = []
    result = await bench_import(home, 120, 6, lambda done, total: steps.append((done, total)))
    assert [run["counts"] for run in result["whole"].values()] == [
        {"new": 120, "changed": 0, "unchanged": 0, "removed": 0, "rejected": 0},
        {"new": 0, "changed": 0, "unchanged": 120, "removed": 0, "rejected": 0},
        {"new": 0, "changed": 2, "unchanged": 118, "removed": 0, "rejected": 0},
    ]
    assert all(took["seconds"] > 0 for took in result["stages"].values())
    assert set(result["stages"]) == {"detect_parse", "validate", "store"}
    assert result["floors"]["csv_module"]["cpu_seconds"] < result["stages"]["detect_parse"]["cpu_seconds"]
    assert result["embedding"]["again"]["cpu_seconds"] < result["embedding"]["embed"]["cpu_seconds"]
    assert result["ratios"]["unchanged/first"]["seconds"] == pytest.approx(
        result["whole"]["unchanged"]["seconds"] / result["whole"]["first"]["seconds"], abs=0.01
    )
    text = as_text(json.loads(json.dumps(result)))
    assert "import of 120 products" in text
    assert "floor: raw_sqlite" in text
    assert "first answer from the file's end" in text
    upload = result["upload"]
    assert 0 < upload["accepted_seconds"] < upload["stored_seconds"]
    assert upload["answered_seconds"] > upload["accepted_seconds"]
    assert steps[-1] == (7, 7)


def test_a_size_below_one_is_bad_usage() -> None:
    assert CliRunner().invoke(cli, ["bench", "import", "--products", "0"]).exit_code != 0
