"""From the values of the cases to figures with their uncertainty, over all and by slice."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from evals.calibration import calibration
from evals.results import CaseResult

_Z: Final = 1.959964  # two-sided 95 %
# In this order they are shown; what a suite does not judge is left out.
METRICS: Final = (
    "passed",
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
    """Return each case's values by case id, with ``pair_parity`` where both of a pair are there.

    Parity is 1 when the same question in two languages comes out the same, right or wrong.
    """
    values = {result.id: result.values() for result in results}
    for result in results:
        other = values.get(result.pair or "")
        mine = values[result.id]
        if other is not None and "passed" in other and "passed" in mine:
            mine["pair_parity"] = float(other["passed"] == mine["passed"])
    return values


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
    """Return all figures of a run as JSON: overall, by slice, actions, calibration and latency."""
    values = case_values(results)
    return {
        "cases": len(results),
        "errors": sum(result.error is not None for result in results),
        "overall": _figures(results, values),
        "slices": {
            name: {"cases": len(group), "metrics": _figures(group, values)} for name, group in slices(results).items()
        },
        "actions": confusion(results),
        "calibration": calibration(*answers(results), seed=seed),
        "took_ms": latency(results),
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
        if result.accepted:
            table[" or ".join(sorted(result.accepted))][result.last.action] += 1
    return {expected: dict(sorted(got.items())) for expected, got in sorted(table.items())}


def answers(results: Sequence[CaseResult]) -> tuple[list[float], list[bool]]:
    """Return confidence and rightness of the last replies that answer; the others make no claim."""
    found = [
        (float(result.last.reply["confidence"]), result.passed)
        for result in results
        if result.last.reply is not None
        and result.last.action == "answer"
        and result.passed is not None
        and isinstance(result.last.reply.get("confidence"), int | float)
    ]
    return [confidence for confidence, _ in found], [right for _, right in found]


def latency(results: Sequence[CaseResult]) -> dict[str, float]:
    """Return percentiles over all turns in ms (lower is better); empty without a reply."""
    took = [turn.took_ms for result in results for turn in result.turns if turn.took_ms is not None]
    if not took:
        return {}
    points = np.percentile(np.array(took), [50, 95, 99, 100])
    names = ("p50", "p95", "p99", "max")
    return {"n": len(took)} | {name: round(float(point), 1) for name, point in zip(names, points, strict=True)}
