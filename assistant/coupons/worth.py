"""What a coupon takes off what a shopper would buy: pure arithmetic, with its derivation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from knowledge.catalog import Source
from knowledge.money import Money, minor_unit
from knowledge.promotions import Coupon, CouponType

_PERCENT: Final = Decimal(100)


class Standing(StrEnum):
    """What a coupon does for an order.

    ``over`` is past its date and ``used_up`` without budget, so that it no longer exists; ``unpriced``
    says that nothing is known of what would be bought.
    """

    APPLIES = "applies"
    BELOW_MINIMUM = "below_minimum"
    REDUCED_ITEMS = "reduced_items"
    OVER = "over"
    USED_UP = "used_up"
    UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True)
class Line:
    """One product that would be bought.

    Attributes:
        price: Of one piece.
        reduced: Whether it is sold below its list price.
    """

    title: str
    price: Money
    quantity: int = 1
    reduced: bool = False

    @property
    def total(self) -> Money:
        return Money(self.price.amount * self.quantity, self.price.currency)


@dataclass(frozen=True, slots=True)
class Worth:
    """A coupon held against an order.

    Attributes:
        currency: The shop's, in which an amount off is.
        total: Of all lines, before the coupon; None without any.
        pays: What is left to pay for the goods.
        short: How much is missing to the least spend.
        formula: How the sums came about, for whoever checks them.
        named: Whether this very message names the code; else an earlier one does.
        as_of: When the shop's file last said what the coupon does; None where nobody noted it.
        source: File and line in which it did.
    """

    coupon: Coupon
    currency: str
    standing: Standing
    lines: tuple[Line, ...] = ()
    total: Money | None = None
    pays: Money | None = None
    short: Money | None = None
    formula: str = ""
    named: bool = True
    as_of: datetime | None = None
    source: Source | None = None


def worth(coupon: Coupon, lines: Sequence[Line], today: date, currency: str) -> Worth:
    """Return what a coupon takes off.

    Items below their list price count neither for the discount nor for the least spend of a coupon
    that leaves them out. All prices are taken to be in one currency, the shop's.

    Args:
        today: The day in the shop's time zone.
    """
    if not coupon.exists_on(today):
        in_time = coupon.expires is None or today <= coupon.expires
        return Worth(coupon, currency, Standing.USED_UP if in_time else Standing.OVER)
    if not lines:
        return Worth(coupon, currency, Standing.UNPRICED)
    counted = [line for line in lines if not (coupon.excludes_sale_items and line.reduced)]
    total, base = _sum(lines), _sum(counted or lines)
    sums = " + ".join(f"{line.quantity} × {line.price}" for line in lines) + f" = {total}"
    if not counted:
        return Worth(coupon, currency, Standing.REDUCED_ITEMS, tuple(lines), total, total, formula=sums)
    if coupon.min_spend is not None and base.amount < coupon.min_spend.amount:
        short = Money(coupon.min_spend.amount - base.amount, total.currency)
        formula = f"{sums}; {coupon.min_spend} − {base} = {short}"
        return Worth(coupon, currency, Standing.BELOW_MINIMUM, tuple(lines), total, total, short, formula)
    off = _off(coupon, base)
    pays = Money(total.amount - off.amount, total.currency)
    share = f"; {coupon.value.normalize():f} % × {base} = {off}" if coupon.type is CouponType.PERCENT_OFF else ""
    return Worth(
        coupon,
        currency,
        Standing.APPLIES,
        tuple(lines),
        total,
        pays,
        formula=f"{sums}{share}; {total} − {off} = {pays}",
    )


def _off(coupon: Coupon, base: Money) -> Money:
    """Return what is taken off, never more than there is, rounded to the currency's smallest coin."""
    amount = base.amount * coupon.value / _PERCENT if coupon.type is CouponType.PERCENT_OFF else coupon.value
    return Money(min(amount, base.amount).quantize(minor_unit(base.currency), ROUND_HALF_UP), base.currency)


def _sum(lines: Sequence[Line]) -> Money:
    return Money(sum((line.total.amount for line in lines), Decimal(0)), lines[0].price.currency)
