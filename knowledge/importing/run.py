"""One import: files are found, opened, read and written, and a report says what became of each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select

from knowledge import tables
from knowledge.catalog import Product, Shop, ShopId
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.ids import IdSource
from knowledge.importing.detect import open_file
from knowledge.importing.documents import DraftDocument
from knowledge.importing.images import SUFFIXES, Pictures
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading, Record, ShopProfile
from knowledge.importing.report import Counts, FileReport, ImportReport, Kind
from knowledge.importing.upsert import Upsert, quick_reply_key
from knowledge.orders import Order
from knowledge.promotions import Promotions, QuickReply
from knowledge.size_charts import SizeChart
from knowledge.store import KnowledgeStore, order_key
from knowledge.text import Lang

_ORDER: Final = list(Kind)
_log = logging.getLogger(__name__)
_NOT_DATA: Final = frozenset(["images", "media", "node_modules", "__MACOSX", "__pycache__"])


@dataclass(frozen=True, slots=True)
class ShopDefaults:
    """What the caller says of the shop; it goes before what a profile file or the database says."""

    name: str | None = None
    locale: str | None = None
    currency: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far the import is.

    Attributes:
        file: The file at hand.
        done: Records of it that are written; ``total`` is 0 while it is being read.
    """

    file: str
    files_done: int
    files_total: int
    done: int
    total: int


@dataclass(slots=True)
class _File:
    """One file, or one of several things in it, on its way through the import."""

    path: Path
    name: str
    notes: Notes
    opened: tuple[Content, Reader] | None = None

    def report(self, counts: Counts) -> FileReport:
        reader = self.opened[1] if self.opened else None
        rejected = counts if reader else Counts(rejected=1)
        return FileReport(
            self.name,
            reader.kind if reader else None,
            reader.format if reader else None,
            rejected,
            tuple(sorted(self.notes.issues, key=lambda issue: issue.row or 0)),
            dict(self.notes.left_out),
        )


