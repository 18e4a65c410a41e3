"""Where orders are read."""

from __future__ import annotations

from typing import Protocol

from knowledge.catalog import ShopId
from knowledge.orders import Order
from knowledge.store import KnowledgeStore


class OrderSource(Protocol):
    """Finds an order by its number."""

    async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
        """Return the order with this number; None when there is none, or none for certain."""
        ...


class ImportedOrders:
    """The orders of the shop's last export.

    Args:
        store: Of the database into which they were imported.
    """

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store

    async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
        return await self._store.order(shop_id, order_no)
