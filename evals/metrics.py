"""From the values of the cases to figures with their uncertainty, over all and by slice."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from evals.calibration import calibration
from evals.cost import tokens
from evals.judge_figures import judge_figures
from evals.results import CaseResult
from evals.scorers import RANKING
from evals.scorers.ranking import shown
from evals.sureness import answered, confidence, sureness

_Z: Final = 1.959964  # two-sided 95 %
# In this order they are shown; what a suite does not judge is left out.
METRICS: Final = (
    "passed",
    "goals",
    "action",
    "answered",
    "abstained",
    "handoff_precision",
    "handoff_recall",
    "must_say",
    "must_not_say",
    "numbers_supported",
    "citations_verbatim",
    "citations_hold_fact",
    "documents",
    "products",
    "size_exact",
    "size_within_one",
    "order",
    "reply_language",
    "pair_parity",
    "pair_overlap",
    *RANKING,
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean in [0, 1] over the cases that have a value, higher is better.

    Attributes:
        low: Lower end of the 95 % Wilson interval.
        n: Cases that have a value; unscored ones are not among them.
    """

    value: float
    low: float
    high: float
    n: int


def wilson(successes: float, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval (Wilson 1927) of a share.

    For values between 0 and 1 it is wider than need be: the variance of a mean of such values is
    at most that of a share.
    """
    if n == 0:
        return 0.0, 1.0
    p = successes / n
    centre = p + _Z**2 / (2 * n)
    spread = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of at least one value with its interval."""
    low, high = wilson(sum(values), len(values))
    return Estimate(sum(values) / len(values), low, high, len(values))


def case_values(results: Sequence[CaseResult]) -> dict[str, dict[str, float]]:
    """Return each case's values by case id, with those of a pair where both of it are there.

    ``pair_parity`` is 1 when the same question in two languages comes out the same, right or wrong;
    ``pair_overlap`` is the Jaccard index of the products and documents that both replies show, where
    both cases expect such (0 when neither shows any).
    """
    values = {result.id: result.values() for result in results}
    by_id = {result.id: result for result in results}
    for result in results:
        other = by_id.get(result.pair or "")
        if other is None:
            continue
        mine, its = values[result.id], values[other.id]
        if "passed" in its and "passed" in mine:
            mine["pair_parity"] = float(its["passed"] == mine["passed"])
        untold = {*result.last.untold, *other.last.untold}
        if _expects_some(result) and _expects_some(other) and not untold & {"products", "citations"}:
            one, two = _all_shown(result), _all_shown(other)
            mine["pair_overlap"] = len(one & two) / len(one | two) if one | two else 0.0
    return values


def _expects_some(result: CaseResult) -> bool:
    expect = result.last.expect or {}
    return bool(expect.get("products") or expect.get("documents"))


def _all_shown(result: CaseResult) -> set[tuple[str, str]]:
    reply = result.last.reply or {}
    return {(kind, name) for kind in ("products", "documents") for name in shown(reply, kind)}


def slices(results: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    """Return the cases by language, shop, category and what the case's tags say of it."""
    found: dict[str, list[CaseResult]] = defaultdict(list)
    for result in results:
        found[f"lang={result.lang}"].append(result)
        found[f"shop={result.shop}"].append(result)
        found[f"category={result.category}"].append(result)
        for tag in ("unanswerable", "ambiguous", "hostile"):
            if tag in result.tags:
                found[f"tag={tag}"].append(result)
    return dict(sorted(found.items()))


def summarise(results: Sequence[CaseResult], seed: int = 0) -> dict[str, Any]:
    """Return all figures of a run as JSON: overall, by slice, actions, calibration, latency and tokens."""
    values = case_values(results)
    turns = [turn for result in results for turn in result.turns]
    return {
        "cases": len(results),
        "errors": sum(result.error is not None for result in results),
        "overall": _figures(results, values),
        "slices": {
            name: {"cases": len(group), "metrics": _figures(group, values)} for name, group in slices(results).items()
        },
        "actions": confusion(results),
        "calibration": calibration(*_answers(results), seed=seed),
        "sureness": sureness(results, seed),
        "took_ms": latency([turn.took_ms for turn in turns]),
        "first_word_ms": latency([turn.first_word_ms for turn in turns]),
        "tokens": tokens(results),
        "untold": sorted({part for turn in turns for part in turn.untold}),
        "judge": judge_figures(results),
    }


def _figures(group: Sequence[CaseResult], values: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name in METRICS:
        found = [values[result.id][name] for result in group if name in values[result.id]]
        if found:
            figures[name] = asdict(estimate(found))
    return figures


def confusion(results: Sequence[CaseResult]) -> dict[str, dict[str, int]]:
    """Return how often each action was given (inner) for what was accepted (outer)."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        if result.accepted and "action" not in result.last.untold:
            table[" or ".join(sorted(result.accepted))][result.last.action] += 1
    return {expected: dict(sorted(got.items())) for expected, got in sorted(table.items())}


def _answers(results: Sequence[CaseResult]) -> tuple[list[float], list[bool]]:
    """Return confidence and rightness of the last replies that answer."""
    given = answered(results)
    return [confidence(result) for result in given], [bool(result.passed) for result in given]


def latency(times_ms: Sequence[float | None]) -> dict[str, float]:
    """Return percentiles over the turns that have a time, in ms (lower is better); empty without any."""
    took = [time_ms for time_ms in times_ms if time_ms is not None]
    if not took:
        return {}
    points = np.percentile(np.array(took), [50, 95, 99, 100])
    names = ("p50", "p95", "p99", "max")
    return {"n": len(took)} | {name: round(float(point), 1) for name, point in zip(names, points, strict=True)}
