"""One import: files are found, opened, read and written, and a report says what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, insert, select

from knowledge import tables
from knowledge.catalog import Shop, ShopId
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.ids import IdSource
from knowledge.importing.confirmation import log_all
from knowledge.importing.draft import Draft
from knowledge.importing.file_reading import FileReading, Found, Outcome, Terms
from knowledge.importing.folders import files_in
from knowledge.importing.issues import Notes
from knowledge.importing.journal import VERSIONS_KEPT, Cause, Journal
from knowledge.importing.kept_mappings import keep_mappings, kept_mappings
from knowledge.importing.mapping import ColumnMap, Mappings
from knowledge.importing.product_names import product_names
from knowledge.importing.progress import ImportProgress, Phase, Watch
from knowledge.importing.reader import Context, ShopProfile
from knowledge.importing.reading_process import ReadingApart
from knowledge.importing.report import Counts, FileReport, ImportReport, Kind
from knowledge.importing.shop_settings import NO_DEFAULTS, ShopDefaults, with_defaults, with_profile
from knowledge.importing.upsert import BATCH, Upsert
from knowledge.promotions import Promotions
from knowledge.store import KnowledgeStore
from knowledge.text import Lang

_ORDER: Final = list(Kind)
# Some 700 products of a Shopify export: a third of a second to read, half of what a process takes to start.
APART_FROM_BYTES: Final = 1024 * 1024
__all__ = ["ImportProgress", "ShopDefaults", "files_in", "import_paths"]


@dataclass(slots=True)
class _File:
    """One thing that a file holds, on its way through the import.

    Attributes:
        notes: What is found beside what its reader notes.
    """

    found: Found
    notes: Notes

    @property
    def name(self) -> str:
        return self.found.name

    def report(self, counts: Counts, outcome: Outcome) -> FileReport:
        known = self.found.kind is not None
        outcome.notes.take(self.notes)
        return FileReport(
            self.name,
            self.found.kind,
            self.found.format,
            counts if known else Counts(rejected=1),
            tuple(sorted(outcome.notes.issues, key=lambda issue: issue.row or 0)),
            dict(outcome.notes.left_out),
            self.found.guess,
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
    niceness: int = 0,
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
        niceness: By how much reading a large file steps back behind other work of the machine.

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
    upsert = _UpsertOptions(journal, dry_run, batch_rows)
    files = list(files_in(paths))
    reading = await asyncio.to_thread(_reader_of, files, _lang(shop), mappings, niceness)
    try:
        watch = Watch(on_progress, cancelled)
        run = _Run(database, store, home_media, shop, now, defaults, watch, upsert, reading)
        report = await run.all(files, named, replace=replace)
        accepted = await asyncio.to_thread(reading.accepted)
    finally:
        reading.close()
    if not dry_run and report.usable:
        await keep_mappings(database, shop_id, accepted, now)
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


def _reader_of(files: Sequence[tuple[Path, str]], lang: Lang, mappings: Mappings, niceness: int) -> FileReading:
    """Return who reads the files; what takes well under a second is not worth the start of a process."""
    if sum(path.stat().st_size for path, _ in files if path.exists()) > APART_FROM_BYTES:
        return ReadingApart(lang, mappings, niceness)
    # The readers take most of a second to load, and who has them read elsewhere needs none of them.
    from knowledge.importing.reading import ReadingHere

    return ReadingHere(lang, mappings)


def _lang(shop: Shop) -> Lang:
    """Return the language in which the merchant is told what is wrong."""
    return "zh" if shop.locale.casefold().startswith("zh") else "en"


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
        reading: FileReading,
    ) -> None:
        self._database = database
        self._store = store
        self._media = media
        self._shop = shop
        self._now = now
        self._defaults = defaults
        self._watch = watch
        self._options = upsert
        self._reading = reading
        self._shop_put = False
        self._seen: dict[Kind, _Seen] = {}
        self._done = 0
        self._total = 0

    async def all(self, found: list[tuple[Path, str]], import_id: str, *, replace: bool) -> ImportReport:
        lang = _lang(self._shop)
        self._total = len(found)
        files: list[_File] = []
        for path, name in found:
            self._tell(name, 0, 0, Phase.OPEN)
            opened = await asyncio.to_thread(self._reading.open, path, name)
            files += [_File(one, Notes(one.name, lang)) for one in opened]
        self._total = len(files)
        files.sort(key=lambda f: (_ORDER.index(f.found.kind) if f.found.kind else len(_ORDER), f.name))
        reports: dict[str, FileReport] = {}
        last: dict[Kind, _File] = {}
        counted: dict[str, Counts] = {}
        outcomes: dict[str, Outcome] = {}
        for file in files:
            counted[file.name], outcomes[file.name] = await self._one(file)
            if file.found.kind is not None:
                last[file.found.kind] = file
            self._done += 1
        if replace:
            for kind, file in last.items():
                counted[file.name] += Counts(removed=await self._remove(kind, file))
        for file in files:
            reports[file.name] = file.report(counted[file.name], outcomes[file.name])
        return ImportReport(import_id, self._shop.id, tuple(reports.values()), self._options.dry)

    async def _one(self, file: _File) -> tuple[Counts, Outcome]:
        """Read and write one file."""
        kind, number = file.found.kind, file.found.number
        if kind is None:
            return Counts(), await asyncio.to_thread(self._reading.finish, number)
        file.notes.lang = _lang(self._shop)  # a profile may have said so after the file was opened
        self._tell(file.name, 0, 0, Phase.READ)
        known = await self._known_handles() if kind is Kind.PRODUCT else frozenset[str]()
        products = await product_names(self._database, self._shop.id) if kind is Kind.FIT_REPORT else frozenset[str]()
        context = Context(self._shop, self._now, known, products)
        terms = Terms(context, file.notes.lang, self._media, copies=not self._options.dry)
        expected = await asyncio.to_thread(self._reading.begin, number, terms)
        seen = self._seen.setdefault(kind, _Seen())
        counts, done = Counts(), 0
        self._tell(file.name, 0, expected)

        def read_on() -> asyncio.Task[list[Draft]]:
            return asyncio.create_task(asyncio.to_thread(self._reading.take, number, self._options.batch_rows))

        # A batch is read while the one before is written, so that no more than a few are held.
        ahead = read_on()
        try:
            while some := await ahead:
                ahead = read_on()
                first, repeated = self._first_seen(some, file, seen)
                if first and not self._shop_put:
                    await self._put_shop()
                counts += await self._write(file, kind, first) + Counts(rejected=repeated)
                done += len(some)
                self._tell(file.name, done, expected)
        finally:
            # Whatever stopped the import: no thread may read on in a file that is taken away.
            await asyncio.gather(ahead, return_exceptions=True)
        outcome = await asyncio.to_thread(self._reading.finish, number)
        seen.keys_lost |= outcome.keys_lost
        seen.exact |= outcome.rejected_keys
        if not done and not outcome.rejected:
            file.notes.add("no_rows")
        return counts + Counts(rejected=outcome.rejected), outcome

    def _first_seen(self, some: Sequence[Draft], file: _File, seen: _Seen) -> tuple[list[Draft], int]:
        """Leave out what an earlier file of this run gave already, so that a second run changes nothing."""
        drafts: list[Draft] = []
        for draft in some:
            if draft.alike is not None and (other := seen.keys.setdefault(draft.alike, file.name)) != file.name:
                file.notes.add("key_in_two_files", row=draft.line, value=draft.key, other=other)
                continue
            seen.exact.add(draft.key)
            drafts.append(draft)
        return drafts, len(some) - len(drafts)

    async def _write(self, file: _File, kind: Kind, drafts: list[Draft]) -> Counts:
        if kind not in (Kind.PROMOTION, Kind.SHOP):
            return await self._upsert().write(kind, drafts)
        counts = Counts()
        for draft in drafts:
            if isinstance(draft.below, Promotions):
                counts += await self._upsert().promotions(draft.below, file.name)
            elif isinstance(draft.below, ShopProfile):
                counts += await self._apply(draft.below)
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
