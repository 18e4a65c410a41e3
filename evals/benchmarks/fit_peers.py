"""Plain ways to predict a fit, trained on the same rows: what the fit model has to be better than."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge.fit_reports import Fit, FitReport

Floats = npt.NDArray[np.float64]
# A peer is trained on the first and returns probabilities, shape (rows, 3), for the second.
Peer = Callable[[Sequence[FitReport], Sequence[FitReport]], Floats]
_SMOOTHING: Final = 10.0
_SHOPPER_SMOOTHING: Final = 2.0


def item_prior(train: Sequence[FitReport], test: Sequence[FitReport]) -> Floats:
    """Return the item's share of each fit, smoothed by ten reports of the whole set."""
    rates, shop = _rates([report.worn.product for report in train], _fits(train), _SMOOTHING)
    return np.array([rates.get(report.worn.product, shop) for report in test])


def measurements(train: Sequence[FitReport], test: Sequence[FitReport]) -> Floats:
    """Boost body, size, category and traits; neither item nor shopper."""
    coded = _coder(train)
    return _boosted(coded(train), _fits(train), coded(test))


def both(train: Sequence[FitReport], test: Sequence[FitReport]) -> Floats:
    """Boost measurements and the item's smoothed rates."""
    return _with_rates(train, test, shoppers=False)


def with_history(train: Sequence[FitReport], test: Sequence[FitReport]) -> Floats:
    """Boost measurements, the item's smoothed rates, and those of the shopper's other reports."""
    return _with_rates(train, test, shoppers=True)


PEERS: Final[dict[str, Peer]] = {
    "item's smoothed fit rate": item_prior,
    "measurements, boosted": measurements,
    "both, boosted": both,
    "both with user history, boosted": with_history,
}


def _with_rates(train: Sequence[FitReport], test: Sequence[FitReport], *, shoppers: bool) -> Floats:
    coded, fits = _coder(train), _fits(train)
    names: list[tuple[Callable[[FitReport], str], float]] = [(lambda r: r.worn.product, _SMOOTHING)]
    if shoppers:
        names.append((lambda r: str(r.worn.wearer.shopper), _SHOPPER_SMOOTHING))
    seen, asked = [coded(train)], [coded(test)]
    for name, smoothing in names:
        keys, wanted = [name(report) for report in train], [name(report) for report in test]
        # Each training row's rate comes from the other four fifths, or the trees would copy the answer.
        fold = np.random.default_rng(0).integers(0, 5, len(train))
        own = np.zeros((len(train), 4))
        for number in range(5):
            rest = np.flatnonzero(fold != number)
            rows = np.flatnonzero(fold == number)
            own[rows] = _looked_up([keys[i] for i in rest], fits[rest], [keys[i] for i in rows], smoothing)
        seen.append(own)
        asked.append(_looked_up(keys, fits, wanted, smoothing))
    return _boosted(np.concatenate(seen, axis=1), fits, np.concatenate(asked, axis=1))


def _looked_up(keys: list[str], fits: np.ndarray, wanted: list[str], smoothing: float) -> Floats:
    rates, shop = _rates(keys, fits, smoothing)
    counts: dict[str, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return np.array([[*rates.get(key, shop), counts.get(key, 0)] for key in wanted])


def _rates(keys: list[str], fits: np.ndarray, smoothing: float) -> tuple[dict[str, Floats], Floats]:
    shop = np.bincount(fits, minlength=3) / len(fits)
    names, codes = np.unique(keys, return_inverse=True)
    counts = np.zeros((len(names), 3))
    np.add.at(counts, (codes, fits), 1)
    rates = (counts + smoothing * shop) / (counts.sum(axis=1, keepdims=True) + smoothing)
    return dict(zip(names.tolist(), rates, strict=True)), shop


def _fits(reports: Sequence[FitReport]) -> np.ndarray:
    return np.array([report.fit for report in reports], dtype=np.int64)


def _coder(train: Sequence[FitReport]) -> Callable[[Sequence[FitReport]], Floats]:
    numbers = sorted({name for report in train for name in report.worn.wearer.numbers})
    traits = sorted({name for report in train for name in report.worn.wearer.traits})
    codes: dict[tuple[str, str | None], int] = {}

    def row(report: FitReport) -> list[float]:
        wearer = report.worn.wearer
        words = [("category", report.worn.category), ("size", report.worn.size)]
        words += [(name, wearer.traits.get(name)) for name in traits]
        known = [float(codes.setdefault(word, len(codes))) for word in words]
        # A size that is a number is an order, which a code is not.
        size = float(report.worn.size) if report.worn.size.isdigit() else np.nan
        return [*(wearer.numbers.get(name, np.nan) for name in numbers), size, *known]

    return lambda reports: np.array([row(report) for report in reports])


def _boosted(features: Floats, fits: np.ndarray, asked: Floats) -> Floats:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model: Any = HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.06, max_leaf_nodes=15, min_samples_leaf=60, early_stopping=False, random_state=0
    )
    found: Floats = model.fit(features, fits).predict_proba(asked)
    assert found.shape[1] == len(Fit)
    return found
