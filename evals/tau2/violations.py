"""Calls that the policy forbids, made up from the shop's own records: each must be refused and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from evals.tau2.data import PaymentMethod, RetailDatabase, RetailOrder, RetailVariant

_ADDRESS: Final = {"address1": "1 Elm St", "address2": "", "city": "Reno", "state": "NV", "country": "USA"}


@dataclass(frozen=True, slots=True)
class Violation:
    """A forbidden call.

    Attributes:
        kind: The rule that it breaks.
        before: A call that is allowed and comes first.
    """

    kind: str
    name: str
    arguments: dict[str, Any]
    before: tuple[str, dict[str, Any]] | None = None


def violations(database: RetailDatabase) -> Iterator[Violation]:
    """Yield every forbidden call of these kinds that the first item of each order allows to make up."""
    for order in database.orders.values():
        for make in _KINDS:
            yield from make(database, order)


def _cancels(_database: RetailDatabase, order: RetailOrder) -> Iterator[Violation]:
    call = {"order_id": order.order_id, "reason": "no longer needed"}
    if order.status != "pending":
        yield Violation(f"cancel an order that is {order.status}", "cancel_pending_order", call)
        told = {"order_id": order.order_id, **_ADDRESS, "zip": "89501"}
        yield Violation(f"new address of an order that is {order.status}", "modify_pending_order_address", told)
    else:
        worse = call | {"reason": "found it cheaper"}
        yield Violation("cancel for a reason that is not accepted", "cancel_pending_order", worse)


def _payments(database: RetailDatabase, order: RetailOrder) -> Iterator[Violation]:
    if order.status != "pending":
        return
    paid = order.payment_history[0]
    call = {"order_id": order.order_id, "payment_method_id": paid.payment_method_id}
    yield Violation("pay with the same method", "modify_pending_order_payment", call)
    strange = call | {"payment_method_id": "credit_card_0000000"}
    yield Violation("pay with a method not in the profile", "modify_pending_order_payment", strange)
    for method in _methods(database, order):
        if method.balance is not None and method.balance < paid.amount and method.id != paid.payment_method_id:
            short = call | {"payment_method_id": method.id}
            yield Violation("pay with a gift card that is too low", "modify_pending_order_payment", short)


def _items(database: RetailDatabase, order: RetailOrder) -> Iterator[Violation]:
    name = {"pending": "modify_pending_order_items", "delivered": "exchange_delivered_order_items"}.get(order.status)
    line = order.items[0]
    own = database.products[line.product_id].variants
    free = _free(own, line.item_id)
    method = next((m for m in _methods(database, order) if m.balance is None), None)
    if name is None or method is None or free is None:
        return
    call = {"order_id": order.order_id, "item_ids": [line.item_id], "payment_method_id": method.id}
    allowed = call | {"new_item_ids": [free.item_id]}
    other = next(p for p in database.products.values() if p.product_id != line.product_id)
    foreign = _free(other.variants, line.item_id)
    if foreign is not None:
        yield Violation("another type of product", name, call | {"new_item_ids": [foreign.item_id]})
    for gone in [variant for variant in own.values() if not variant.available][:1]:
        yield Violation("an item that is not available", name, call | {"new_item_ids": [gone.item_id]})
    yield Violation("more new items than old", name, call | {"new_item_ids": [free.item_id, free.item_id]})
    yield Violation("an item not in the order", name, allowed | {"item_ids": ["0000000000"]})
    yield Violation("a method not in the profile", name, allowed | {"payment_method_id": "paypal_0000000"})
    yield Violation("a second modification or exchange", name, allowed, (name, allowed))
    if order.status == "pending":
        after = {"order_id": order.order_id, "reason": "no longer needed"}
        yield Violation("cancel after items were modified", "cancel_pending_order", after, (name, allowed))
    dearer = max(own.values(), key=lambda variant: variant.price if variant.available else Decimal(-1))
    for card in _methods(database, order):
        if card.balance is not None and dearer.price - line.price > card.balance:
            short = call | {"new_item_ids": [dearer.item_id], "payment_method_id": card.id}
            yield Violation("a difference above the gift card's balance", name, short)


def _returns(database: RetailDatabase, order: RetailOrder) -> Iterator[Violation]:
    paid = order.payment_history[0].payment_method_id
    call = {"order_id": order.order_id, "item_ids": [order.items[0].item_id], "payment_method_id": paid}
    name = "return_delivered_order_items"
    if order.status != "delivered":
        yield Violation(f"return of an order that is {order.status}", name, call)
        return
    for method in _methods(database, order):
        if method.source != "gift_card" and method.id != paid:
            refund = call | {"payment_method_id": method.id}
            yield Violation("refund to a method that neither paid nor is a gift card", name, refund)
    more = call | {"item_ids": [order.items[0].item_id] * (len(order.items) + 1)}
    yield Violation("return of more than was bought", name, more)
    yield Violation("a second return", name, call, (name, call))


_KINDS: Final[tuple[Callable[[RetailDatabase, RetailOrder], Iterator[Violation]], ...]] = (
    _cancels,
    _payments,
    _items,
    _returns,
)


def _methods(database: RetailDatabase, order: RetailOrder) -> list[PaymentMethod]:
    return list(database.users[order.user_id].payment_methods.values())


def _free(variants: dict[str, RetailVariant], besides: str) -> RetailVariant | None:
    return next((v for v in variants.values() if v.available and v.item_id != besides), None)
