"""Each shop's own source of orders: its API where one is set up, else its last import."""

from __future__ import annotations

from assistant.orders.imported import ImportedOrders
from assistant.orders.links import ShopLink, ShopLinks
from assistant.orders.shop_api import ShopApiOrders
from assistant.orders.source import ChangeResult, Customer, CustomerQuery, OrderChange, OrderSource
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.orders import Order
from knowledge.store import KnowledgeStore


class ShopOrders:
    """The source of whichever shop is asked for; a change of its settings counts from the next call.

    Args:
        database: Of the imports and of the shops' settings.
    """

    def __init__(self, database: Database, links: ShopLinks) -> None:
        self._imported = ImportedOrders(KnowledgeStore(database))
        self._links = links
        self._apis: dict[ShopId, tuple[ShopLink, ShopApiOrders]] = {}

    async def close(self) -> None:
        """Close the connections to the shops' APIs."""
        for _, api in self._apis.values():
            await api.close()
        self._apis.clear()

    async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
        return await (await self._of(shop_id)).find(shop_id, order_no)

    async def customer(self, shop_id: ShopId, query: CustomerQuery) -> Customer | None:
        return await (await self._of(shop_id)).customer(shop_id, query)

    async def change(self, shop_id: ShopId, change: OrderChange, key: str) -> ChangeResult:
        return await (await self._of(shop_id)).change(shop_id, change, key)

    async def _of(self, shop_id: ShopId) -> OrderSource:
        link = await self._links.of(shop_id)
        if link.orders_url is None or link.orders_secret is None:
            return self._imported
        known = self._apis.get(shop_id)
        if known is None or known[0] != link:
            # Requests in flight keep the old client alive until they end.
            api = ShopApiOrders(link.orders_url, link.orders_secret, link.orders_timeout_seconds)
            known = self._apis[shop_id] = (link, api)
        return known[1]
