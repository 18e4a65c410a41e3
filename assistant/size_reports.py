"""What buyers' reports make of the chart's size: how surely it fits, and when the neighbour fits better.

A pure policy. The chart says which sizes come into question; the reports choose among that size and its
neighbours, and only when there are enough of them and the difference is plain.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from assistant.fit.model import FitChance
from assistant.sizing import Because, SizeEvidence, SizeResult
from knowledge.catalog import Product
from knowledge.fit_reports import Wearer, Worn
from knowledge.size_charts import Measure, SizeChart

# With fewer reports on the product the chart decides alone: one buyer in eight is wrong about any size.
ENOUGH_REPORTS: Final = 8
# The chart's word is worth so many reports, as in `assistant.fit.shrinkage.PRODUCT_STRENGTH`.
CHART_STRENGTH: Final = 10.0
# How much surer the neighbour must be to go against the chart, and between two sizes that both fit.
CLEARLY: Final = 0.10
BETWEEN: Final = 0.02


def with_reports(result: SizeResult, chances: Sequence[FitChance], sold: Collection[str] = ()) -> SizeResult:
    """Return the advice with what buyers' reports say of it.

    Args:
        result: By chart, note and the shopper's words; one without a size stays as it is.
        chances: For the sizes of the chart, in any order.
        sold: Labels in which the product is sold; empty: not known.
    """
    by_label = {chance.size.casefold(): chance for chance in chances}
    mine = by_label.get((result.size or "").casefold())
    if result.size is None or result.probability is None or mine is None or mine.reports < ENOUGH_REPORTS:
        return result
    wearable = {label.casefold() for label in sold}
    labels = [row.size for row in result.chart.rows]
    at = labels.index(result.size)
    beside = [
        (label, by_label[label.casefold()])
        for label in labels[max(0, at - 1) : at + 2]
        if label != result.size and label.casefold() in by_label and (not wearable or label.casefold() in wearable)
    ]
    better, chance = max(beside, key=lambda one: one[1].fits, default=(result.size, mine))
    # "Too small" sends one up and "too large" down, never the other way about.
    larger = labels.index(better) > at
    points_there = mine.small > mine.large if larger else mine.large > mine.small
    between = result.other == better and result.because is None
    plainly = chance.fits - mine.fits >= (BETWEEN if between else CLEARLY)
    if better == result.size or not points_there or not plainly:
        other = result.because is None and result.other is not None
        # Of two that fit alike the reports have now chosen this one.
        because = Because.REPORTS if other else result.because
        return replace(result, probability=_together(result.probability, mine), because=because, evidence=_of(mine))
    if result.because is Because.PREFERENCE:
        # Their own taste goes before other buyers' bodies, but they are told.
        return replace(result, probability=_together(result.probability, mine), evidence=_of(mine, points_to=better))
    return replace(
        result,
        size=better,
        other=result.size,
        probability=_together(result.probability, chance),
        because=Because.REPORTS,
        evidence=replace(_of(mine, points_to=better), differs=not between),
    )


def worn_sizes(product: Product, chart: SizeChart, body: Mapping[Measure, Decimal]) -> list[Worn]:
    """Return each size of the chart on this body, as the fit model is asked."""
    wearer = Wearer(numbers={measure.value: float(value) for measure, value in body.items()})
    return [Worn(product.handle, row.size, product.category, wearer) for row in chart.rows]


def _together(by_chart: float, chance: FitChance) -> float:
    weight = chance.reports / (chance.reports + CHART_STRENGTH)
    return round(weight * chance.fits + (1 - weight) * by_chart, 4)


def _of(chance: FitChance, points_to: str | None = None) -> SizeEvidence:
    return SizeEvidence(chance.size, chance.small, chance.fits, chance.large, chance.reports, chance.reasons, points_to)
