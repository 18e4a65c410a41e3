"""Where orders are read and changed: the port, and what passes through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from knowledge.catalog import ShopId
from knowledge.errors import DaogouError, Unavailable
from knowledge.orders import ChangeKind, Order


class SourceUnavailable(Unavailable):
    """The shop's own system does not answer, or not in a form that can be read; worth a retry."""

    default_code = "order_source_unavailable"


class ChangeRefused(DaogouError):
    """The shop's own system says that a change may not be made; ``message`` is its own words."""

    default_code = "change_refused"


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer as the shop knows them."""

    id: str
    name: str = ""
    email: str | None = None
    order_nos: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """Whose orders are looked for; either an id, an e-mail, or a full name with the post code."""

    id: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    zip: str | None = None


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What is to be done with one order; two are the same when every field is.

    Attributes:
        items: What it concerns: item ids where the shop has told some, else titles; empty for all of it.
        new_items: As many, which take their place.
        details: In the shopper's words, what no other field holds ("to size L", the new address).
        address: Name and value of each part of a new address.
    """

    order_no: str
    kind: ChangeKind
    items: tuple[str, ...] = ()
    new_items: tuple[str, ...] = ()
    reason: str = ""
    payment_method: str | None = None
    address: tuple[tuple[str, str], ...] = ()
    details: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "order_no": self.order_no,
            "action": self.kind.value,
            "items": list(self.items),
            "new_items": list(self.new_items),
            "reason": self.reason,
            "payment_method": self.payment_method,
            "address": dict(self.address),
            "details": self.details,
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> OrderChange:
        """Return the change that `as_json` has written."""
        return cls(
            order_no=told["order_no"],
            kind=ChangeKind(told["action"]),
            items=tuple(told["items"]),
            new_items=tuple(told["new_items"]),
            reason=told["reason"],
            payment_method=told["payment_method"],
            address=tuple(sorted(told["address"].items())),
            details=told["details"],
        )


class ChangeState(StrEnum):
    """What became of a confirmed change."""

    DONE = "done"
    ACCEPTED = "accepted"  # the shop's system has taken it and will do it
    REQUESTED = "requested"  # a person of the shop will do it


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """The outcome of a change.

    Attributes:
        message: What the shop's system says about it, in its own words; may be empty.
        order: The order afterwards, when the system has told it.
    """

    state: ChangeState
    message: str = ""
    order: Order | None = None


class OrderSource(Protocol):
    """Reads the orders of a shop, and changes them where the shop lets us."""

    async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
        """Return the order with this number; None when there is none, or none for certain.

        Raises:
            SourceUnavailable: It cannot be known now.
        """
        ...

    async def customer(self, shop_id: ShopId, query: CustomerQuery) -> Customer | None:
        """Return the one buyer that is meant, with the numbers of their orders, the newest first.

        Raises:
            SourceUnavailable: It cannot be known now.
        """
        ...

    async def change(self, shop_id: ShopId, change: OrderChange, key: str) -> ChangeResult:
        """Make a change that the shopper has confirmed.

        Args:
            key: Names the change; under one key it is made once, however often it is asked for.

        Raises:
            ChangeRefused: The shop says no; final.
            SourceUnavailable: It is not known whether it was made; the same key may be tried again.
        """
        ...
