"""Files that are no shop's: each goes through the import of a shop that stands, and must get a clear answer.

``clear_answer``: no exception; a report in which the file was taken, or refused with a code, a
problem and a mend in words; and all that the shop had before is still there and the same, also when
a refused file is imported again with ``replace``. ``read_right``, for transcoded copies of a file:
the share of the original's rows that are stored with the original's title. ``cells_right``, for
csv-spectrum: 1 when the import's own table reader finds the cells of the JSON beside the file. Of
the baseline, charset-normalizer and the csv module, only what is read is measured.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from charset_normalizer import from_bytes
from pydantic import TypeAdapter, ValidationError

from evals.public.catalogs import temporary_home
from evals.public.sets import OnProgress
from knowledge.catalog import Product, ShopId
from knowledge.database import Database
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.importing.encoding import decode
from knowledge.importing.issues import Notes, Severity
from knowledge.importing.report import ImportReport
from knowledge.importing.run import import_paths
from knowledge.importing.table import read_table
from knowledge.store import KnowledgeStore

_FOLDERS: Final = ("csv_spectrum", "csvkit_examples", "encodings_derived", "blns")
_GOOD_SHOP: Final = {
    "products.csv": "Handle,Title,Body (HTML),Variant SKU,Variant Price\n"
    "plum-kettle,Plum Kettle,<p>Boils a litre.</p>,PK-1,39.00\n"
    "fern-mug,Fern Mug,<p>Holds 300 ml.</p>,FM-1,12.50\n",
    "delivery.md": "# Delivery\n\nParcels leave within two days.\n",
    "charts.csv": "chart_id,category,unit,size,chest_min,chest_max\n"
    "shirts,Shirts,cm,S,84,90\nshirts,Shirts,cm,M,91,97\n",
}
Snapshot = Mapping[str, Any]
Rows = list[dict[str, str]]
Titles = Callable[[Path], Mapping[str, str]]
Cells = Callable[[Path], Rows]


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What became of one file.

    Attributes:
        problem: Why the answer was not clear; empty when it was.
        taken: Whether the import could use something of it.
        said: Codes of what it was told.
        titles: Stored titles by handle, of what came from the file.
    """

    problem: str
    taken: bool
    said: tuple[str, ...]
    titles: Mapping[str, str]


def bad_files(folder: Path) -> list[Path]:
    """Return every file of the set but what tells about it."""
    found = [path for name in _FOLDERS if (folder / name).is_dir() for path in sorted((folder / name).rglob("*"))]
    return [path for path in found if path.is_file()]


async def import_bad_files(home: Home, folder: Path, told: OnProgress) -> dict[str, FileAnswer]:
    """Import each file into a good shop of its own; returns the answers by path in the folder."""
    answers: dict[str, FileAnswer] = {}
    paths = bad_files(folder)
    async with temporary_home(home) as place:
        database = await place.open_database()
        try:
            good = place.path / "good"
            _write_good_shop(good)
            for number, path in enumerate(paths):
                shop = ShopId(f"good-{number}")
                answers[path.relative_to(folder).as_posix()] = await _answer(place, database, shop, good, path)
                told(number + 1, len(paths))
        finally:
            await database.close()
    return answers


def _write_good_shop(folder: Path) -> None:
    folder.mkdir()
    for name, text in _GOOD_SHOP.items():
        (folder / name).write_text(text, "utf-8")


async def _answer(home: Home, database: Database, shop: ShopId, good: Path, path: Path) -> FileAnswer:
    await import_paths(database, None, shop, [good], clock=home.clock, ids=home.ids)
    before = await _snapshot(database, shop)
    try:
        report = await import_paths(database, None, shop, [path], clock=home.clock, ids=home.ids)
        if not report.usable:
            await import_paths(database, None, shop, [path], clock=home.clock, ids=home.ids, replace=True)
    except Exception as error:  # what is measured is just that none gets out
        return FileAnswer(f"raised {type(error).__name__}: {error}"[:200], taken=False, said=(), titles={})
    after = await _snapshot(database, shop)
    lost = [key for key, value in before.items() if after.get(key) != value]
    problem = f"the shop lost or changed {', '.join(lost)}" if lost else _unclear(report)
    codes = tuple(dict.fromkeys(issue.code for issue in report.issues))
    new = [value for key, value in after.items() if key not in before and isinstance(value, Product)]
    titles = {str(product.handle): product.title for product in new}
    return FileAnswer(problem, report.usable, codes, titles)


