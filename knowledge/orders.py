"""Orders as the shop tells of them, in an export or through its own API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from knowledge.catalog import ShopId, Source
from knowledge.money import Money


class OrderStatus(StrEnum):
    """Our states of an order; the merchant's own word is kept beside."""

    PENDING_PAYMENT = "pending_payment"
    PENDING = "pending"
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    RETURN_REQUESTED = "return_requested"
    EXCHANGE_REQUESTED = "exchange_requested"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class ChangeKind(StrEnum):
    """What a shopper may want done with an order."""

    CANCEL = "cancel"
    RETURN = "return"
    EXCHANGE = "exchange"
    ADDRESS = "change_address"
    PAYMENT = "change_payment"
    ITEMS = "change_items"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Permission:
    """What the shop itself says about one kind of change of one order.

    Attributes:
        reason: In the shop's words, why not, or what it costs; may be empty.
        until: The last day on which it may be done.
    """

    allowed: bool
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product in an order; the title and options are the merchant's free text.

    Attributes:
        item_id: The shop's own id of what was bought; an export has none.
    """

    title: str
    options: tuple[str, ...]
    quantity: int
    item_id: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order.

    Attributes:
        phone_last4: What the shopper must know besides the number.
        status: Ours; ``status_text`` is the merchant's word, which the shopper sees.
        email: Proves the shopper like the phone; as written, compared without case.
        customer_id: The shop's id of who bought.
        expected_date: When the shop expects it to arrive.
        permissions: What the shop allows with it; a kind that is missing was not told, and is for a person to judge.
    """

    shop_id: ShopId
    order_no: str
    phone_last4: str | None
    name: str | None
    lines: tuple[OrderLine, ...]
    total: Money | None
    status: OrderStatus
    status_text: str
    carrier: str | None
    tracking_number: str | None
    order_date: date | None
    ship_date: date | None
    delivered_date: date | None
    note: str
    as_of: datetime
    source: Source
    email: str | None = None
    customer_id: str | None = None
    expected_date: date | None = None
    permissions: Mapping[ChangeKind, Permission] = field(default_factory=dict)


def order_key(order_no: str) -> str:
    """Return the form in which order numbers are compared: no case, no spaces, no leading ``#``."""
    return "".join(order_no.split()).lower().lstrip("#")