def files_in(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file with its name: relative to the folder that was given, with ``/``."""
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for found in sorted(path.rglob("*")):
            parts = found.relative_to(path).parts
            hidden = any(part.startswith(".") for part in parts) or any(part in _NOT_DATA for part in parts[:-1])
            if found.is_file() and not hidden and found.suffix.lower() not in SUFFIXES:
                yield found, "/".join(parts)


async def import_paths(
    database: Database,
    home_media: Path | None,
    shop_id: ShopId,
    paths: Sequence[Path],
    *,
    clock: Clock,
    ids: IdSource,
    defaults: ShopDefaults = ShopDefaults(),
    replace: bool = False,
    on_progress: Callable[[ImportProgress], None] | None = None,
) -> ImportReport:
    """Import files and folders into a shop, which is created when something usable is found.

    Args:
        database: Where the shop lives.
        home_media: Folder for pictures that lie beside a catalog; None leaves them out.
        shop_id: The shop.
        paths: Files and folders; of a folder all files but pictures and hidden ones.
        clock: Its now becomes ``as_of``.
        ids: Names the run.
        defaults: What the caller says of the shop.
        replace: Remove what is not in the files, for each kind of which a file could be read.
        on_progress: Called while files are read and written.
    """
    store = KnowledgeStore(database)
    try:
        known: Shop | None = await store.shop(shop_id)
    except NotFound:
        known = None
    shop = _with_defaults(known or Shop(shop_id, str(shop_id)), defaults)
    run = _Run(database, store, home_media, shop, clock, defaults, on_progress)
    report = await run.all(list(files_in(paths)), ids.new("im"), replace=replace)
    if report.usable or known is not None:
        async with database.write() as connection:
            row = {"id": report.import_id, "shop_id": shop_id, "at": clock.now(), "report": report.as_json()}
            await connection.execute(insert(tables.imports).values(**row))
    return report


def _with_defaults(shop: Shop, defaults: ShopDefaults) -> Shop:
    return replace(
        shop,
        name=defaults.name or shop.name,
        locale=defaults.locale or shop.locale,
        currency=defaults.currency or shop.currency,
        timezone=defaults.timezone or shop.timezone,
    )


def _with_profile(shop: Shop, profile: ShopProfile) -> Shop:
    return replace(
        shop,
        name=profile.name or shop.name,
        locale=profile.locale or shop.locale,
        currency=profile.currency or shop.currency,
        timezone=profile.timezone or shop.timezone,
        greeting=profile.greeting if profile.greeting is not None else shop.greeting,
    )


def _opened(path: Path, name: str, lang: Lang) -> list[_File]:
    """Return what is in a file, each with its own place in the report."""
    try:
        return [_File(path, one.name, one.notes, one.found) for one in open_file(path, name, lang)]
    except Exception as error:  # one file that we did not foresee must not cost the others
        _log.exception("opening %s", name)
        notes = Notes(name, lang)
        notes.add("reader_failed", value=type(error).__name__)
        return [_File(path, name, notes)]


def _read(file: _File, reader: Reader, content: Content, context: Context) -> Reading:
    try:
        return reader.read(content, context, file.notes)
    except Exception as error:
        _log.exception("reading %s", file.name)
        file.notes.add("reader_failed", value=type(error).__name__)
        return Reading(rejected=1, keys_lost=True)


@dataclass(slots=True)
class _Seen:
    """What the files of one kind named, for telling what a replacing import may remove."""

    keys: dict[str, str] = field(default_factory=dict)  # key in the form it is compared → file
    exact: set[str] = field(default_factory=set)
    keys_lost: bool = False


class _Run:
    def __init__(
        self,
        database: Database,
        store: KnowledgeStore,
        media: Path | None,
        shop: Shop,
        clock: Clock,
        defaults: ShopDefaults,
        on_progress: Callable[[ImportProgress], None] | None,
    ) -> None:
        self._database = database
        self._store = store
        self._media = media
        self._shop = shop
        self._now = clock.now()
        self._defaults = defaults
        self._on_progress = on_progress
        self._shop_put = False
        self._seen: dict[Kind, _Seen] = {}
        self._done = 0
        self._total = 0

    async def all(self, found: list[tuple[Path, str]], import_id: str, *, replace: bool) -> ImportReport:
        lang: Lang = "zh" if self._shop.locale.casefold().startswith("zh") else "en"
        self._total = len(found)
        files: list[_File] = []
        for path, name in found:
            self._tell(name, 0, 0)
            files += await asyncio.to_thread(_opened, path, name, lang)
        self._total = len(files)
        files.sort(key=lambda f: (_ORDER.index(f.opened[1].kind) if f.opened else len(_ORDER), f.name))
        reports: dict[str, FileReport] = {}
        last: dict[Kind, _File] = {}
        counted: dict[str, Counts] = {}
        for file in files:
            counted[file.name] = await self._one(file)
            if file.opened:
                last[file.opened[1].kind] = file
            self._done += 1
        if replace:
            for kind, file in last.items():
                counted[file.name] += Counts(removed=await self._remove(kind, file))
        for file in files:
            reports[file.name] = file.report(counted[file.name])
            file.opened = None
        return ImportReport(import_id, self._shop.id, tuple(reports.values()))

    async def _one(self, file: _File) -> Counts:
        """Read and write one file."""
        if file.opened is None:
            return Counts()
        content, reader = file.opened
        if self._shop.locale.casefold().startswith("zh"):
            file.notes.lang = "zh"  # a profile may have said so after the file was opened
        known = await self._known_handles() if reader.kind is Kind.PRODUCT else frozenset[str]()
        context = Context(self._shop, self._now, known)
        reading = await asyncio.to_thread(_read, file, reader, content, context)
        seen = self._seen.setdefault(reader.kind, _Seen())
        seen.keys_lost |= reading.keys_lost
        seen.exact |= reading.rejected_keys
        records, repeated = self._first_seen(reading, file, seen)
        if not records and not reading.rejected and not repeated:
            file.notes.add("no_rows")
        if records and not self._shop_put:
            await self._put_shop()
        counts = await self._write(file, reader.kind, content, records)
        return counts + Counts(rejected=reading.rejected + repeated)

    def _first_seen(self, reading: Reading, file: _File, seen: _Seen) -> tuple[list[Record], int]:
        """Leave out what an earlier file of this run gave already, so that a second run changes nothing."""
        records: list[Record] = []
        for record in reading.records:
            exact, key = self._keys(record)
            if key is not None and (other := seen.keys.setdefault(key, file.name)) != file.name:
                row = record.source.row if isinstance(record, Product | Order | SizeChart) else None
                file.notes.add("key_in_two_files", row=row, value=exact, other=other)
                continue
            seen.exact |= {exact} if exact is not None else set()
            records.append(record)
        return records, len(reading.records) - len(records)

    def _keys(self, record: Record) -> tuple[str | None, str | None]:
        """Return the key as stored, and in the form in which two count as the same."""
        if isinstance(record, Product):
            return record.handle, record.handle
        if isinstance(record, SizeChart):
            return record.chart_id, record.chart_id.casefold()
        if isinstance(record, Order):
            return record.order_no, order_key(record.order_no)
        if isinstance(record, DraftDocument):
            return record.name, record.name
        if isinstance(record, QuickReply):
            return quick_reply_key(self._shop, record), None
        if isinstance(record, Promotions):
            return "promotions", "promotions"
        return None, None

    async def _write(self, file: _File, kind: Kind, content: Content, records: list[Record]) -> Counts:
        upsert = Upsert(self._database, self._shop, self._now)

        def told(done: int) -> None:
            self._tell(file.name, done, len(records))

        told(0)
        if kind is Kind.PRODUCT:
            pictures = Pictures(content.path.parent, self._media, self._shop.id, file.notes)
            found = [record for record in records if isinstance(record, Product)]
            return await upsert.products(await asyncio.to_thread(lambda: [pictures.localised(p) for p in found]), told)
        if kind is Kind.DOCUMENT:
            return await upsert.documents([r for r in records if isinstance(r, DraftDocument)], told)
        if kind is Kind.SIZE_CHART:
            return await upsert.size_charts([r for r in records if isinstance(r, SizeChart)], told)
        if kind is Kind.ORDER:
            return await upsert.orders([r for r in records if isinstance(r, Order)], told)
        if kind is Kind.QUICK_REPLY:
            return await upsert.quick_replies([r for r in records if isinstance(r, QuickReply)], told)
        counts = Counts()
        for record in records:
            if isinstance(record, Promotions):
                counts += await upsert.promotions(record, file.name)
            elif isinstance(record, ShopProfile):
                counts += await self._apply(record)
        return counts

    async def _apply(self, profile: ShopProfile) -> Counts:
        before = self._shop
        self._shop = _with_defaults(_with_profile(self._shop, profile), self._defaults)
        await self._put_shop()
        return Counts(unchanged=1) if before == self._shop else Counts(changed=1)

    async def _put_shop(self) -> None:
        await self._store.put_shop(self._shop, self._now)
        self._shop_put = True

    async def _remove(self, kind: Kind, file: _File) -> int:
        seen = self._seen.get(kind, _Seen())
        if kind in (Kind.SHOP, Kind.PROMOTION) or not seen.exact:
            return 0  # of these a shop has one; and a file without a usable row says nothing about the others
        if seen.keys_lost:
            file.notes.add("removal_skipped")
            return 0
        return await Upsert(self._database, self._shop, self._now).remove_missing(kind, seen.exact)

    async def _known_handles(self) -> frozenset[str]:
        table = tables.products
        async with self._database.read() as connection:
            query = select(table.c.handle).where(table.c.shop_id == self._shop.id)
            return frozenset((await connection.execute(query)).scalars())

    def _tell(self, file: str, done: int, total: int) -> None:
        if self._on_progress is not None:
            self._on_progress(ImportProgress(file, self._done, self._total, done, total))
