"""Whether whoever asks may hear about an order: a pure policy, and the count of wrong tries."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from assistant.orders.claims import OrderClaim
from assistant.orders.identity import Identity
from knowledge.orders import Order
from knowledge.text import fold

# In one conversation; then a person takes over.
TRIES: Final = 3
# Four digits are guessed in 5,000 tries on average: per order so few an hour take over a month.
TRIES_PER_ORDER: Final = 6
PER_SECONDS: Final = 3600.0
# Numbers remembered at once, before those that are long past are let go.
MOST_NUMBERS: Final = 100_000


class Proof(StrEnum):
    """What the shopper has shown."""

    VERIFIED = "verified"
    NOTHING_SAID = "nothing_said"
    NUMBER_ONLY = "number_only"
    TAIL_ONLY = "tail_only"
    # Signed in, with several orders: the shopper says which.
    WHICH_OWN = "which_own"
    # One answer for both, so that nobody learns which order numbers exist.
    NO_SUCH_PAIR = "no_such_pair"
    LOCKED = "locked"
    # Nothing can be known now: the shop's own system does not answer.
    SOURCE_DOWN = "source_down"


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome for one message; ``order`` is set only when it is verified."""

    proof: Proof
    order: Order | None = None


def check(claim: OrderClaim, found: Mapping[str, Order], identity: Identity | None = None) -> Checked:
    """Hold what was said against the orders of these numbers.

    Args:
        claim: All that was said in the conversation.
        found: The orders that exist, by the code under which they were looked up.
        identity: Whom the shop vouches for.
    """
    for code in claim.codes:
        order = found.get(code)
        if order is not None and _opens(order, code, claim, identity):
            return Checked(Proof.VERIFIED, order)
    shown = _shown(claim, found)
    if numbers_in(claim, found):
        return Checked(Proof.NO_SUCH_PAIR if shown else Proof.NUMBER_ONLY)
    return Checked(Proof.TAIL_ONLY if shown else Proof.NOTHING_SAID)


def numbers_in(claim: OrderClaim, found: Mapping[str, Order]) -> tuple[str, ...]:
    """Return what names an order: the number of one, or what is too long for the end of a phone number."""
    return tuple(code for code in claim.codes if code in found or len(code) > 4)


def wrong_numbers(claim: OrderClaim, found: Mapping[str, Order], identity: Identity | None = None) -> tuple[str, ...]:
    """Return the numbers that nothing opens of what was shown; none when nothing was.

    A pair of one's own beside it makes no guess right.
    """
    if not _shown(claim, found):
        return ()
    return tuple(
        code for code in numbers_in(claim, found) if code not in found or not _opens(found[code], code, claim, identity)
    )


def _opens(order: Order, code: str, claim: OrderClaim, identity: Identity | None) -> bool:
    by_phone = bool(order.phone_last4) and order.phone_last4 in [tail for tail in claim.tails if tail != code]
    by_email = bool(order.email) and fold(order.email or "") in claim.emails
    return by_phone or by_email or (identity is not None and belongs_to(order, identity))


def _shown(claim: OrderClaim, found: Mapping[str, Order]) -> list[str]:
    """Return what may prove whose order it is."""
    named = numbers_in(claim, found)
    return [tail for tail in claim.tails if tail not in named] or list(claim.emails)


def belongs_to(order: Order, identity: Identity) -> bool:
    """Tell whether an order is of the person whom the shop vouches for."""
    if identity.id and order.customer_id == identity.id:
        return True
    if identity.email and order.email and fold(order.email) == fold(identity.email):
        return True
    # The tail of a signed phone proves as much as one that is typed.
    digits = "".join(character for character in identity.phone or "" if character.isdigit())
    return bool(order.phone_last4) and len(digits) >= 4 and digits[-4:] == order.phone_last4


@dataclass(slots=True)
class WrongTries:
    """Counts wrong pairs per order number over all conversations of this process.

    A number that does not exist is counted like one that does.
    """

    _at: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def add(self, shop_id: str, code: str, now_seconds: float) -> None:
        """Count one; ``now_seconds`` is on a clock that only moves forward."""
        if len(self._at) >= MOST_NUMBERS:
            self._at = {key: tries for key, tries in self._at.items() if tries[-1] > now_seconds - PER_SECONDS}
        self._at.setdefault((shop_id, code), deque(maxlen=TRIES_PER_ORDER)).append(now_seconds)

    def locked(self, shop_id: str, code: str, now_seconds: float) -> bool:
        """Tell whether so much has been guessed at this number that nobody is let in for now."""
        tries = self._at.get((shop_id, code), ())
        return sum(at > now_seconds - PER_SECONDS for at in tries) >= TRIES_PER_ORDER
