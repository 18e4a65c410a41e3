"""Promotions: what may be given on the price, and the coupons that exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from knowledge.catalog import Source
from knowledge.money import Money


class CouponType(StrEnum):
    """How a coupon lowers the price."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"


class BargainWho(StrEnum):
    """Who may bargain."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class BargainTerms:
    """How a shop bargains; a rule of one product may say otherwise.

    Attributes:
        steps: Share of the way to the last offer that is given away in each round, rising to 1.
        budget: The most that all offers which are open or redeemed may take off together, in the
            shop's currency; None: no limit.
        expires: The last day on which offers are made.
        offer_hours: How long an offer holds.
        per_customer: Products on which one customer may have an open or redeemed offer within
            ``per_days``; None: no limit.
    """

    steps: tuple[Decimal, ...] = (Decimal("0.5"), Decimal("0.8"), Decimal("1"))
    budget: Decimal | None = None
    expires: date | None = None
    offer_hours: int = 24
    who: BargainWho = BargainWho.EVERYONE
    per_customer: int | None = None
    per_days: int = 30


@dataclass(frozen=True, slots=True)
class BargainRule:
    """How far the price of one product may go down. The floor price is secret.

    Attributes:
        steps: As in `BargainTerms`, for this product.
        budget: The same, for the offers on this product.
        expires: The last day on which this product is bargained for.
        source_row: Line of the file on which the rule begins.
    """

    product: str
    list_price: Money
    floor_price: Money
    max_discount_percent: Decimal
    steps: tuple[Decimal, ...] | None = None
    budget: Decimal | None = None
    expires: date | None = None
    source_row: int | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code that lowers the price of an order while it lasts.

    Attributes:
        source_row: Line of the file on which the coupon begins.
    """

    code: str
    type: CouponType
    value: Decimal
    min_spend: Money | None
    expires: date | None
    budget_total: Decimal | None
    budget_remaining: Decimal | None
    per_customer: int | None
    excludes_sale_items: bool
    source_row: int | None = None

    def exists_on(self, day: date) -> bool:
        """A coupon past its date or without budget does not exist."""
        in_time = self.expires is None or day <= self.expires
        return in_time and (self.budget_remaining is None or self.budget_remaining > 0)


@dataclass(frozen=True, slots=True)
class Promotions:
    """Everything in one promotions file. A product that is not listed is sold at its price.

    Attributes:
        as_of: When the shop's file last said so; None where nobody noted it.
        source: The file; each rule and coupon knows its line.
    """

    currency: str
    never_below_floor: bool = True
    stack_with_coupon: bool = False
    one_bargain_per_order: bool = True
    terms: BargainTerms = BargainTerms()
    bargains: tuple[BargainRule, ...] = ()
    no_bargain: tuple[str, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    as_of: datetime | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class QuickReply:
    """An answer that the merchant fixed for messages holding one of the keywords.

    Attributes:
        as_of: When the shop's file last said so; None where nobody noted it, as the source.
    """

    keywords: tuple[str, ...]
    reply: str
    lang: str | None
    as_of: datetime | None = None
    source: Source | None = None
