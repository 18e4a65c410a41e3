"""A shop's kept reports as the model takes them: names of products resolved by the catalog as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from knowledge.catalog import Product, Variant
from knowledge.fit_reports import FitReport, KeptReport, Worn
from knowledge.text import fold

# Names under which merchants sell sizes; any other single option is one too when it is the only one.
SIZE_OPTIONS: Final = frozenset(["size", "shoe size", "尺码", "码数", "尺寸", "鞋码", "大小", "号型"])


class CatalogNames:
    """Finds the product and size that a report means, by handle, SKU or title."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._by_handle: dict[str, Product] = {}
        self._by_title: dict[str, Product | None] = {}
        self._by_sku: dict[str, tuple[Product, Variant]] = {}
        for product in products:
            self._by_handle[fold(product.handle)] = product
            title = fold(product.title)
            # Of two products with one title nobody knows which is meant.
            self._by_title[title] = None if title in self._by_title else product
            for variant in product.variants:
                if variant.sku:
                    self._by_sku[fold(variant.sku)] = (product, variant)

    def worn(self, report: KeptReport) -> Worn | None:
        """Return what was worn; None while the catalog knows no such product or the size is not told."""
        named = fold(report.product)
        product, size = self._by_handle.get(named), report.size
        if product is None and named in self._by_sku:
            product, variant = self._by_sku[named]
            size = size or size_of(variant) or ""
        product = product or self._by_title.get(named)
        if product is None or not size.strip():
            return None
        return Worn(product.handle, size, product.category, report.wearer)


def size_of(variant: Variant) -> str | None:
    """Return the size in which a variant is sold."""
    named = next((value for name, value in variant.options if fold(name) in SIZE_OPTIONS), None)
    return named or (variant.options[0][1] if len(variant.options) == 1 else None)


def usable(reports: Iterable[KeptReport], products: Iterable[Product]) -> list[FitReport]:
    """Return the reports on products that the catalog knows, in their order."""
    names = CatalogNames(products)
    return [FitReport(worn, report.fit) for report in reports if (worn := names.worn(report)) is not None]
