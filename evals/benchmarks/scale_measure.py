"""One size of a shop, in two processes: the index is built and kept in one, taken up and asked in the other."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np

from evals.benchmarks.memory import mapped_mib, resident_mib
from evals.benchmarks.retrieval_systems import percentiles
from evals.benchmarks.scale_corpus import SHOP, Kind, Part, parts, synthetic_models
from knowledge.catalog import Product
from knowledge.clock import SystemClock
from knowledge.database import Database
from knowledge.importing.upsert import Upsert
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import Encoder, Vectors
from knowledge.retrieval.following import BATCH, ChangeFollower
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.keeping import ShelfKeeper
from knowledge.retrieval.loaded import LoadedModels
from knowledge.retrieval.prepared import prepared
from knowledge.retrieval.query import ProductFilter, SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.shop_shelves import Batch, Item, Known
from knowledge.retrieval.units import units_of
from knowledge.retrieval.vectors import VectorIndex
from knowledge.store import KnowledgeStore

LIMIT: Final = 10
QUERIES: Final = 200
RECALL_QUERIES: Final = 50


@dataclass(frozen=True, slots=True)
class Size:
    """What is measured.

    Attributes:
        database_url: A database with the one product that is changed while it is watched.
        folder: Where the index is kept.
    """

    kind: Kind
    items: int
    database_url: str
    folder: Path
    originals: tuple[Product, ...]
    queries: tuple[str, ...]


def build(size: Size) -> dict[str, Any]:
    """Build the index and keep it in files; for a fresh process."""
    return asyncio.run(_build(size))


def ask(size: Size) -> dict[str, Any]:
    """Take the index up from its files and ask it; for a fresh process."""
    return asyncio.run(_ask(size))


async def _build(size: Size) -> dict[str, Any]:
    database, models = Database(size.database_url), synthetic_models(size.items)
    store = KnowledgeStore(database)
    keeper = ShelfKeeper(SHOP.id, store, models, size.folder)
    shelves, _ = await keeper.open()
    encoders = {space.key: space.load() for space in models.spaces}
    took, began = 0.0, time.process_time()
    for part in parts(size.originals, size.kind, size.items, BATCH):
        units = {key: units_of(item) for key, item in _items(part)}
        each = [Known(key, encoder.name, _vectors(encoder, units)) for key, encoder in encoders.items()]
        start = time.perf_counter()
        staged = shelves.stage(Batch(prepared(part.products), part.passages, part.documents))
        shelves.show(staged, dict.fromkeys(staged.changed, each))
        took += time.perf_counter() - start
    cpu = time.process_time() - began
    following = ChangeFollower(SHOP.id, store, EmbeddingStore(database), LoadedModels(models), shelves)
    following.seen, following.changed = await store.last_change(SHOP.id), size.items
    start = time.perf_counter()
    await keeper.keep(shelves, following)
    saved = time.perf_counter() - start
    keeper.close()
    await database.close()
    kept = sum(path.stat().st_size for path in size.folder.rglob("*") if path.is_file())
    return {
        "build_seconds": round(took, 1),
        "build_cpu_seconds": round(cpu, 1),
        "save_seconds": round(saved, 2),
        "files_mib": round(kept / 2**20, 1),
    }


def _items(part: Part) -> list[tuple[int, Item]]:
    return [*part.products.items(), *part.passages.items()]


def _vectors(encoder: Encoder, units: Mapping[int, Sequence[str]]) -> dict[int, Vectors]:
    """Return the vectors of items, each of shape ``(units, dim)``."""
    found = encoder.encode([unit for each in units.values() for unit in each])
    ends = np.cumsum([len(each) for each in units.values()])
    return dict(zip(units, np.split(found, ends[:-1]), strict=True))


async def _ask(size: Size) -> dict[str, Any]:
    _on_one_core()
    database, models = Database(size.database_url), synthetic_models(size.items)
    before, mapped_before, began = resident_mib(), mapped_mib(), time.perf_counter()
    retriever = Retriever(database, models, size.folder.parent)
    await retriever.start(SHOP.id)
    started = time.perf_counter() - began
    index = await retriever.index(SHOP.id)
    await retriever.settled()
    found: dict[str, Any] = {"items": len(index), "start_seconds": round(started, 2)}
    plain = ProductFilter()
    found |= {"query": _timed(index, size, plain)}
    if size.kind == "products":
        found |= {"filtered": _timed(index, size, ProductFilter(max_price=Decimal(60), in_stock=True))}
        found |= await _change(retriever, index, database, size)
    found |= {"memory_mib": _growth(before, resident_mib()), "mapped_mib": _growth(mapped_before, mapped_mib())}
    found |= {
        "recall": _recall(index, retriever.encoders),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }
    await retriever.close()
    await database.close()
    return found


def _growth(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else round(after - before, 1)


def _on_one_core() -> None:
    import faiss

    faiss.omp_set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _timed(index: ShopIndex, size: Size, conditions: ProductFilter) -> dict[str, dict[str, float]]:
    """Return percentiles in ms of a search, embedding apart: by the clock, and of the processor's time."""
    asked = [(text, index.embed(text, "en")) for text in size.queries[:QUERIES]]
    wall, cpu = [], []
    for number, (text, vectors) in enumerate([*asked[:5], *asked]):
        query = SearchQuery(text, "en", LIMIT, conditions)
        began, began_cpu = time.perf_counter(), time.thread_time()
        if size.kind == "products":
            index.search_products(query, vectors)
        else:
            index.search_passages(query, vectors)
        if number >= 5:  # the first ones pay for what is read from the disk once
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.thread_time() - began_cpu) * 1000)
    return {"wall_ms": percentiles(wall), "cpu_ms": percentiles(cpu)}


