"""Which size of a chart fits which body: a pure policy over the merchant's own numbers and note."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from assistant.fit.reasons import Reason
from assistant.size_rules import LARGER, ProductRules
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
# In tolerances outside of the edge.
FAR_OUT: Final = -100.0
# Without the measure that the merchant says decides, and between two sizes without and with a rule.
UNDECIDED_AT_MOST: Final = 0.5
BETWEEN_AT_MOST: Final = 0.6
RULED_AT_MOST: Final = 0.75
# Measurements are kept to a tenth: what misses an edge by half of that does not miss it.
EDGE: Final = Decimal("0.05")


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


class Because(StrEnum):
    """Why the other of two sizes was not taken, or another than the chart's."""

    PREFERENCE = "preference"
    RULE = "rule"
    STEP = "step"
    USUAL = "usual"
    REPORTS = "reports"
    CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class SizeEvidence:
    """What buyers' reports say of the size that chart and note give.

    Attributes:
        size: The label that they speak of.
        small, fits, large: Probabilities for this shopper; they sum to 1.
        reports: On the product.
        reasons: Counts behind it, strongest first.
        points_to: The neighbour that by the reports would fit better; None when none would.
        differs: The advice follows the reports against the chart.
    """

    size: str
    small: float
    fits: float
    large: float
    reports: int
    reasons: tuple[Reason, ...] = ()
    points_to: str | None = None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class SizeResult:
    """What the chart says for a body.

    Attributes:
        size: Label to take; None when a needed measurement is missing or nothing fits.
        other: The neighbour that would do nearly as well, when between two; of `Because.STEP` the
            size that the chart alone gives.
        probability: That ``size`` fits, in [0, 1].
        placements: The measurements in the recommended size (or the nearest, when out of range).
        missing: Measurements to ask for, most deciding first; beside a size, what would make it sure.
        out_of_range: ``below`` the smallest or ``above`` the largest size.
        because: What chose between ``size`` and ``other``.
        units: ``in`` or ``lb`` for the measures that the shopper told so.
        stands_for: What the usual size of another brand stands for by a standard; no measurement of theirs.
        evidence: What buyers reported, when there are enough reports on the product.
        unsold: The size that the chart gives when the product is not sold in it.
    """

    chart: SizeChart
    size: str | None
    other: str | None = None
    probability: float | None = None
    placements: tuple[Placement, ...] = ()
    missing: tuple[Measure, ...] = ()
    out_of_range: str | None = None
    because: Because | None = None
    units: Mapping[Measure, str] = field(default_factory=dict)
    unsold: str | None = None
    evidence: SizeEvidence | None = None
    stands_for: tuple[str, Measure, Decimal] | None = None

    @property
    def margin(self) -> Decimal | None:
        """The smallest margin: the measurement that decides."""
        return min((p.margin for p in self.placements), default=None)

    @property
    def asks(self) -> bool:
        """Whether nothing can be said before a measurement is told."""
        return self.size is None and self.unsold is None and bool(self.missing)

    @property
    def row(self) -> SizeRow:
        """The row that the body lies in by the chart, or the end that it lies beyond."""
        against_chart = self.because is Because.STEP or (self.evidence is not None and self.evidence.differs)
        label = (self.other if against_chart else self.size) or self.unsold
        end = self.chart.rows[-1 if self.out_of_range == "above" else 0]
        return next((row for row in self.chart.rows if row.size == label), end)


def recommend_size(
    chart: SizeChart,
    body: Mapping[Measure, Decimal],
    preference: str | None = None,
    rules: ProductRules | None = None,
) -> SizeResult:
    """Place a body in a chart.

    Where the merchant's note says which measure decides, that one does. Else every measurement that
    both the chart and the shopper have is used: height and weight together do where the chart has
    them, otherwise at least one girth or the foot is needed.

    Args:
        body: Centimetres, the weight in kilograms.
        preference: ``looser`` or ``closer``; decides only between two neighbouring sizes, before any rule.
        rules: What the note says for the product.
    """
    rules = rules or ProductRules()
    known = [m for m in chart.measures if m in body]
    deciding = [m for m in rules.deciding if m in chart.measures]
    if told := [m for m in deciding if m in body]:
        decided = told if rules.largest else told[:1]
        missing = tuple(m for m in (deciding if rules.largest else deciding[:1]) if m not in body)
        return _by_deciding(chart, body, decided, missing, preference, rules)
    if deciding:
        usable = [m for m in known if m not in rules.guides]
        enough = any(m in DECIDING for m in usable) or all(m in usable for m in GENERAL)
        if not enough:
            return SizeResult(chart, None, missing=tuple(deciding[:1]))
        return _unsure(_by_all(chart, body, usable, preference, rules), deciding[0])
    missing = _missing(chart, known)
    if missing or not known:
        return SizeResult(chart, None, missing=missing or _missing(chart, []))
    return _by_all(chart, body, known, preference, rules)


