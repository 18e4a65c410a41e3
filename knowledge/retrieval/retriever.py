"""All shops' indexes of this process, and the encoders they share.

Each shop has an index of its own: nothing of one shop can be found from another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import Encoder, english, multilingual
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.shelf import ENGLISH, MULTILINGUAL
from knowledge.retrieval.thesaurus import retail_thesaurus
from knowledge.store import KnowledgeStore

logger = logging.getLogger(__name__)


class Retriever:
    """Opens shops' indexes and keeps them up to date.

    The multilingual encoder loads in a fraction of a second and serves at once; the English one
    needs seconds for torch, and joins when it is there.
    """

    def __init__(self, database: Database) -> None:
        self.store = KnowledgeStore(database)
        self.vectors = EmbeddingStore(database)
        self._encoders: dict[str, Encoder] = {}
        self._indexes: dict[ShopId, ShopIndex] = {}
        self._opening = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()
        self._loading = asyncio.Lock()
        self._may_load_english = asyncio.Event()
        self._may_load_english.set()

    @property
    def encoders(self) -> Mapping[str, Encoder]:
        return self._encoders

    @property
    def opened(self) -> tuple[ShopId, ...]:
        """The shops whose indexes are open in this process."""
        return tuple(self._indexes)

    async def start(self, only: ShopId | None = None) -> None:
        """Load what answers need; the rest goes on in the background.

        Args:
            only: The one shop whose index is wanted; None opens all.
        """
        self._encoders[MULTILINGUAL] = await asyncio.to_thread(multilingual)
        for shop_id in [only] if only is not None else [shop.id for shop in await self.store.shops()]:
            await self.index(shop_id)

    async def index(self, shop_id: ShopId) -> ShopIndex:
        """Return the shop's index, brought up to the database.

        Raises:
            NotFound: There is no such shop.
        """
        async with self._opening:
            index = self._indexes.get(shop_id)
            if index is None:
                await self.store.shop(shop_id)
                index = ShopIndex(shop_id, self.store, self.vectors, self._encoders, retail_thesaurus())
                self._indexes[shop_id] = index
        if await index.refresh():
            self._in_background(self._complete(index))
        return index

    def hold_english(self) -> None:
        """Put off the English encoder: importing torch slows all that loads beside it.

        Where an import has loaded it already, as in the demo, there is nothing to put off.
        """
        if not english.cache_info().currsize:
            self._may_load_english.clear()

    def release_english(self) -> None:
        """Let the English encoder load and join."""
        self._may_load_english.set()

    async def settled(self) -> None:
        """Wait until every encoder has joined and every item is embedded."""
        while self._background:
            await asyncio.gather(*self._background)

    async def close(self) -> None:
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    async def _complete(self, index: ShopIndex) -> None:
        """Embed what is new, the multilingual space first: it serves every question."""
        await index.join(MULTILINGUAL)
        if index.has_language("en"):
            await self._may_load_english.wait()
            async with self._loading:
                if ENGLISH not in self._encoders:
                    self._encoders[ENGLISH] = await asyncio.to_thread(english)
            await index.join(ENGLISH)
            logger.info("shop %s: the English encoder has joined", index.shop_id)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
