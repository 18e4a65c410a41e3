"""Fits what the turns knew to what was right, and tells how well by leaving each shop out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assistant.calibration import BIAS, SIGNALS, Kind, log_odds
from evals.calibration import aurc, calibration
from evals.fitting.asking import Observed

# A kind of answer that was met less often is told as it is.
FEWEST: Final = 12
# Strength of the ridge: its inverse, as scikit-learn has it. Between .03 and .3 nothing changes.
RIDGE: Final = 0.1
SEED: Final = 0
FOR, AGAINST = (0.0, None), (None, 0.0)
# On which side of zero a weight may lie, where the signal's meaning tells.
SIDES: Final[Mapping[str, tuple[float | None, float | None]]] = {
    "support": FOR,
    "lead": FOR,
    "share": FOR,
    "finding": AGAINST,
    "named": FOR,
}
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PublishedFit:
    """Bias and weights of the signals, and each signal of a usual question."""

    weights: Mapping[str, float]
    typical: Mapping[str, float]

    def probabilities(self, met: Sequence[Observed]) -> Floats:
        """Return the probability that the best published text answers, shape ``(n,)``."""
        scores = _matrix(met) @ np.array([self.weights[name] for name in SIGNALS]) + self.weights[BIAS]
        odds: Floats = 1 / (1 + np.exp(-scores))
        return odds


def looked_up(met: Sequence[Observed]) -> list[Observed]:
    """Return those in which something published was weighed."""
    return [one for one in met if one.features is not None]


def fit_published(met: Sequence[Observed]) -> PublishedFit:
    """Fit a logistic regression with a ridge over standardised signals, each weight on its side of zero.

    A weight whose sign says the
    opposite of its signal is luck of the sample, and would give a merchant a reason that is none.
    """
    rows, right = _matrix(met), np.array([one.text_right for one in met], dtype=np.float64)
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    solution = _minimised((rows - mean) / spread, right)
    weights = solution[1:] / spread
    bias = float(solution[0] - weights @ mean)
    named = dict(zip(SIGNALS, weights.tolist(), strict=True))
    return PublishedFit({BIAS: bias, **named}, dict(zip(SIGNALS, mean.tolist(), strict=True)))


def _minimised(rows: Floats, right: Floats) -> Floats:
    """Return bias and weights of the least log loss with the ridge, within `SIDES`."""
    from scipy.optimize import minimize

    def loss(solution: Floats) -> tuple[float, Floats]:
        score = rows @ solution[1:] + solution[0]
        off = 1 / (1 + np.exp(-score)) - right
        value = float((np.logaddexp(0, score) - right * score).sum() + solution[1:] @ solution[1:] / (2 * RIDGE))
        return value, np.concatenate([[off.sum()], rows.T @ off + solution[1:] / RIDGE])

    sides = [(None, None), *((SIDES.get(name, (None, None))) for name in SIGNALS)]
    found: Floats = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, bounds=sides, method="L-BFGS-B").x
    return found


def fit_kinds(met: Sequence[Observed]) -> dict[Kind, tuple[float, float]]:
    """Return slope and shift of the log-odds for each kind of answer that was met often enough (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    fits: dict[Kind, tuple[float, float]] = {}
    for kind in Kind:
        own = [one for one in met if one.kind is kind and one.reply_right is not None]
        right = [bool(one.reply_right) for one in own]
        if len(own) < FEWEST:
            continue
        # One of each more than was met (Platt's targets), so that a kind that never erred is not certain.
        odds = np.array([log_odds(one.told) for one in own])
        middle = float(odds.mean())
        x = np.concatenate([odds, [middle, middle]])[:, None]
        model = LogisticRegression(C=1.0).fit(x - middle, [*right, True, False])
        slope = max(0.0, float(model.coef_[0, 0]))
        fits[kind] = slope, float(model.intercept_[0]) - slope * middle
    return fits


def left_out(met: Sequence[Observed]) -> dict[str, Any]:
    """Return how well each shop is told by a fit that has not seen it.

    Figures as of `evals.calibration` for the fit, and beside it the AURC of the cosine alone and of a
    constant. All together, by language and by shop.
    """
    shops = sorted({one.shop for one in met})
    told = np.zeros(len(met))
    for shop in shops:
        rest = [one for one in met if one.shop != shop]
        own = np.array([one.shop == shop for one in met])
        told[own] = fit_published(rest).probabilities([one for one in met if one.shop == shop])
    right = np.array([one.text_right for one in met], dtype=np.float64)
    groups = {"all": np.ones(len(met), bool)}
    groups |= {f"lang={lang}": np.array([one.lang == lang for one in met]) for lang in ("zh", "en")}
    groups |= {f"shop={shop}": np.array([one.shop == shop for one in met]) for shop in shops}
    cosine = np.array([one.cosine for one in met])
    return {
        name: {
            "fitted": calibration(told[rows].tolist(), right[rows].astype(bool).tolist(), SEED),
            "cosine": aurc(cosine[rows], right[rows]),
            "constant": aurc(np.zeros(int(rows.sum())), right[rows]),
        }
        for name, rows in groups.items()
    }


def _matrix(met: Sequence[Observed]) -> Floats:
    rows = []
    for one in met:
        assert one.features is not None
        rows.append([one.features[name] for name in SIGNALS])
    return np.array(rows, dtype=np.float64)
