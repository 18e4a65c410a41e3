"""What filters and the assistant ask of all products at once: variants, kinds, options; in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import numpy as np

from knowledge.retrieval.id_sets import Ids, common
from knowledge.retrieval.offers import Offer
from knowledge.retrieval.owned_rows import OwnedRows
from knowledge.retrieval.query import ProductFilter
from knowledge.retrieval.value_sets import ValueSets
from knowledge.retrieval.variants import VariantColumns


class ProductFacts:
    """Facts of a shop's published products; never changed, so that a search sees one state.

    Attributes:
        rows: One a product; columns ``kinds`` and ``options`` hold numbers of ``kinds`` and ``options``.
        variants: Several a product.
    """

    def __init__(
        self,
        variants: VariantColumns,
        kinds: ValueSets,
        options: ValueSets,
        rows: OwnedRows,
    ) -> None:
        self.variants, self.kinds, self.options, self.rows = variants, kinds, options, rows

    @classmethod
    def of_nothing(cls) -> ProductFacts:
        """Return the facts of a shop without products."""
        rows = OwnedRows({"kinds": np.zeros(0, np.int32), "options": np.zeros(0, np.int32)})
        return cls(VariantColumns.of_nothing(), ValueSets(), ValueSets(), rows)

    @property
    def ids(self) -> Ids:
        return self.rows.owners

    def changed(self, gone: Ids, offers: Mapping[int, Offer]) -> ProductFacts:
        """Return the facts without those of ``gone`` and with those of the offers, by product."""
        owners = np.fromiter(offers, np.int64)
        columns = {
            "kinds": np.array([self.kinds.number(offer.kinds) for offer in offers.values()], np.int32),
            "options": np.array([self.options.number(offer.values) for offer in offers.values()], np.int32),
        }
        rows = self.rows.without(gone).with_rows(owners, columns)
        return ProductFacts(self.variants.changed(gone, offers), self.kinds, self.options, rows)

    def allowed(self, wanted: ProductFilter, with_handles: Callable[[Iterable[str]], Ids]) -> Ids | None:
        """Return the products that meet a filter; None when it lets through all of them.

        Args:
            with_handles: Returns the products that have one of the handles.
        """
        found: list[Ids] = []
        if wanted.kinds:
            found.append(self.ids[self.kinds.holding(wanted.kinds, len(self.kinds))[self.rows["kinds"]]])
        if wanted.handles is not None:
            found.append(common(self.ids, with_handles(wanted.handles)))
        if wanted.has_variant_conditions:
            found.append(self.variants.products(wanted))
        if not found:
            return None
        inside = found[0]
        for other in found[1:]:
            inside = common(inside, other)
        return None if len(inside) == len(self.ids) else inside

    @cached_property
    def kinds_sold(self) -> frozenset[str]:
        """The kinds of which there is a product."""
        return frozenset().union(*map(self.kinds.of, np.unique(self.rows["kinds"]).tolist()))

    @cached_property
    def kind_counts(self) -> Mapping[str, int]:
        """How many products there are of each kind, the broader ones included."""
        counts: Counter[str] = Counter()
        for number, times in zip(*np.unique(self.rows["kinds"], return_counts=True), strict=True):
            counts.update(dict.fromkeys(self.kinds.of(int(number)), int(times)))
        return counts

    @cached_property
    def offered(self) -> Mapping[str, int]:
        """How many products offer each option value, by its folded form."""
        counts: Counter[str] = Counter()
        for number, times in zip(*np.unique(self.rows["options"], return_counts=True), strict=True):
            counts.update(dict.fromkeys(self.options.of(int(number)), int(times)))
        return counts
