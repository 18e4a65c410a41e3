"""Two runs of the same cases: what changed, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np

from evals.metrics import METRICS, case_values, slices
from evals.results import CaseResult
from evals.scorers import RANKING

Verdict = Literal["better", "worse", "no clear change"]
_RESAMPLES: Final = 2_000
_ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in one slice, over the cases that have it in both runs.

    Attributes:
        a: Mean in the first run.
        delta: ``b - a``; above zero the second run is better, for ``took_ms`` worse.
        low: Lower end of the 95 % interval of ``delta``, by a paired bootstrap over the cases.
    """

    metric: str
    slice: str
    n: int
    a: float
    b: float
    delta: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that is passed in one of the runs only."""

    before: CaseResult
    after: CaseResult


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, and the cases behind them.

    Attributes:
        only_one: Cases that are in one run only, and in no figure.
    """

    differences: tuple[Difference, ...]
    better: tuple[Changed, ...]
    worse: tuple[Changed, ...]
    only_one: int

    def as_json(self) -> dict[str, Any]:
        return {
            "differences": [asdict(difference) for difference in self.differences],
            "better": [_changed_json(changed) for changed in self.better],
            "worse": [_changed_json(changed) for changed in self.worse],
            "only_one": self.only_one,
        }


def compare(before: Sequence[CaseResult], after: Sequence[CaseResult], seed: int = 0) -> Comparison:
    """Return what the second run does differently from the first.

    With many slices some intervals miss zero by chance: of a hundred metrics and slices without any
    change about five do.
    """
    there = {result.id: result for result in after}
    common = [result for result in before if result.id in there]
    others = [there[result.id] for result in common]
    first, second = case_values(common), case_values(others)
    for result, other in zip(common, others, strict=True):
        _add_latency(first[result.id], second[result.id], result, other)
    differences: list[Difference] = []
    for name, group in {_ALL: common, **slices(common)}.items():
        ids = [result.id for result in group]
        for metric in (*METRICS, "took_ms"):
            pairs = [(first[i][metric], second[i][metric]) for i in ids if metric in first[i] and metric in second[i]]
            if pairs:
                differences.append(difference(metric, name, pairs, seed))
    changed = [Changed(a, b) for a, b in zip(common, others, strict=True) if a.passed != b.passed]
    return Comparison(
        tuple(differences),
        tuple(pair for pair in changed if pair.after.passed),
        tuple(pair for pair in changed if not pair.after.passed),
        len(before) + len(after) - 2 * len(common),
    )


def difference(metric: str, name: str, pairs: Sequence[tuple[float, float]], seed: int) -> Difference:
    """Return one difference with its paired bootstrap interval (Efron and Tibshirani 1993)."""
    values = np.array(pairs, dtype=np.float64)
    deltas = values[:, 1] - values[:, 0]
    # A resample draws each distinct difference a multinomial number of times; there are few of them.
    distinct, counts = np.unique(deltas, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(deltas), counts / len(deltas), _RESAMPLES)
    low, high = (float(edge) for edge in np.percentile(drawn @ distinct / len(deltas), [2.5, 97.5]))
    up: Verdict = "worse" if metric == "took_ms" else "better"
    down: Verdict = "better" if metric == "took_ms" else "worse"
    verdict: Verdict = up if low > 0 else down if high < 0 else "no clear change"
    a, b = (float(value) for value in values.mean(axis=0))
    return Difference(metric, name, len(pairs), a, b, float(deltas.mean()), low, high, verdict)


def _add_latency(a: dict[str, float], b: dict[str, float], before: CaseResult, after: CaseResult) -> None:
    took = [[turn.took_ms for turn in result.turns if turn.took_ms is not None] for result in (before, after)]
    if all(took):
        a["took_ms"], b["took_ms"] = (sum(times) / len(times) for times in took)


def _changed_json(changed: Changed) -> dict[str, Any]:
    return {
        "id": changed.before.id,
        "turns": [turn.text for turn in changed.before.turns],
        "before": _reply_json(changed.before),
        "after": _reply_json(changed.after),
    }


def _reply_json(result: CaseResult) -> Mapping[str, Any]:
    return {
        "text": (result.last.reply or {}).get("text"),
        "action": result.last.action,
        "failed": failed(result),
    }


def failed(result: CaseResult) -> list[str]:
    """Return what is wrong with a case, in words: turn, scorer and explanation."""
    several = len(result.turns) > 1
    return [
        (f"turn {number}, " if several else "") + f"{name}: {score.explanation or f'{score.value:.2f}'}"
        for number, turn in enumerate(result.turns, 1)
        for name, score in turn.scores.items()
        # How high something stands is a figure, and not right or wrong.
        if score.value is not None and score.value < 1.0 and name not in RANKING
    ]
