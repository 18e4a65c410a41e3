"""``daogou bench fit``: the fit model beside plain peers on RentTheRunway's reports, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from assistant.fit.model import FitModel
from evals.benchmarks.fit_figures import figures
from evals.benchmarks.fit_peers import PEERS
from evals.benchmarks.fit_reports import SPLITS, Split, read_reports, split
from evals.machine import in_words, machine, versions
from knowledge.fit_reports import FitReport

OnProgress = Callable[[int, int], None]
OURS: Final = "Daogou"
# On the whole set and the authors' own split, so only roughly comparable with ours.
PUBLISHED: Final = {
    "source": "Misra, Wan, McAuley: Decomposing fit semantics for product size recommendation, RecSys 2018",
    "average AUC, their weakest and best model": (0.61, 0.719),
}
TARGETS: Final = {"warm": 0.775, "items": 0.64, "users": 0.755}
ECE_TARGET: Final = 0.03
SEED: Final = 42
_TIMED: Final = 200
_SIZES_OF_A_CHART: Final = 8


def bench_fit(path: Path, names: Sequence[str], told: OnProgress) -> dict[str, Any]:
    """Measure the splits named; shares of 80/10/10 with seed 42."""
    reports = read_reports(path)
    steps, done = len(names) * (len(PEERS) + 1), 0
    measured: dict[str, Any] = {}
    for name in names:
        parts = split(reports, name, SEED)
        fit = _fits(parts.test)
        systems: dict[str, Any] = {}
        for peer, predict in PEERS.items():
            told(done, steps)
            systems[peer] = figures(predict(parts.train, parts.test), fit)
            done += 1
        told(done, steps)
        systems[OURS] = _ours(parts)
        done += 1
        told(done, steps)
        sizes = {"train": len(parts.train), "valid": len(parts.valid), "test": len(parts.test)}
        measured[name] = {"n": sizes, "target_auc": TARGETS[name], "systems": systems}
    where = {"machine": machine(), "versions": {**versions()}}
    return {"set": path.name, "reports": len(reports), "seed": SEED, "splits": measured, "published": PUBLISHED} | where


def _ours(parts: Split) -> dict[str, Any]:
    started = time.perf_counter()
    model = FitModel.train(parts.train, parts.valid)
    train_seconds = time.perf_counter() - started
    found = figures(model.probabilities([report.worn for report in parts.test]), _fits(parts.test))
    return found | {"train_seconds": round(train_seconds, 1), "predict_ms": _predict_ms(model, parts.test)}


def _predict_ms(model: FitModel, test: Sequence[FitReport]) -> dict[str, float]:
    """Return the time for one shopper and all sizes of one product, reasons included.

    Wall time, and processor time beside it: on a busy machine the first says little of the model.
    """
    sizes = sorted({report.worn.size for report in test[:_TIMED]})[:_SIZES_OF_A_CHART]
    took, busy = [], []
    for report in test[:_TIMED]:
        worn = [
            type(report.worn)(report.worn.product, size, report.worn.category, report.worn.wearer) for size in sizes
        ]
        started, worked = time.perf_counter(), time.process_time()
        model.chances(worn)
        took.append((time.perf_counter() - started) * 1_000)
        busy.append((time.process_time() - worked) * 1_000)
    p50, p95 = np.percentile(took, [50, 95])
    return {
        "sizes": len(sizes),
        "p50": round(float(p50), 2),
        "p95": round(float(p95), 2),
        "cpu_p50": round(float(np.median(busy)), 2),
    }


def _fits(reports: Sequence[FitReport]) -> np.ndarray:
    return np.array([report.fit for report in reports], dtype=np.int64)


def as_text(result: dict[str, Any]) -> str:
    """Return the figures as a table for the terminal."""
    lines = [f"{result['set']}, {result['reports']:,} reports, 80/10/10, seed {result['seed']}"]
    lines.append("mean one-vs-rest AUC and mean calibration error (ten equal bins, per class), 95 % bootstrap")
    for name, part in result["splits"].items():
        lines.append(
            f"\n{name}: train {part['n']['train']:,}, calibrate {part['n']['valid']:,}, test {part['n']['test']:,}"
        )
        for system, figure in part["systems"].items():
            area, error = figure["auc"], figure["ece"]
            interval = f"{area['value']:.4f} [{area['low']:.4f}, {area['high']:.4f}]"
            lines.append(f"  {system:34} AUC {interval}   ECE {error['value']:.4f} (to {error['high']:.4f})")
        ours = part["systems"][OURS]
        by_class = ", ".join(f"{one} {value:.4f}" for one, value in ours["auc_by_class"].items())
        errors = ", ".join(f"{one} {value:.4f}" for one, value in ours["ece_by_class"].items())
        lines += [f"  {OURS}, AUC by class: {by_class}; ECE by class: {errors}"]
        took = ours["predict_ms"]
        lines += [
            f"  trained in {ours['train_seconds']} s; {took['sizes']} sizes in {took['p50']} ms "
            f"(p95 {took['p95']} ms, processor {took['cpu_p50']} ms)",
            f"  wanted: AUC {part['target_auc']}, ECE {ECE_TARGET}: {_verdict(part['target_auc'], ours)}",
        ]
    low, high = result["published"]["average AUC, their weakest and best model"]
    lines.append(f"\npublished, whole set, own split: {low} to {high} ({result['published']['source']})")
    return "\n".join([*lines, in_words(result["machine"])])


def _verdict(target: float, ours: dict[str, Any]) -> str:
    auc_met, ece_met = ours["auc"]["value"] >= target, ours["ece"]["value"] <= ECE_TARGET
    return f"AUC {'reached' if auc_met else 'missed'}, ECE {'reached' if ece_met else 'missed'}"


def chosen(name: str) -> tuple[str, ...]:
    """Return the splits that ``--split`` stands for."""
    return SPLITS if name == "all" else (name,)
