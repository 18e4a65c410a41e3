"""What a public set measures: figures of several systems over the same items, in one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

Kind = Literal["daogou", "baseline", "published"]
_SEED: Final = 0
_RESAMPLES: Final = 2_000


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Model):
    """One value.

    Attributes:
        metric: Such as ``ndcg@10``; the set's docstring tells how it is computed.
        low: Lower end of the 95 % interval; None where none was computed (published figures).
        n: Items that it is over; None when the publisher does not tell.
    """

    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    lower_is_better: bool = False


class System(_Model):
    """One system's figures.

    Attributes:
        kind: ``daogou`` runs the product's own code, ``baseline`` was run beside it on the same
            items, ``published`` is quoted, on the publisher's own cut of the data.
        per_item: Values of the metrics that are means, by metric and item, so that two systems can
            be compared item by item.
        source: Where a published figure stands.
    """

    name: str
    kind: Kind
    figures: tuple[Figure, ...]
    per_item: Mapping[str, Mapping[str, float]] = {}
    source: str = ""
    note: str = ""

    def figure(self, metric: str) -> Figure | None:
        return next((figure for figure in self.figures if figure.metric == metric), None)


class SetResult(_Model):
    """What came of a set.

    Attributes:
        measures: The parts of the product that were run, in words.
        items: Queries, questions or reports.
        notes: What a reader has to know to read the figures right.
    """

    name: str
    title: str
    measures: str
    items: int
    systems: tuple[System, ...]
    notes: tuple[str, ...] = ()


def mean_figure(metric: str, values: Mapping[str, float], *, lower_is_better: bool = False) -> Figure:
    """Return the mean over the items with a bootstrap interval (Efron and Tibshirani 1993).

    Raises:
        ValueError: There is no item.
    """
    if not values:
        raise ValueError(f"{metric}: no items")
    array = np.array(list(values.values()), dtype=np.float64)
    rng = np.random.default_rng(_SEED)
    means = [array[rng.integers(0, len(array), size=len(array))].mean() for _ in range(_RESAMPLES)]
    low, high = (float(edge) for edge in np.percentile(means, [2.5, 97.5]))
    value = float(array.mean())
    return Figure(metric=metric, value=value, low=low, high=high, n=len(array), lower_is_better=lower_is_better)


def system(name: str, kind: Kind, per_item: Mapping[str, Mapping[str, float]], note: str = "") -> System:
    """Return a system of which every figure is a mean over items."""
    figures = tuple(mean_figure(metric, values) for metric, values in per_item.items())
    return System(name=name, kind=kind, figures=figures, per_item=per_item, note=note)
