"""Three plots as SVG, drawn by hand so that the page needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

import numpy as np

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 360, 240, 44, 38, 12
_PLOT_WIDTH: Final = _WIDTH - _LEFT - 12
_PLOT_HEIGHT: Final = _HEIGHT - _BOTTOM - _TOP
_BARS: Final = 24


def reliability_plot(rows: Sequence[Mapping[str, float]]) -> str:
    """Return accuracy over confidence; points on the diagonal are calibrated, their area is the count."""
    most = max((row["n"] for row in rows), default=1)
    dots = [
        f'<circle class="mark" cx="{_x(row["confidence"])}" cy="{_y(row["accuracy"])}"'
        f' r="{3 + 9 * (row["n"] / most) ** 0.5:.1f}"><title>{int(row["n"])} answers: confidence '
        f"{row['confidence']:.2f}, right {row['accuracy']:.2f}</title></circle>"
        for row in rows
    ]
    diagonal = f'<line class="guide" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _svg("Reliability", "confidence", "share right", [diagonal, *dots])


def risk_coverage_plot(curve: Sequence[Sequence[float]]) -> str:
    """Return the share of wrong answers over the share answered; the lower the better."""
    points = " ".join(f"{_x(coverage)},{_y(risk)}" for coverage, risk in curve)
    return _svg("Risk and coverage", "share answered", "share wrong", [f'<polyline class="curve" points="{points}"/>'])


def latency_plot(took_ms: Sequence[float]) -> str:
    """Return how many turns took how long, up to the 99th percentile; slower ones stand in the last bar."""
    if not took_ms:
        return ""
    most = max(float(np.percentile(took_ms, 99)), 1.0)
    counts, edges = np.histogram(np.minimum(took_ms, most), bins=_BARS, range=(0.0, most))
    highest = int(counts.max())
    bars = [
        f'<rect class="mark" x="{_x(left / most):.1f}" y="{_y(count / highest)}"'
        f' width="{_PLOT_WIDTH / _BARS - 1:.1f}" height="{_PLOT_HEIGHT * count / highest:.1f}">'
        f"<title>{int(count)} turns, {left:.0f} to {right:.0f} ms</title></rect>"
        for count, left, right in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ]
    return _svg("Latency", "ms", "turns", bars, x_most=most, y_most=highest)


def _x(value: float) -> float:
    return round(_LEFT + _PLOT_WIDTH * value, 1)


def _y(value: float) -> float:
    return round(_TOP + _PLOT_HEIGHT * (1 - value), 1)


def _svg(
    title: str, x_name: str, y_name: str, marks: Iterable[str], *, x_most: float = 1.0, y_most: float = 1.0
) -> str:
    axes = [f'<path class="axis" d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}"/>']
    for step in (0.0, 0.5, 1.0):
        x_label, y_label = _label(step * x_most), _label(step * y_most)
        axes.append(f'<text x="{_x(step)}" y="{_HEIGHT - 20}" text-anchor="middle">{x_label}</text>')
        axes.append(f'<text x="{_LEFT - 6}" y="{_y(step) + 4}" text-anchor="end">{y_label}</text>')
    axes.append(f'<text x="{_x(0.5)}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(x_name)}</text>')
    middle = _y(0.5)
    axes.append(f'<text transform="rotate(-90 10 {middle})" x="10" y="{middle}" text-anchor="middle">'
                f"{escape(y_name)}</text>")  # fmt: skip
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{escape(title)}">{"".join(axes)}{"".join(marks)}</svg></figure>'
    )


def _label(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:g}"
