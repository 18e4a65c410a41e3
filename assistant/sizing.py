"""Which size of a chart fits which body: a pure policy over the merchant's own numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from knowledge.size_charts import Interval, Measure, SizeChart, SizeRow

# How far a measurement may be off before a garment stops fitting, about one size step in any chart
# we have seen: half a step counts as "between two sizes".
TOLERANCE: Final = {
    Measure.HEIGHT: Decimal(5),
    Measure.WEIGHT: Decimal(4),
    Measure.CHEST: Decimal(4),
    Measure.WAIST: Decimal(4),
    Measure.HIP: Decimal(4),
    Measure.FOOT: Decimal("0.5"),
}
# Girths and feet decide over height and weight: two bodies of one height may be sizes apart.
DECIDING: Final = (Measure.FOOT, Measure.CHEST, Measure.WAIST, Measure.HIP)
GENERAL: Final = (Measure.HEIGHT, Measure.WEIGHT)
# Probability that the size fits when every measurement lies well inside; more is not honest
# without fit reports.
BEST_PROBABILITY: Final = 0.9


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one measurement lies in one size's range.

    Attributes:
        margin: Distance to the nearer edge; negative outside. In the measure's unit.
    """

    measure: Measure
    value: Decimal
    interval: Interval
    margin: Decimal


@dataclass(frozen=True, slots=True)
class SizeResult:
    """What the chart says for a body.

    Attributes:
        size: Label to take; None when a needed measurement is missing or nothing fits.
        other: The neighbour that would do nearly as well, when between two.
        probability: That ``size`` fits, in [0, 1].
        placements: The measurements in the recommended size (or the nearest, when out of range).
        missing: Measurements to ask for, most deciding first.
        out_of_range: ``below`` the smallest or ``above`` the largest size.
    """

    chart: SizeChart
    size: str | None
    other: str | None = None
    probability: float | None = None
    placements: tuple[Placement, ...] = ()
    missing: tuple[Measure, ...] = ()
    out_of_range: str | None = None

    @property
    def margin(self) -> Decimal | None:
        """The smallest margin: the measurement that decides."""
        return min((p.margin for p in self.placements), default=None)


def recommend_size(chart: SizeChart, body: Mapping[Measure, Decimal], preference: str | None = None) -> SizeResult:
    """Place a body in a chart.

    Every measurement that both the chart and the shopper have is used. Height and weight together
    do where the chart has them; otherwise at least one girth or the foot is needed.

    Args:
        body: Centimetres, the weight in kilograms.
        preference: ``looser`` or ``closer``; decides only between two neighbouring sizes.
    """
    known = [m for m in chart.measures if m in body]
    missing = _missing(chart, known)
    if missing or not known:
        return SizeResult(chart, None, missing=missing or _missing(chart, []))
    strain = [(_strain(row, body, known), index) for index, row in enumerate(chart.rows)]
    ranked = sorted(strain)
    best_strain, best = ranked[0]
    if best_strain == math.inf:
        return SizeResult(chart, None, missing=_missing(chart, []))
    placements = _placements(chart.rows[best], body, known)
    if outside := _out_of_range(chart, best, placements):
        return SizeResult(chart, None, placements=placements, out_of_range=outside)
    neighbour = _neighbour(ranked, best)
    if neighbour is not None and preference is not None:
        larger, smaller = max(best, neighbour), min(best, neighbour)
        best, neighbour = (larger, smaller) if preference == "looser" else (smaller, larger)
        placements = _placements(chart.rows[best], body, known)
    return SizeResult(
        chart,
        chart.rows[best].size,
        other=None if neighbour is None else chart.rows[neighbour].size,
        probability=_probability(placements, chart, known, neighbour is not None),
        placements=placements,
    )


def _missing(chart: SizeChart, known: list[Measure]) -> tuple[Measure, ...]:
    """Return what must still be asked for; nothing when what is known decides."""
    has = set(chart.measures)
    deciding = [m for m in DECIDING if m in has]
    general = [m for m in GENERAL if m in has]
    if any(m in known for m in deciding):
        return ()
    if general and all(m in known for m in general):
        return ()
    if general:
        return tuple(m for m in general if m not in known)
    return tuple(deciding)


def _distance(interval: Interval, value: Decimal) -> Decimal:
    """Return the signed distance to the nearer edge: positive inside, negative outside."""
    below = value - interval.low if interval.low is not None else Decimal(1000)
    above = interval.high - value if interval.high is not None else Decimal(1000)
    return min(below, above)


def _strain(row: SizeRow, body: Mapping[Measure, Decimal], known: list[Measure]) -> float:
    """Return how badly a size fits: how far outside, in tolerances, girths counting double."""
    total, counted = 0.0, 0
    for measure in known:
        interval = row.ranges.get(measure)
        if interval is None:
            continue
        counted += 1
        weight = 2.0 if measure in DECIDING else 1.0
        distance = float(_distance(interval, body[measure]) / TOLERANCE[measure])
        middle = 0.02 * abs(float(body[measure] - _middle(interval, body[measure])) / float(TOLERANCE[measure]))
        total += weight * (max(0.0, -distance) + middle)
    return total if counted else math.inf


def _middle(interval: Interval, value: Decimal) -> Decimal:
    if interval.low is None or interval.high is None:
        return value
    return (interval.low + interval.high) / 2


def _placements(row: SizeRow, body: Mapping[Measure, Decimal], known: list[Measure]) -> tuple[Placement, ...]:
    return tuple(
        Placement(m, body[m], row.ranges[m], _distance(row.ranges[m], body[m])) for m in known if m in row.ranges
    )


def _out_of_range(chart: SizeChart, best: int, placements: tuple[Placement, ...]) -> str | None:
    """Tell whether the body lies beyond the smallest or largest size by half a tolerance or more."""
    beyond = [p for p in placements if p.margin < -TOLERANCE[p.measure] / 2 and p.measure in DECIDING] or [
        p for p in placements if p.margin < -TOLERANCE[p.measure] and p.measure in GENERAL
    ]
    for placement in beyond:
        low, high = placement.interval.low, placement.interval.high
        if best == 0 and low is not None and placement.value < low:
            return "below"
        if best == len(chart.rows) - 1 and high is not None and placement.value > high:
            return "above"
    return None


def _neighbour(ranked: list[tuple[float, int]], best: int) -> int | None:
    """Return the adjacent size that fits nearly as well, if there is one."""
    near = [index for strain, index in ranked[1:3] if abs(index - best) == 1 and strain - ranked[0][0] < 0.35]
    return near[0] if near else None


def _probability(placements: tuple[Placement, ...], chart: SizeChart, known: list[Measure], between: bool) -> float:
    """Return how sure the chart is: less near an edge, less with fewer measurements."""
    fit = 1.0
    for placement in placements:
        # In tolerances from the edge: 0 on it, 0.5 comfortably inside.
        depth = float(placement.margin / TOLERANCE[placement.measure])
        fit = min(fit, 1 / (1 + math.exp(-(depth * 3 + 1.2))))
    share = len(known) / len(chart.measures)
    probability = BEST_PROBABILITY * (0.6 + 0.4 * share) * (0.6 + 0.4 * fit)
    return round(min(probability, 0.6) if between else probability, 4)
