"""Orders out of the shop's last export: read here, changed by a person."""

from __future__ import annotations

from assistant.orders.source import ChangeResult, ChangeState, Customer, CustomerQuery, OrderChange
from knowledge.catalog import ShopId
from knowledge.orders import Order
from knowledge.store import KnowledgeStore


class ImportedOrders:
    """The orders of the shop's last export.

    Args:
        store: Of the database into which they were imported.
    """

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store

    async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
        return await self._store.order(shop_id, order_no)

    async def customer(self, shop_id: ShopId, query: CustomerQuery) -> Customer | None:
        """Return the buyer with this e-mail; an export knows buyers by nothing else."""
        if not query.email:
            return None
        orders = await self._store.orders_of(shop_id, query.email)
        if not orders:
            return None
        newest_first = sorted(orders, key=lambda order: str(order.order_date or ""), reverse=True)
        return Customer("", email=query.email, order_nos=tuple(order.order_no for order in newest_first))

    async def change(self, shop_id: ShopId, change: OrderChange, key: str) -> ChangeResult:
        """Return that a person has to do it: nothing that is written into a copy changes the order."""
        del shop_id, change, key
        return ChangeResult(ChangeState.REQUESTED)
