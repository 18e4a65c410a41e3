"""AUROC and Matthews' correlation against scikit-learn's, and published figures with their sources."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import matthews_corrcoef, roc_auc_score

from evals.public.published import published
from evals.public.sets import PUBLIC_SETS
from evals.public.statistics import auroc, auroc_figure, mcc, mcc_figure
from knowledge.errors import Invalid

RNG = np.random.default_rng(7)


def test_auroc_is_the_library_s_also_with_ties() -> None:
    positive = RNG.random(300) < 0.3
    with_ties = np.floor(10 * RNG.random(300) + 2 * positive)
    for scores in (RNG.random(300), with_ties):
        assert auroc(scores, positive) == pytest.approx(roc_auc_score(positive, scores))
    assert math.isnan(auroc(np.array([0.1, 0.2]), np.array([True, True])))


def test_correlation_of_many_labels_is_the_library_s() -> None:
    truth = RNG.integers(0, 5, 400)
    said = np.where(RNG.random(400) < 0.6, truth, RNG.integers(0, 7, 400))
    assert mcc(truth, said) == pytest.approx(matthews_corrcoef(truth, said))
    assert mcc(truth, np.zeros(400, dtype=np.int64)) == 0.0


def test_intervals_hold_the_value_and_narrow_with_more_items() -> None:
    widths = []
    for n in (50, 2_000):
        positive = RNG.random(n) < 0.5
        figure = auroc_figure("auroc", (RNG.random(n) + 0.3 * positive).tolist(), positive.tolist())
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.value < figure.high
        assert figure.n == n
        widths.append(figure.high - figure.low)
    assert widths[1] < widths[0] / 3


def test_figures_of_nothing_or_of_one_kind_are_an_error() -> None:
    with pytest.raises(ValueError, match="one kind"):
        auroc_figure("auroc", [0.1, 0.9], [True, True])
    with pytest.raises(ValueError, match="no items"):
        mcc_figure("mcc", [], [])
    assert mcc_figure("mcc", ["a", "b", "a"], ["a", "b", "a"]).value == pytest.approx(1.0)


def test_every_published_figure_belongs_to_a_set_and_tells_its_source() -> None:
    told = {name: published(name) for name in PUBLIC_SETS}
    assert sum(len(systems) for systems in told.values()) >= 9
    assert all(system.source and system.figures for systems in told.values() for system in systems)
    assert {figure.metric for system in told["clinc150"] for figure in system.figures} == {
        "in_scope_accuracy",
        "oos_recall",
    }


def test_a_published_system_without_a_source_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "published.toml"
    path.write_text('[toy."A paper"]\nauroc = 0.5\nsource = "A paper, table 1"\n', "utf-8")
    assert [(s.name, s.figures[0].value) for s in published("toy", path)] == [("A paper", 0.5)]
    assert published("other", path) == ()
    for wrong in ('[toy."A paper"]\nauroc = 0.5\n', '[toy."A paper"]\nauroc = "high"\nsource = "x"\n', "[toy\n"):
        path.write_text(wrong, "utf-8")
        with pytest.raises(Invalid):
            published("toy", path)
