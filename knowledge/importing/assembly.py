"""Steps that every product reader shares: keys of variants, options, tags, repeated SKUs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from knowledge.catalog import ProductOption, Variant
from knowledge.importing.cells import KEY_LIMIT, tidy
from knowledge.importing.row_reader import RowReader
from knowledge.text import fold

_COMMA: Final = re.compile("[,，、]")
_UNESCAPED_COMMA: Final = re.compile(r"(?<!\\)[,，、]")


def options_of(variants: Iterable[Variant]) -> tuple[ProductOption, ...]:
    """Return the options with their values in the order in which the variants name them."""
    found: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options:
            found.setdefault(name, {})[value] = None
    return tuple(ProductOption(name, tuple(values)) for name, values in found.items())


class VariantKeys:
    """Gives each variant of a product a key that is unique within it: the SKU, else its option values."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def next(self, sku: str | None, options: Sequence[tuple[str, str]]) -> str:
        """Return the key of the product's next variant."""
        key = sku if sku and sku not in self._used else self._made(sku, options)
        self._used.add(key)
        return key

    def _made(self, sku: str | None, options: Sequence[tuple[str, str]]) -> str:
        joined = " / ".join(value for _, value in options)
        wanted = (joined, f"{sku or ''} {joined}".strip(), "default")
        return next((k for k in wanted if k and k not in self._used), f"variant {len(self._used) + 1}")


def with_keys(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """Give each variant of a product its key."""
    keys = VariantKeys()
    return tuple(replace(variant, key=keys.next(variant.sku, variant.options)) for variant in variants)


def words_of(cell: str, *, escaped: bool = False) -> tuple[str, ...]:
    """Split a cell at its commas, Chinese ones too, and drop repetitions.

    Args:
        cell: Such as ``men, linen`` or ``女装，亚麻``.
        escaped: WooCommerce writes a comma that belongs to the value as ``\\,``.
    """
    parts = (_UNESCAPED_COMMA if escaped else _COMMA).split(cell)
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
