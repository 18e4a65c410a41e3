"""A made-up shop whose buyers' fits come from a rule that we know, to hold the fit model against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.fit_reports import Fit, FitReport, Wearer, Worn

SIZES = ("XS", "S", "M", "L", "XL")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Reports with the true probabilities that they were drawn from, shape ``(reports, 3)``."""

    reports: list[FitReport]
    truth: Floats

    @property
    def fits(self) -> npt.NDArray[np.int64]:
        return np.array([report.fit for report in self.reports], dtype=np.int64)

    @property
    def worn(self) -> list[Worn]:
        return [report.worn for report in self.reports]


def world(count: int, seed: int, products: int = 60, shoppers: int = 400) -> World:
    """Draw reports: a shopper of some bulk takes a size near her own; products are cut small or large.

    The size is small or large as it, less the product's cut, lies off her bulk. The cuts, bulks and
    labels are the same for every seed; only who buys what, and what she says, is drawn by it.
    """
    fixed, drawn = np.random.default_rng(1), np.random.default_rng(seed)
    cut, bulk = fixed.normal(0, 0.5, products), fixed.normal(0, 1, shoppers)
    reports, truths = [], []
    for product, shopper in zip(drawn.integers(0, products, count), drawn.integers(0, shoppers, count), strict=True):
        size = int(np.clip(np.round(bulk[shopper] + 2 + drawn.normal(0, 0.5)), 0, len(SIZES) - 1))
        slack = 1.4 * (size - 2 + cut[product] - bulk[shopper])
        raised = np.exp([-2 - 1.5 * slack, 0, -2 + 1.5 * slack])
        truth = raised / raised.sum()
        numbers = {"weight_kg": 60 + 9 * bulk[shopper], "height_cm": 165.0}
        wearer = Wearer(f"s{shopper}", numbers, {"body_type": "pear" if shopper % 2 else "apple"})
        worn = Worn(f"p{product}", SIZES[size], "dress" if product % 2 else "top", wearer)
        reports.append(FitReport(worn, Fit(int(drawn.choice(3, p=truth)))))
        truths.append(truth)
    return World(reports, np.array(truths))
