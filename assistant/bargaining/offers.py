"""Offers that were made: each reserved from the merchant's budget, redeemed once, released when it runs out.

The budget is a sum over the offers that hold, computed under a lock in the transaction that adds one;
so nothing has to be given back when an offer runs out, and nothing can be spent twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.reply import Offer
from assistant.tables import offers
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import Conflict, NotFound
from knowledge.money import Money
from knowledge.promotions import BargainRule, BargainTerms
from knowledge.tables import promotions


class OfferState(StrEnum):
    """Where an offer stands; one past its time still says OFFERED and holds no more."""

    OFFERED = "offered"
    REDEEMED = "redeemed"
    SUPERSEDED = "superseded"  # by a better one for the same product in the same conversation


@dataclass(frozen=True, slots=True)
class KeptOffer:
    """An offer as the shop's checkout sees it.

    Attributes:
        customer: Who may redeem it (`Identity.key`); None: whoever has the code.
        order_ref: The order in which it was redeemed.
    """

    code: str
    product: str
    price: Money
    marked: Money
    state: OfferState
    expires_at: datetime
    customer: str | None
    order_ref: str | None

    def as_json(self, now: datetime) -> dict[str, Any]:
        expired = self.state is OfferState.OFFERED and self.expires_at <= now
        return {
            "code": self.code,
            "product": self.product,
            "price": self.price.as_json(),
            "marked_price": self.marked.as_json(),
            "state": "expired" if expired else self.state.value,
            "expires_at": self.expires_at.isoformat(),
            "customer": self.customer,
            "order_ref": self.order_ref,
        }


class OfferBook:
    """Keeps the offers of all shops."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def reserve(
        self,
        shop_id: str,
        conversation_id: str,
        customer: str | None,
        offer: Offer,
        marked: Decimal,
        rule: BargainRule,
        terms: BargainTerms,
    ) -> bool:
        """Keep an offer if the merchant's limits allow it; a worse one for the same product then ends.

        Args:
            customer: Who is signed in; without one a conversation counts as a customer.
            marked: What the product costs without the offer.
        """
        now = self._clock.now()
        cost = marked - offer.price.amount
        whose = customer or f"conversation:{conversation_id}"
        async with self._database.write() as connection:
            # Two reservations of one shop must not both see the budget before the other.
            lock = select(promotions.c.shop_id).where(promotions.c.shop_id == shop_id).with_for_update()
            await connection.execute(lock)
            c = offers.c
            mine = and_(c.shop_id == shop_id, c.conversation_id == conversation_id, c.product == offer.product)
            worse = and_(mine, c.state == OfferState.OFFERED)
            others = and_(c.shop_id == shop_id, _holds(now), ~worse)
            if not await _affordable(connection, others, offer.product, cost, rule, terms):
                return False
            if terms.per_customer is not None:
                recent = c.made_at > now - timedelta(days=terms.per_days)
                taken = select(func.count()).select_from(offers).where(others, c.whose == whose, recent)
                if int((await connection.execute(taken)).scalar_one()) >= terms.per_customer:
                    return False
            await connection.execute(update(offers).where(worse).values(state=OfferState.SUPERSEDED))
            row = {
                "code": offer.coupon,
                "shop_id": shop_id,
                "conversation_id": conversation_id,
                "whose": whose,
                "customer": customer,
                "product": offer.product,
                "price": offer.price.amount,
                "marked": marked,
                "currency": offer.price.currency,
                "state": OfferState.OFFERED,
                "made_at": now,
                "expires_at": datetime.fromisoformat(offer.expires_at),
            }
            await connection.execute(insert(offers).values(row))
        return True

    async def find(self, shop_id: str, code: str) -> KeptOffer:
        """Return an offer of the shop.

        Raises:
            NotFound: There is none with this code (``offer_not_found``).
        """
        async with self._database.read() as connection:
            row = (await connection.execute(_one(shop_id, code))).one_or_none()
        if row is None:
            raise NotFound("There is no offer with this code.", code="offer_not_found")
        return _kept(row)

    async def redeem(self, shop_id: str, code: str, product: str, order_ref: str, customer: str | None) -> KeptOffer:
        """Redeem an offer for an order, once; the same order may ask again and gets the same answer.

        Raises:
            NotFound: There is none with this code (``offer_not_found``).
            Conflict: It is redeemed, has expired, was superseded, is for another product or person
                (``offer_redeemed``, ``offer_expired``, ``offer_superseded``, ``offer_other_product``,
                ``offer_other_customer``).
        """
        now = self._clock.now()
        c = offers.c
        person = or_(c.customer.is_(None), c.customer == customer) if customer else c.customer.is_(None)
        good = and_(c.state == OfferState.OFFERED, c.expires_at > now, c.product == product, person)
        taken = (
            update(offers)
            .where(c.shop_id == shop_id, c.code == code.strip().upper(), good)
            .values(state=OfferState.REDEEMED, redeemed_at=now, order_ref=order_ref)
            .returning(offers)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(taken)).one_or_none()
        if row is not None:
            return _kept(row)
        found = await self.find(shop_id, code)
        if found.state is OfferState.REDEEMED and found.order_ref == order_ref and found.product == product:
            return found
        raise _why_not(found, product, now)


async def _affordable(
    connection: AsyncConnection,
    others: ColumnElement[bool],
    product: str,
    cost: Decimal,
    rule: BargainRule,
    terms: BargainTerms,
) -> bool:
    """Tell whether the shop's budget, and the product's, leave room for one more offer."""
    for budget, where in ((terms.budget, others), (rule.budget, and_(others, offers.c.product == product))):
        if budget is None:
            continue
        spent = select(func.sum(offers.c.marked - offers.c.price)).where(where)
        if Decimal(str((await connection.execute(spent)).scalar() or 0)) + cost > budget:
            return False
    return True


def _holds(now: datetime) -> ColumnElement[bool]:
    """Return the condition that an offer counts against the budget."""
    c = offers.c
    return or_(c.state == OfferState.REDEEMED, and_(c.state == OfferState.OFFERED, c.expires_at > now))


def _one(shop_id: str, code: str) -> Any:
    return select(offers).where(offers.c.shop_id == shop_id, offers.c.code == code.strip().upper())


def _kept(row: Any) -> KeptOffer:
    return KeptOffer(
        row.code,
        row.product,
        Money(Decimal(row.price), row.currency),
        Money(Decimal(row.marked), row.currency),
        OfferState(row.state),
        row.expires_at,
        row.customer,
        row.order_ref,
    )


def _why_not(found: KeptOffer, product: str, now: datetime) -> Conflict:
    if found.state is OfferState.REDEEMED:
        return Conflict("The offer has been redeemed.", code="offer_redeemed")
    if found.state is OfferState.SUPERSEDED:
        return Conflict("A better offer has taken its place.", code="offer_superseded")
    if found.expires_at <= now:
        return Conflict("The offer has expired.", code="offer_expired")
    if found.product != product:
        return Conflict("The offer is for another product.", code="offer_other_product")
    return Conflict("The offer is for another customer.", code="offer_other_customer")
