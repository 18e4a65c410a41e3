"""What an index is told of a product, made ready: the costly part of taking it in, which needs no index.

Plain values, so that another process can make them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from knowledge.catalog import Product
from knowledge.retrieval.entries import product_entry
from knowledge.retrieval.offers import Offer, offer_of
from knowledge.retrieval.schemes import PRODUCTS
from knowledge.retrieval.units import product_units
from knowledge.retrieval.written import WrittenEntry, written


class PreparedProduct(NamedTuple):
    """A product as its shelf takes it in.

    Attributes:
        units: What is embedded of it.
    """

    lang: str
    entry: WrittenEntry
    offer: Offer
    units: list[str]


def prepared(products: Mapping[int, Product]) -> dict[int, PreparedProduct]:
    """Make the published ones of some products ready."""
    return {
        key: PreparedProduct(
            product.lang, written(PRODUCTS, product_entry(key, product)), offer_of(product), product_units(product)
        )
        for key, product in products.items()
        if product.published
    }
