"""What a shop sells: products with their variants, as the merchant published them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from knowledge.freshness import Freshness
from knowledge.money import Money
from knowledge.service_policy import ServicePolicy

ShopId = NewType("ShopId", str)
Handle = NewType("Handle", str)


class Availability(StrEnum):
    """Whether a variant can be bought now."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    PREORDER = "preorder"
    BACKORDER = "backorder"
    UNKNOWN = "unknown"

    @property
    def can_be_bought(self) -> bool:
        return self in (Availability.IN_STOCK, Availability.PREORDER, Availability.BACKORDER)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read: the file and the row in it (1 is the header line)."""

    file: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """One merchant's shop: the boundary that no data crosses.

    Attributes:
        locale: BCP 47 tag of the language the shop mostly writes.
        currency: ISO 4217 code; a price without a currency is in this one.
        timezone: IANA name; the shop's days and cut-off hours are in it.
        greeting: First words in the chat, by language code.
        freshness: How old a fact may be before it is told with its date, or not at all.
        policy: When the shop wants a person to answer.
    """

    id: ShopId
    name: str
    locale: str = "en-US"
    currency: str = "USD"
    timezone: str = "UTC"
    greeting: Mapping[str, str] = field(default_factory=dict)
    freshness: Freshness = field(default_factory=Freshness)
    policy: ServicePolicy = field(default_factory=ServicePolicy)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A descriptive fact that is not chosen at purchase, in the merchant's words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ProductOption:
    """What varies between the variants: ``Size`` with ``S, M, L``."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """The purchasable unit: one combination of options.

    Attributes:
        key: Unique within the product: the SKU, or the joined option values.
        options: Pairs of option name and value, in the product's order.
        list_price: The price before a reduction; None when there is none.
        quantity: Units in stock; None when the shop does not track them.
    """

    key: str
    options: tuple[tuple[str, str], ...] = ()
    sku: str | None = None
    gtin: str | None = None
    price: Money | None = None
    list_price: Money | None = None
    availability: Availability = Availability.UNKNOWN
    quantity: int | None = None
    weight_grams: Decimal | None = None
    image: str | None = None
    source_row: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """The thing shoppers talk about and compare; groups its variants.

    Attributes:
        handle: The feed's own key: Shopify handle, WooCommerce parent SKU.
        description: Plain text; paragraphs and list items on lines of their own.
        category: The merchant's path, such as ``Clothing > Shirts``.
        lang: ``zh`` or ``en``, of title and description.
        as_of: When the shop's file last said so.
    """

    shop_id: ShopId
    handle: Handle
    title: str
    as_of: datetime
    source: Source
    description: str = ""
    brand: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    published: bool = True
    options: tuple[ProductOption, ...] = ()
    variants: tuple[Variant, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    images: tuple[str, ...] = ()
    url: str | None = None
    lang: str = "en"

    @property
    def availability(self) -> Availability:
        """The best availability among the variants."""
        order = [
            Availability.IN_STOCK,
            Availability.PREORDER,
            Availability.BACKORDER,
            Availability.UNKNOWN,
            Availability.OUT_OF_STOCK,
        ]
        return min((v.availability for v in self.variants), key=order.index, default=Availability.UNKNOWN)

    @property
    def price_range(self) -> tuple[Money, Money] | None:
        """Lowest and highest price of the variants; None when none has a price."""
        prices = sorted(v.price for v in self.variants if v.price is not None)
        return (prices[0], prices[-1]) if prices else None

    def attribute(self, name: str) -> str | None:
        """Return the value of the attribute with this name, ignoring case."""
        wanted = name.casefold()
        return next((a.value for a in self.attributes if a.name.casefold() == wanted), None)
