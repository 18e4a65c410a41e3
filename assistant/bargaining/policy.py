"""How far the price of one product may go down in one conversation: a pure policy.

The floor is secret. What is offered moves towards it in steps and stops short of it, at a share of
the way that differs from one conversation to the next, so that nobody who reads this file can work
the floor out of the last offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from knowledge.promotions import BargainRule, BargainTerms

# The last offer lies between these shares of the way from the price to the floor.
LAST_FROM, LAST_TO = Decimal("0.55"), Decimal("0.95")


class Answer(StrEnum):
    """What is said to a wish for a lower price."""

    AGREED = "agreed"
    COUNTER = "counter"
    LAST_WORD = "last_word"
    AS_MARKED = "as_marked"
    # Only who is signed in may bargain here.
    SIGN_IN = "sign_in"
    # To an offer that stands: it is taken, left, or holds no more.
    TAKEN = "taken"
    LEFT = "left"
    RUN_OUT = "run_out"


@dataclass(frozen=True, slots=True)
class Concession:
    """One round's outcome; ``price`` is None where the price stays as marked."""

    answer: Answer
    price: Decimal | None = None


def concede(
    rule: BargainRule,
    price: Decimal,
    bid: Decimal | None,
    offered: Sequence[Decimal],
    luck: float,
    steps: Sequence[Decimal] = BargainTerms().steps,
) -> Concession:
    """Decide one round.

    Args:
        rule: What the merchant allows for this product.
        price: What the product costs now, in the rule's currency.
        bid: What the shopper names; None for "a little cheaper".
        offered: Prices offered for it in this conversation before, oldest first.
        luck: In [0, 1), the same for a whole conversation and unknown to the shopper.
        steps: As in `BargainTerms`: the first is the largest, as a seller's are who means it.

    Returns:
        A price that is never below the floor, never above the price now or an earlier offer.
    """
    floor = max(rule.floor_price.amount, _least(rule))
    if price >= rule.list_price.amount > floor and price > floor:
        last = _whole(price - (price - floor) * (LAST_FROM + (LAST_TO - LAST_FROM) * Decimal(str(luck))), price)
        return _round(price, last, bid, offered, rule.steps or steps)
    # On sale already, or sold at the floor: what is marked down is not marked down twice.
    return Concession(Answer.AS_MARKED)


def _round(
    price: Decimal, last: Decimal, bid: Decimal | None, offered: Sequence[Decimal], steps: Sequence[Decimal]
) -> Concession:
    best = min([price, *offered])
    number = min(len(offered), len(steps) - 1)
    reserve = min(best, _whole(price - (price - last) * steps[number], price))
    if bid is not None and bid >= reserve:
        agreed = min(bid, best)
        return Concession(Answer.AGREED, agreed) if agreed < price else Concession(Answer.AS_MARKED)
    if reserve >= price:
        return Concession(Answer.AS_MARKED)
    final = len(offered) >= len(steps) - 1
    return Concession(Answer.LAST_WORD if final else Answer.COUNTER, reserve)


def _least(rule: BargainRule) -> Decimal:
    """Return the price after the largest discount that is allowed."""
    return rule.list_price.amount * (1 - rule.max_discount_percent / 100)


def _whole(amount: Decimal, price: Decimal) -> Decimal:
    """Return an amount as it is said, rounded up and never above the price."""
    return min(price, amount.to_integral_value(ROUND_CEILING))
