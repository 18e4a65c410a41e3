"""The fit model: how probable it is that a size is too small, fits, or is too large for this shopper.

Three layers, each used as far as there are reports for it: shrunk rates (from the first report), a
hierarchical logit (`effects`), and boosted trees over both (from `ENOUGH_FOR_TREES` reports). What
comes out is weighted and calibrated on reports that none of them was trained on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.fit.calibration import Calibration
from assistant.fit.columns import Columns, Floats, Vocabulary
from assistant.fit.features import History, training_rows
from assistant.fit.reasons import Reason, reasons_for
from assistant.fit.shrinkage import PRODUCT_STRENGTH
from assistant.fit.size_scale import SizeScale
from assistant.fit.trees import Trees
from knowledge.errors import Invalid
from knowledge.fit_reports import Fit, FitReport, Worn

# On reports drawn from a known rule (tests/test_assistant/fit_world.py) the logit alone is better up to
# 2,000, and both together from 4,000.
ENOUGH_FOR_TREES: Final = 4_000
# A tenth is held back to calibrate with; fewer reports than this hold back too few to learn from.
ENOUGH_TO_CALIBRATE: Final = 500
_HELD_BACK: Final = 0.1
_Z: Final = 1.644854  # two-sided 90 %


@dataclass(frozen=True, slots=True)
class FitChance:
    """What the model says of one size.

    Attributes:
        small, fits, large: Probabilities; they sum to 1.
        low, high: 90 % interval of ``fits`` as a share among such shoppers (Wilson 1927). The product's
            reports count once and the prior as `PRODUCT_STRENGTH`: a new product has a wide one.
        reports: On the product.
        reasons: Strongest first.
    """

    size: str
    small: float
    fits: float
    large: float
    low: float
    high: float
    reports: int
    reasons: tuple[Reason, ...]


class FitModel:
    """Learns from `FitReport`; answers for `Worn`.

    `add` counts a report at once and moves the leanings of its product, size and shopper; trees and
    calibration stay until the model is trained again. The reports in the database are the truth, and the
    model can be trained from them at any time.
    """

    def __init__(self, history: History, trees: Trees | None, calibration: Calibration) -> None:
        self.history = history
        self.trees = trees
        self.calibration = calibration

    @classmethod
    def train(
        cls, reports: Sequence[FitReport], held_back: Sequence[FitReport] | None = None, seed: int = 0
    ) -> FitModel:
        """Train on reports, of which there may be none.

        Args:
            held_back: To calibrate with and for nothing else. Without it a tenth of the reports serves,
                and is counted afterwards like reports that came in later.
            seed: Decides which tenth, the folds, and the columns that a tree may see.
        """
        learnt, later = (list(reports), []) if held_back is not None else _parted(reports, seed)
        vocabulary = Vocabulary.of(learnt)
        columns = _coded(vocabulary, learnt)
        scale = SizeScale.of(vocabulary, columns)
        history = History.of(vocabulary, scale, columns)
        trees = None
        if len(learnt) >= ENOUGH_FOR_TREES and len(np.unique(columns.fit)) == len(Fit):
            trees = Trees.of(*training_rows(vocabulary, scale, columns, seed), seed)
        model = cls(history, trees, Calibration.even(1 if trees is None else 2))
        kept = later if held_back is None else held_back
        if kept:
            fit = np.array([report.fit for report in kept], dtype=np.int64)
            asked = vocabulary.coded([report.worn for report in kept])
            model.calibration = Calibration.of(model._log_odds(asked), fit)
        if later:
            model.add(later)
        return model

    def add(self, reports: Sequence[FitReport]) -> None:
        """Count reports that came in after training."""
        self.history.add(_coded(self.history.vocabulary, reports))

    def probabilities(self, worn: Sequence[Worn]) -> Floats:
        """Return the probabilities of small, fits and large, shape ``(len(worn), 3)``."""
        return self.calibration.probabilities(self._log_odds(self.history.vocabulary.coded(worn)))

    def chances(self, worn: Sequence[Worn]) -> list[FitChance]:
        """Return probabilities with interval and reasons, for instance of all sizes of one product."""
        columns = self.history.vocabulary.coded(worn)
        found = self.calibration.probabilities(self._log_odds(columns))
        reports = self.history.counts.fits["product"][columns.keys["product"]].sum(axis=1)
        told = reasons_for(self.history, columns)
        return [
            _chance(one.size, row.tolist(), int(count), why)
            for one, row, count, why in zip(worn, found, reports, told, strict=True)
        ]

    def _log_odds(self, columns: Columns) -> Floats:
        """Return those of the logit and, if there are any, of the trees, shape ``(rows, predictors, 2)``."""
        predictors = [self.history.log_odds(columns)]
        if self.trees is not None:
            predictors.append(self.trees.log_odds(self.history.features(columns)))
        return np.stack(predictors, axis=1)


def _chance(size: str, row: list[float], reports: int, reasons: tuple[Reason, ...]) -> FitChance:
    low, high = _interval(row[Fit.FITS], reports)
    return FitChance(size, row[Fit.SMALL], row[Fit.FITS], row[Fit.LARGE], low, high, reports, reasons)


def _coded(vocabulary: Vocabulary, reports: Sequence[FitReport]) -> Columns:
    for report in reports:
        if not isinstance(report.fit, Fit):
            raise Invalid(f"{report.fit!r} is no fit; use Fit.named.", code="fit_unknown")
    return vocabulary.coded([report.worn for report in reports], [report.fit for report in reports], grow=True)


def _parted(reports: Sequence[FitReport], seed: int) -> tuple[list[FitReport], list[FitReport]]:
    if len(reports) < ENOUGH_TO_CALIBRATE:
        return list(reports), []
    order = np.random.default_rng(seed).permutation(len(reports))
    cut = int(len(reports) * _HELD_BACK)
    return [reports[i] for i in np.sort(order[cut:])], [reports[i] for i in np.sort(order[:cut])]


def _interval(share: float, reports: int) -> tuple[float, float]:
    n = reports + PRODUCT_STRENGTH
    centre = share + _Z**2 / (2 * n)
    spread = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
