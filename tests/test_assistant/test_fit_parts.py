"""The parts of the fit model: what comes in, counts, the scale of sizes, the trees, the file."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from assistant.fit.columns import Columns, Vocabulary
from assistant.fit.features import History
from assistant.fit.kept import load, save
from assistant.fit.model import FitModel
from assistant.fit.shrinkage import PRIOR, Counts, shrunk
from assistant.fit.size_scale import SizeScale
from assistant.fit.trees import Trees
from knowledge.errors import Invalid
from knowledge.fit_reports import Fit, FitReport, Wearer, Worn
from tests.test_assistant.fit_world import SIZES, World, world


@pytest.fixture(scope="module")
def small() -> World:
    return world(1_200, seed=5)


def coded(reports: list[FitReport], vocabulary: Vocabulary) -> Columns:
    return vocabulary.coded([r.worn for r in reports], [r.fit for r in reports], grow=True)


@pytest.mark.parametrize(
    ("name", "fit"), [("small", Fit.SMALL), ("Fit", Fit.FITS), ("fits ", Fit.FITS), ("LARGE", Fit.LARGE)]
)
def test_a_fit_is_read_by_its_name(name: str, fit: Fit) -> None:
    assert Fit.named(name) is fit


@pytest.mark.parametrize("name", ["", "tight", "1"])
def test_another_word_is_no_fit(name: str) -> None:
    with pytest.raises(Invalid, match="small, fits or large") as caught:
        Fit.named(name)
    assert caught.value.code == "fit_unknown"


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, 5_000.0])
def test_a_measurement_that_no_body_has_is_refused_by_name(value: float) -> None:
    with pytest.raises(Invalid, match="weight_kg"):
        Wearer("ann", {"weight_kg": value})


@pytest.mark.parametrize(("product", "size", "code"), [("", "M", "fit_product"), ("coat", "  ", "fit_size")])
def test_a_report_needs_product_and_size(product: str, size: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        Worn(product, size)
    assert caught.value.code == code


@given(
    counts=st.tuples(*[st.integers(0, 10_000)] * 3),
    strength=st.floats(0.5, 100),
)
def test_a_shrunk_rate_lies_between_the_parent_and_what_was_counted(counts: tuple[int, ...], strength: float) -> None:
    rate = shrunk(np.array(counts, dtype=np.float64), PRIOR, strength)
    assert rate.sum() == pytest.approx(1)
    own = np.array(counts) / max(1, sum(counts)) if sum(counts) else PRIOR
    assert (rate >= np.minimum(own, PRIOR) - 1e-12).all()
    assert (rate <= np.maximum(own, PRIOR) + 1e-12).all()


def test_a_new_product_has_its_categorys_rate_and_a_new_category_the_shops(small: World) -> None:
    vocabulary = Vocabulary.of(small.reports)
    columns = coded(small.reports, vocabulary)
    counts = Counts.of(vocabulary, columns, np.zeros(len(columns)))
    new = vocabulary.coded([Worn("new", "M", "dress"), Worn("new", "M", "nothing like it")])
    dress = vocabulary.coded([small.reports[0].worn, Worn("x", "M", "dress")]).keys["category"][1:]
    found = counts.cell_rate(new)
    assert np.allclose(found[0], counts.category_rate(dress)[0])
    assert np.allclose(found[1], counts.shop_rate())


def test_reports_added_one_by_one_count_like_reports_counted_at_once(small: World) -> None:
    vocabulary = Vocabulary.of(small.reports)
    first, later = small.reports[:900], small.reports[900:]
    columns = coded(first, vocabulary)
    scale = SizeScale.of(vocabulary, columns)
    history = History.of(vocabulary, scale, columns)
    for report in later:
        history.add(coded([report], vocabulary))
    whole = coded(small.reports, vocabulary)
    at_once = History.of(vocabulary, scale.grown(vocabulary), whole)
    for key, table in at_once.counts.fits.items():
        assert np.array_equal(history.counts.fits[key], table), key
    for one, other in zip(history.counts.traits, at_once.counts.traits, strict=True):
        assert np.array_equal(one, other)
    assert np.allclose(history.counts.stretch, at_once.counts.stretch)
    assert history.diary.rows_of == at_once.diary.rows_of
    at_once.effects = history.effects
    asked = vocabulary.coded(small.worn[:50])
    assert np.allclose(history.features(asked), at_once.features(asked), equal_nan=True)


def test_labels_are_ordered_by_who_wears_them(small: World) -> None:
    vocabulary = Vocabulary.of(small.reports)
    scale = SizeScale.of(vocabulary, coded(small.reports, vocabulary))
    at = scale.position(vocabulary.coded([Worn("p1", size, "dress") for size in SIZES]))
    assert (np.diff(at) > 0).all()
    body = Wearer(None, {"weight_kg": 48.0, "height_cm": 165.0})
    light = vocabulary.coded([Worn("p1", size, "dress", body) for size in SIZES])
    assert scale.stretch(vocabulary, light)[-1] > 1
    assert scale.stretch(vocabulary, vocabulary.coded([Worn("p1", "never seen", None, body)]))[0] == 0


def test_our_reading_of_the_trees_predicts_what_scikit_learn_predicts() -> None:
    source = np.random.default_rng(0)
    features = source.normal(size=(1_500, 6))
    features[source.random(features.shape) < 0.2] = np.nan
    fit = np.digitize(np.nan_to_num(features[:, 0]) + source.normal(size=1_500), [-0.7, 0.7]).astype(np.int64)
    trained = HistGradientBoostingClassifier(max_iter=30, random_state=0).fit(features, fit)
    theirs = trained.predict_proba(features)
    odds = Trees.read(trained).log_odds(features, batch=400)
    assert np.allclose(odds, np.log(theirs[:, [0, 2]] / theirs[:, [1]]))


@pytest.mark.parametrize("count", [0, 40, 1_200, 5_000])
def test_a_model_read_from_its_file_says_the_same(count: int, tmp_path: Path) -> None:
    reports = world(5_000, seed=7).reports[:count]
    model = FitModel.train(reports)
    model.add([FitReport(Worn("after", "XXL", "hat", Wearer("new", {"weight_kg": 70.0})), Fit.LARGE)])
    save(model, tmp_path / "fit.npz")
    again = load(tmp_path / "fit.npz")
    asked = [*world(50, seed=8).worn, Worn("after", "XXL", "hat", Wearer("new")), Worn("?", "?")]
    assert again.chances(asked) == model.chances(asked)
    assert (again.trees is not None) == (count == 5_000)
    more = [FitReport(Worn("another", "M"), Fit.SMALL)]
    again.add(more)
    model.add(more)
    assert again.chances(asked) == model.chances(asked)


@pytest.mark.parametrize("content", [b"", b"not a file of ours", b"PK\x03\x04broken"])
def test_another_file_is_refused_with_what_to_do(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "fit.npz").write_bytes(content)
    with pytest.raises(Invalid, match="train the model again"):
        load(tmp_path / "fit.npz")


def test_a_file_with_pickled_code_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "fit.npz").open("wb") as file:
        np.savez(file, head=np.array([{"format": 1}], dtype=object))
    with pytest.raises(Invalid, match="train the model again"):
        load(tmp_path / "fit.npz")
