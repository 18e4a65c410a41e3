"""Thresholds that a run has to meet; CI fails where it does not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evals.shipped import evals_folder
from knowledge.errors import Invalid

_TIMES: Final = ("took_ms", "first_word_ms")
_LOWER_IS_BETTER: Final = frozenset({"ece", "aurc", "errors"}) | {f"{t}.p{n}" for t in _TIMES for n in (50, 95, 99)}


@dataclass(frozen=True, slots=True)
class Gate:
    """One threshold.

    Attributes:
        metric: A metric's name, ``ece``, ``aurc``, ``errors``, ``took_ms.p95`` or
            ``first_word_ms.p95``; with ``@lang=zh`` that of a slice.
        limit: The worst value that passes: the least of a share, the most of what is better low.
    """

    metric: str
    limit: float

    @property
    def is_most(self) -> bool:
        return self.metric in _LOWER_IS_BETTER

    def check(self, summary: Mapping[str, Any]) -> Checked:
        """Hold the gate against a run; a figure that the run does not have misses it."""
        value = _figure(summary, self.metric)
        met = value is not None and (value <= self.limit if self.is_most else value >= self.limit)
        return Checked(self, value, met)


@dataclass(frozen=True, slots=True)
class Checked:
    """A gate with the run's value, None where the run has none."""

    gate: Gate
    value: float | None
    met: bool

    def as_json(self) -> dict[str, Any]:
        bound = "most" if self.gate.is_most else "least"
        return {"metric": self.gate.metric, bound: self.gate.limit, "value": self.value, "met": self.met}

    def __str__(self) -> str:
        shown = "not measured" if self.value is None else f"{self.value:.4g}"
        sign = "≤" if self.gate.is_most else "≥"
        return f"{'met   ' if self.met else 'MISSED'}  {self.gate.metric} {shown} ({sign} {self.gate.limit:g})"


def gates_for(suite: str, path: Path | None = None) -> tuple[Gate, ...]:
    """Return the gates of a suite from ``gates.toml``.

    Raises:
        Invalid: The file cannot be read, or has none for this suite (``usage_no_gates``).
    """
    path = path or evals_folder() / "gates.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8")).get(suite, {})
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"{path}: {error}", code="usage_bad_gates") from error
    wrong = [name for name, limit in table.items() if isinstance(limit, bool) or not isinstance(limit, int | float)]
    if wrong or not table:
        problem = f"{', '.join(wrong)}: not a number" if wrong else f"no gates for the suite {suite!r}"
        raise Invalid(f"{path.name}: {problem}", code="usage_bad_gates" if wrong else "usage_no_gates")
    return tuple(Gate(name, float(limit)) for name, limit in table.items())


def _figure(summary: Mapping[str, Any], metric: str) -> float | None:
    name, _, part = metric.partition("@")
    if part:
        found = summary["slices"].get(part, {}).get("metrics", {}).get(name)
    elif name == "errors":
        return float(summary["errors"])
    elif name.startswith(tuple(f"{times}." for times in _TIMES)):
        times, _, point = name.partition(".")
        found = {"value": summary.get(times, {}).get(point)}
    elif name in ("ece", "aurc"):
        found = summary["calibration"].get(name)
    else:
        found = summary["overall"].get(name)
    return None if found is None or found["value"] is None else float(found["value"])
