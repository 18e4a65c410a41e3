"""How far a reply's confidence can be believed: ECE, AURC, the reliability and risk–coverage curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_BINS: Final = 10
_RESAMPLES: Final = 1_000
Floats = npt.NDArray[np.float64]


def reliability(confidence: Floats, right: Floats) -> list[dict[str, float]]:
    """Return mean confidence, accuracy and count for each filled one of ten bins of equal width."""
    bin_of = np.clip((confidence * _BINS).astype(int), 0, _BINS - 1)
    rows = []
    for number in np.unique(bin_of):
        inside = bin_of == number
        row = {"confidence": float(confidence[inside].mean()), "accuracy": float(right[inside].mean())}
        rows.append(row | {"n": int(inside.sum())})
    return rows


def ece(confidence: Floats, right: Floats) -> float:
    """Return the expected calibration error in [0, 1], lower is better (Naeini et al. 2015).

    The mean distance of confidence and accuracy over the bins, weighted by their counts.
    """
    gaps = [row["n"] * abs(row["confidence"] - row["accuracy"]) for row in reliability(confidence, right)]
    return float(sum(gaps) / len(confidence))


def risk_coverage(confidence: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Return coverage and risk when only the most confident are answered, both of shape ``(n,)``, in [0, 1].

    Among equal confidences the order cannot be chosen, so each carries the mean error of its group.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence, wrong = confidence[order], 1.0 - right[order]
    _, group, counts = np.unique(-sorted_confidence, return_inverse=True, return_counts=True)
    smoothed = (np.bincount(group, weights=wrong) / counts)[group]
    asked = np.arange(1, len(confidence) + 1)
    return asked / len(confidence), np.cumsum(smoothed) / asked


def aurc(confidence: Floats, right: Floats) -> float:
    """Return the area under the risk–coverage curve in [0, 1], lower is better (Geifman et al. 2019)."""
    return float(risk_coverage(confidence, right)[1].mean())


def bootstrap(
    statistic: Callable[[Floats, Floats], float], confidence: Floats, right: Floats, seed: int
) -> tuple[float, float]:
    """Return the 95 % percentile interval of a statistic over resampled answers."""
    source = np.random.default_rng(seed)
    drawn = source.integers(0, len(confidence), (_RESAMPLES, len(confidence)))
    low, high = np.percentile([statistic(confidence[rows], right[rows]) for rows in drawn], [2.5, 97.5])
    return float(low), float(high)


def calibration(confidence: Sequence[float], right: Sequence[bool], seed: int) -> dict[str, Any]:
    """Return ECE and AURC with intervals, and both curves; only the count when nothing was answered."""
    if not confidence:
        return {"n": 0}
    given, correct = np.array(confidence, dtype=np.float64), np.array(right, dtype=np.float64)
    coverage, risk = risk_coverage(given, correct)
    figures: dict[str, Any] = {"n": len(given), "accuracy": float(correct.mean())}
    for name, statistic in (("ece", ece), ("aurc", aurc)):
        low, high = bootstrap(statistic, given, correct, seed)
        figures[name] = {"value": statistic(given, correct), "low": low, "high": high}
    curve = [[round(float(c), 4), round(float(r), 4)] for c, r in zip(coverage, risk, strict=True)]
    return figures | {"reliability": reliability(given, correct), "risk_coverage": curve}