def _by_all(
    chart: SizeChart, body: Mapping[Measure, Decimal], known: list[Measure], preference: str | None, rules: ProductRules
) -> SizeResult:
    """Return the size that strains all measurements the least."""
    ranked = sorted((_strain(row, body, known), index) for index, row in enumerate(chart.rows))
    best_strain, best = ranked[0]
    if best_strain == math.inf:
        return SizeResult(chart, None, missing=_missing(chart, []))
    placements = _placements(chart.rows[best], body, known)
    if outside := _out_of_range(chart, best, placements):
        return SizeResult(chart, None, placements=placements, out_of_range=outside)
    return _chosen(chart, body, known, (best, _neighbour(ranked, best)), preference, rules)


def _by_deciding(
    chart: SizeChart,
    body: Mapping[Measure, Decimal],
    decided: list[Measure],
    missing: tuple[Measure, ...],
    preference: str | None,
    rules: ProductRules,
) -> SizeResult:
    """Return the size by the measures that decide; of several the larger size."""
    results = []
    for measure in decided:
        placed = _place(chart, measure, body[measure])
        placements = _placements(chart.rows[placed[0]], body, [measure])
        if outside := _out_of_range(chart, placed[0], placements):
            results.append(SizeResult(chart, None, placements=placements, out_of_range=outside))
        else:
            results.append(_chosen(chart, body, [measure], placed, preference, rules))
    labels = [row.size for row in chart.rows]
    beyond = next((r for side in ("above", "below") for r in results if r.out_of_range == side), None)
    if beyond is not None and (beyond.out_of_range == "above" or all(r.out_of_range for r in results)):
        return beyond
    best = max((r for r in results if r.size), key=lambda r: labels.index(r.size or ""))
    placements = _placements(chart.rows[labels.index(best.size or "")], body, decided)
    best = replace(best, placements=placements)
    return _unsure(best, *missing) if missing else best


def _place(chart: SizeChart, measure: Measure, value: Decimal) -> tuple[int, int | None]:
    """Return the size that a measure falls into, and the neighbour when it lies between two."""
    rows = [(i, row.ranges[measure]) for i, row in enumerate(chart.rows) if measure in row.ranges]
    distances = [(_distance(interval, value), i) for i, interval in rows]
    inside = [i for distance, i in distances if distance >= -EDGE]
    nearest = max(distances)[1]
    if len(inside) == 1:
        return nearest, None
    if inside:
        beside = [i for i in inside if abs(i - nearest) == 1]
        return nearest, beside[0] if beside else None
    below = [i for i, interval in rows if interval.high is not None and interval.high < value]
    above = [i for i, interval in rows if interval.low is not None and interval.low > value]
    if not below or not above:
        return nearest, None
    pair = {max(below), min(above)}
    return nearest, next(iter(pair - {nearest}), None) if nearest in pair else None


def _chosen(
    chart: SizeChart,
    body: Mapping[Measure, Decimal],
    known: list[Measure],
    placed: tuple[int, int | None],
    preference: str | None,
    rules: ProductRules,
) -> SizeResult:
    """Return the size, between two by the shopper's preference, else by the note."""
    best, neighbour = placed
    because = None
    if neighbour is not None and (preference is not None or rules.between is not None):
        larger, smaller = max(best, neighbour), min(best, neighbour)
        up = preference == "looser" if preference is not None else rules.between == LARGER
        best, neighbour = (larger, smaller) if up else (smaller, larger)
        because = Because.PREFERENCE if preference is not None else Because.RULE
    placements = _placements(chart.rows[best], body, known)
    probability = _probability(placements, len(known) / len(chart.measures))
    if rules.deciding:
        # What decides is known: the measures that the note calls a guide add little.
        probability = _probability(placements, 1.0)
    if neighbour is not None:
        probability = RULED_AT_MOST if because is Because.RULE else min(probability, BETWEEN_AT_MOST)
    other = None if neighbour is None else chart.rows[neighbour].size
    return SizeResult(chart, chart.rows[best].size, other, probability, placements, because=because)


def _unsure(result: SizeResult, *without: Measure) -> SizeResult:
    """Return a size as it is without a measure that decides."""
    if result.size is None or result.probability is None:
        return result
    return replace(result, probability=min(result.probability, UNDECIDED_AT_MOST), missing=without)


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


def _probability(placements: tuple[Placement, ...], share: float) -> float:
    """Return how sure the chart is: less near an edge, less with a smaller share of its measurements."""
    fit = 1.0
    for placement in placements:
        # In tolerances from the edge: 0 on it, 0.5 comfortably inside.
        depth = float(placement.margin / TOLERANCE[placement.measure])
        # So far out that its share would vanish it counts no less.
        fit = min(fit, 1 / (1 + math.exp(-(max(depth, FAR_OUT) * 3 + 1.2))))
    return round(BEST_PROBABILITY * (0.6 + 0.4 * share) * (0.6 + 0.4 * fit), 4)
