"""What a shopper's other reports say about the one in question.

Each of her reports is set against what others said of that product in that size, so that a product
that is small for everybody does not make her a large person; and it counts the more, the nearer its
size lies to the one in question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.fit.columns import UNKNOWN, Columns, Floats, Ints
from assistant.fit.shrinkage import Counts
from knowledge.fit_reports import Fit

NAMES: Final = (
    "shopper_reports",
    "shopper_small",
    "shopper_large",
    "shopper_near_small",
    "shopper_near_large",
    "shopper_size_step",
    "shopper_fitting_step",
    "shopper_stretch",
)
_STRENGTH: Final = 2.0
_NEAR_STRENGTH: Final = 1.0
# Sizes this far apart, in standard deviations of bulk, say little about each other; a size step of a
# usual chart is about half of one.
_NEAR: Final = 0.35


@dataclass(slots=True)
class Diary:
    """All reports in the order of their shoppers, to be read by shopper."""

    reports: Columns
    position: Floats
    stretch: Floats
    rows_of: dict[int, list[int]]

    @classmethod
    def of(cls, reports: Columns, position: Floats, stretch: Floats) -> Diary:
        """Arrange reports by shopper; those without one are left out."""
        rows_of: dict[int, list[int]] = {}
        for row, shopper in enumerate(reports.keys["shopper"].tolist()):
            if shopper != UNKNOWN:
                rows_of.setdefault(shopper, []).append(row)
        return cls(reports, position, stretch, rows_of)

    def add(self, reports: Columns, position: Floats, stretch: Floats) -> None:
        """Append reports."""
        for row, shopper in enumerate(reports.keys["shopper"].tolist(), start=len(self.reports)):
            if shopper != UNKNOWN:
                self.rows_of.setdefault(shopper, []).append(row)
        self.reports = self.reports.joined(reports)
        self.position = np.concatenate([self.position, position])
        self.stretch = np.concatenate([self.stretch, stretch])

    def features(self, counts: Counts, columns: Columns, position: Floats) -> Floats:
        """Return `NAMES` for each row, shape ``(rows, len(NAMES))``; zeros and NaN for a new shopper."""
        asked, past = self._pairs(columns.keys["shopper"])
        rows = len(columns)
        history = self.reports.taken(past)
        surprise = np.eye(3)[history.fit] - counts.cell_rate(history)
        here = position[asked] - counts.offset(columns.keys["product"][asked])
        there = self.position[past] - counts.offset(history.keys["product"])
        step = here - there
        near = np.exp(-((step / _NEAR) ** 2))
        fitted = (history.fit == Fit.FITS).astype(np.float64)

        def total(values: Floats) -> Floats:
            found: Floats = np.bincount(asked, values, minlength=rows).astype(np.float64)
            return found

        reports, fitting = np.bincount(asked, minlength=rows), total(fitted)
        with np.errstate(invalid="ignore", divide="ignore"):
            columns_found = [
                reports.astype(np.float64),
                *(total(surprise[:, fit]) / (reports + _STRENGTH) for fit in (Fit.SMALL, Fit.LARGE)),
                *(total(surprise[:, fit] * near) / (total(near) + _NEAR_STRENGTH) for fit in (Fit.SMALL, Fit.LARGE)),
                np.where(reports > 0, total(step) / reports, np.nan),
                np.where(fitting > 0, total(step * fitted) / fitting, np.nan),
                total(self.stretch[past] - counts.offset(history.keys["product"])) / (reports + 1.0),
            ]
        return np.stack(columns_found, axis=1)

    def _pairs(self, shoppers: Ints) -> tuple[Ints, Ints]:
        found = [self.rows_of.get(shopper, []) for shopper in shoppers.tolist()]
        lengths = [len(rows) for rows in found]
        past = [row for rows in found for row in rows]
        return np.repeat(np.arange(len(found)), lengths), np.array(past, dtype=np.int64)
