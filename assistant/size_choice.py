"""The size to take: what the chart says, and what the note, the shopper's habits and the stock make of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from assistant.size_rules import LARGER, SMALLER, ProductRules
from assistant.size_systems import body_of
from assistant.sizing import RULED_AT_MOST, UNDECIDED_AT_MOST, Because, SizeResult, recommend_size
from assistant.understanding.measurements import Measurements
from knowledge.catalog import Product
from knowledge.size_charts import Measure, SizeChart

# Of the size that somebody usually wears elsewhere: brands differ by a size either way.
USUAL_PROBABILITY: Final = 0.5
# By way of a standard that the other brand may not keep to either.
CONVERTED_PROBABILITY: Final = 0.4


def size_for(
    chart: SizeChart,
    body: Mapping[Measure, Decimal],
    said: Measurements,
    rules: ProductRules,
    sold: Collection[str] = (),
) -> SizeResult:
    """Return the size by chart, note and all that the shopper said.

    Args:
        body: Centimetres, the weight in kilograms.
        said: Preference, usual size and needs are read from it, and the units to answer in.
        rules: What the note says for the product.
        sold: Labels in which the product is sold; empty: not known, so every one of the chart.
    """
    result = recommend_size(chart, body, said.preference, rules)
    if result.asks and said.usual_size is not None:
        # With its system told, "8" of a US shopper is not the 8 of any chart.
        known = result if said.usual_system else _usual(result, said.usual_size, rules)
        converted = _converted(known, said, rules) if known.asks else known
        result = _usual(converted, said.usual_size, rules) if converted.asks else converted
    elif result.size is not None:
        # Between two sizes the taste has had its say.
        result = _stepped(result, rules.step(() if result.because is Because.PREFERENCE else said.needs))
    return replace(_sold(result, {label.casefold() for label in sold}), units=said.units)


def sold_sizes(chart: SizeChart, product: Product) -> tuple[str, ...]:
    """Return the product's own sizes, when one of its options counts in the chart's labels."""
    labels = {row.size.casefold() for row in chart.rows}
    return next((o.values for o in product.options if labels & {value.casefold() for value in o.values}), ())


def _stepped(result: SizeResult, step: int) -> SizeResult:
    """Return the size one up or down, as the note has it; past the ends of the chart nothing fits for sure."""
    labels = [row.size for row in result.chart.rows]
    if not step or result.size is None or result.probability is None:
        return result
    if result.because is Because.RULE and result.other is not None:
        taken = labels.index(result.size) - labels.index(result.other)
        if taken * step > 0:  # the larger of two is the larger already
            return result
    index = labels.index(result.size) + step
    if not 0 <= index < len(labels):
        return replace(result, probability=min(result.probability, UNDECIDED_AT_MOST))
    return replace(
        result,
        size=labels[index],
        other=result.size,
        probability=min(result.probability, RULED_AT_MOST),
        because=Because.STEP,
    )


def _sold(result: SizeResult, sold: Collection[str]) -> SizeResult:
    """Return a size that the product is sold in, or none."""
    if not sold or result.size is None or result.size.casefold() in sold:
        unsold_other = sold and result.other is not None and result.other.casefold() not in sold
        return replace(result, other=None, because=None) if unsold_other else result
    return replace(result, size=None, other=None, probability=None, because=None, missing=(), unsold=result.size)


def _converted(result: SizeResult, said: Measurements, rules: ProductRules) -> SizeResult:
    """Return the size that a usual size of another brand or system comes to by published standards."""
    body = body_of(said.usual_size or "", said.usual_system, result.chart)
    placed = recommend_size(result.chart, body, said.preference, rules) if body else result
    if placed.size is None:
        return result
    usual = f"{said.usual_system or ''} {said.usual_size}".strip()
    (measure, value), *_ = body.items()
    return replace(
        placed,
        probability=min(placed.probability or CONVERTED_PROBABILITY, CONVERTED_PROBABILITY),
        placements=(),  # a standard's measure is not theirs
        missing=result.missing,
        because=Because.CONVERTED,
        stands_for=(usual, measure, value),
    )


def _usual(result: SizeResult, usual: str, rules: ProductRules) -> SizeResult:
    """Return the size that the shopper usually wears, where the chart counts in the same sizes."""
    labels = [row.size for row in result.chart.rows]
    by_label = {label.upper(): label for label in labels}
    if usual in by_label:
        return replace(result, size=by_label[usual], probability=USUAL_PROBABILITY, because=Because.USUAL)
    if rules.between in (LARGER, SMALLER) and usual.endswith(".5"):
        # 7½ where there are whole sizes only lies between 7 and 8.
        down = usual.removesuffix(".5")
        up = str(int(down) + 1)
        if down in by_label and up in by_label:
            size, other = (up, down) if rules.between == LARGER else (down, up)
            return replace(
                result, size=by_label[size], other=by_label[other], probability=USUAL_PROBABILITY, because=Because.RULE
            )
    return result
