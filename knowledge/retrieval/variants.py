"""What filters ask of the variants, in columns: price, stock and options of 300,000 in a few milliseconds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR

import numpy as np
import numpy.typing as npt

from knowledge.retrieval.id_sets import Ids
from knowledge.retrieval.offers import NO_PRICE, PLACES, Offer
from knowledge.retrieval.owned_rows import OwnedRows
from knowledge.retrieval.query import ProductFilter
from knowledge.retrieval.value_sets import ValueSets


class VariantColumns:
    """The variants of a shop's products; a change returns new columns.

    Args:
        values: Where each combination of option values gets its number; it only grows.
    """

    def __init__(self, values: ValueSets, rows: OwnedRows) -> None:
        self.values, self.rows = values, rows

    @classmethod
    def of_nothing(cls) -> VariantColumns:
        """Return the columns of a shop without products."""
        price, buyable, options = np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0, np.int32)
        return cls(ValueSets(), OwnedRows({"price": price, "buyable": buyable, "options": options}))

    def changed(self, gone: Ids, offers: Mapping[int, Offer]) -> VariantColumns:
        """Return the columns without the variants of ``gone`` and with those of the offers."""
        each = [(key, variant) for key, offer in offers.items() for variant in offer.variants]
        columns = {
            "price": np.array([variant.price for _, variant in each], np.int64),
            "buyable": np.array([variant.buyable for _, variant in each], np.bool_),
            "options": np.array([self.values.number(variant.values) for _, variant in each], np.int32),
        }
        owners = np.array([key for key, _ in each], np.int64)
        return VariantColumns(self.values, self.rows.without(gone).with_rows(owners, columns))

    def products(self, wanted: ProductFilter) -> Ids:
        """Return the products of which one variant meets all the conditions on variants."""
        meets = np.ones(len(self.rows), np.bool_)
        price = self.rows["price"]
        if wanted.min_price is not None or wanted.max_price is not None:
            meets &= price != NO_PRICE
        if wanted.min_price is not None:
            meets &= price >= int((wanted.min_price * PLACES).to_integral_value(ROUND_CEILING))
        if wanted.max_price is not None:
            meets &= price <= int((wanted.max_price * PLACES).to_integral_value(ROUND_FLOOR))
        if wanted.in_stock:
            meets &= self.rows["buyable"]
        if wanted.options or wanted.excluded:
            meets &= self._combinations(wanted.options, wanted.excluded)[self.rows["options"]]
        return self.rows.having(meets)

    def _combinations(self, options: Iterable[Collection[str]], excluded: Collection[str]) -> npt.NDArray[np.bool_]:
        """Tell for each combination of values whether it holds one of each ``options`` and none of ``excluded``."""
        count = len(self.values)
        accepted = ~self.values.holding(excluded, count)
        for values in options:
            accepted &= self.values.holding(values, count)
        return accepted
