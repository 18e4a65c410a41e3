"""What of the catalog may be told now: facts beyond the merchant's limit are taken out before anybody reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from knowledge.catalog import Availability, Product
from knowledge.clock import Clock
from knowledge.freshness import Freshness, Group
from knowledge.promotions import Promotions


@dataclass(frozen=True, slots=True)
class Telling:
    """A shop's limits and the clock they are held against.

    Without the fact no mind can repeat it, no filter can match it and no card can show it, so that
    leaving out needs no rule anywhere else.
    """

    freshness: Freshness
    clock: Clock

    def product(self, product: Product) -> Product | None:
        """Return the product without the facts that are too old; None when all of it is."""
        if not self.freshness.limits:
            return product
        now = self.clock.now()
        if self.freshness.leaves_out(Group.EVERYTHING, product.as_of, now):
            return None
        variants = product.variants
        if self.freshness.leaves_out(Group.PRICE, product.as_of, now):
            variants = tuple(replace(v, price=None, list_price=None) for v in variants)
        if self.freshness.leaves_out(Group.STOCK, product.as_of, now):
            variants = tuple(replace(v, availability=Availability.UNKNOWN, quantity=None) for v in variants)
        return product if variants is product.variants else replace(product, variants=variants)

    def allows(self, as_of: datetime | None) -> bool:
        """Whether a document, a size chart or a quick reply of that date may be told."""
        return as_of is None or not self.freshness.leaves_out(Group.EVERYTHING, as_of, self.clock.now())

    def promotions(self, promotions: Promotions | None) -> Promotions | None:
        """Return the promotions; None where they are too old. They are about prices, and age as these do."""
        if promotions is None or promotions.as_of is None:
            return promotions
        return None if self.freshness.leaves_out(Group.PRICE, promotions.as_of, self.clock.now()) else promotions
