"""Bringing a shop's shelves up to its database, change by change, while searches go on.

The heavy work (cutting words, writing, laying out vectors) is done in a thread. A few changes are
shown together; of many, such as a first import, a batch after the other.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from knowledge.batches import batches
from knowledge.catalog import ShopId
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.items import Items
from knowledge.retrieval.loaded import LoadedModels
from knowledge.retrieval.preparing import Preparing
from knowledge.retrieval.shelf import Shelf
from knowledge.retrieval.shop_shelves import Batch, Known, ShopShelves, Units
from knowledge.retrieval.units import units_of
from knowledge.store import KnowledgeStore

logger = logging.getLogger(__name__)

# A commit of a lexical index costs 0.1 s, whatever is in it; 2,000 products as objects are 10 MB.
BATCH: Final = 2_000
# What a question waits for: about 0.2 s of work. While an import of thousands runs, each question would
# else wait for all that was stored since the one before.
WAITED_FOR: Final = 200
# How many items are encoded before their vectors join: about 5 s of the multilingual encoder.
JOINED_AT_ONCE: Final = 500

# Embedding takes a core for minutes. As long as more than `WAITED_FOR` rows came in within so long, that core is
# for what comes in, for its words and for questions; then the vectors join.
CALM_SECONDS: Final = 3.0
_LOOK_AGAIN_SECONDS: Final = 0.25

KINDS: Final = ("document", "passage", "product")  # in the order in which they are taken in


class ChangeFollower:
    """Follows the change log of one shop.

    Attributes:
        seen: Id of the last change taken in; -1 before the first look.
        generation: Grows with everything that searches see anew.
        changed: Rows taken in since the shelves were last written to files.
        writing: Held while anything changes.
        far_behind: Set while so much is taken in that a question had better not wait for it.
    """

    def __init__(
        self,
        shop_id: ShopId,
        store: KnowledgeStore,
        vectors: EmbeddingStore,
        models: LoadedModels,
        shelves: ShopShelves,
        seen: int = -1,
    ) -> None:
        self._shop_id, self._store, self._vectors, self._models = shop_id, store, vectors, models
        self._preparing = Preparing(store)
        self._shelves = shelves
        self.seen = seen
        self.generation = 0
        self.changed = 0
        self.writing = asyncio.Lock()
        self.far_behind = asyncio.Event()
        self._joining = asyncio.Lock()
        self._taken: deque[tuple[float, int]] = deque()  # when, and how many rows
        self._knows_charts = False

    async def catch_up(self) -> bool:
        """Take in what has changed in the database; return whether anything had."""
        async with self.writing:
            last = await self._store.last_change(self._shop_id)
            if last == self.seen and self._knows_charts:
                return False
            touched = await self._touched()
            await self._take_charts(touched)
            parts = list(_mixed(touched))
            done = sum(len(ids) for part in parts for ids in part.values())
            if done > WAITED_FOR:
                self.far_behind.set()
                logger.info("shop %s: %d rows are taken into the index", self._shop_id, done)
            try:
                for part in parts:
                    await self._take_in(part, of=done + self._lately())
                    self._taken.append((time.monotonic(), sum(map(len, part.values()))))
            finally:
                self.far_behind.clear()
            self.changed += done
            self.seen = last
            self.generation += not done  # a chart has changed, or the first look found nothing
            return True

    async def close(self) -> None:
        """Let go of what may still help taking in."""
        await self._preparing.rest()

    async def calm(self) -> None:
        """Wait until no more than a few rows have come in for a while."""
        while self._lately() > WAITED_FOR:  # noqa: ASYNC110  what it waits for is that nothing happens
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        await self._preparing.rest()

    def _lately(self) -> int:
        while self._taken and self._taken[0][0] < time.monotonic() - CALM_SECONDS:
            self._taken.popleft()
        return sum(rows for _, rows in self._taken)

    async def _touched(self) -> dict[str, list[int]]:
        """Return the row ids to look at, by kind; kinds that are kept whole come with any id."""
        if self.seen < 0:
            return {kind: list(await self._store.ids(self._shop_id, kind)) for kind in KINDS}
        touched: dict[str, dict[int, None]] = {}
        for change in await self._store.changes_after(self._shop_id, self.seen):
            touched.setdefault(change.kind, {})[change.row_id] = None
        return {kind: list(ids) for kind, ids in touched.items()}

    async def _take_charts(self, touched: Mapping[str, Collection[int]]) -> None:
        """Read size charts and quick replies, of which a shop has few."""
        if not self._knows_charts or "size_chart" in touched:
            self._shelves.charts = await self._store.size_charts(self._shop_id)
        if not self._knows_charts or "quick_reply" in touched:
            self._shelves.quick_replies = await self._store.quick_replies(self._shop_id)
        self._knows_charts = True

    async def _take_in(self, touched: Mapping[str, Sequence[int]], *, of: int) -> None:
        """Look at some rows, of so many that come in these seconds, and show what became of them, all together."""
        wanted = {kind: touched.get(kind, ()) for kind in KINDS}
        documents = await self._store.documents(self._shop_id, wanted["document"])
        passages = await self._store.passages(self._shop_id, wanted["passage"])
        products = await self._preparing.products(self._shop_id, wanted["product"], of=of)
        batch = Batch(
            products,
            passages,
            {document.id: document for document in documents},
            frozenset(wanted["product"]) - products.keys(),
            frozenset(wanted["passage"]) - passages.keys(),
            frozenset(wanted["document"]) - {document.id for document in documents},
        )
        staged = await asyncio.to_thread(self._shelves.stage, batch)
        known = {shelf: await self._known(shelf, staged.units_on(shelf)) for shelf in staged.changed}
        await asyncio.to_thread(self._shelves.show, staged, known)
        self.generation += 1

    async def _known(self, shelf: Shelf, wanted: Mapping[int, Units]) -> list[Known]:
        """Return the vectors of those items all of whose units somebody has embedded."""
        found: list[Known] = []
        for space in self._models.choice.spaces:
            encoder = self._models.encoders.get(space.key)
            model = space.model if encoder is None else encoder.name
            if model is not None and shelf.lang in self._models.choice.item_languages(space.key):
                vectors = await self._vectors.load((unit for units in wanted.values() for unit in units), model)
                found.append(Known(space.key, model, _complete(wanted, vectors)))
        return found

    async def join(self, space: str) -> None:
        """Bring every item's vectors of a space in; encode those that nobody has embedded yet, when it is calm."""
        await self.calm()
        langs, model = self._models.choice.item_languages(space), self._models.encoders[space].name
        async with self._joining:  # else two of them would encode the same texts
            for shelf, items in self._shelves.with_items():
                if shelf.lang in langs:
                    if (former := shelf.made_by.get(space, model)) != model:
                        told = "shop %s: vectors of %s are made anew: it is searched with %s now"
                        logger.warning(told, self._shop_id, former, model)
                    for some in batches(shelf.without_vectors(space, model).tolist(), JOINED_AT_ONCE):
                        await self.calm()
                        await self._join(shelf, items, space, some)

    async def _join(self, shelf: Shelf, items: Items[Any], space: str, ids: Collection[int]) -> None:
        wanted = {key: units_of(item) for key, item in items.many(ids).items()}
        encoder = self._models.encoders[space]
        vectors = await self._vectors.ensure([unit for units in wanted.values() for unit in units], encoder)
        async with self.writing:
            # Encoding took a while; what has changed since is embedded by the join that its change began.
            now = items.many(wanted)
            same = {k: units for k, units in wanted.items() if k in now and units_of(now[k]) == units}
            known = Known(space, encoder.name, _complete(same, vectors))
            await asyncio.to_thread(self._shelves.put_vectors, shelf, known)
            self.changed += len(known.vectors)


def _complete(wanted: Mapping[int, Sequence[str]], vectors: Mapping[str, Vectors]) -> dict[int, Vectors]:
    """Return the vectors of the items that lack none, each of shape ``(units, dim)``."""
    dim = len(next(iter(vectors.values()), ()))
    return {
        key: np.stack([vectors[unit] for unit in units]) if units else np.zeros((0, dim), np.float32)
        for key, units in wanted.items()
        if dim and all(unit in vectors for unit in units)
    }


def _mixed(touched: Mapping[str, Sequence[int]]) -> Iterator[dict[str, Sequence[int]]]:
    """Yield what is taken in at once: few rows of all kinds together, many kind by kind."""
    rows = {kind: touched[kind] for kind in KINDS if touched.get(kind)}
    if sum(map(len, rows.values())) <= BATCH:
        if rows:
            yield rows
        return
    for kind, ids in rows.items():
        for some in batches(ids, BATCH):
            yield {kind: some}
