"""The fit model against a rule that we know."""

from __future__ import annotations

import time

import numpy as np
import pytest

from assistant.fit.calibration import Calibration, probabilities
from assistant.fit.model import FitModel
from assistant.fit.reasons import Why
from assistant.fit.shrinkage import PRIOR
from evals.benchmarks.fit_figures import mean_auc, mean_ece
from evals.benchmarks.fit_peers import item_prior
from knowledge.fit_reports import Fit, FitReport, Wearer, Worn
from tests.test_assistant.fit_world import SIZES, World, world


@pytest.fixture(scope="module")
def learnt() -> World:
    return world(6_000, seed=2)


@pytest.fixture(scope="module")
def unseen() -> World:
    return world(4_000, seed=3)


@pytest.fixture(scope="module")
def model(learnt: World) -> FitModel:
    return FitModel.train(learnt.reports)


def told(product: str, size: str, fit: Fit, times: int = 1, category: str | None = None) -> list[FitReport]:
    return [FitReport(Worn(product, size, category), fit)] * times


def test_it_orders_better_than_the_products_own_rate_and_nearly_as_well_as_the_rule(
    model: FitModel, learnt: World, unseen: World
) -> None:
    ours = mean_auc(model.probabilities(unseen.worn), unseen.fits)
    by_product = mean_auc(item_prior(learnt.reports, unseen.reports), unseen.fits)
    best = mean_auc(unseen.truth, unseen.fits)
    assert ours > by_product + 0.05
    assert ours > best - 0.03


def test_its_probabilities_sum_to_one_and_come_true(model: FitModel, unseen: World) -> None:
    chance = model.probabilities(unseen.worn)
    assert np.allclose(chance.sum(axis=1), 1)
    assert mean_ece(chance, unseen.fits) < 0.03
    assert np.abs(chance - unseen.truth).mean() < 0.06


def test_without_a_report_it_says_the_prior_and_how_little_it_knows() -> None:
    model = FitModel.train([])
    (chance,) = model.chances([Worn("coat", "M", "coats", Wearer("ann", {"weight_kg": 60.0}))])
    assert [chance.small, chance.fits, chance.large] == pytest.approx(PRIOR.tolist())
    assert chance.high - chance.low > 0.4
    assert [reason.why for reason in chance.reasons] == [Why.FEW_REPORTS]


def test_fifty_reports_move_it_a_little_and_in_the_right_direction() -> None:
    model = FitModel.train([*told("a", "M", Fit.SMALL, 10), *told("b", "M", Fit.FITS, 40)])
    a, b, new = model.probabilities([Worn("a", "M"), Worn("b", "M"), Worn("new", "M")])
    assert a[Fit.SMALL] > new[Fit.SMALL] > b[Fit.SMALL]
    assert 0.3 < a[Fit.SMALL] < 0.9


def test_a_new_product_leans_on_its_category() -> None:
    reports = [
        *(report for n in range(20) for report in told(f"boot{n}", "40", Fit.SMALL, 4, "boots")),
        *(report for n in range(20) for report in told(f"coat{n}", "40", Fit.FITS, 4, "coats")),
    ]
    boot, coat = FitModel.train(reports).probabilities([Worn("new", "40", "boots"), Worn("newer", "40", "coats")])
    assert boot[Fit.SMALL] > coat[Fit.SMALL] + 0.3


def test_the_interval_narrows_with_reports(model: FitModel) -> None:
    known, new = model.chances([Worn("p1", "M", "dress"), Worn("new", "M", "dress")])
    assert known.reports > 50
    assert new.reports == 0
    assert known.low < known.fits < known.high
    assert new.high - new.low > 1.5 * (known.high - known.low)


def test_a_small_body_is_told_a_large_size_is_large_and_why(model: FitModel) -> None:
    small = Wearer(None, {"weight_kg": 48.0, "height_cm": 165.0})
    by_size = {chance.size: chance for chance in model.chances([Worn("p1", size, "dress", small) for size in SIZES])}
    assert by_size["XL"].large > 0.5
    assert by_size["XL"].large > by_size["S"].large
    assert Why.ABOVE_USUAL_SIZE in [reason.why for reason in by_size["XL"].reasons]
    assert Why.ABOVE_USUAL_SIZE not in [reason.why for reason in by_size["XS"].reasons]


def test_a_shoppers_own_reports_are_used_without_her_measurements(learnt: World) -> None:
    model = FitModel.train(learnt.reports)
    asked = [Worn("p1", "M", "dress", Wearer("newcomer"))]
    before = model.probabilities(asked)[0]
    model.add([FitReport(Worn(f"p{n}", "M", "dress", Wearer("newcomer")), Fit.SMALL) for n in range(3, 13)])
    after = model.probabilities(asked)[0]
    assert after[Fit.SMALL] > before[Fit.SMALL]
    assert Why.HER_REPORTS in [reason.why for reason in model.chances(asked)[0].reasons]


def test_reports_of_a_new_product_are_felt_at_once(learnt: World) -> None:
    model = FitModel.train(learnt.reports)
    asked = [Worn("brand-new", "M", "dress")]
    before = model.probabilities(asked)[0]
    model.add(told("brand-new", "M", Fit.SMALL, 40, "dress"))
    (after,) = model.chances(asked)
    assert after.small > before[Fit.SMALL] + 0.05
    assert after.reports == 40
    assert after.reasons[0].why is Why.RUNS_SMALL
    assert (after.reasons[0].count, after.reasons[0].of) == (40, 40)


def test_the_same_reports_give_the_same_model(model: FitModel, learnt: World, unseen: World) -> None:
    again = FitModel.train(learnt.reports)
    assert np.array_equal(again.probabilities(unseen.worn), model.probabilities(unseen.worn))


def test_one_shopper_and_all_sizes_of_a_product_take_less_than_five_milliseconds(model: FitModel) -> None:
    took = []
    for n in range(60):
        asked = [Worn(f"p{n}", size, "dress", Wearer(f"s{n}", {"weight_kg": 60.0})) for size in SIZES]
        started = time.process_time()  # other work on the machine is not the model's
        model.chances(asked)
        took.append(time.process_time() - started)
    assert float(np.median(took)) < 0.005


def test_training_time_grows_no_faster_than_the_reports(learnt: World) -> None:
    def seconds(reports: list[FitReport]) -> float:
        started = time.process_time()
        FitModel.train(reports, held_back=[])
        return time.process_time() - started

    few, many = seconds(learnt.reports[:4_500]), seconds(learnt.reports * 3)
    assert many < 12 * few


def test_calibration_undoes_an_overconfident_model_and_leaves_a_true_one() -> None:
    source = np.random.default_rng(0)
    odds = source.normal(-1.5, 1, (20_000, 2))
    chance = probabilities(odds)
    fit = np.array([source.choice(3, p=row) for row in chance])
    bold = (3 * odds + 1)[:, None]
    mended = Calibration.of(bold, fit)
    assert mended.slopes == pytest.approx((1 / 3,), abs=0.03)
    assert np.abs(mended.probabilities(bold) - chance).max() < 0.03
    assert Calibration.of(odds[:, None], fit).slopes == pytest.approx((1,), abs=0.06)
    # Beside a predictor that knows nothing, the one that knows gets all the say.
    both = np.stack([odds, source.normal(size=odds.shape)], axis=1)
    assert Calibration.of(both, fit).slopes == pytest.approx((1, 0), abs=0.06)


def test_calibration_without_reports_changes_nothing() -> None:
    assert Calibration.of(np.zeros((0, 2, 2)), np.zeros(0, dtype=np.int64)) == Calibration((0.5, 0.5))
