"""Counts of what was reported, and rates that lean on the wider group while there is little.

Empirical-Bayes shrinkage with a fixed strength: ``(count + k * parent) / (reports + k)``, the mean of
a beta posterior whose prior is worth ``k`` reports (Micci-Barreca, *A preprocessing scheme for
high-cardinality categorical attributes*, SIGKDD Explorations 2001). A size of a product leans on the
product, the product on its category, the category on the shop, the shop on `PRIOR`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.fit.columns import Columns, Floats, Ints, Vocabulary

# Before any report: three in four buyers are content with their size, and neither side is likelier.
# A round figure, not fitted to anything; after 20 reports it has half the say.
PRIOR: Final = np.array([0.125, 0.75, 0.125])
SHOP_STRENGTH: Final = 20.0
CATEGORY_STRENGTH: Final = 30.0
LABEL_STRENGTH: Final = 30.0
PRODUCT_STRENGTH: Final = 10.0
CELL_STRENGTH: Final = 6.0
# A product's sizes are offset as a whole: its mean stretch leans on 0 by so many reports.
OFFSET_STRENGTH: Final = 5.0
_COUNTED: Final = ("product", "label", "category", "cell")


@dataclass(slots=True)
class Counts:
    """Sums over reports; adding one report later gives the same as counting it with the others.

    Every table has an empty last slot for what is `UNKNOWN`.

    Attributes:
        fits: By key of `_COUNTED` (and ``shop``), how often each fit was reported, shape ``(names + 1, 3)``.
        traits: The same for each kind of trait.
        stretch: Sum of each product's stretch, shape ``(products + 1,)``.
    """

    fits: dict[str, Floats]
    traits: list[Floats]
    stretch: Floats

    @classmethod
    def empty(cls, vocabulary: Vocabulary) -> Counts:
        """Return counts without a report, with room for the names so far."""
        fits = {key: np.zeros((vocabulary.size(key) + 1, 3)) for key in _COUNTED} | {"shop": np.zeros((1, 3))}
        traits = [np.zeros((vocabulary.size(f"trait:{name}") + 1, 3)) for name in vocabulary.traits]
        products = vocabulary.size("product") + 1
        return cls(fits, traits, np.zeros(products))

    @classmethod
    def of(cls, vocabulary: Vocabulary, columns: Columns, stretch: Floats) -> Counts:
        """Count reports."""
        counts = cls.empty(vocabulary)
        counts.add(columns, stretch)
        return counts

    def grow(self, vocabulary: Vocabulary) -> None:
        """Make room for names that came since; the empty slot stays the last."""
        for key in _COUNTED:
            self.fits[key] = _room(self.fits[key], vocabulary.size(key))
        self.traits = [
            _room(table, vocabulary.size(f"trait:{name}"))
            for name, table in zip(vocabulary.traits, self.traits, strict=True)
        ]
        self.stretch = _room(self.stretch, vocabulary.size("product"))

    def add(self, columns: Columns, stretch: Floats) -> None:
        """Count more reports; `grow` first when they may bring new names."""
        for key in _COUNTED:
            _count(self.fits[key], columns.keys[key], columns.fit)
        for kind, table in enumerate(self.traits):
            _count(table, columns.traits[:, kind], columns.fit)
        self.fits["shop"] += np.bincount(columns.fit, minlength=3)
        np.add.at(self.stretch, columns.keys["product"], stretch)

    def shop_rate(self) -> Floats:
        """Return the shop's share of each fit, shape ``(3,)``."""
        return shrunk(self.fits["shop"][0], PRIOR, SHOP_STRENGTH)

    def category_rate(self, codes: Ints) -> Floats:
        return shrunk(self.fits["category"][codes], self.shop_rate(), CATEGORY_STRENGTH)

    def label_rate(self, codes: Ints) -> Floats:
        return shrunk(self.fits["label"][codes], self.shop_rate(), LABEL_STRENGTH)

    def trait_rate(self, kind: int, codes: Ints) -> Floats:
        return shrunk(self.traits[kind][codes], self.shop_rate(), LABEL_STRENGTH)

    def product_rate(self, products: Ints, categories: Ints) -> Floats:
        return shrunk(self.fits["product"][products], self.category_rate(categories), PRODUCT_STRENGTH)

    def cell_rate(self, columns: Columns) -> Floats:
        """Return the rates of each row's product in its size, shape ``(rows, 3)``."""
        parent = self.product_rate(columns.keys["product"], columns.keys["category"])
        return shrunk(self.fits["cell"][columns.keys["cell"]], parent, CELL_STRENGTH)

    def offset(self, products: Ints) -> Floats:
        """Return how much larger than usual a product is bought, shape ``(rows,)``."""
        reports = self.fits["product"][products].sum(axis=-1)
        offset: Floats = self.stretch[products] / (reports + OFFSET_STRENGTH)
        return offset


def shrunk(counts: Floats, parent: Floats, strength: float) -> Floats:
    """Return rates of shape ``(..., 3)`` that lean on the parent's by so many reports."""
    rates: Floats = (counts + strength * parent) / (counts.sum(axis=-1, keepdims=True) + strength)
    return rates


def _count(table: Floats, codes: Ints, fit: Ints) -> None:
    known = codes >= 0
    np.add.at(table, (codes[known], fit[known]), 1)


def _room(table: Floats, names: int) -> Floats:
    missing = names + 1 - len(table)
    if missing <= 0:
        return table
    return np.concatenate([table, np.zeros((missing, *table.shape[1:]))])
