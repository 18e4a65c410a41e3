"""One import: files are found, opened, read and written, and a report says what became of each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import delete, insert, select

from knowledge import tables
from knowledge.catalog import Product, Shop, ShopId
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.fit_reports import KeptReport
from knowledge.ids import IdSource
from knowledge.importing.confirmation import log_all
from knowledge.importing.detect import open_file
from knowledge.importing.documents import DraftDocument
from knowledge.importing.folders import files_in
from knowledge.importing.guess import Guess
from knowledge.importing.images import Pictures
from knowledge.importing.issues import Notes
from knowledge.importing.journal import VERSIONS_KEPT, Cause, Journal
from knowledge.importing.mapping import ColumnMap, Mappings, keep_mappings, kept_mappings
from knowledge.importing.product_names import product_names
from knowledge.importing.progress import ImportProgress, Phase, Watch
from knowledge.importing.reader import Content, Context, Reader, Reading, Record, ShopProfile
from knowledge.importing.record_keys import keys_of
from knowledge.importing.report import Counts, FileReport, ImportReport, Kind
from knowledge.importing.shop_settings import NO_DEFAULTS, ShopDefaults, with_defaults, with_profile
from knowledge.importing.upsert import BATCH, Upsert
from knowledge.orders import Order
from knowledge.promotions import Promotions, QuickReply
from knowledge.size_charts import SizeChart
from knowledge.store import KnowledgeStore
from knowledge.text import Lang

_ORDER: Final = list(Kind)
_log = logging.getLogger(__name__)
__all__ = ["ImportProgress", "ShopDefaults", "files_in", "import_paths"]


@dataclass(slots=True)
class _File:
    """One file, or one of several things in it, on its way through the import."""

    path: Path
    name: str
    notes: Notes
    opened: tuple[Content, Reader] | None = None
    guess: tuple[Guess, ...] = ()

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
            self.guess,
        )


async def import_paths(
    database: Database,
    home_media: Path | None,
    shop_id: ShopId,
    paths: Sequence[Path],
    *,
    clock: Clock,
    ids: IdSource,
    defaults: ShopDefaults = NO_DEFAULTS,
    replace: bool = False,
    mapping: ColumnMap | None = None,
    accept_mapping: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[ImportProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    import_id: str | None = None,
    batch_rows: int = BATCH,
    versions_kept: int = VERSIONS_KEPT,
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
        mapping: What the columns of the merchant's own tables hold, see `knowledge.importing.mapping`.
        accept_mapping: Take what is guessed of columns that nobody knows; else the report only tells it.
        dry_run: Tell what would happen, and write nothing.
        on_progress: Called while files are read and written.
        cancelled: Asked between two batches whether to stop.
        import_id: Of an import that an earlier attempt may have begun; its report then tells of both.
        batch_rows: Records in one transaction; others wait for the writer so long.
        versions_kept: Versions of the catalog that stay to be compared and gone back to.

    Raises:
        ImportCancelled: Asked to stop; what was written until then is in the import's version.
    """
    store = KnowledgeStore(database)
    try:
        known: Shop | None = await store.shop(shop_id)
    except NotFound:
        known = None
    shop = with_defaults(known or Shop(shop_id, str(shop_id)), defaults)
    named = import_id or ids.new("im")
    now = clock.now()
    journal = Journal(shop_id, now, Cause.IMPORT, import_id=named, kept=versions_kept)
    if import_id is not None:
        async with database.read() as connection:
            await journal.find(connection)
    mappings = Mappings(await kept_mappings(database, shop_id), mapping, accept_mapping)
    upsert = _UpsertOptions(journal, dry_run, batch_rows, mappings)
    run = _Run(database, store, home_media, shop, now, defaults, Watch(on_progress, cancelled), upsert)
    report = await run.all(list(files_in(paths)), named, replace=replace)
    if not dry_run and report.usable:
        await keep_mappings(database, shop_id, mappings.accepted, now)
    if not dry_run and (report.usable or known is not None):
        async with database.write() as connection:
            row = {"id": report.import_id, "shop_id": shop_id, "at": now, "report": report.as_json()}
            await connection.execute(delete(tables.imports).where(tables.imports.c.id == named))
            await connection.execute(insert(tables.imports).values(**row))
            await journal.finish(connection)
    return report


