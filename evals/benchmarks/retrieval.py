"""Latency, memory and quality of the product's search beside what can be assembled from known libraries."""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

from evals.benchmarks import turn
from evals.benchmarks.retrieval_corpus import crossed, write_synthetic
from evals.benchmarks.retrieval_quality import quality
from evals.benchmarks.retrieval_systems import OURS, Place, installed, measure_system
from evals.machine import machine, versions
from evals.peers.product_text import plain_text
from evals.shipped import HELD_OUT_SHOP, case_files
from evals.shops import import_shipped
from knowledge.catalog import Shop, ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.retrieval.encoders import Encoder, english, multilingual
from knowledge.store import KnowledgeStore

OnProgress = Callable[[int, int], None]

QUERIES: Final = 100
_NAMED: Final = {"zh": "Chinese", "en": "English"}


async def bench_retrieval(
    home: Home, sizes: Sequence[int], data: Path | None, on_progress: OnProgress
) -> dict[str, Any]:
    """Run the benchmark; the shops that it writes stay in the home.

    Args:
        sizes: Products of the synthetic shops, of which there is one in each language and size.
        data: Folder of public sets; with ``chorus`` in it that real catalog is measured too.
    """
    place = Home.at(
        home.path / "evals" / "bench-retrieval",
        home.migrate,
        home.settings.model_copy(update={"database_url": None}),
    )
    database = await place.open_database()
    try:
        shops = sorted(case_files())
        await import_shipped(place, database, shops)
        found = await quality(place, database, shops)
        demo = [shop for shop in shops if shop != HELD_OUT_SHOP]
        places = [
            await _synthetic(place, database, shop, size) for size in sizes for shop in await _shops(database, demo)
        ]
    finally:
        await database.close()
    if data is not None and (real := await _chorus(home, data)) is not None:
        places.append(real)
    systems, skipped = installed()
    before = machine()
    speed = await asyncio.to_thread(_measured, places, systems, on_progress)
    return {
        "bench": "retrieval",
        "quality": found,
        "speed": speed,
        "skipped": skipped,
        "machine": before,
        "versions": versions(),
    }


async def in_temporary_home(
    open_home: Callable[[Path | None], Home], sizes: Sequence[int], data: Path | None, on_progress: OnProgress
) -> dict[str, Any]:
    """Run the benchmark in a home that is removed afterwards."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="daogou-bench-"))
    try:
        return await bench_retrieval(open_home(folder), sizes, data, on_progress)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _shops(database: Database, names: Sequence[str]) -> list[Shop]:
    """Return one shop a language: the first that mostly writes it."""
    store = KnowledgeStore(database)
    by_lang: dict[str, Shop] = {}
    for name in names:
        shop = await store.shop(ShopId(name))
        by_lang.setdefault(shop.locale[:2], shop)
    return [by_lang[lang] for lang in sorted(by_lang)]


async def _synthetic(home: Home, database: Database, shop: Shop, size: int) -> Place:
    lang = shop.locale[:2]
    products = (await KnowledgeStore(database).products(shop.id)).values()
    target = Shop(ShopId(f"synthetic-{lang}-{size}"), f"{shop.name} × {size}", shop.locale, shop.currency)
    corpus = crossed([product for product in products if product.published], target, size)
    encoders: list[Encoder] = [multilingual()]
    if lang == "en":
        encoders.append(await asyncio.to_thread(english))
    await write_synthetic(database, home.clock, target, corpus, encoders)
    asked = [case.turns[0].text for case in turn.questions([shop.id], 10_000) if case.lang == lang]
    queries = tuple(dict.fromkeys(asked))[:QUERIES]
    title = f"{size} products, {_NAMED.get(lang, lang)}"
    return Place(title, database.url, target.id, lang, "synthetic", queries)


async def _chorus(home: Home, data: Path) -> Place | None:
    from evals.public import chorus_data
    from evals.public.sets import present
    from evals.public.shops import Corpus, public_home, public_shop

    folder = present(data).get("chorus")
    if folder is None:
        return None
    products = await asyncio.to_thread(chorus_data.read_products, folder)
    rated = chorus_data.read_judgments(folder, {str(product.handle) for product in products})
    async with public_shop(home, Corpus(chorus_data.SHOP, products), lambda _done, _total: None) as shop:
        await shop.vectors.ensure([plain_text(product) for product in products], await asyncio.to_thread(english))
    url = public_home(home, chorus_data.SHOP.id).database_url
    title = f"chorus, {len(products)} real products"
    return Place(title, url, chorus_data.SHOP.id, "en", "real", tuple(list(rated)[:QUERIES]))


def _measured(places: Sequence[Place], systems: Sequence[str], on_progress: OnProgress) -> list[dict[str, Any]]:
    """Measure each system over each place in a process of its own: memory is told of nothing else then."""
    rows: list[dict[str, Any]] = []
    spawned = multiprocessing.get_context("spawn")
    for place in places:
        by_system: dict[str, Any] = {}
        for system in systems:
            with ProcessPoolExecutor(max_workers=1, mp_context=spawned) as pool:
                by_system[system] = pool.submit(measure_system, place, system).result()
            on_progress(len(rows) * len(systems) + len(by_system), len(places) * len(systems))
        rows.append(
            {
                "place": place.title,
                "lang": place.lang,
                "vectors": place.vectors,
                "queries": len(place.queries),
                "systems": by_system,
                "ratios": ratios(by_system),
            }
        )
    return rows


def ratios(by_system: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float | None]]:
    """Return the product's figure by each peer's: below 1 the product needs less."""
    ours = by_system[OURS]
    return {
        name: {
            "with_embedding_p95": _ratio(ours["with_embedding"]["p95"], row["with_embedding"]["p95"]),
            "search_p95": _ratio(ours["search"]["p95"], row["search"]["p95"]),
            "memory": _ratio(ours["memory_mib"], row["memory_mib"]),
            "build": _ratio(ours["build_seconds"], row["build_seconds"]),
        }
        for name, row in by_system.items()
        if name != OURS
    }


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return round(ours / theirs, 2) if ours is not None and theirs is not None and theirs > 0 else None
