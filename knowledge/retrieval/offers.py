"""What filters ask of a product, as plain values: its kinds, its options, and each variant's price and stock."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from knowledge.catalog import Product, Variant
from knowledge.retrieval.kinds import retail_kinds
from knowledge.text import fold

# The database keeps four places of an amount.
PLACES: Final = Decimal(10_000)
NO_PRICE: Final = int(np.iinfo(np.int64).min)


class OfferedVariant(NamedTuple):
    """One variant.

    Attributes:
        price: In ten-thousandths; `NO_PRICE` without one.
        values: Of its options, folded.
    """

    price: int
    buyable: bool
    values: frozenset[str]


class Offer(NamedTuple):
    """What a product is and how it can be had.

    Attributes:
        values: Of all its options, folded.
    """

    kinds: frozenset[str]
    values: frozenset[str]
    variants: tuple[OfferedVariant, ...]


def offer_of(product: Product) -> Offer:
    """Return what filters ask of a product."""
    values = frozenset(fold(value) for option in product.options for value in option.values)
    return Offer(retail_kinds().of(product), values, tuple(map(_variant, product.variants)))


def _variant(variant: Variant) -> OfferedVariant:
    price = NO_PRICE if variant.price is None else int(variant.price.amount * PLACES)
    return OfferedVariant(price, variant.availability.can_be_bought, _folded(variant.options))


@lru_cache(4_096)  # the colours and sizes of a shop come again in every product
def _folded(options: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset(fold(value) for _, value in options)
