"""``daogou bench fit``: the split, the figures, and that outcomes of a row are never read."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.metrics import roc_auc_score

from evals.benchmarks.fit import OURS
from evals.benchmarks.fit_command import bench_fit_command
from evals.benchmarks.fit_figures import auc
from evals.benchmarks.fit_peers import PEERS
from evals.benchmarks.fit_reports import FILE, read_reports, split
from knowledge.errors import Invalid
from knowledge.fit_reports import Fit
from tests.test_assistant.fit_world import SIZES, world

COLUMNS = (
    *("fit", "user_id", "item_id", "weight_lbs", "rating", "rented_for", "body_type", "category", "size", "age"),
    *("review_date", "bust_size_num", "bust_size_letter", "height_in", "recommend"),
)


def written(folder: Path, count: int = 700, **overwrite: str) -> Path:
    path = folder / FILE
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="")
        rows.writeheader()
        for number, report in enumerate(world(count, seed=4).reports):
            worn = report.worn
            row = {
                "fit": report.fit.name.lower().replace("fits", "fit"),
                "user_id": worn.wearer.shopper,
                "item_id": worn.product,
                "weight_lbs": round(worn.wearer.numbers["weight_kg"] / 0.45359237, 3),
                "height_in": 65.0,
                "size": SIZES.index(worn.size),
                "category": worn.category,
                "rating": number % 10,
                "recommend": 1,
                "bust_size_num": 34.0,
                "bust_size_letter": "d",
            }
            rows.writerow(row | overwrite)
    return path


@pytest.mark.parametrize(("name", "of"), [("items", "product"), ("users", "shopper")])
def test_unseen_means_in_no_other_part(name: str, of: str, tmp_path: Path) -> None:
    reports = read_reports(written(tmp_path))
    parts = split(reports, name, 42)
    seen = [
        {r.worn.product if of == "product" else r.worn.wearer.shopper for r in part}
        for part in (parts.train, parts.valid, parts.test)
    ]
    assert seen[0].isdisjoint(seen[2])
    assert seen[0].isdisjoint(seen[1])
    assert seen[1].isdisjoint(seen[2])
    assert all(seen)
    assert len(parts.train) + len(parts.valid) + len(parts.test) == len(reports)


def test_the_warm_split_is_eighty_ten_ten_and_the_same_every_time(tmp_path: Path) -> None:
    reports = read_reports(written(tmp_path))
    one, again, other = split(reports, "warm", 42), split(reports, "warm", 42), split(reports, "warm", 43)
    assert [len(one.train), len(one.valid), len(one.test)] == [560, 70, 70]
    assert one == again
    assert one.test != other.test


def test_units_are_ours_and_outcomes_of_the_row_are_not_read(tmp_path: Path) -> None:
    reports = read_reports(written(tmp_path, 20))
    (tmp_path / "other").mkdir()
    other = read_reports(written(tmp_path / "other", 20, rating="2", recommend="0", review_date="2012-01-01"))
    assert reports == other
    numbers = reports[0].worn.wearer.numbers
    assert numbers["height_cm"] == pytest.approx(165.1)
    assert numbers["weight_kg"] == pytest.approx(world(20, seed=4).worn[0].wearer.numbers["weight_kg"], abs=0.01)
    assert numbers["cup"] == 4


def test_a_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="row 2"):
        read_reports(written(tmp_path, 3, fit="tight"))


def test_the_area_is_that_of_scikit_learn_ties_included() -> None:
    source = np.random.default_rng(0)
    score, positive = np.round(source.random(500), 1), source.random(500) < 0.2
    assert auc(score, positive) == pytest.approx(roc_auc_score(positive, score))


def test_the_command_shows_ours_beside_every_peer(tmp_path: Path) -> None:
    written(tmp_path, 5_500)
    done = CliRunner().invoke(bench_fit_command, ["--data", str(tmp_path), "--split", "warm", "--json"])
    assert done.exit_code == 0, done.output
    systems = json.loads(done.stdout)["splits"]["warm"]["systems"]
    assert list(systems) == [*PEERS, OURS]
    assert systems[OURS]["auc"]["value"] > systems["item's smoothed fit rate"]["auc"]["value"] + 0.05
    assert systems[OURS]["auc"]["low"] < systems[OURS]["auc"]["value"] < systems[OURS]["auc"]["high"]
    assert set(systems[OURS]["auc_by_class"]) == {fit.name.lower() for fit in Fit}
    assert systems[OURS]["predict_ms"]["p50"] > 0
    shown = CliRunner().invoke(bench_fit_command, ["--data", str(tmp_path), "--split", "warm"]).stdout
    assert "RecSys 2018" in shown
    assert all(name in shown for name in systems)


@pytest.mark.parametrize("arguments", [[], ["--data", "nowhere"]])
def test_without_the_file_it_is_skipped_with_a_word(arguments: list[str]) -> None:
    done = CliRunner().invoke(bench_fit_command, arguments)
    assert done.exit_code == 0
    assert done.stdout.startswith("skipped: ")
