"""The files of ``chorus`` (querqy/chorus: Icecat products, human ratings) as products and judgments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from evals.public.rows import bad_row, read_jsonl
from knowledge.catalog import Attribute, Availability, Handle, Product, Shop, ShopId, Source, Variant
from knowledge.errors import Invalid
from knowledge.money import Money
from knowledge.text import language_of

SHOP: Final = Shop(ShopId("chorus"), "Chorus", "en-US", "USD", "UTC")
PRODUCTS, JUDGMENTS, CHINESE = "products.jsonl.gz", "judgments.jsonl", "queries_zh.json"
# A product's moment is part of no figure; a fixed one keeps a second run from writing anything.
_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_ATTRIBUTE: Final = "attr_"


class ProductRow(BaseModel):
    """One product; ``attr_t_``, ``attr_n_`` and ``attr_b_`` fields are texts, numbers and yes/no.

    Attributes:
        name: The maker's own name of it, often the part number.
        price: In cents.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(min_length=1)
    name: str
    title: str = Field(min_length=1)
    supplier: str
    price: int = Field(ge=0)
    short_description: str = ""
    attributes: dict[str, str | bool | float] = {}

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        told = {key: value for key, value in raw.items() if key.startswith(_ATTRIBUTE)}
        return {key: value for key, value in raw.items() if key not in told} | {"attributes": told}


class JudgmentRow(BaseModel):
    """A person's rating of one product for one query, 0 (wrong) to 3 (right)."""

    model_config = ConfigDict(frozen=True)

    query: str = Field(min_length=1)
    docid: str = Field(min_length=1)
    rating: float = Field(ge=0, le=3)


def read_products(folder: Path) -> list[Product]:
    """Return the products as an import of a shop's feed would make them.

    Raises:
        Invalid: A row cannot be used, or an id comes twice (``usage_bad_data``).
    """
    path = folder / PRODUCTS
    products: dict[str, Product] = {}
    for number, row in enumerate(read_jsonl(path, ProductRow), start=1):
        if row.id in products:
            raise bad_row(path, number, f"id: {row.id} comes a second time")
        products[row.id] = _product(row, number)
    return list(products.values())


def read_judgments(folder: Path, known: set[str]) -> dict[str, dict[str, float]]:
    """Return the ratings by query and product id; a pair that was rated twice has its mean.

    Raises:
        Invalid: A row cannot be used, or names a product that is not there (``usage_bad_data``).
    """
    path = folder / JUDGMENTS
    given: dict[str, dict[str, list[float]]] = {}
    for number, row in enumerate(read_jsonl(path, JudgmentRow), start=1):
        if row.docid not in known:
            raise bad_row(path, number, f"docid: {PRODUCTS} has no product {row.docid}")
        given.setdefault(row.query, {}).setdefault(row.docid, []).append(row.rating)
    return {query: {key: sum(each) / len(each) for key, each in rated.items()} for query, rated in given.items()}


def read_chinese(folder: Path) -> dict[str, str]:
    """Return the Chinese wording by English query; empty when the file is not there.

    Raises:
        Invalid: The file is no object of texts (``usage_bad_data``).
    """
    path = folder / CHINESE
    if not path.exists():
        return {}
    try:
        return TypeAdapter(dict[str, str]).validate_python(json.loads(path.read_text("utf-8")), strict=True)
    except (ValueError, ValidationError) as error:
        raise Invalid(
            f"{CHINESE}: is no object of query and Chinese wording: {error}", code="usage_bad_data"
        ) from error


def _product(row: ProductRow, number: int) -> Product:
    price = Money(Decimal(row.price) / 100, SHOP.currency)
    return Product(
        SHOP.id,
        Handle(row.id),
        row.title,
        _AT,
        Source(PRODUCTS, number),
        row.short_description,
        brand=row.supplier,
        variants=(Variant(row.id, sku=_sku(row.name), price=price, availability=Availability.UNKNOWN),),
        attributes=_attributes(row.attributes),
        lang=language_of(f"{row.title}\n{row.short_description}"),
    )


def _sku(name: str) -> str | None:
    """Return the maker's name where it is a code; of several words it is a name, which the title repeats."""
    return name if name and not any(character.isspace() for character in name) else None


def _attributes(given: Mapping[str, str | bool | float]) -> tuple[Attribute, ...]:
    # "attr_n_usb_2_0_ports_quantity": behind the prefix and the letter of the kind stands the name.
    named = ((" ".join(key.split("_")[2:]).strip(), value) for key, value in given.items())
    return tuple(Attribute(" ".join(name.split()), _shown(value)) for name, value in named if name)


def _shown(value: str | bool | float) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value:g}" if isinstance(value, float) else value
