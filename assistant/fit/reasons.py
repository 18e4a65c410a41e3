"""Why the model leans as it does: counts that can be told to a shopper, never weights of a tree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from assistant.fit.columns import UNKNOWN, Columns
from assistant.fit.features import History
from assistant.fit.shrinkage import Counts
from knowledge.fit_reports import Fit
from knowledge.size_charts import Measure

# A rate that differs by less from what is usual in the shop is not worth a sentence.
_WORTH_TELLING: Final = 0.05
_FEW_REPORTS: Final = 5
# In standard deviations of bulk; about one size of a usual chart.
_SIZE_STEP: Final = 0.5


class Why(StrEnum):
    """Kinds of reason."""

    RUNS_SMALL = "product_runs_small"
    RUNS_LARGE = "product_runs_large"
    FITS_MOST = "product_fits_most"
    SIZE_RUNS_SMALL = "size_runs_small"
    SIZE_RUNS_LARGE = "size_runs_large"
    ABOVE_USUAL_SIZE = "above_usual_size"
    BELOW_USUAL_SIZE = "below_usual_size"
    LIKE_YOU_SMALL = "like_you_small"
    LIKE_YOU_FITS = "like_you_fits"
    LIKE_YOU_LARGE = "like_you_large"
    HER_REPORTS = "her_reports"
    FEW_REPORTS = "few_reports"


# Bodies this near count as alike: about one size of a usual chart either way, as in `assistant.sizing`.
_ALIKE: Final[dict[str, float]] = {
    Measure.HEIGHT: 5.0, Measure.WEIGHT: 4.0, Measure.CHEST: 4.0, Measure.WAIST: 4.0, Measure.HIP: 4.0,
    Measure.FOOT: 0.5,
}  # fmt: skip
_OF_FIT: Final = {Fit.SMALL: Why.LIKE_YOU_SMALL, Fit.FITS: Why.LIKE_YOU_FITS, Fit.LARGE: Why.LIKE_YOU_LARGE}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with the numbers behind it.

    Attributes:
        count: Reports that say so (for `Why.FEW_REPORTS` and `Why.HER_REPORTS`: all there are).
        of: Reports in all; 0 where the reason counts none.
        alike: Measurements by which these buyers are like the shopper.
    """

    why: Why
    count: int = 0
    of: int = 0
    alike: tuple[str, ...] = ()


def reasons_for(history: History, columns: Columns) -> list[tuple[Reason, ...]]:
    """Return each row's reasons, the most telling first; reports on the product before bodies."""
    counts = history.counts
    usual = counts.shop_rate()
    product_rate = counts.product_rate(columns.keys["product"], columns.keys["category"])
    cell_rate = counts.cell_rate(columns)
    # Against what such bodies buy of this product: a product that all buy a size up has an offset.
    stretch = history.scale.stretch(history.vocabulary, columns) - counts.offset(columns.keys["product"])
    known_body = (~np.isnan(columns.numbers)).sum(axis=1) > 0
    found = []
    for row in range(len(columns)):
        product = int(columns.keys["product"][row])
        reasons = _of_bodies(history, columns, row)
        reasons += _of_product(counts, product, product_rate[row], usual)
        in_all = int(counts.fits["product"][product].sum())
        reasons += _of_size(counts, int(columns.keys["cell"][row]), cell_rate[row], product_rate[row], in_all)
        if known_body[row] and columns.keys["label"][row] != UNKNOWN and abs(stretch[row]) >= _SIZE_STEP:
            reasons.append(Reason(Why.ABOVE_USUAL_SIZE if stretch[row] > 0 else Why.BELOW_USUAL_SIZE))
        hers = len(history.diary.rows_of.get(int(columns.keys["shopper"][row]), ()))
        if hers:
            reasons.append(Reason(Why.HER_REPORTS, hers, hers))
        found.append(tuple(reasons))
    return found


def _of_bodies(history: History, columns: Columns, row: int) -> list[Reason]:
    """Return what buyers of this size with such a body said, where there are some."""
    reports = history.diary.reports
    cell = int(columns.keys["cell"][row])
    if cell == UNKNOWN:
        return []
    here = np.flatnonzero(reports.keys["cell"] == cell)
    near, shared = np.ones(len(here), dtype=bool), np.zeros(len(here), dtype=bool)
    alike: list[str] = []
    for column, name in enumerate(history.vocabulary.numbers):
        value = columns.numbers[row, column]
        if name not in _ALIKE or np.isnan(value):
            continue
        distance = np.abs(reports.numbers[here, column] - value)
        known = ~np.isnan(distance)
        near &= ~known | (distance <= _ALIKE[name])
        shared |= known
        alike += [name] if known.any() else []
    fits = np.bincount(reports.fit[here[near & shared]], minlength=3)
    total, most = int(fits.sum()), Fit(int(fits.argmax()))
    if total < _FEW_REPORTS or 2 * int(fits[most]) <= total:
        return []
    return [Reason(_OF_FIT[most], int(fits[most]), total, tuple(alike))]


def _of_product(counts: Counts, product: int, rate: np.ndarray, usual: np.ndarray) -> list[Reason]:
    reports = counts.fits["product"][product]
    total = int(reports.sum())
    if total < _FEW_REPORTS:
        return [Reason(Why.FEW_REPORTS, total, total)]
    for fit, why in ((Fit.SMALL, Why.RUNS_SMALL), (Fit.LARGE, Why.RUNS_LARGE), (Fit.FITS, Why.FITS_MOST)):
        if rate[fit] - usual[fit] >= _WORTH_TELLING:
            return [Reason(why, int(reports[fit]), total)]
    return []


def _of_size(counts: Counts, cell: int, rate: np.ndarray, of_product: np.ndarray, in_all: int) -> list[Reason]:
    reports = counts.fits["cell"][cell]
    total = int(reports.sum())
    # When all of the product's reports are on this size, it has been told already.
    if total < _FEW_REPORTS or total == in_all:
        return []
    sides = ((Fit.SMALL, Why.SIZE_RUNS_SMALL), (Fit.LARGE, Why.SIZE_RUNS_LARGE))
    return [
        Reason(why, int(reports[fit]), total) for fit, why in sides if rate[fit] - of_product[fit] >= _WORTH_TELLING
    ][:1]
