"""Sample catalogs as shops export them: does the product's own import take all of them, and rightly?

Each folder of the set goes whole through `import_paths` into a temporary home, and what is stored
is held against an independent reading (`catalog_truth`). Per expected product: ``products`` 1 when
one of this key or title is stored under the right title; ``variants`` 1 when it has as many, with
the same option values; ``prices`` 1 when its prices are the same amounts; ``images`` 1 when its
picture addresses are the same (over the products that have some). A product that is missing has 0
in all of them.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evals.public.catalog_truth import TrueCatalog, TrueProduct, folded, read_truth
from evals.public.figures import SetResult, system
from evals.public.sets import OnProgress
from knowledge.catalog import Product, ShopId
from knowledge.home import Home
from knowledge.importing.report import ImportReport, Kind
from knowledge.importing.run import import_paths
from knowledge.store import KnowledgeStore

_FOLDERS: Final = ("shopify", "woocommerce", "magento2")
_TABLES: Final = frozenset([".csv", ".tsv"])


@dataclass(frozen=True, slots=True)
class Imported:
    """One file after its import.

    Attributes:
        stored: What the import made of it, by the store.
        codes: Codes of its issues, with how often.
        said: The first refusal in the import's own words; empty when the file was taken.
    """

    name: str
    truth: TrueCatalog
    stored: tuple[Product, ...]
    rejected: int
    codes: Mapping[str, int]
    said: str


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Import every catalog of the set and compare."""
    measured: dict[str, list[Imported]] = {}
    for done, name in enumerate(_FOLDERS):
        told(done, len(_FOLDERS))
        measured[name] = [one for path in _catalog_paths(folder / name) for one in await imported(home, path)]
    told(len(_FOLDERS), len(_FOLDERS))
    compared = {name: _judged(files) for name, files in measured.items()}
    everything = {
        metric: {k: v for one in compared.values() for k, v in one.get(metric, {}).items()} for metric in _ALL
    }
    compared = {"all catalogs": everything} | compared
    return SetResult(
        name="catalogs",
        title="sample catalogs of Shopify, WooCommerce and Magento 2",
        measures="knowledge.importing.run.import_paths and what KnowledgeStore reads back, in a temporary home.",
        items=len(everything["products"]),
        systems=tuple(
            system(f"daogou import: {name}", "daogou", {m: v for m, v in values.items() if v})
            for name, values in compared.items()
        ),
        notes=tuple(_told(one) for files in measured.values() for one in files if one.truth.products or one.stored),
    )


def _catalog_paths(folder: Path) -> list[Path]:
    """Return what is imported at a time: each file of a folder of files, a folder of folders whole."""
    tables = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in _TABLES]
    return tables or [folder]


def _tables(path: Path) -> list[Path]:
    found = [path] if path.is_file() else sorted(path.rglob("*"))
    return [table for table in found if table.suffix.lower() in _TABLES]


async def imported(home: Home, path: Path) -> list[Imported]:
    """Import a file or folder into a shop of its own, and return what became of each table in it."""
    async with temporary_home(home) as place:
        database = await place.open_database()
        try:
            shop = ShopId("catalog")
            report = await import_paths(database, place.media, shop, [path], clock=place.clock, ids=place.ids)
            products = (await KnowledgeStore(database).products(shop)).values() if report.usable else ()
        finally:
            await database.close()
    return [_of_file(table, path, report, list(products)) for table in _tables(path)]


def _of_file(table: Path, root: Path, report: ImportReport, products: Sequence[Product]) -> Imported:
    name = table.name if root.is_file() else table.relative_to(root).as_posix()
    files = [file for file in report.files if file.file == name]
    refusals = [issue for file in files if file.kind is None for issue in file.issues]
    return Imported(
        f"{table.parent.name}/{table.name}" if root.is_file() else name,
        read_truth(table),
        tuple(product for product in products if product.source.file == name),
        sum(file.counts.rejected for file in files if file.kind is Kind.PRODUCT),
        Counter(issue.code for file in files for issue in file.issues),
        f"{refusals[0].problem} {refusals[0].mend}" if refusals else "",
    )


_ALL: Final = ("products", "variants", "prices", "images")


def _judged(files: Sequence[Imported]) -> dict[str, dict[str, float]]:
    values: dict[str, dict[str, float]] = {metric: {} for metric in _ALL}
    for file in files:
        by_key = {folded(product.handle): product for product in file.stored}
        by_title = {folded(product.title): product for product in file.stored}
        for wanted in file.truth.products:
            found = by_key.get(folded(wanted.key)) or by_title.get(wanted.title)
            for metric, value in judged(wanted, found).items():
                values[metric][f"{file.name} {wanted.key}"] = value
    return values


def judged(wanted: TrueProduct, found: Product | None) -> dict[str, float]:
    """Return the values of one expected product by metric; without addresses there is no ``images``."""
    right = {metric: 0.0 for metric in _ALL if metric != "images" or wanted.images}
    if found is None:
        return right
    right["products"] = float(folded(found.title) == wanted.title)
    told = [variant.price.amount if variant.price else None for variant in found.variants]
    right["prices"] = float(Counter(told) == Counter(variant.price for variant in wanted.variants))
    options = [frozenset(folded(value) for _, value in variant.options) for variant in found.variants]
    known = [variant.options for variant in wanted.variants if variant.options is not None]
    alike = len(options) == len(wanted.variants) and (not known or Counter(options) == Counter(known))
    right["variants"] = float(alike)
    if wanted.images:
        right["images"] = float(frozenset(found.images) == wanted.images)
    return right


def _told(one: Imported) -> str:
    codes = ", ".join(f"{code} {count}" for code, count in sorted(one.codes.items())) or "no issues"
    expected = len(one.truth.products)
    line = f"{one.name} ({one.truth.form}): {one.truth.rows} rows, {expected} products expected, "
    line += f"{len(one.stored)} stored, {one.rejected} rows rejected; {codes}"
    return f"{line}; the import says: {one.said}" if one.said else line


@asynccontextmanager
async def temporary_home(home: Home) -> AsyncIterator[Home]:
    """Yield a home of the same settings that is removed afterwards; never the user's database."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="daogou-eval-"))
    try:
        yield Home.at(folder, home.migrate, home.settings.model_copy(update={"database_url": None}))
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
