"""Figures that are no means over items: AUROC and MCC, with bootstrap intervals over the items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from evals.public.figures import Figure

_SEED: Final = 0
_RESAMPLES: Final = 1_000
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def auroc(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Return the chance that a positive scores above a negative, a tie counting half; NaN without both.

    The rank sum of Mann and Whitney (1947). Both arrays have shape ``(n,)``.
    """
    of_positive = int(positive.sum())
    of_negative = len(positive) - of_positive
    if not of_positive or not of_negative:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[positive].sum() - of_positive * (of_positive + 1) / 2) / (of_positive * of_negative))


def mcc(expected: Ints, given: Ints) -> float:
    """Return Matthews' correlation of labels in [-1, 1], 0 when either side is constant.

    For more than two classes as Gorodkin (2004). Labels are numbers from 0; both have shape ``(n,)``.
    """
    size = int(max(expected.max(), given.max())) + 1
    truth = np.bincount(expected, minlength=size).astype(np.float64)
    said = np.bincount(given, minlength=size).astype(np.float64)
    n, right = float(len(expected)), float((expected == given).sum())
    covariance = right * n - float(truth @ said)
    spread = (n * n - float(truth @ truth)) * (n * n - float(said @ said))
    return covariance / float(np.sqrt(spread)) if spread > 0 else 0.0


def auroc_figure(metric: str, scores: Sequence[float], positive: Sequence[bool]) -> Figure:
    """Return the AUROC with its interval.

    Raises:
        ValueError: The items are all of one kind.
    """
    values, is_positive = np.array(scores, dtype=np.float64), np.array(positive, dtype=np.bool_)
    if is_positive.all() or not is_positive.any():
        raise ValueError(f"{metric}: items of one kind only")
    return _figure(metric, len(values), lambda rows: auroc(values[rows], is_positive[rows]))


def mcc_figure(metric: str, expected: Sequence[str], given: Sequence[str]) -> Figure:
    """Return Matthews' correlation of labels with its interval.

    Raises:
        ValueError: There are no items.
    """
    if not expected:
        raise ValueError(f"{metric}: no items")
    labels = {label: number for number, label in enumerate(sorted({*expected, *given}))}
    truth, said = (np.array([labels[label] for label in side], dtype=np.int64) for side in (expected, given))
    return _figure(metric, len(truth), lambda rows: mcc(truth[rows], said[rows]))


def _figure(metric: str, n: int, statistic: Callable[[Ints], float]) -> Figure:
    """Return a statistic of the items' places, with the 95 % percentile interval of its resamples."""
    rng = np.random.default_rng(_SEED)
    found = [statistic(rng.integers(0, n, size=n)) for _ in range(_RESAMPLES)]
    low, high = (float(edge) for edge in np.nanpercentile(found, [2.5, 97.5]))
    return Figure(metric=metric, value=statistic(np.arange(n, dtype=np.int64)), low=low, high=high, n=n)
