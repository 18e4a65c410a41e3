"""A product as one text, which is how the known libraries take it."""

from __future__ import annotations

from knowledge.catalog import Product


def plain_text(product: Product) -> str:
    """Return title and description, which is what a plain index over a catalog holds."""
    return "\n".join(filter(None, [product.title, product.description]))


def full_text(product: Product) -> str:
    """Return all that the shop says of it in words: also category, tags, brand, options, attributes and codes."""
    told = [
        product.category or "",
        " ".join(product.tags),
        product.brand or "",
        *(f"{option.name} {' '.join(option.values)}" for option in product.options),
        *(f"{attribute.name} {attribute.value}" for attribute in product.attributes),
        " ".join(variant.sku for variant in product.variants if variant.sku),
    ]
    return "\n".join(filter(None, [plain_text(product), *told]))
