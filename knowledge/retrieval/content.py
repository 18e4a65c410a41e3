"""Items as bytes: an index keeps them beside their terms, and makes of a hit the item again."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from decimal import Decimal
from typing import Any

from knowledge.catalog import (
    Attribute,
    Availability,
    Handle,
    Product,
    ProductOption,
    ShopId,
    Source,
    Variant,
)
from knowledge.documents import Document, DocumentId, Passage, PassageId
from knowledge.money import Money


def product_bytes(product: Product) -> bytes:
    """Return the product as bytes, 400 for one of 1,000 characters."""
    return _packed(
        [
            product.shop_id,
            product.handle,
            product.title,
            product.as_of.isoformat(),
            product.source.file,
            product.source.row,
            product.description,
            product.brand,
            product.category,
            product.tags,
            product.published,
            [[option.name, option.values] for option in product.options],
            [_variant_fields(variant) for variant in product.variants],
            [[attribute.name, attribute.value] for attribute in product.attributes],
            product.images,
            product.url,
            product.lang,
        ]
    )


def product_of(content: bytes) -> Product:
    """Return the product of `product_bytes`."""
    shop, handle, title, as_of, file, row, *told = _unpacked(content)
    description, brand, category, tags, published, options, variants, attributes, images, url, lang = told
    return Product(
        ShopId(shop),
        Handle(handle),
        title,
        datetime.fromisoformat(as_of),
        Source(file, row),
        description,
        brand,
        category,
        tuple(tags),
        published,
        tuple(ProductOption(name, tuple(values)) for name, values in options),
        tuple(_variant_of(fields) for fields in variants),
        tuple(Attribute(name, value) for name, value in attributes),
        tuple(images),
        url,
        lang,
    )


def passage_bytes(passage: Passage) -> bytes:
    """Return the passage as bytes."""
    return _packed(
        [
            passage.id,
            passage.document_id,
            passage.ordinal,
            passage.heading_path,
            passage.text,
            passage.start,
            passage.end,
            passage.lang,
        ]
    )


def passage_of(content: bytes) -> Passage:
    """Return the passage of `passage_bytes`."""
    key, document, ordinal, path, text, start, end, lang = _unpacked(content)
    return Passage(PassageId(key), DocumentId(document), ordinal, tuple(path), text, start, end, lang)


def document_bytes(document: Document) -> bytes:
    """Return the document as bytes."""
    return _packed(
        [
            document.id,
            document.shop_id,
            document.name,
            document.title,
            document.text,
            document.lang,
            document.as_of.isoformat(),
        ]
    )


def document_of(content: bytes) -> Document:
    """Return the document of `document_bytes`."""
    key, shop, name, title, text, lang, as_of = _unpacked(content)
    return Document(DocumentId(key), ShopId(shop), name, title, text, lang, datetime.fromisoformat(as_of))


def _variant_fields(variant: Variant) -> list[Any]:
    weight = variant.weight_grams
    return [
        variant.key,
        variant.options,
        variant.sku,
        variant.gtin,
        _money_fields(variant.price),
        _money_fields(variant.list_price),
        variant.availability.value,
        variant.quantity,
        None if weight is None else str(weight),
        variant.image,
        variant.source_row,
    ]


def _variant_of(fields: list[Any]) -> Variant:
    key, options, sku, gtin, price, list_price, availability, quantity, weight, image, row = fields
    return Variant(
        key,
        tuple((name, value) for name, value in options),
        sku,
        gtin,
        _money_of(price),
        _money_of(list_price),
        Availability(availability),
        quantity,
        None if weight is None else Decimal(weight),
        image,
        row,
    )


def _money_fields(money: Money | None) -> list[str] | None:
    return None if money is None else [str(money.amount), money.currency]


def _money_of(fields: list[str] | None) -> Money | None:
    return None if fields is None else Money(Decimal(fields[0]), fields[1])


def _packed(fields: list[Any]) -> bytes:
    return zlib.compress(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def _unpacked(content: bytes) -> list[Any]:
    fields: list[Any] = json.loads(zlib.decompress(content))
    return fields
