"""Embeddings kept in the database, by content and by model: each text is embedded once.

Importing the same file again, restarting, or a second replica costs no encoding.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.batches import batches
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.errors import Unavailable
from knowledge.retrieval.encoders import Encoder, Vectors
from knowledge.retrieval.models import SearchModels, Space
from knowledge.retrieval.units import passage_units, product_units, text_hash
from knowledge.store import KnowledgeStore
from knowledge.tables import embeddings

# Large enough to amortise a commit, small enough that progress moves and the event loop breathes.
BATCH = 64
# SQLite binds at most 32,766 values in one statement.
LOOK_UP = 5_000
# What is read from the database at once: a catalog of 100,000 products would be 0.5 GB as objects.
ITEMS_AT_ONCE = 1_000

OnProgress = Callable[[int, int], None]

# In both languages, so that a model of one is told as well.
_PROBE: Final = "Does the wool sweater shrink when washed? 羊毛衫水洗会缩水吗？"
# The same model differs in the last digits from machine to machine, and half precision by 0.001.
SAME_MODEL: Final = 0.99

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A model whose vectors are kept.

    Attributes:
        bytes: Of the vectors alone.
    """

    name: str
    vectors: int
    bytes: int


class EmbeddingStore:
    """Reads and writes vectors. They are stored as float16: half the size, same ranking."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, texts: Iterable[str], model: str) -> dict[str, Vectors]:
        """Return the vectors of a model that are there, by text, each of shape ``(dim,)``, float32."""
        by_hash = {text_hash(text): text for text in texts}
        found: dict[str, Vectors] = {}
        async with self._database.read() as connection:
            for some in _batches(list(by_hash), LOOK_UP):
                rows = await connection.execute(
                    select(embeddings.c.text_hash, embeddings.c.vector).where(
                        embeddings.c.model == model, embeddings.c.text_hash.in_(some)
                    )
                )
                for key, blob in rows:
                    found[by_hash[key]] = np.frombuffer(blob, "<f2").astype(np.float32)
        return found

    async def save(self, texts: Sequence[str], vectors: Vectors, model: str) -> None:
        rows = [
            {"text_hash": text_hash(text), "model": model, "vector": vector.astype("<f2").tobytes()}
            for text, vector in zip(texts, vectors, strict=True)
        ]
        dialect = sqlite if self._database.is_sqlite else postgresql
        async with self._database.write() as connection:
            await connection.execute(dialect.insert(embeddings).on_conflict_do_nothing(), rows)

    async def encoder_of(self, space: Space) -> Encoder:
        """Load a space's encoder, under a name of its own if another model has had its name before.

        A folder and a revision tell themselves apart by their fingerprints; what an endpoint serves
        under a name only its vectors tell.

        Raises:
            Unavailable: The model is not to be had.
        """
        encoder = await asyncio.to_thread(space.load)
        if space.model is not None:
            return encoder
        now = (await asyncio.to_thread(encoder.encode, [_PROBE]))[0]
        given, models = encoder.name, 1
        while (kept := (await self.load([_PROBE], encoder.name)).get(_PROBE)) is not None:
            if float(kept @ now) >= SAME_MODEL:
                return encoder
            models += 1
            encoder.name = f"{given}#{models}"
            logger.warning("%s is another model than before: its vectors are those of %s", given, encoder.name)
        await self.save([_PROBE], now.reshape(1, -1), encoder.name)
        return encoder

    async def models(self) -> list[KeptModel]:
        """Return the models that anything is kept of, by name."""
        size = func.sum(func.length(embeddings.c.vector))
        wanted = select(embeddings.c.model, func.count(), size).group_by(embeddings.c.model).order_by("model")
        async with self._database.read() as connection:
            return [KeptModel(*row) for row in await connection.execute(wanted)]

    async def drop(self, model: str) -> int:
        """Drop all vectors of a model; return how many."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(embeddings).where(embeddings.c.model == model))).rowcount

    async def ensure(
        self, texts: Iterable[str], encoder: Encoder, on_progress: OnProgress | None = None
    ) -> dict[str, Vectors]:
        """Return the vectors of all the texts; encode and keep those that are missing, the short ones first."""
        wanted = list(dict.fromkeys(texts))
        found = await self.load(wanted, encoder.name)
        # By length: a batch takes as long as its longest text for each of its texts.
        missing = sorted((text for text in wanted if text not in found), key=len)
        if missing:
            logger.info("%s: embedding %d texts of %d", encoder.name, len(missing), len(wanted))
        for done, some in enumerate(_batches(missing, BATCH)):
            vectors = await asyncio.to_thread(encoder.encode, some)
            await self.save(some, vectors, encoder.name)
            found.update(zip(some, vectors, strict=True))
            if on_progress:
                on_progress(min((done + 1) * BATCH, len(missing)), len(missing))
        return found


async def embed_missing(
    database: Database,
    shop_id: ShopId,
    on_progress: OnProgress | None = None,
    models: SearchModels | None = None,
) -> int:
    """Embed what a shop has published and nobody has embedded yet.

    A model that is not to be had is left out with a line in the log: what was imported is there, and
    the index tries again.

    Args:
        on_progress: Called with items done and items to do, space by space, once something is embedded.
        models: The packaged ones by default.

    Returns:
        How many units were looked at.
    """
    store, vectors = KnowledgeStore(database), EmbeddingStore(database)
    models, looked_at = models or SearchModels(), 0
    items = {kind: list(await store.ids(shop_id, kind)) for kind in ("passage", "product")}
    total = sum(map(len, items.values()))
    for number, space in enumerate(models.spaces):
        langs, encoder, done = models.item_languages(space.key), None, 0
        try:
            async for some, units in _units(store, shop_id, items):
                looked_at += len(units) if number == 0 else 0
                texts = [unit for unit, lang in units if lang in langs]
                # Torch takes seconds to import: not for a shop that has nothing new to embed.
                if texts and (encoder or await _any_missing(vectors, texts, space)):
                    encoder = encoder or await vectors.encoder_of(space)
                    await vectors.ensure(texts, encoder)
                done += some
                # Where everything has its vector already there is nothing to tell.
                if on_progress and encoder is not None:
                    on_progress(done, total)
        except Unavailable as error:
            logger.warning("shop %s: not embedded by the model that was chosen: %s", shop_id, error)
    return looked_at


async def _units(
    store: KnowledgeStore, shop_id: ShopId, items: Mapping[str, Sequence[int]]
) -> AsyncIterator[tuple[int, list[tuple[str, str]]]]:
    """Yield what is embedded of some items at a time, with its language, and how many these were."""
    for some in batches(items["passage"], ITEMS_AT_ONCE):
        passages = (await store.passages(shop_id, some)).values()
        yield len(some), [(unit, passage.lang) for passage in passages for unit in passage_units(passage)]
    for some in batches(items["product"], ITEMS_AT_ONCE):
        products = (await store.products(shop_id, some)).values()
        yield len(some), [(unit, product.lang) for product in products for unit in product_units(product)]


async def _any_missing(vectors: EmbeddingStore, texts: Sequence[str], space: Space) -> bool:
    """Whether a text has no vector yet; of a model that has no fixed name nobody knows before it is loaded."""
    return space.model is None or len(await vectors.load(texts, space.model)) < len(set(texts))


def _batches(items: Sequence[str], size: int) -> list[list[str]]:
    return [list(items[start : start + size]) for start in range(0, len(items), size)]
