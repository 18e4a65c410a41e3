"""Fit reports: what buyers said of how a size sat, and on whom."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Final

from knowledge.catalog import ShopId, Source
from knowledge.errors import Invalid

# Far beyond any body in any unit: what is larger is a slip of the pen.
_LARGEST_NUMBER: Final = 1_000.0


class Fit(IntEnum):
    """How a size sat; in the order of the model's columns, from too small to too large."""

    SMALL = 0
    FITS = 1
    LARGE = 2

    @classmethod
    def named(cls, name: str) -> Fit:
        """Return the fit of a name in any case: small, fits (or fit), large.

        Raises:
            Invalid: It is none of them; ``fit_unknown``.
        """
        wanted = name.strip().upper()
        if wanted == "FIT":
            return cls.FITS
        try:
            return cls[wanted]
        except KeyError:
            raise Invalid(f"{name!r} is no fit; say small, fits or large.", code="fit_unknown") from None


@dataclass(frozen=True, slots=True)
class Wearer:
    """Who wears it, as far as is known.

    Attributes:
        shopper: Who it is, to find her other reports; None for somebody unknown.
        numbers: Measurements by name with the unit in it (`knowledge.size_charts.Measure`, and what
            else a shop collects: ``age_years``). Only what is known.
        traits: Words by name, such as ``body_type`` or ``occasion``. Only what is known.
    """

    shopper: str | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.numbers.items():
            if not (math.isfinite(value) and 0 <= value <= _LARGEST_NUMBER):
                raise Invalid(f"{name} is {value}; it must lie between 0 and {_LARGEST_NUMBER:g}.", code="fit_number")


@dataclass(frozen=True, slots=True)
class Worn:
    """One size of one product on one wearer: the question that the model answers.

    Attributes:
        product: The feed's own key of the product.
        size: Label as the shop writes it.
        category: Of the product; what new products fall back on.
    """

    product: str
    size: str
    category: str | None = None
    wearer: Wearer = field(default_factory=Wearer)

    def __post_init__(self) -> None:
        for name in ("product", "size"):
            if not getattr(self, name).strip():
                raise Invalid(f"A fit report needs a {name}; it is empty.", code="fit_" + name)


@dataclass(frozen=True, slots=True)
class FitReport:
    """One row of a shop's fit reports (DESIGN §3): what was worn, and how it sat."""

    worn: Worn
    fit: Fit


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A fit report as the shop keeps it.

    Attributes:
        key: The merchant's own number of it, else its content and how many alike stood before it.
        product: As the merchant named it: handle, SKU or title. Which product that is, the catalog says
            when the report is read (`assistant.fit.shop_reports`).
        size: As it was named; empty where only the variant's SKU was.
        wearer: Of the shopper only a digest is kept.
    """

    shop_id: ShopId
    key: str
    product: str
    size: str
    fit: Fit
    wearer: Wearer
    as_of: datetime
    source: Source
