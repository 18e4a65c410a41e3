"""What is asked of the index, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from knowledge.catalog import Product, Variant
from knowledge.documents import Document, Passage
from knowledge.text import fold


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Hard conditions on a product. A variant must meet all the variant conditions at once.

    Attributes:
        options: For each condition the accepted values (folded); a value may stand in any option.
        excluded: Values (folded) that no wanted variant may carry.
        handles: Only these products, such as those that a list already holds; None allows every one.
        kinds: Only products of one of these kinds (`kinds.txt`); none allows every kind.
    """

    min_price: Decimal | None = None
    max_price: Decimal | None = None
    options: tuple[frozenset[str], ...] = ()
    excluded: frozenset[str] = frozenset()
    in_stock: bool = False
    include_unpublished: bool = False
    handles: frozenset[str] | None = None
    kinds: frozenset[str] = frozenset()

    def variants(self, product: Product) -> tuple[Variant, ...]:
        """Return the variants that meet the conditions."""
        return tuple(v for v in product.variants if self._accepts(v))

    def accepts(self, product: Product) -> bool:
        if not (product.published or self.include_unpublished):
            return False
        if self.handles is not None and product.handle not in self.handles:
            return False
        return not self.has_variant_conditions or bool(self.variants(product))

    @property
    def has_variant_conditions(self) -> bool:
        return bool(
            self.options or self.excluded or self.in_stock or self.min_price is not None or self.max_price is not None
        )

    def _accepts(self, variant: Variant) -> bool:
        if self.in_stock and not variant.availability.can_be_bought:
            return False
        if self.min_price is not None and (variant.price is None or variant.price.amount < self.min_price):
            return False
        if self.max_price is not None and (variant.price is None or variant.price.amount > self.max_price):
            return False
        values = {fold(value) for _, value in variant.options}
        return not (values & self.excluded) and all(values & accepted for accepted in self.options)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question put to the index of one shop.

    Attributes:
        text: In the shopper's words, possibly rewritten.
        lang: ``zh`` or ``en``; decides which embedding space serves.
        limit: How many hits at most.
    """

    text: str
    lang: str
    limit: int = 8
    filter: ProductFilter = field(default_factory=ProductFilter)


@dataclass(frozen=True, slots=True)
class Scores:
    """Why something was found.

    Attributes:
        fused: Reciprocal-rank fusion; comparable within one search only.
        lexical: BM25; 0 when no term matched.
        cosine: Best unit in the space that served, in [-1, 1]; 0 without one.
        space: Name of that space.
        reranked: What the reranker gave it, where it read it; comparable within one search only.
    """

    fused: float
    lexical: float
    cosine: float
    space: str
    reranked: float | None = None


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that was found, with its document."""

    passage: Passage
    document: Document
    scores: Scores


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product that was found."""

    product: Product
    scores: Scores
