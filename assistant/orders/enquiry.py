"""One shopper's enquiry about an order: what the whole conversation has said, held against the shop's orders."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.orders.claims import OrderClaim, parse_claim
from assistant.orders.identity import Identity
from assistant.orders.source import CustomerQuery, OrderSource, SourceUnavailable
from assistant.orders.verification import (
    TRIES,
    Checked,
    Proof,
    WrongTries,
    belongs_to,
    check,
    numbers_in,
    wrong_numbers,
)
from knowledge.catalog import ShopId
from knowledge.orders import Order, order_key

# Orders of a signed-in shopper that are listed to choose from.
MOST_OWN: Final = 5


@dataclass(frozen=True, slots=True)
class Enquiry:
    """The outcome for the newest message.

    Attributes:
        order: Set only when it is verified that it is the shopper's.
        said_now: Whether this very message named an order or a phone.
        tries_left: Wrong pairs that this conversation may still name; 0 calls a person.
        own: The newest orders of a shopper who is signed in and has named none.
    """

    proof: Proof
    order: Order | None
    said_now: bool
    tries_left: int
    own: tuple[Order, ...] = ()


class OrderDesk:
    """Answers enquiries, and counts wrong ones.

    Args:
        source: Where orders are read.
        now_seconds: A clock that only moves forward.
    """

    def __init__(self, source: OrderSource, now_seconds: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._now_seconds = now_seconds
        self._wrong = WrongTries()

    async def enquire(self, shop_id: ShopId, messages: Sequence[str], identity: Identity | None = None) -> Enquiry:
        """Return what may be said after the newest of the shopper's messages.

        Args:
            messages: All of the shopper's, oldest first; nobody else's words prove anything.
            identity: Whom the shop vouches for.
        """
        claims = [parse_claim(message) for message in messages]
        now = claims[-1] if claims else OrderClaim()
        try:
            found = await self._found(shop_id, claims)
            named = any(claim.codes for claim in claims)
            own = await self._own(shop_id, identity) if identity is not None and not named else ()
        except SourceUnavailable:
            return Enquiry(Proof.SOURCE_DOWN, None, now.says_something, TRIES)
        wrong, said_now = 0, now.says_something
        checked = Checked(Proof.NOTHING_SAID)
        said: list[OrderClaim] = []
        missed: tuple[str, ...] = ()
        for claim in claims:
            if _in_passing(claim, said, checked, found):
                said_now = said_now and claim is not now
                continue
            whole = claim.after(said)
            checked, missed = check(whole, found, identity), wrong_numbers(whole, found, identity)
            wrong += bool(missed) and claim.says_something
            said.append(claim)
        if missed and said_now and wrong >= TRIES:
            # Who has guessed that often gets a person, also beside an order of their own.
            checked = Checked(Proof.NO_SUCH_PAIR)
        whole = OrderClaim().after(said)
        checked = self._guarded(shop_id, numbers_in(whole, found), missed if said_now else (), checked, found)
        if checked.proof in (Proof.NOTHING_SAID, Proof.TAIL_ONLY) and own:
            checked = Checked(Proof.VERIFIED, own[0]) if len(own) == 1 else Checked(Proof.WHICH_OWN)
        return Enquiry(checked.proof, checked.order, said_now, max(0, TRIES - wrong), own)

    async def _found(self, shop_id: ShopId, claims: Sequence[OrderClaim]) -> dict[str, Order]:
        codes = dict.fromkeys(code for claim in claims for code in claim.codes)
        orders = await asyncio.gather(*(self._source.find(shop_id, code) for code in codes))
        return {code: order for code, order in zip(codes, orders, strict=True) if order is not None}

    async def _own(self, shop_id: ShopId, identity: Identity) -> tuple[Order, ...]:
        """Return the newest orders of whom the shop vouches for, each checked to be theirs."""
        query = CustomerQuery(id=identity.id, email=identity.email)
        customer = await self._source.customer(shop_id, query) if query.id or query.email else None
        numbers = customer.order_nos[:MOST_OWN] if customer is not None else ()
        orders = await asyncio.gather(*(self._source.find(shop_id, number) for number in numbers))
        return tuple(order for order in orders if order is not None and belongs_to(order, identity))

    def _guarded(
        self,
        shop_id: ShopId,
        named: Sequence[str],
        missed: Sequence[str],
        checked: Checked,
        found: Mapping[str, Order],
    ) -> Checked:
        """Count wrong guesses at each number, and let nobody in at one that was guessed at too often.

        Args:
            named: The numbers that the conversation has named.
            missed: Those at which this very message guessed wrong.
        """
        now = self._now_seconds()

        def key(code: str) -> str:
            # However a number is put, guesses at it count together.
            return order_key(found[code].order_no if code in found else code)

        if any(self._wrong.locked(shop_id, key(code), now) for code in named):
            return Checked(Proof.LOCKED)
        for code in dict.fromkeys(map(key, missed)):
            self._wrong.add(shop_id, code, now)
        return checked


def _in_passing(claim: OrderClaim, said: Sequence[OrderClaim], checked: Checked, found: Mapping[str, Order]) -> bool:
    """Tell whether the digits of a message name no order and prove nothing.

    "Change 2026 to 2027" below an order that was shown is such; while another number still waits for its proof,
    none is.
    """
    if checked.order is None or claim.emails or numbers_in(claim, found):
        return False
    return all(found.get(code) == checked.order for one in said for code in numbers_in(one, found))