async def _change(retriever: Retriever, index: ShopIndex, database: Database, size: Size) -> dict[str, Any]:
    """Change the one product of the database, and return how long it took until a question found it, in seconds.

    Others ask meanwhile; ``asked_meanwhile_ms`` is the longest that one of them waited.
    """
    changed = replace(size.originals[0], shop_id=SHOP.id, title="Quillwort umbrella stand")
    waits: list[float] = []

    async def others() -> None:
        while True:
            began = time.perf_counter()
            index.search_products(SearchQuery(size.queries[len(waits) % len(size.queries)], "en", LIMIT))
            waits.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.01)

    asking = asyncio.create_task(others())
    await asyncio.sleep(0.2)
    await Upsert(database, SHOP, SystemClock().now()).products([changed])
    began = time.perf_counter()
    await retriever.index(SHOP.id)
    found = index.search_products(SearchQuery("quillwort umbrella stand", "en", LIMIT))
    took = time.perf_counter() - began
    asking.cancel()
    if changed.title not in {hit.product.title for hit in found}:
        raise AssertionError("the changed product was not found")
    return {"found_after_seconds": round(took, 3), "asked_meanwhile_ms": round(max(waits), 1)}


def _recall(index: ShopIndex, encoders: Mapping[str, Encoder]) -> dict[str, Any]:
    """Return by space how many of the exact ten nearest items a search finds."""
    found: dict[str, Any] = {}
    for shelf in index.shelves.shelves:
        for key, space in shelf.spaces.items():
            if len(space):
                queries = encoders[key].encode([f"question {n}" for n in range(RECALL_QUERIES)])
                recall = round(float(np.mean(_shares(space, queries))), 3)
                found[key] = {"recall@10": recall, "exact": space.exact, "vectors": space.units}
    return found


def _shares(space: VectorIndex, queries: Vectors) -> list[float]:
    nearest = zip(queries, space.nearest_exactly(queries, LIMIT), strict=True)
    return [
        len({item for item, _ in space.search(query, LIMIT)} & {item for item, _ in exact}) / len(exact)
        for query, exact in nearest
    ]


def queries_of(originals: Sequence[Product]) -> tuple[str, ...]:
    """Return questions made of titles and sentences, so that words common and rare are looked for."""
    return tuple(f"{one.title} {' '.join(one.description.split()[3:7])}" for one in originals)
