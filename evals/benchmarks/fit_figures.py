"""AUC and calibration error of three-way predictions, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from evals.calibration import ece

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_RESAMPLES: Final = 300
CLASSES: Final = ("small", "fits", "large")


def auc(score: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve; ties count half (Mann and Whitney 1947)."""
    _, tie, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[tie]
    hits = int(positive.sum())
    return float((rank[positive].sum() - hits * (hits + 1) / 2) / (hits * (len(score) - hits)))


def mean_auc(chance: Floats, fit: Ints) -> float:
    """Return the mean of the three one-vs-rest AUCs, as Misra et al. 2018 report it."""
    return float(np.mean([auc(chance[:, one], fit == one) for one in range(3)]))


def mean_ece(chance: Floats, fit: Ints) -> float:
    """Return the mean over the classes of the calibration error in ten bins of equal width."""
    return float(np.mean([ece(chance[:, one], (fit == one).astype(np.float64)) for one in range(3)]))


def figures(chance: Floats, fit: Ints, seed: int = 0) -> dict[str, Any]:
    """Return AUC and calibration error, mean and by class, with 95 % bootstrap intervals over rows."""
    drawn = np.random.default_rng(seed).integers(0, len(fit), (_RESAMPLES, len(fit)))
    return {
        "auc": _with_interval(mean_auc, chance, fit, drawn),
        "auc_by_class": {name: auc(chance[:, one], fit == one) for one, name in enumerate(CLASSES)},
        "ece": _with_interval(mean_ece, chance, fit, drawn),
        "ece_by_class": {
            name: ece(chance[:, one], (fit == one).astype(np.float64)) for one, name in enumerate(CLASSES)
        },
    }


def _with_interval(
    statistic: Callable[[Floats, Ints], float], chance: Floats, fit: Ints, drawn: Ints
) -> dict[str, float]:
    low, high = np.percentile([statistic(chance[rows], fit[rows]) for rows in drawn], [2.5, 97.5])
    return {"value": statistic(chance, fit), "low": float(low), "high": float(high)}
