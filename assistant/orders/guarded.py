"""The orders as whoever answers may reach them in one turn: who is asking, and has it been confirmed.

Every tool goes through here, whatever mind calls it, so the rules of tau2-bench's policy that only a
conversation can show (is it the right shopper, did they say yes to just this) are kept by code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.orders.change_desk import ChangeDesk
from assistant.orders.confirmation import LASTS, Proposal, standing_of
from assistant.orders.enquiry import Enquiry
from assistant.orders.source import (
    ChangeRefused,
    ChangeResult,
    ChangeState,
    Customer,
    CustomerQuery,
    OrderChange,
    OrderSource,
    SourceUnavailable,
)
from knowledge.catalog import ShopId
from knowledge.errors import Forbidden
from knowledge.ids import IdSource
from knowledge.orders import Order, order_key
from knowledge.text import fold


@dataclass(frozen=True, slots=True)
class Proposed:
    """The shopper has to be asked; nothing was changed."""

    proposal: Proposal
    order: Order


@dataclass(frozen=True, slots=True)
class Made:
    """It was confirmed, and this became of it.

    Attributes:
        earlier: It had been made before the newest message, which no longer wants it.
    """

    proposal: Proposal
    order: Order | None
    result: ChangeResult
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The shop does not allow it; ``message`` is its own words, empty when it gives none."""

    change: OrderChange
    order: Order
    message: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was confirmed, and the shop's system did not say what became of it."""

    proposal: Proposal
    order: Order | None


ChangeOutcome = Proposed | Made | Refused | Unknown


class GuardedOrders:
    """One turn's way to the orders.

    Args:
        said: All of the shopper's messages, oldest first: nobody else's words prove anything.
        enquiry: What number, phone, e-mail or signed identity have shown.
        confirmed: What the newest message says yes to.
        email_suffices: See `ShopLink.email_suffices`.
    """

    def __init__(
        self,
        source: OrderSource,
        changes: ChangeDesk,
        ids: IdSource,
        shop_id: ShopId,
        conversation_id: str,
        said: Sequence[str],
        now: datetime,
        *,
        enquiry: Enquiry | None = None,
        confirmed: Proposal | None = None,
        email_suffices: bool = False,
    ) -> None:
        self._source, self._changes, self._ids = source, changes, ids
        self._shop_id, self._conversation_id = shop_id, conversation_id
        self._said, self._now = said, now
        self._enquiry, self._confirmed = enquiry, confirmed
        self._email_suffices = email_suffices
        self._customers: dict[str, Customer] = {}

    async def customer(self, query: CustomerQuery) -> Customer:
        """Return the shopper, who must have told e-mail, or name and post code, in their own words.

        Raises:
            Forbidden: They have not, it fits nobody, or this shop wants an order number too
                (``not_verified``); told in the same words, so that nobody learns who is a customer.
        """
        told = [query.email] if query.email else [query.first_name, query.last_name, query.zip]
        said = fold("\n".join(self._said))
        if not self._email_suffices or not all(part and fold(part) in said for part in told):
            raise _not_verified()
        found = await self._source.customer(self._shop_id, query)
        # One conversation helps one person, as tau2-bench's policy has it.
        if found is None or (self._customers and found.id not in self._customers):
            raise _not_verified()
        self._customers[found.id] = found
        return found

    def verified_customer(self, customer_id: str) -> Customer:
        """Return a buyer whom this turn has verified.

        Raises:
            Forbidden: It has not (``not_verified``).
        """
        if customer_id not in self._customers:
            raise _not_verified()
        return self._customers[customer_id]

    async def order(self, order_no: str | None) -> Order:
        """Return an order of the shopper's own; without a number the one that was verified.

        Raises:
            Forbidden: There is none, or it is not shown to be theirs (``not_verified``).
            SourceUnavailable: It cannot be known now.
        """
        verified = self._enquiry.order if self._enquiry is not None else None
        own = self._enquiry.own if self._enquiry is not None else ()
        mine = [one for one in (verified, *own) if one is not None]
        if order_no is None:
            if verified is None:
                raise _not_verified()
            return verified
        for one in mine:
            if order_key(one.order_no) == order_key(order_no):
                return one
        found = await self._source.find(self._shop_id, order_no) if self._customers else None
        if found is None or found.customer_id not in self._customers:
            raise _not_verified()
        return found

    async def change(self, change: OrderChange) -> ChangeOutcome:
        """Make a change that was confirmed in just these terms; anything else is asked first.

        Raises:
            Forbidden: The order is not shown to be the shopper's (``not_verified``).
            SourceUnavailable: The order cannot be read now.
        """
        order = await self.order(change.order_no)
        asked = self._confirmed
        if asked is not None and _same(asked.change, change):
            # Made by a turn that was cut off: the order has moved on since, because of it.
            try:
                made = await self._changes.outcome(asked)
            except SourceUnavailable:
                return await self._make(asked, order)
            if made is not None:
                return Made(asked, order, made)
        told = order.permissions.get(change.kind)
        if told is not None and (not told.allowed or (told.until is not None and told.until < self._now.date())):
            return Refused(change, order, told.reason)
        if asked is None or not _same(asked.change, change) or asked.standing != standing_of(order):
            key = self._ids.new("ch")
            return Proposed(Proposal(key, change, standing_of(order), self._now + LASTS), order)
        return await self._make(asked, order)

    async def _make(self, asked: Proposal, order: Order) -> ChangeOutcome:
        """Make what was confirmed, once."""
        try:
            result = await self._changes.make(self._shop_id, self._conversation_id, asked)
        except ChangeRefused as refused:
            return Refused(asked.change, order, refused.message)
        except SourceUnavailable:
            return Unknown(asked, order)
        return Made(asked, order, result)


def _same(asked: OrderChange, wanted: OrderChange) -> bool:
    """Tell whether a call is for what was confirmed; only the order of its items may differ."""
    return _in_order(asked) == _in_order(wanted)


def _in_order(change: OrderChange) -> OrderChange:
    number = order_key(change.order_no)
    if len(change.new_items) != len(change.items):
        return replace(change, order_no=number, items=tuple(sorted(change.items)))
    pairs = sorted(zip(change.items, change.new_items, strict=True))
    return replace(change, order_no=number, items=tuple(a for a, _ in pairs), new_items=tuple(b for _, b in pairs))


def _not_verified() -> Forbidden:
    return Forbidden(
        "It is not shown whose this is. Ask for the order number and the phone's last four digits.",
        code="not_verified",
    )


def is_request(outcome: ChangeOutcome) -> bool:
    """Tell whether a person of the shop has to do what was confirmed."""
    return isinstance(outcome, Made) and outcome.result.state is ChangeState.REQUESTED
