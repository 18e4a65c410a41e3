"""The tools of a retail agent, under tau2-bench's names, by the rules of its policy.

What the policy forbids and the shop's records can show is refused here, whatever the agent says:
the status of an order, the reason of a cancellation, the payment method, the kind of product. What
only the conversation shows (did the shopper say yes, is it the right shopper) is the agent's to keep.
"""

from __future__ import annotations

import ast
import json
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any, Final

from pydantic import BaseModel

from evals.tau2.changes import (
    checked_lines,
    new_items,
    pay_difference,
    require_delivered,
    require_open,
    require_untouched,
)
from evals.tau2.data import Payment, PostalAddress, cents
from evals.tau2.state import RetailState
from knowledge.errors import Conflict, Invalid, NotFound

CANCEL_REASONS: Final = ("no longer needed", "ordered by mistake")
ITEMS_MODIFIED: Final = "pending (items modified)"
_OPERATORS: Final[Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_EXPRESSION_LIMIT: Final = 200


class RetailTools:
    """What an agent can do; every public method is a tool and answers with a text.

    Raises:
        NotFound: The order, user, product, item or payment method is not there.
        Invalid: The arguments cannot be used.
        Conflict: The policy forbids it in this state.
    """

    def __init__(self, state: RetailState) -> None:
        self._state = state

    def find_user_id_by_email(self, email: str) -> str:
        """Find a user's id by email."""
        wanted = email.strip().casefold()
        return self._only_user(lambda user: user.email.casefold() == wanted)

    def find_user_id_by_name_zip(self, first_name: str, last_name: str, zip: str) -> str:  # noqa: A002, tau2's name
        """Find a user's id by first name, last name and zip code."""
        wanted = (first_name.strip().casefold(), last_name.strip().casefold(), zip.strip())
        return self._only_user(
            lambda user: (user.name.first_name.casefold(), user.name.last_name.casefold(), user.address.zip) == wanted
        )

    def get_user_details(self, user_id: str) -> str:
        """Tell a user's profile: name, address, email, payment methods, orders."""
        return _told(self._state.user(user_id))

    def get_order_details(self, order_id: str) -> str:
        """Tell an order: items, address, status, parcels, payments."""
        return _told(self._state.order(order_id))

    def get_product_details(self, product_id: str) -> str:
        """Tell a type of product with all its variants."""
        return _told(self._state.product(product_id))

    def get_item_details(self, item_id: str) -> str:
        """Tell one variant: options, availability, price."""
        return _told(self._state.variant(item_id))

    def list_all_product_types(self) -> str:
        """Tell the name and the product id of every type of product."""
        named = {product.name: product.product_id for product in self._state.base.products.values()}
        return json.dumps(named, sort_keys=True)

    def calculate(self, expression: str) -> str:
        """Compute a sum of numbers with + - * / and brackets; the result has two decimals."""
        if len(expression) > _EXPRESSION_LIMIT:
            raise Invalid("The expression is too long.", code="bad_expression")
        try:
            value = _value(ast.parse(expression.strip(), mode="eval").body)
            return str(cents(value))
        except (SyntaxError, ValueError, RecursionError, InvalidOperation, DivisionByZero) as error:
            raise Invalid(f"{expression!r} cannot be computed.", code="bad_expression") from error

    def transfer_to_human_agents(self, summary: str) -> str:
        """Hand the conversation to a person, with a summary."""
        return "Transfer successful" if summary.strip() else "Transfer successful, without a summary"

    def cancel_pending_order(self, order_id: str, reason: str) -> str:
        """Cancel a pending order; the reason is 'no longer needed' or 'ordered by mistake'."""
        order = self._state.order(order_id)
        require_untouched(order)
        if reason not in CANCEL_REASONS:
            raise Invalid(f"{reason!r} is no reason to cancel for.", code="reason_not_accepted")
        refunds = []
        for paid in order.payment_history:
            if paid.transaction_type == "payment":
                refunds.append(paid.model_copy(update={"transaction_type": "refund"}))
                self._state.add_to_balance(order.user_id, paid.payment_method_id, paid.amount)
        history = (*order.payment_history, *refunds)
        changed = {"status": "cancelled", "cancel_reason": reason, "payment_history": history}
        return self._put_order(order_id, changed)

    def modify_pending_order_address(
        self,
        order_id: str,
        address1: str,
        address2: str,
        city: str,
        state: str,
        country: str,
        zip: str,  # noqa: A002
    ) -> str:
        """Change where a pending order goes."""
        require_open(self._state.order(order_id))
        place = {"address1": address1, "address2": address2, "city": city, "state": state, "country": country}
        address = PostalAddress(**place, zip=zip)
        return self._put_order(order_id, {"address": address})

    def modify_pending_order_payment(self, order_id: str, payment_method_id: str) -> str:
        """Pay a pending order with one other payment method of the user's profile."""
        order = self._state.order(order_id)
        require_open(order)
        method = self._state.method(order.user_id, payment_method_id)
        if len(order.payment_history) != 1 or order.payment_history[0].transaction_type != "payment":
            raise Conflict("The order is not paid by one single payment.", code="payment_not_single")
        paid = order.payment_history[0]
        if paid.payment_method_id == payment_method_id:
            raise Conflict("The order is paid with this method already.", code="payment_method_same")
        if method.balance is not None and method.balance < paid.amount:
            raise Conflict("The gift card does not cover the order.", code="balance_too_low")
        self._state.add_to_balance(order.user_id, payment_method_id, -paid.amount)
        self._state.add_to_balance(order.user_id, paid.payment_method_id, paid.amount)
        anew = Payment(transaction_type="payment", amount=paid.amount, payment_method_id=payment_method_id)
        refund = paid.model_copy(update={"transaction_type": "refund"})
        return self._put_order(order_id, {"payment_history": (*order.payment_history, anew, refund)})

    def modify_pending_order_items(
        self, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> str:
        """Change items of a pending order to other options of the same product; once per order."""
        order = self._state.order(order_id)
        require_untouched(order)
        lines = checked_lines(order, item_ids)
        chosen = new_items(self._state, lines, new_item_ids)
        difference = pay_difference(self._state, order, lines, chosen, payment_method_id)
        if difference:
            kind = "payment" if difference > 0 else "refund"
            moved = Payment(transaction_type=kind, amount=abs(difference), payment_method_id=payment_method_id)
            self._state.add_to_balance(order.user_id, payment_method_id, -difference)
            order = order.model_copy(update={"payment_history": (*order.payment_history, moved)})
        items = list(order.items)
        for line, variant in zip(lines, chosen, strict=True):
            told = {"item_id": variant.item_id, "price": variant.price, "options": variant.options}
            items[items.index(line)] = line.model_copy(update=told)
        self._state.put_order(order.model_copy(update={"items": tuple(items), "status": ITEMS_MODIFIED}))
        return self.get_order_details(order_id)

    def modify_user_address(
        self,
        user_id: str,
        address1: str,
        address2: str,
        city: str,
        state: str,
        country: str,
        zip: str,  # noqa: A002
    ) -> str:
        """Change a user's default address."""
        user = self._state.user(user_id)
        place = {"address1": address1, "address2": address2, "city": city, "state": state, "country": country}
        address = PostalAddress(**place, zip=zip)
        self._state.put_user(user.model_copy(update={"address": address}))
        return self.get_user_details(user_id)

    def return_delivered_order_items(self, order_id: str, item_ids: list[str], payment_method_id: str) -> str:
        """Ask for the return of items of a delivered order, refunded as it was paid or to a gift card."""
        order = self._state.order(order_id)
        require_delivered(order)
        method = self._state.method(order.user_id, payment_method_id)
        original = {paid.payment_method_id for paid in order.payment_history if paid.transaction_type == "payment"}
        if payment_method_id not in original and method.source != "gift_card":
            problem = "The refund goes to the original payment method or to a gift card."
            raise Conflict(problem, code="refund_method_not_allowed")
        checked_lines(order, item_ids)
        returned = tuple(sorted(item_ids))
        changed = {"status": "return requested", "return_items": returned, "return_payment_method_id": method.id}
        return self._put_order(order_id, changed)

    def exchange_delivered_order_items(
        self, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> str:
        """Ask for the exchange of items of a delivered order for other options of the same product; once per order."""
        order = self._state.order(order_id)
        require_delivered(order)
        lines = checked_lines(order, item_ids)
        chosen = new_items(self._state, lines, new_item_ids)
        changed = {
            "status": "exchange requested",
            "exchange_items": tuple(sorted(item_ids)),
            "exchange_new_items": tuple(sorted(new_item_ids)),
            "exchange_payment_method_id": payment_method_id,
            "exchange_price_difference": pay_difference(self._state, order, lines, chosen, payment_method_id),
        }
        return self._put_order(order_id, changed)

    def _put_order(self, order_id: str, changed: Mapping[str, Any]) -> str:
        self._state.put_order(self._state.order(order_id).model_copy(update=dict(changed)))
        return self.get_order_details(order_id)

    def _only_user(self, is_meant: Callable[[Any], bool]) -> str:
        found = Counter(user.user_id for user in self._state.users() if is_meant(user))
        if not found:
            raise NotFound("There is no such user.", code="user_not_found")
        if len(found) > 1:
            raise Conflict("Several users are meant.", code="user_ambiguous")
        return next(iter(found))


def _told(row: BaseModel) -> str:
    return row.model_dump_json(exclude_none=True)


def _value(node: ast.expr) -> Decimal:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Decimal(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    raise ValueError("no sum of numbers")
