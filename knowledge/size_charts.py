"""Size charts: body measurements per size, in centimetres and kilograms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from knowledge.catalog import Product, ShopId, Source


class Measure(StrEnum):
    """A body measurement, in centimetres but for the weight."""

    HEIGHT = "height_cm"
    WEIGHT = "weight_kg"
    CHEST = "chest_cm"
    WAIST = "waist_cm"
    HIP = "hip_cm"
    FOOT = "foot_cm"


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed range; an open side is None."""

    low: Decimal | None
    high: Decimal | None

    def contains(self, value: Decimal) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One size of a chart with its ranges."""

    size: str
    ranges: Mapping[Measure, Interval]
    source_row: int | None = None


@dataclass(frozen=True, slots=True)
class SizeChart:
    """One chart; ``rows`` stand in the merchant's order, smallest size first.

    Attributes:
        note: The merchant's own rule in words: which measure decides, what to do between sizes.
        as_of: When the shop's file last said so; None for a chart from before that was kept.
    """

    shop_id: ShopId
    chart_id: str
    brand: str | None
    category: str | None
    rows: tuple[SizeRow, ...]
    note: str
    source: Source
    as_of: datetime | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measurements that this chart uses, in the order of `Measure`."""
        return tuple(m for m in Measure if any(m in row.ranges for row in self.rows))


CHART_ATTRIBUTES = ("size_chart", "size chart", "尺码表")


def chart_for(product: Product, charts: tuple[SizeChart, ...]) -> SizeChart | None:
    """Return the chart that the product names, else the one of its brand and category."""
    for name in CHART_ATTRIBUTES:
        if (wanted := product.attribute(name)) is not None:
            return next((c for c in charts if c.chart_id.casefold() == wanted.strip().casefold()), None)
    category = (product.category or "").casefold()
    fitting = [c for c in charts if c.category and c.category.casefold() in category]
    branded = [c for c in fitting if c.brand and product.brand and c.brand.casefold() == product.brand.casefold()]
    unbranded = [c for c in fitting if not c.brand]
    return next(iter(branded or unbranded), None)
