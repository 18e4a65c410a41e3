"""Fits what the turns knew to what was right, and tells how well by leaving each shop out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assistant.calibration import BIAS, MOST_LEAD, SIGNALS, Calibration, Kind, log_odds
from evals.calibration import aurc, calibration
from evals.fitting.asking import HeldText, Observed

# A kind of answer that was met less often is told as it is.
FEWEST: Final = 12
# Strength of the ridge: its inverse, as scikit-learn has it. Between .03 and .3 nothing changes.
RIDGE: Final = 0.1
SEED: Final = 0
FOR, AGAINST = (0.0, None), (None, 0.0)
# On which side of zero a weight may lie, where the signal's meaning tells.
SIDES: Final[Mapping[str, tuple[float | None, float | None]]] = {
    "support": FOR,
    "read": FOR,
    "lead": FOR,
    "share": FOR,
    "finding": AGAINST,
    "named": FOR,
}
Floats = npt.NDArray[np.float64]


# Of a question's texts only the quoted one counts as its answer, where others often answer too: a fit to that
# alone is too shy, and is moved so that .38 reads .5.
TOO_SHY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Best:
    """The text that was held the likeliest to answer a question.

    Attributes:
        features: Its signals by name.
        cosine: Of question and text: what a retrieval alone would go by.
        right: Whether it answers.
    """

    shop: str
    lang: str
    features: Mapping[str, float]
    cosine: float
    right: bool


@dataclass(frozen=True, slots=True)
class PublishedFit:
    """Bias and weights of the signals, and each signal of a usual question."""

    weights: Mapping[str, float]
    typical: Mapping[str, float]

    def probabilities(self, best: Sequence[Best]) -> Floats:
        """Return the probability that the best published text answers, shape ``(n,)``."""
        scores = _matrix(best) @ np.array([self.weights[name] for name in SIGNALS]) + self.weights[BIAS]
        odds: Floats = 1 / (1 + np.exp(-scores))
        return odds


def fit_reading(met: Sequence[Observed]) -> dict[str, float]:
    """Return the weights that bring nearness and reading together, by the names of `assistant.calibration.READING`.

    From every text that was read, whether it answers.
    """
    from sklearn.linear_model import LogisticRegression

    texts = [text for one in met for text in one.texts if text.read is not None]
    rows = np.array([[log_odds(text.near), text.read] for text in texts], dtype=np.float64)
    right = np.array([text.right for text in texts])
    model = LogisticRegression(C=100.0).fit(rows, right)
    near, read = (max(0.0, float(weight)) for weight in model.coef_[0])
    unread = float(rows[~right, 1].mean())
    return {"bias": float(model.intercept_[0]) + TOO_SHY, "near": near, "read": read, "unread": unread}


def best_texts(met: Sequence[Observed], reading: Mapping[str, float]) -> list[Best]:
    """Return the best text of every question for which some were weighed, by these weights of `fit_reading`."""
    return [_best(one, reading) for one in met if one.texts]


def _best(one: Observed, reading: Mapping[str, float]) -> Best:
    calibration = Calibration(reading=reading)
    odds = [log_odds(calibration.both(text.near, text.read)) for text in one.texts]
    first, *others = sorted(range(len(odds)), key=lambda place: -odds[place])
    text: HeldText = one.texts[first]
    lead = odds[first] - (odds[others[0]] if others else log_odds(0.0))
    features = {**text.features, "support": odds[first], "lead": min(MOST_LEAD, lead)}
    return Best(one.shop, one.lang, features, text.cosine, text.right)


def fit_published(best: Sequence[Best]) -> PublishedFit:
    """Fit a logistic regression with a ridge over standardised signals, each weight on its side of zero.

    A weight whose sign says the
    opposite of its signal is luck of the sample, and would give a merchant a reason that is none.
    """
    rows, right = _matrix(best), np.array([one.right for one in best], dtype=np.float64)
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
    pairs = list(_told_by_others(met))
    best, told = [one for one, _ in pairs], np.array([probability for _, probability in pairs])
    right = np.array([one.right for one in best], dtype=np.float64)
    groups = {"all": np.ones(len(best), bool)}
    groups |= {f"lang={lang}": np.array([one.lang == lang for one in best]) for lang in ("zh", "en")}
    groups |= {f"shop={shop}": np.array([one.shop == shop for one in best]) for shop in _shops(met)}
    cosine = np.array([one.cosine for one in best])
    return {
        name: {
            "fitted": calibration(told[rows].tolist(), right[rows].astype(bool).tolist(), SEED),
            "cosine": aurc(cosine[rows], right[rows]),
            "constant": aurc(np.zeros(int(rows.sum())), right[rows]),
        }
        for name, rows in groups.items()
    }


def _told_by_others(met: Sequence[Observed]) -> Iterator[tuple[Best, float]]:
    """Yield the best text of each question with its probability, both told by fits that have not seen its shop."""
    for shop in _shops(met):
        rest, own = [one for one in met if one.shop != shop], [one for one in met if one.shop == shop]
        reading = fit_reading(rest)
        best = best_texts(own, reading)
        yield from zip(best, fit_published(best_texts(rest, reading)).probabilities(best).tolist(), strict=True)


def _shops(met: Sequence[Observed]) -> list[str]:
    return sorted({one.shop for one in met if one.texts})


def _matrix(best: Sequence[Best]) -> Floats:
    return np.array([[one.features[name] for name in SIGNALS] for one in best], dtype=np.float64)
