"""The shop's state during a task: the database, and over it what the actions have changed."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal

from evals.tau2.data import PaymentMethod, RetailDatabase, RetailOrder, RetailProduct, RetailUser, RetailVariant, cents
from knowledge.errors import NotFound


class RetailState:
    """Reads through to a database that many runs share, and keeps its own changes.

    Attributes:
        base: Never changed; copying its 2.8 MB for every run would be most of a run's time.
    """

    def __init__(self, base: RetailDatabase) -> None:
        self.base = base
        self._orders: dict[str, RetailOrder] = {}
        self._users: dict[str, RetailUser] = {}

    def order(self, order_id: str) -> RetailOrder:
        """Return an order as it stands now.

        Raises:
            NotFound: There is none (``order_not_found``).
        """
        found = self._orders.get(order_id) or self.base.orders.get(order_id)
        if found is None:
            raise NotFound(f"There is no order {order_id!r}.", code="order_not_found")
        return found

    def user(self, user_id: str) -> RetailUser:
        """Return a user as it stands now.

        Raises:
            NotFound: There is none (``user_not_found``).
        """
        found = self._users.get(user_id) or self.base.users.get(user_id)
        if found is None:
            raise NotFound(f"There is no user {user_id!r}.", code="user_not_found")
        return found

    def users(self) -> list[RetailUser]:
        """Return all users as they stand now."""
        return [self._users.get(user_id, user) for user_id, user in self.base.users.items()]

    def product(self, product_id: str) -> RetailProduct:
        """Return a type of product.

        Raises:
            NotFound: There is none (``product_not_found``).
        """
        found = self.base.products.get(product_id)
        if found is None:
            raise NotFound(f"There is no product {product_id!r}.", code="product_not_found")
        return found

    def variant(self, item_id: str) -> RetailVariant:
        """Return a variant by its item id.

        Raises:
            NotFound: There is none (``item_not_found``).
        """
        for product in self.base.products.values():
            if item_id in product.variants:
                return product.variants[item_id]
        raise NotFound(f"There is no item {item_id!r}.", code="item_not_found")

    def method(self, user_id: str, method_id: str) -> PaymentMethod:
        """Return a payment method of a user's profile.

        Raises:
            NotFound: The user has none of this id (``payment_method_not_found``).
        """
        found = self.user(user_id).payment_methods.get(method_id)
        if found is None:
            raise NotFound(f"The user has no payment method {method_id!r}.", code="payment_method_not_found")
        return found

    def put_order(self, order: RetailOrder) -> None:
        self._orders[order.order_id] = order

    def put_user(self, user: RetailUser) -> None:
        self._users[user.user_id] = user

    def add_to_balance(self, user_id: str, method_id: str, amount: Decimal) -> None:
        """Move money onto a gift card (off it when negative); other methods settle days later, outside."""
        method = self.method(user_id, method_id)
        if method.balance is None:
            return
        user = self.user(user_id)
        changed = method.model_copy(update={"balance": cents(method.balance + amount)})
        self.put_user(user.model_copy(update={"payment_methods": {**user.payment_methods, method_id: changed}}))

    def digest(self) -> str:
        """Return a SHA-256 over what differs from the database, in 64 hex digits.

        Two runs over one database end alike exactly when their digests are the same; a change that
        was taken back leaves no trace.
        """
        orders = {key: row for key, row in self._orders.items() if row != self.base.orders.get(key)}
        users = {key: row for key, row in self._users.items() if row != self.base.users.get(key)}
        told = {
            "orders": {key: row.model_dump(mode="json") for key, row in orders.items()},
            "users": {key: row.model_dump(mode="json") for key, row in users.items()},
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
