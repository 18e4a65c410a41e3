"""Promotions: what may be given on the price, and the coupons that exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from knowledge.money import Money


class CouponType(StrEnum):
    """How a coupon lowers the price."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"


@dataclass(frozen=True, slots=True)
class BargainRule:
    """How far the price of one product may go down. The floor price is secret."""

    product: str
    list_price: Money
    floor_price: Money
    max_discount_percent: Decimal


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code that lowers the price of an order while it lasts."""

    code: str
    type: CouponType
    value: Decimal
    min_spend: Money | None
    expires: date | None
    budget_total: Decimal | None
    budget_remaining: Decimal | None
    per_customer: int | None
    excludes_sale_items: bool

    def exists_on(self, day: date) -> bool:
        """A coupon past its date or without budget does not exist."""
        in_time = self.expires is None or day <= self.expires
        return in_time and (self.budget_remaining is None or self.budget_remaining > 0)


@dataclass(frozen=True, slots=True)
class Promotions:
    """Everything in one promotions file. A product that is not listed is sold at its price."""

    currency: str
    never_below_floor: bool = True
    stack_with_coupon: bool = False
    one_bargain_per_order: bool = True
    bargains: tuple[BargainRule, ...] = ()
    no_bargain: tuple[str, ...] = ()
    coupons: tuple[Coupon, ...] = ()


@dataclass(frozen=True, slots=True)
class QuickReply:
    """An answer that the merchant fixed for messages holding one of the keywords."""

    keywords: tuple[str, ...]
    reply: str
    lang: str | None