@dataclass(frozen=True, slots=True)
class _UpsertOptions:
    """How the records of a run are written."""

    journal: Journal
    dry: bool
    batch_rows: int
    mappings: Mappings


def _opened(path: Path, name: str, lang: Lang, mappings: Mappings) -> list[_File]:
    """Return what is in a file, each with its own place in the report."""
    try:
        return [_File(path, one.name, one.notes, one.found, one.guess) for one in open_file(path, name, lang, mappings)]
    except Exception as error:  # one file that we did not foresee must not cost the others
        _log.exception("opening %s", name)
        notes = Notes(name, lang)
        notes.add("reader_failed", value=type(error).__name__)
        return [_File(path, name, notes)]


def _read(file: _File, reader: Reader, content: Content, context: Context) -> Reading:
    try:
        reading = reader.read(content, context, file.notes)
        if reading.expected is None:
            found = tuple(reading.records)
            reading.records, reading.expected = found, len(found)
    except Exception as error:
        _log.exception("reading %s", file.name)
        file.notes.add("reader_failed", value=type(error).__name__)
        return Reading(rejected=1, keys_lost=True, expected=0)
    return reading


def _taken(file: _File, reading: Reading, records: Iterator[Record], count: int, pictures: Pictures) -> list[Record]:
    """Return the next records of a file; fewer than asked for at its end, or where the reader fails."""
    some: list[Record] = []
    try:
        some.extend(pictures.localised(r) if isinstance(r, Product) else r for r in islice(records, count))
    except Exception as error:
        _log.exception("reading %s", file.name)
        file.notes.add("reader_failed", value=type(error).__name__)
        reading.rejected += 1
        reading.keys_lost = True
    return some


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
        now: datetime,
        defaults: ShopDefaults,
        watch: Watch,
        upsert: _UpsertOptions,
    ) -> None:
        self._database = database
        self._store = store
        self._media = media
        self._shop = shop
        self._now = now
        self._defaults = defaults
        self._watch = watch
        self._options = upsert
        self._shop_put = False
        self._seen: dict[Kind, _Seen] = {}
        self._done = 0
        self._total = 0

    async def all(self, found: list[tuple[Path, str]], import_id: str, *, replace: bool) -> ImportReport:
        lang: Lang = "zh" if self._shop.locale.casefold().startswith("zh") else "en"
        self._total = len(found)
        files: list[_File] = []
        for path, name in found:
            self._tell(name, 0, 0, Phase.OPEN)
            files += await asyncio.to_thread(_opened, path, name, lang, self._options.mappings)
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
        return ImportReport(import_id, self._shop.id, tuple(reports.values()), self._options.dry)

    async def _one(self, file: _File) -> Counts:
        """Read and write one file."""
        if file.opened is None:
            return Counts()
        content, reader = file.opened
        if self._shop.locale.casefold().startswith("zh"):
            file.notes.lang = "zh"  # a profile may have said so after the file was opened
        self._tell(file.name, 0, 0, Phase.READ)
        known = await self._known_handles() if reader.kind is Kind.PRODUCT else frozenset[str]()
        products = (
            await product_names(self._database, self._shop.id) if reader.kind is Kind.FIT_REPORT else frozenset[str]()
        )
        context = Context(self._shop, self._now, known, products)
        reading = await asyncio.to_thread(_read, file, reader, content, context)
        seen = self._seen.setdefault(reader.kind, _Seen())
        pictures = Pictures(content.path.parent, self._media, self._shop.id, file.notes, copies=not self._options.dry)
        counts, done, records = Counts(), 0, iter(reading.records)
        self._tell(file.name, 0, reading.expected or 0)

        def read_on() -> asyncio.Task[list[Record]]:
            return asyncio.create_task(
                asyncio.to_thread(_taken, file, reading, records, self._options.batch_rows, pictures)
            )

        # A batch is read while the one before is written, so that no more than two are held.
        ahead = read_on()
        try:
            while some := await ahead:
                ahead = read_on()
                first, repeated = self._first_seen(some, file, seen)
                if first and not self._shop_put:
                    await self._put_shop()
                counts += await self._write(file, reader.kind, first) + Counts(rejected=repeated)
                done += len(some)
                self._tell(file.name, done, reading.expected or 0)
        finally:
            # Whatever stopped the import: no thread may read on in a file that is taken away.
            await asyncio.gather(ahead, return_exceptions=True)
        seen.keys_lost |= reading.keys_lost
        seen.exact |= reading.rejected_keys
        if not done and not reading.rejected:
            file.notes.add("no_rows")
        return counts + Counts(rejected=reading.rejected)

    def _first_seen(self, some: Sequence[Record], file: _File, seen: _Seen) -> tuple[list[Record], int]:
        """Leave out what an earlier file of this run gave already, so that a second run changes nothing."""
        records: list[Record] = []
        for record in some:
            exact, key = keys_of(self._shop, record)
            if key is not None and (other := seen.keys.setdefault(key, file.name)) != file.name:
                row = record.source.row if isinstance(record, Product | Order | SizeChart) else None
                file.notes.add("key_in_two_files", row=row, value=exact, other=other)
                continue
            seen.exact |= {exact} if exact is not None else set()
            records.append(record)
        return records, len(some) - len(records)

    async def _write(self, file: _File, kind: Kind, records: list[Record]) -> Counts:
        upsert = self._upsert()
        if kind is Kind.PRODUCT:
            return await upsert.products([r for r in records if isinstance(r, Product)])
        if kind is Kind.DOCUMENT:
            return await upsert.documents([r for r in records if isinstance(r, DraftDocument)])
        if kind is Kind.SIZE_CHART:
            return await upsert.size_charts([r for r in records if isinstance(r, SizeChart)])
        if kind is Kind.ORDER:
            return await upsert.orders([r for r in records if isinstance(r, Order)])
        if kind is Kind.QUICK_REPLY:
            return await upsert.quick_replies([r for r in records if isinstance(r, QuickReply)])
        if kind is Kind.FIT_REPORT:
            return await upsert.fit_reports([r for r in records if isinstance(r, KeptReport)])
        counts = Counts()
        for record in records:
            if isinstance(record, Promotions):
                counts += await upsert.promotions(record, file.name)
            elif isinstance(record, ShopProfile):
                counts += await self._apply(record)
        return counts

    async def _apply(self, profile: ShopProfile) -> Counts:
        before = self._shop
        self._shop = with_defaults(with_profile(self._shop, profile), self._defaults)
        await self._put_shop()
        if self._shop.freshness != before.freshness and not self._options.dry:
            async with self._database.write() as connection:
                await log_all(connection, self._shop.id, self._now)
        return Counts(unchanged=1) if before == self._shop else Counts(changed=1)

    async def _put_shop(self) -> None:
        if not self._options.dry:
            await self._store.put_shop(self._shop, self._now)
        self._shop_put = True

    def _upsert(self) -> Upsert:
        options = self._options
        return Upsert(
            self._database,
            self._shop,
            self._now,
            journal=None if options.dry else options.journal,
            dry=options.dry,
            batch_rows=options.batch_rows,
        )

    async def _remove(self, kind: Kind, file: _File) -> int:
        seen = self._seen.get(kind, _Seen())
        if kind in (Kind.SHOP, Kind.PROMOTION) or not seen.exact:
            return 0  # of these a shop has one; and a file without a usable row says nothing about the others
        if seen.keys_lost:
            file.notes.add("removal_skipped")
            return 0

        def told(done: int) -> None:
            self._tell(file.name, done, 0, Phase.REMOVE)

        return await self._upsert().remove_missing(kind, seen.exact, told)

    async def _known_handles(self) -> frozenset[str]:
        table = tables.products
        async with self._database.read() as connection:
            query = select(table.c.handle).where(table.c.shop_id == self._shop.id)
            stored = frozenset((await connection.execute(query)).scalars())
        # A dry run has written nothing of the files before this one.
        return stored | self._seen[Kind.PRODUCT].exact if Kind.PRODUCT in self._seen else stored

    def _tell(self, file: str, done: int, total: int, phase: Phase = Phase.WRITE) -> None:
        self._watch.tell(ImportProgress(file, self._done, self._total, done, total, phase))
