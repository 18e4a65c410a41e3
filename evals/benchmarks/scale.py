"""How a shop's index grows: time, memory and recall from a thousand products to a million."""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from evals.benchmarks.scale_corpus import SHOP, Kind
from evals.benchmarks.scale_measure import Size, ask, build, queries_of
from evals.machine import machine, versions
from evals.shops import import_shipped
from knowledge.catalog import Product, ShopId
from knowledge.home import Home
from knowledge.importing.upsert import Upsert
from knowledge.store import KnowledgeStore

OnProgress = Callable[[int, int], None]

# The demo shop that writes English: its items have vectors in two spaces, the dear case.
ORIGINALS: Final = "harborlane"


async def bench_scale(
    home: Home, products: Sequence[int], passages: Sequence[int], on_progress: OnProgress
) -> dict[str, Any]:
    """Build, keep, take up and ask an index of each size, each in processes of its own.

    Args:
        products: Sizes of shops of products; none of them is stored in a database but for one product.
        passages: Sizes of shops of passages, each of which has several vectors.
    """
    originals = await _originals(home)
    sizes: list[tuple[Kind, int]] = [("products", n) for n in products]
    sizes += [("passages", n) for n in passages]
    before, rows = machine(), []
    for kind, items in sizes:
        rows.append(await _one(home, kind, items, originals))
        on_progress(len(rows), len(sizes))
    return {"bench": "retrieval-scale", "sizes": rows, "machine": before, "versions": versions()}


async def in_temporary_home(
    open_home: Callable[[Path | None], Home], products: Sequence[int], passages: Sequence[int], told: OnProgress
) -> dict[str, Any]:
    """Run the benchmark in a home that is removed afterwards."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="daogou-bench-"))
    try:
        return await bench_scale(open_home(folder), products, passages, told)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _originals(home: Home) -> tuple[Product, ...]:
    place = _place(home, "originals")
    database = await place.open_database()
    try:
        await import_shipped(place, database, [ORIGINALS])
        found = (await KnowledgeStore(database).products(ShopId(ORIGINALS))).values()
        return tuple(product for product in found if product.published)
    finally:
        await database.close()


async def _one(home: Home, kind: Kind, items: int, originals: tuple[Product, ...]) -> dict[str, Any]:
    place = _place(home, f"{kind}-{items}")
    await asyncio.to_thread(shutil.rmtree, place.path, ignore_errors=True)
    place = _place(home, f"{kind}-{items}")
    database = await place.open_database()
    try:
        await KnowledgeStore(database).put_shop(SHOP, home.clock.now())
        await Upsert(database, SHOP, home.clock.now()).products([replace(originals[0], shop_id=SHOP.id)])
    finally:
        await database.close()
    size = Size(kind, items, place.database_url, place.indexes / SHOP.id, originals, queries_of(originals))
    found = {"kind": kind, "items": items}
    for measure in (build, ask):
        spawned = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=1, mp_context=spawned) as pool:
            found |= await asyncio.get_running_loop().run_in_executor(pool, measure, size)
    await asyncio.to_thread(shutil.rmtree, place.path, ignore_errors=True)
    return found


def _place(home: Home, name: str) -> Home:
    settings = home.settings.model_copy(update={"database_url": None})
    return Home.at(home.path / "evals" / "bench-scale" / name, home.migrate, settings)
