"""How fast a catalog comes in: a made-up export through the product's own import, beside its floors.

Whole imports run through `import_paths`. The stages apart call the very functions that it calls:
open and recognise (``detect_parse``), read into checked products (``validate``), write (``store``),
encode what is new (``embed``). What a merchant waits for is timed over a server (`first_answer`).
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from evals.benchmarks.first_answer import first_answer
from evals.benchmarks.import_corpus import CHANGED_EVERY, write_export
from evals.benchmarks.import_floors import (
    Stopwatch,
    Took,
    bare_csv,
    bare_encoder,
    middle,
    pandas_csv,
    raw_sqlite,
    timed,
)
from evals.machine import machine, versions
from knowledge.catalog import Product, Shop, ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.importing.detect import open_file
from knowledge.importing.reader import Context
from knowledge.importing.report import Kind
from knowledge.importing.run import import_paths
from knowledge.importing.upsert import Upsert
from knowledge.store import KnowledgeStore

# Of what takes well under a second the median of so many is told; a neighbour's burst spoils one. What takes
# longer than so many products do is long enough to be told as it is.
REPEATS: Final = 3
REPEATED_TO: Final = 2_000
OnProgress = Callable[[int, int], None]
_STEPS: Final = 7


async def bench_import(
    home: Home, products: int, embedded: int, told: OnProgress, *, upload: bool = True
) -> dict[str, Any]:
    """Run the benchmark in a home that nobody else uses.

    Args:
        products: Products of the export.
        embedded: Products of the part on which encoding is measured; encoding is linear in them.
        told: Called with steps done and all steps.
        upload: Upload the export to a server too, and time its first answer.
    """
    folder = home.path / "export"
    folder.mkdir(parents=True, exist_ok=True)
    first, second, part = (folder / name for name in ("first.csv", "changed.csv", "part.csv"))
    row_count = write_export(first, products)
    write_export(second, products, changed=True)
    write_export(part, embedded)
    where = machine()
    database = await home.open_database()
    try:
        before_mib = peak_mib()
        whole = await _whole(home, database, first, second)
        told(3, _STEPS)
        repeats = REPEATS if products <= REPEATED_TO else 1
        stages, read = await _stages(home, database, first, repeats)
        told(4, _STEPS)
        peaks = {"before": before_mib, "import": peak_mib()}
        floors = _floors(home.path, first, read, repeats)
        told(5, _STEPS)
        embedding = await _embedding(home, database, part)
        told(6, _STEPS)
        peaks["embed"] = peak_mib()
    finally:
        await database.close()
    uploaded = await first_answer(home, first) if upload else None
    told(7, _STEPS)
    result: dict[str, Any] = {
        "bench": "import",
        "products": products,
        "rows": row_count,
        "file_mib": round(first.stat().st_size / 2**20, 1),
        "variants": sum(len(product.variants) for product in read),
        "whole": whole,
        "stages": stages,
        "floors": floors,
        "embedding": embedding,
        "upload": uploaded,
        "peak_mib": peaks,
        "machine": where,
        "versions": versions(),
    }
    return result | {"ratios": _ratios(result)}


async def in_temporary_home(
    open_home: Callable[[Path | None], Home],
    products: int,
    embedded: int,
    told: OnProgress,
    within: Path | None = None,
    *,
    upload: bool = True,
) -> dict[str, Any]:
    """Run the benchmark in a home that is removed afterwards; never in the user's database.

    Args:
        within: Folder in which it is made; the system's folder for temporary files by default.
    """
    if within is not None:
        await asyncio.to_thread(within.mkdir, parents=True, exist_ok=True)
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="daogou-bench-", dir=within))
    try:
        home = open_home(folder)
        settings = home.settings.model_copy(update={"database_url": None})
        return await bench_import(Home.at(folder, home.migrate, settings), products, embedded, told, upload=upload)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def peak_mib() -> float | None:
    """Return the most memory that this process ever had, and the largest of its children, in MiB.

    None where the system does not tell.
    """
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


async def _whole(home: Home, database: Database, first: Path, second: Path) -> dict[str, dict[str, Any]]:
    """Import a file, the same again, and one in which a hundredth changed; encoding apart."""
    shop = ShopId("synthetic")
    runs: dict[str, dict[str, Any]] = {}
    # The change is told apart by content, so the file keeps its name.
    target = first.with_name("catalog.csv")
    for name, file in (("first", first), ("unchanged", first), ("one_percent_changed", second)):
        await asyncio.to_thread(shutil.copyfile, file, target)
        watch = Stopwatch()
        report = await import_paths(database, None, shop, [target], clock=home.clock, ids=home.ids)
        took = watch.took()
        counts = report.totals()[Kind.PRODUCT]
        runs[name] = {**asdict(took), "counts": counts.as_json(), "issues": len(report.issues)}
    return runs


async def _stages(
    home: Home, database: Database, file: Path, repeats: int
) -> tuple[dict[str, dict[str, float]], list[Product]]:
    now = home.clock.now()
    took: dict[str, list[Took]] = {"detect_parse": [], "validate": [], "store": []}
    products: list[Product] = []
    for number in range(repeats):
        shop = Shop(ShopId(f"stage-{number}"), "Stages")
        parsed, opened = timed(lambda: list(open_file(file, file.name, "en")))
        found = opened[0].found
        if found is None:
            raise RuntimeError("the export of this benchmark was refused")
        content, reader = found
        context, notes = Context(shop, now), opened[0].notes

        def read() -> list[Product]:
            taken = reader.read(content, context, notes).records  # noqa: B023, called at once
            return [record for record in taken if isinstance(record, Product)]

        validated, products = timed(read)
        await KnowledgeStore(database).put_shop(shop, now)
        watch = Stopwatch()
        await Upsert(database, shop, now).products(products)
        took["detect_parse"].append(parsed)
        took["validate"].append(validated)
        took["store"].append(watch.took())
    return {name: asdict(middle(times)) for name, times in took.items()}, products


def _floors(folder: Path, file: Path, products: list[Product], repeats: int) -> dict[str, dict[str, float] | None]:
    pandas = [pandas_csv(file) for _ in range(repeats)]
    known = [took for took in pandas if took is not None]
    return {
        "csv_module": asdict(middle(bare_csv(file) for _ in range(repeats))),
        "pandas": asdict(middle(known)) if known else None,
        "raw_sqlite": asdict(middle(raw_sqlite(folder / f"raw-{n}.db", products, "USD") for n in range(repeats))),
    }


async def _embedding(home: Home, database: Database, part: Path) -> dict[str, Any]:
    """Time the encoding of a shop's new texts, and the bare encoders on the same texts."""
    from knowledge.retrieval.embedding import BATCH, embed_missing
    from knowledge.retrieval.encoders import english, multilingual
    from knowledge.retrieval.units import product_units

    shop = ShopId("embedded")
    await import_paths(database, None, shop, [part], clock=home.clock, ids=home.ids)
    products = list((await KnowledgeStore(database).products(shop)).values())
    units = [(unit, product.lang) for product in products for unit in product_units(product)]
    texts = list(dict.fromkeys(unit for unit, _ in units))
    in_english = list(dict.fromkeys(unit for unit, lang in units if lang == "en"))
    loading, encoders = timed(lambda: (multilingual(), english()))
    for encoder in encoders:
        encoder.encode(["a first text, which costs more than the others"])
    watch = Stopwatch()
    await embed_missing(database, shop)
    embedding = watch.took()
    watch = Stopwatch()
    await embed_missing(database, shop)
    again = watch.took()
    bare = (bare_encoder(encoders[0], texts, BATCH), bare_encoder(encoders[1], in_english, BATCH))
    return {
        "products": len(products),
        "texts": len(texts) + len(in_english),
        "load": asdict(loading),
        "embed": asdict(embedding),
        "again": asdict(again),
        "bare": asdict(Took(sum(one.seconds for one in bare), sum(one.cpu_seconds for one in bare))),
    }


def _ratios(result: dict[str, Any]) -> dict[str, dict[str, float] | None]:
    """Return how many times longer ours takes than its floor, and a later import than the first."""
    whole, stages, floors, embedding = result["whole"], result["stages"], result["floors"], result["embedding"]
    return {
        "detect_parse/csv_module": _ratio(stages["detect_parse"], floors["csv_module"]),
        "detect_parse/pandas": _ratio(stages["detect_parse"], floors["pandas"]),
        "store/raw_sqlite": _ratio(stages["store"], floors["raw_sqlite"]),
        "embed/bare_encoders": _ratio(embedding["embed"], embedding["bare"]),
        "unchanged/first": _ratio(whole["unchanged"], whole["first"]),
        f"changed 1 in {CHANGED_EVERY}/first": _ratio(whole["one_percent_changed"], whole["first"]),
    }


def _ratio(ours: dict[str, float], floor: dict[str, float] | None) -> dict[str, float] | None:
    if floor is None:
        return None
    return {key: round(ours[key] / floor[key], 2) for key in ("seconds", "cpu_seconds") if floor[key]}
