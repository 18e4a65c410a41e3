"""Set ``fit``: would this size have been small, right or large? The figures of ``daogou bench fit``.

Three splits of the reports: ``warm`` (at random), ``items`` and ``users`` (those of the test are in
no training). Figures of each: ``auc``, the mean one-vs-rest AUC of the three outcomes, and ``ece``,
their mean calibration error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.benchmarks.fit import OURS, bench_fit
from evals.benchmarks.fit_reports import FILE, SPLITS
from evals.public.figures import Figure, SetResult, System
from evals.public.published import published
from evals.public.sets import OnProgress
from knowledge.home import Home


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Measure the fit model and its peers on all three splits.

    Raises:
        Invalid: A row cannot be read; names it.
    """
    del home  # nothing is stored: the model is trained on the split
    return as_result(await asyncio.to_thread(bench_fit, folder / FILE, SPLITS, told))


def as_result(bench: Mapping[str, Any]) -> SetResult:
    """Return what the benchmark measured as a set's result."""
    splits: Mapping[str, Any] = bench["splits"]
    names = list(dict.fromkeys(name for part in splits.values() for name in part["systems"]))
    ours = [name for name in names if name == OURS]
    peers = [name for name in names if name != OURS]
    return SetResult(
        name="fit",
        title="RentTheRunway: did the size fit?",
        measures="FitModel, trained and calibrated on the split's own reports",
        items=bench["reports"],
        systems=(*(_system(name, splits) for name in (*ours, *peers)), *published("fit")),
        notes=(f"80/10/10, seed {bench['seed']}; published figures are on the whole set and the authors' own split.",),
    )


def _system(name: str, splits: Mapping[str, Any]) -> System:
    figures = [
        Figure(
            metric=f"{metric} {split}",
            value=part["systems"][name][metric]["value"],
            low=part["systems"][name][metric]["low"],
            high=part["systems"][name][metric]["high"],
            n=part["n"]["test"],
            lower_is_better=metric == "ece",
        )
        for split, part in splits.items()
        for metric in ("auc", "ece")
        if name in part["systems"]
    ]
    note = ", ".join(
        f"{split} trained in {part['systems'][name]['train_seconds']} s"
        for split, part in splits.items()
        if "train_seconds" in part["systems"].get(name, {})
    )
    return System(
        name="daogou: fit model" if name == OURS else name,
        kind="daogou" if name == OURS else "baseline",
        figures=tuple(figures),
        note=note,
    )
