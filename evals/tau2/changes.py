"""The rules that several tools share: what state an order must be in, what may take whose place, who pays."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from evals.tau2.data import OrderItem, RetailOrder, RetailVariant, cents
from evals.tau2.state import RetailState
from knowledge.errors import Conflict, Invalid, NotFound


def require_untouched(order: RetailOrder) -> None:
    """Pass a pending order of which no items were modified.

    Raises:
        Conflict: It is another (``order_not_pending``).
    """
    if order.status != "pending":
        raise Conflict(f"Order {order.order_id} is {order.status}, not pending.", code="order_not_pending")


def require_open(order: RetailOrder) -> None:
    """Pass a pending order, one with modified items too.

    The policy says that after the items nothing of an order can be modified; tau2-bench's own tools
    let address and payment through, and an agent must meet the same tools here as there.

    Raises:
        Conflict: It is another (``order_not_pending``).
    """
    if not order.status.startswith("pending"):
        raise Conflict(f"Order {order.order_id} is {order.status}, not pending.", code="order_not_pending")


def require_delivered(order: RetailOrder) -> None:
    """Pass a delivered order of which nothing was returned or exchanged yet.

    Raises:
        Conflict: It is another (``order_not_delivered``).
    """
    if order.status != "delivered":
        raise Conflict(f"Order {order.order_id} is {order.status}, not delivered.", code="order_not_delivered")


def checked_lines(order: RetailOrder, item_ids: Sequence[str]) -> list[OrderItem]:
    """Return the order's lines for these items; one named twice must have been bought twice.

    Raises:
        Invalid: None is named (``no_items``).
        NotFound: The order does not have one (``item_not_in_order``).
    """
    if not item_ids:
        raise Invalid("No items are named.", code="no_items")
    left = list(order.items)
    found: list[OrderItem] = []
    for item_id in item_ids:
        line = next((one for one in left if one.item_id == item_id), None)
        if line is None:
            raise NotFound(f"Order {order.order_id} has no (further) item {item_id}.", code="item_not_in_order")
        left.remove(line)
        found.append(line)
    return found


def new_items(state: RetailState, lines: Sequence[OrderItem], new_item_ids: Sequence[str]) -> list[RetailVariant]:
    """Return the variants that take the lines' place, in their order.

    Raises:
        Invalid: Not as many (``items_unequal``).
        Conflict: One is of another product, not available, or the same (``other_product``,
            ``item_not_available``, ``item_same``).
    """
    if len(lines) != len(new_item_ids):
        raise Invalid("As many new items are needed as old ones.", code="items_unequal")
    chosen: list[RetailVariant] = []
    for line, item_id in zip(lines, new_item_ids, strict=True):
        variant = state.product(line.product_id).variants.get(item_id)
        if variant is None:
            raise Conflict(f"{item_id} is no {line.name}.", code="other_product")
        if not variant.available:
            raise Conflict(f"{item_id} is not available.", code="item_not_available")
        if item_id == line.item_id:
            raise Conflict(f"{item_id} is what was ordered.", code="item_same")
        chosen.append(variant)
    return chosen


def pay_difference(
    state: RetailState,
    order: RetailOrder,
    lines: Sequence[OrderItem],
    chosen: Sequence[RetailVariant],
    payment_method_id: str,
) -> Decimal:
    """Return what the shopper owes for the change, negative for what comes back.

    Raises:
        NotFound: The payment method is not in the profile (``payment_method_not_found``).
        Conflict: The gift card does not cover it (``balance_too_low``).
    """
    method = state.method(order.user_id, payment_method_id)
    new_total = sum((variant.price for variant in chosen), Decimal(0))
    difference = cents(new_total - sum((line.price for line in lines), Decimal(0)))
    if method.balance is not None and method.balance < difference:
        raise Conflict("The gift card does not cover the difference.", code="balance_too_low")
    return difference