def _unclear(report: ImportReport) -> str:
    if any(issue.code == "reader_failed" for issue in report.issues):
        return "a reader failed inside, and the file was given up"
    refused = [issue for issue in report.issues if issue.severity is Severity.ERROR]
    if report.usable or any(issue.code and issue.problem and issue.mend for issue in refused):
        return ""
    return "nothing was taken, and no error says why"


async def _snapshot(database: Database, shop: ShopId) -> Snapshot:
    """Return all that a shop has, by kind and key."""
    store = KnowledgeStore(database)
    found: dict[str, Any] = {f"product {one.handle}": one for one in (await store.products(shop)).values()}
    found |= {f"document {one.name}": one for one in await store.documents(shop)}
    found |= {f"chart {one.chart_id}": one for one in await store.size_charts(shop)}
    return found


def read_right(folder: Path, titles: Titles) -> dict[str, float]:
    """Return the share of the original's rows that each transcoded copy was read as.

    The original of ``NAME_how.csv`` is ``NAME_utf8.csv``, or ``NAME_utf8_bom.csv``. A copy may hold
    only some of its rows: those of which the key, which is ASCII, stands in its bytes.

    Args:
        folder: The set's.
        titles: Returns what was read of a copy, title by key.

    Raises:
        Invalid: An original is not in UTF-8 (``usage_bad_data``).
    """
    derived = folder / "encodings_derived"
    found: dict[str, float] = {}
    for path in sorted(derived.glob("*.?sv")):
        original = next((o for o in _originals(derived) if path.name.startswith(_stem(o))), None)
        if original is None:
            continue
        raw = path.read_bytes()
        wanted = {
            key: title
            for key, title in _titles(original).items()
            if key.isascii() and (key.encode() in raw or key.encode("utf-16-le") in raw)
        }
        name = path.relative_to(folder).as_posix()
        got = titles(path)
        found[name] = sum(got.get(key) == title for key, title in wanted.items()) / len(wanted) if wanted else 0.0
    return found


def _originals(derived: Path) -> Iterator[Path]:
    yield from sorted(derived.glob("*_utf8.csv"))
    yield from sorted(derived.glob("*_utf8_bom.csv"))


def _stem(original: Path) -> str:
    return original.name.split("_utf8")[0] + "_"


def _titles(original: Path) -> dict[str, str]:
    """Return title by key: the first two columns, where the title is not empty."""
    try:
        return _titles_in(original.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid(f"{original.name}: not in UTF-8", code="usage_bad_data") from error


def _titles_in(text: str) -> dict[str, str]:
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    next(rows, None)
    return {row[0].strip(): " ".join(row[1].split()) for row in rows if len(row) > 1 and row[1].strip()}


def csv_module_titles(path: Path) -> dict[str, str]:
    """Read a copy without us: charset-normalizer's best guess, and the csv module with commas."""
    guess = from_bytes(path.read_bytes()).best()
    return _titles_in(str(guess)) if guess is not None else {}


def cells_right(folder: Path, cells: Cells) -> dict[str, float]:
    """Return for each file of csv-spectrum whether a reader finds the cells of its JSON."""
    found: dict[str, float] = {}
    for path in sorted((folder / "csv_spectrum").rglob("*.csv")):
        truth = path.parent.parent / "json" / f"{path.stem}.json"
        if truth.is_file():
            found[path.relative_to(folder).as_posix()] = float(cells(path) == _truth(truth))
    return found


def our_cells(path: Path) -> Rows:
    """Read a table with the import's own decoder and table reader."""
    table = read_table(decode(path.read_bytes()).text.replace("\r\n", "\n"), Notes(path.name, "en"))
    return [{column: row[column] for column in table.columns} for row in table.rows] if table is not None else []


def csv_module_cells(path: Path) -> Rows:
    """Read a table without us: UTF-8, and the csv module."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return [{str(key): _plain(value or "") for key, value in row.items()} for row in csv.DictReader(file)]


def _truth(path: Path) -> Rows:
    try:
        raw = TypeAdapter(list[dict[str, str]] | dict[str, str]).validate_json(path.read_bytes())
    except ValidationError as error:
        raise Invalid(f"{path.name}: no rows of texts", code="usage_bad_data") from error
    rows = [raw] if isinstance(raw, dict) else raw  # one of them is a bare object
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: str) -> str:
    """Return a cell as the import means it: without space around it and with plain line ends."""
    return value.replace("\r\n", "\n").strip()
