"""What the lexical index is told of each kind of item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from knowledge.catalog import Product
from knowledge.documents import Document, Passage
from knowledge.retrieval.content import document_bytes, passage_bytes, product_bytes
from knowledge.retrieval.schemes import LexicalEntry
from knowledge.text import fold

_JOINT: Final = re.compile(r"[\W_]+")
_HANDLE, _CODE = "handle:", "code:"


def product_entry(key: int, product: Product) -> LexicalEntry:
    """Return a product as its shelf's index takes it."""
    skus = " ".join(variant.sku for variant in product.variants if variant.sku)
    told = [product.title, skus, product.brand or "", product.description]
    attributes = [attribute.value for attribute in product.attributes]
    known = [
        product.category or "",
        " ".join(product.tags),
        *(f"{option.name} {' '.join(option.values)}" for option in product.options),
        *(f"{attribute.name} {attribute.value}" for attribute in product.attributes),
    ]
    return LexicalEntry(
        key,
        "\n".join(told),
        "\n".join(known),
        name=product.title,
        about=" ".join([product.title, product.category or "", *product.tags, *attributes]),
        keys=(handle_key(product.handle), *dict.fromkeys(_codes(product))),
        content=product_bytes(product),
    )


def passage_entry(key: int, passage: Passage) -> LexicalEntry:
    """Return a passage as its shelf's index takes it; the two headings right above it tell its topic."""
    heading = " ".join(passage.heading_path[-2:])
    return LexicalEntry(key, heading, passage.text, content=passage_bytes(passage))


def document_entry(key: int, document: Document) -> LexicalEntry:
    """Return a document to be kept; its passages are what is searched."""
    return LexicalEntry(key, "", "", content=document_bytes(document))


def handle_key(handle: str) -> str:
    """Return the key of the product with this very handle."""
    return f"{_HANDLE}{handle}"


def code_key(code: str) -> str:
    """Return the key of products that a code names, however its parts are joined: HL-W101, hl w101, HLW101."""
    return f"{_CODE}{bare_code(code)}"


@lru_cache(16_384)
def bare_code(code: str) -> str:
    """Return the letters and digits of a code, folded."""
    return _JOINT.sub("", fold(code))


def _codes(product: Product) -> Iterator[str]:
    """Yield the handle, each SKU, and what variants' SKUs begin with before a hyphen: HL-W101 of HL-W101-S."""
    yield code_key(product.handle)
    for variant in product.variants:
        bare = ""
        # Part by part, for the same parts come again in every variant: nothing folds across a hyphen.
        for part in (variant.sku or "").split("-"):
            bare += bare_code(part)
            if bare:
                yield f"{_CODE}{bare}"
