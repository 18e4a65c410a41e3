"""All shops' indexes of this process, and the models they share.

Each shop has an index of its own: nothing of one shop can be found from another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.errors import Unavailable
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import MULTILINGUAL, Encoder, english
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.keeping import ShelfKeeper
from knowledge.retrieval.loaded import LoadedModels
from knowledge.retrieval.models import RerankerChoice, SearchModels, Space
from knowledge.retrieval.thesaurus import retail_thesaurus
from knowledge.store import KnowledgeStore

logger = logging.getLogger(__name__)

# An endpoint that is down is mostly up again within minutes; a model that is not there is not.
RETRY_SECONDS: Final = (15.0, 60.0, 300.0)


class Retriever:
    """Opens shops' indexes and keeps them up to date.

    The multilingual encoder serves at once; the others join when every item is embedded, and a chosen
    model needs seconds for torch or an endpoint besides.

    Args:
        models: The packaged ones by default.
        folder: Where the indexes are kept in files; without one they are built at each start.
    """

    def __init__(self, database: Database, models: SearchModels | None = None, folder: Path | None = None) -> None:
        self.store = KnowledgeStore(database)
        self.vectors = EmbeddingStore(database)
        self._models = LoadedModels(models or SearchModels())
        self._folder = folder
        self._indexes: dict[ShopId, ShopIndex] = {}
        self._keepers: dict[ShopId, ShelfKeeper] = {}
        self._opening = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()
        self._retries: dict[ShopId, asyncio.TimerHandle] = {}
        self._loading = asyncio.Lock()
        self._may_load_torch = asyncio.Event()
        self._may_load_torch.set()
        self._missing: dict[str, str] = {}

    @property
    def encoders(self) -> Mapping[str, Encoder]:
        return self._models.encoders

    @property
    def missing(self) -> tuple[str, ...]:
        """Why a model that was chosen does not serve, for each that does not."""
        return tuple(self._missing.values())

    @property
    def opened(self) -> tuple[ShopId, ...]:
        """The shops whose indexes are open in this process."""
        return tuple(self._indexes)

    async def start(self, only: ShopId | None = None) -> None:
        """Load what answers need; the rest goes on in the background.

        Args:
            only: The one shop whose index is wanted; None opens all.
        """
        first, *_ = self._models.choice.spaces
        await self._load(first)
        if self._models.choice.reranker is not None and self._models.reranker is None:
            self._in_background(self._load_reranker(self._models.choice.reranker))
        for shop_id in [only] if only is not None else [shop.id for shop in await self.store.shops()]:
            await self.index(shop_id)

    async def index(self, shop_id: ShopId) -> ShopIndex:
        """Return the shop's index, brought up to the database.

        Raises:
            NotFound: There is no such shop.
        """
        index = self._indexes.get(shop_id)
        if index is None:
            async with self._opening:
                index = self._indexes.get(shop_id)
                if index is None:
                    index = await self._open(shop_id)
        await self._refreshed(index)
        return index

    async def _open(self, shop_id: ShopId) -> ShopIndex:
        """Open the shop's index from its files, as far as they are of use."""
        await self.store.shop(shop_id)
        folder = None if self._folder is None else self._folder / quote(shop_id, safe="")
        keeper = await asyncio.to_thread(ShelfKeeper, shop_id, self.store, self._models.choice, folder)
        shelves, seen = await keeper.open()
        index = ShopIndex(shop_id, self.store, self.vectors, self._models, retail_thesaurus(), shelves, seen)
        self._keepers[shop_id], self._indexes[shop_id] = keeper, index
        return index

    async def _refreshed(self, index: ShopIndex) -> None:
        """Wait until the index is up to the database; of very much, only until it has begun.

        An index that knows nothing yet is waited for.
        """

        async def refresh() -> None:
            if await index.refresh():
                self._in_background(self._complete(index))

        # A task of its own: who gives up waiting must not stop it between writing and showing.
        task = self._in_background(refresh())
        if len(index):
            much = asyncio.create_task(index.following.far_behind.wait())
            await asyncio.wait({task, much}, return_when=asyncio.FIRST_COMPLETED)
            much.cancel()
        else:
            await asyncio.wait({task})
        if task.done():
            task.result()

    def hold_torch(self) -> None:
        """Put off all encoders but the first: embedding, and importing torch, slow all that loads beside them.

        Where an import has loaded it already, as in the demo, there is nothing to put off.
        """
        if not english.cache_info().currsize:
            self._may_load_torch.clear()

    def release_torch(self) -> None:
        """Let the other encoders load and join."""
        self._may_load_torch.set()

    async def settled(self) -> None:
        """Wait until every encoder that is to be had has joined and every item is embedded."""
        while self._background:
            await asyncio.gather(*self._background)

    async def close(self) -> None:
        for retry in self._retries.values():
            retry.cancel()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        for index in self._indexes.values():
            await index.following.close()
        for keeper in self._keepers.values():
            await asyncio.to_thread(keeper.close)

    async def _complete(self, index: ShopIndex, tries: int = 0) -> None:
        """Embed what is new, the multilingual space first: it serves every question."""
        for space in self._models.choice.spaces:
            if not any(map(index.has_language, self._models.choice.item_languages(space.key))):
                continue
            if space.key != MULTILINGUAL:
                await self._may_load_torch.wait()
            try:
                await self._load(space)
                await index.join(space.key)
            except Unavailable as error:
                self._try_again(index, space, tries, error)
            else:
                self._missing.pop(space.key, None)
                logger.info("shop %s: %s has joined", index.shop_id, self._models.encoders[space.key].name)
        await self._keepers[index.shop_id].keep(index.shelves, index.following)

    async def _load(self, space: Space) -> None:
        async with self._loading:
            if space.key not in self._models.encoders:
                self._models.encoders[space.key] = await self.vectors.encoder_of(space)

    async def _load_reranker(self, choice: RerankerChoice) -> None:
        await self._may_load_torch.wait()
        try:
            self._models.reranker = await asyncio.to_thread(choice.load)
        except Unavailable as error:
            self._missing["reranker"] = error.message
            logger.error("hits stay in the order in which they are found: %s", error)
        else:
            logger.info("%s reranks the first %d hits", self._models.reranker.name, choice.depth)

    def _try_again(self, index: ShopIndex, space: Space, tries: int, error: Unavailable) -> None:
        self._missing[space.key] = error.message
        seconds = RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)]
        logger.warning(
            "shop %s: words and the packaged encoder serve alone, the chosen model does not (again in %d s): %s",
            index.shop_id,
            seconds,
            error,
        )

        def retry() -> None:
            self._retries.pop(index.shop_id, None)
            self._in_background(self._complete(index, tries + 1))

        if index.shop_id not in self._retries:  # a change in between has tried as well
            self._retries[index.shop_id] = asyncio.get_running_loop().call_later(seconds, retry)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task
