"""Steps that every product reader shares: keys of variants, options, tags, repeated SKUs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.catalog import ProductOption, Variant
from knowledge.importing.cells import KEY_LIMIT, tidy
from knowledge.importing.row_reader import RowReader
from knowledge.text import fold


def options_of(variants: Iterable[Variant]) -> tuple[ProductOption, ...]:
    """Return the options with their values in the order in which the variants name them."""
    found: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options:
            found.setdefault(name, {})[value] = None
    return tuple(ProductOption(name, tuple(values)) for name, values in found.items())


def with_keys(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """Give each variant a key that is unique within the product: the SKU, else its option values."""
    used: set[str] = set()
    keyed: list[Variant] = []
    for number, variant in enumerate(variants, start=1):
        joined = " / ".join(value for _, value in variant.options)
        wanted = (variant.sku, joined, f"{variant.sku or ''} {joined}".strip(), "default")
        key = next((k for k in wanted if k and k not in used), f"variant {number}")
        used.add(key)
        keyed.append(replace(variant, key=key))
    return tuple(keyed)


def words_of(cell: str, *, escaped: bool = False) -> tuple[str, ...]:
    """Split a cell at its commas, Chinese ones too, and drop repetitions.

    Args:
        cell: Such as ``men, linen`` or ``女装，亚麻``.
        escaped: WooCommerce writes a comma that belongs to the value as ``\\,``.
    """
    parts = re.split(r"(?<!\\)[,，、]" if escaped else r"[,，、]", cell)
    words = (tidy(part.replace("\\,", ",") if escaped else part, KEY_LIMIT) for part in parts)
    return tuple(dict.fromkeys(word for word in words if word))[:250]


def handle_from(title: str) -> str:
    """Make a handle for a product without one, the same for the same title."""
    slug = re.sub(r"[^\w]+", "-", fold(title)).strip("-")
    if len(slug) <= 100:
        return slug or "product"
    return f"{slug[:100]}-{hashlib.sha256(slug.encode()).hexdigest()[:8]}"


class Skus:
    """Notices an SKU that two variants of a file share."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def check(self, row: RowReader, sku: str | None) -> None:
        if sku and sku in self._seen:
            row.note("sku_repeated", "sku", sku)
        elif sku:
            self._seen.add(sku)
