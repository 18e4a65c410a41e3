"""Orders as the shop exported them."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product in an order; the title and options are the merchant's free text."""

    title: str
    options: tuple[str, ...]
    quantity: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order.

    Attributes:
        phone_last4: What the shopper must know besides the number.
        status: Ours; ``status_text`` is the merchant's word, which the shopper sees.
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
