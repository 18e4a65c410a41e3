"""One shopper's enquiry about an order: what the whole conversation has said, held against the shop's orders."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.orders.claims import OrderClaim, parse_claim
from assistant.orders.source import OrderSource
from assistant.orders.verification import TRIES, Checked, Proof, WrongTries, check
from knowledge.catalog import ShopId
from knowledge.orders import Order
from knowledge.store import order_key


@dataclass(frozen=True, slots=True)
class Enquiry:
    """The outcome for the newest message.

    Attributes:
        order: Set only when it is verified that it is the shopper's.
        said_now: Whether this very message named an order or a phone.
        tries_left: Wrong pairs that this conversation may still name; 0 calls a person.
    """

    proof: Proof
    order: Order | None
    said_now: bool
    tries_left: int


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

    async def enquire(self, shop_id: ShopId, messages: Sequence[str]) -> Enquiry:
        """Return what may be said after the newest of the shopper's messages.

        Args:
            messages: All of the shopper's, oldest first; nobody else's words prove anything.
        """
        claims = [parse_claim(message) for message in messages]
        found = await self._found(shop_id, claims)
        wrong = 0
        checked = Checked(Proof.NOTHING_SAID)
        for number, claim in enumerate(claims):
            checked = check(claim.after(claims[:number]), found)
            news = bool(claim.codes or claim.tails)
            wrong += checked.proof is Proof.NO_SUCH_PAIR and news
        now = claims[-1] if claims else OrderClaim()
        said_now = bool(now.codes or now.tails)
        checked = self._guarded(shop_id, now.after(claims[:-1]), checked, said_now=said_now)
        return Enquiry(checked.proof, checked.order, said_now, max(0, TRIES - wrong))

    async def _found(self, shop_id: ShopId, claims: Sequence[OrderClaim]) -> dict[str, Order]:
        codes = dict.fromkeys(code for claim in claims for code in claim.codes)
        orders = {code: await self._source.find(shop_id, code) for code in codes}
        return {code: order for code, order in orders.items() if order is not None}

    def _guarded(self, shop_id: ShopId, claim: OrderClaim, checked: Checked, *, said_now: bool) -> Checked:
        now = self._now_seconds()
        numbers = [order_key(code) for code in claim.codes if len(code) > 4]
        if any(self._wrong.locked(shop_id, number, now) for number in numbers):
            return Checked(Proof.LOCKED)
        if checked.proof is Proof.NO_SUCH_PAIR and said_now:
            for number in numbers:
                self._wrong.add(shop_id, number, now)
        return checked
