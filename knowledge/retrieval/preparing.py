"""Prepares products for an index: a few in this process, many in one of their own.

Of the 0.8 ms that a product costs to take in, most is reading its rows and cutting its words: Python,
which would keep the questions waiting that are answered meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from knowledge.apart import Apart
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.errors import Unavailable
from knowledge.retrieval.prepared import PreparedProduct, prepared
from knowledge.store import KnowledgeStore

# A process takes 2 s to start, in which this one prepares as many.
APART_FROM: Final = 1_000
# So many are not worth the way to a process that is there already.
HERE_TO: Final = 20

logger = logging.getLogger(__name__)


class PreparingHere:
    """Reads products of one database and prepares them; for a thread or a process without an event loop.

    Args:
        url: Of the database.
    """

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._store = KnowledgeStore(Database(url))

    def products(self, shop_id: ShopId, ids: Sequence[int]) -> dict[int, PreparedProduct]:
        """Return those of the products that are published."""
        return prepared(self._runner.run(self._store.products(shop_id, ids)))


class Preparing:
    """Prepares the products of one shop, one batch after the other.

    Args:
        store: Of the database in which they are.
    """

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._apart: Apart | None = None

    async def products(self, shop_id: ShopId, ids: Sequence[int], *, of: int) -> dict[int, PreparedProduct]:
        """Return those of some products that are published, by row id.

        Args:
            of: How many there are to be prepared, these included.
        """
        if self._apart is None and of >= APART_FROM:
            made_by = f"{__name__}:{PreparingHere.__name__}"
            self._apart = await asyncio.to_thread(Apart, made_by, self._store.url)
        if self._apart is not None and len(ids) > HERE_TO:
            try:
                found: dict[int, PreparedProduct] = await asyncio.to_thread(
                    self._apart.call, "products", shop_id, list(ids)
                )
            except Unavailable:
                logger.warning("shop %s: the process beside this one has ended; it goes on here", shop_id)
                await self.rest()
            else:
                return found
        return await asyncio.to_thread(prepared, await self._store.products(shop_id, ids))

    async def rest(self) -> None:
        """Let go of the process until it is needed again."""
        apart, self._apart = self._apart, None
        if apart is not None:
            await asyncio.to_thread(apart.close)
