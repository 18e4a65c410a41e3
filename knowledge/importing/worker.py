"""Runs import jobs in the background: of one shop one at a time, of several shops a few side by side."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from knowledge.catalog import ShopId
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import Conflict, DaogouError
from knowledge.ids import IdSource
from knowledge.importing.jobs import ImportJob, ImportJobs, JobState
from knowledge.importing.journal import VERSIONS_KEPT
from knowledge.importing.progress import ImportCancelled, Meter
from knowledge.versions import Versions

logger = logging.getLogger(__name__)

# Two uploads already keep two cores busy; more would only hold more memory.
SIDE_BY_SIDE: Final = 2
# Turns are answered meanwhile, and each of their commits waits for the batch at hand: about 20 ms.
BATCH_ROWS: Final = 200
# Turns go first; on a machine with nothing else to do the reading is not slowed by it.
NICENESS: Final = 5
# Reading a small file computes in a thread. By Python's own 5 ms for a turn, twenty changes of thread, as one
# question has them, were seen to wait for 53 ms at the worst; by this for 8 ms.
SWITCH_SECONDS: Final = 0.0005
# An index follows a running import so often, that little is left to take in at its end.
FOLLOW_SECONDS: Final = 1.0
# A job that has brought the process down so often is not tried again.
MOST_ATTEMPTS: Final = 5

OnChange = Callable[[ShopId], Awaitable[None]]


class ImportWorker:
    """Takes jobs from the queue and runs them.

    Args:
        media: Where pictures go.
        on_change: Awaited after a job that may have changed the shop.
        versions_kept: Versions of a catalog that stay.
    """

    def __init__(
        self,
        jobs: ImportJobs,
        database: Database,
        media: Path,
        clock: Clock,
        ids: IdSource,
        on_change: OnChange | None = None,
        versions_kept: int = VERSIONS_KEPT,
    ) -> None:
        self._jobs = jobs
        self._database = database
        self._media = media
        self._clock = clock
        self._ids = ids
        self._on_change = on_change
        self._versions_kept = versions_kept
        self._versions = Versions(database, clock, versions_kept)
        self._running: dict[ShopId, asyncio.Task[None]] = {}
        self._held: set[ShopId] = set()
        self._cancelled: set[str] = set()
        self._meters: dict[str, Meter] = {}
        self._main: asyncio.Task[None] | None = None
        self._switched = sys.getswitchinterval()

    async def start(self) -> None:
        """Go on with what a stopped process has left, and wait for more."""
        sys.setswitchinterval(min(SWITCH_SECONDS, self._switched))
        await self._jobs.resume()
        self._main = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop at once; what runs goes on at the next start."""
        tasks = [*self._running.values(), *([self._main] if self._main is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        sys.setswitchinterval(self._switched)

    def progress(self, job_id: str) -> dict[str, object] | None:
        """Return how far a job is; None while it is not running here."""
        meter = self._meters.get(job_id)
        return None if meter is None else meter.as_json()

    async def cancel(self, shop_id: ShopId, job_id: str) -> ImportJob:
        """Cancel a job; what it has written so far is taken back."""
        job = await self._jobs.cancel(shop_id, job_id)
        if job.ended_at is None:
            self._cancelled.add(job_id)
        return job

    @contextmanager
    def alone(self, shop_id: ShopId) -> Iterator[None]:
        """Keep imports of the shop waiting while the block changes its catalog.

        Raises:
            Conflict: An import of the shop runs (``import_running``).
        """
        if shop_id in self._running or shop_id in self._held:
            raise Conflict("An import of this shop is running; wait for it, or cancel it.", code="import_running")
        self._held.add(shop_id)
        try:
            yield
        finally:
            self._held.discard(shop_id)
            self._jobs.arrived.set()

    async def _run(self) -> None:
        while True:
            self._jobs.arrived.clear()
            try:
                await self._begin_what_can()
            except Exception:  # the database may be away for a moment; the queue must not stand still for ever
                logger.exception("The import queue could not be read")
                await asyncio.sleep(1)
                continue
            await self._jobs.arrived.wait()

    async def _begin_what_can(self) -> None:
        for job in await self._jobs.waiting():
            if len(self._running) >= SIDE_BY_SIDE:
                return
            if job.shop_id in self._running or job.shop_id in self._held:
                continue
            self._held.add(job.shop_id)  # while the database is asked
            try:
                if await self._jobs.begin(job):
                    self._running[job.shop_id] = asyncio.create_task(self._work(job))
            finally:
                self._held.discard(job.shop_id)

    async def _work(self, job: ImportJob) -> None:
        try:
            await self._ended(job)
            if self._on_change is not None and not job.options.dry_run:
                await self._on_change(job.shop_id)
        except Exception:
            logger.exception("Import %s ended in a way that nobody foresaw", job.id)
        finally:
            self._meters.pop(job.id, None)
            self._cancelled.discard(job.id)
            self._running.pop(job.shop_id, None)
            self._jobs.arrived.set()

    async def _ended(self, job: ImportJob) -> None:
        try:
            await self._one(job)
        except Exception as error:
            # Without an end it would look as if it ran for ever; where the database is away, the next start goes on.
            await self._jobs.end(job, JobState.FAILED, problem=_problem(error))
            raise

    async def _one(self, job: ImportJob) -> None:
        if job.cancel_requested:
            await self._take_back(job)
            return
        if job.attempts >= MOST_ATTEMPTS:
            problem = {"code": "import_gave_up", "detail": f"The import was interrupted {job.attempts} times."}
            await self._jobs.end(job, JobState.FAILED, problem=problem)
            return
        meter = self._meters[job.id] = Meter()
        # This takes most of a second to load, and a server that imports nothing needs none of it.
        await asyncio.to_thread(importlib.import_module, "knowledge.importing.run")
        from knowledge.importing.run import import_paths

        following = asyncio.create_task(self._followed(job))
        try:
            report = await import_paths(
                self._database,
                self._media,
                job.shop_id,
                [self._jobs.folder_of(job.id)],
                clock=self._clock,
                ids=self._ids,
                replace=job.options.replace,
                dry_run=job.options.dry_run,
                accept_mapping=job.options.accept_mapping,
                mapping=job.options.mapping,
                on_progress=meter.take,
                cancelled=lambda: job.id in self._cancelled,
                import_id=job.id,
                batch_rows=BATCH_ROWS,
                versions_kept=self._versions_kept,
                niceness=NICENESS,
            )
        except ImportCancelled:
            await self._take_back(job)
        except Exception as error:
            logger.exception("Import %s failed", job.id)
            await self._jobs.end(job, JobState.FAILED, problem=_problem(error))
        else:
            nothing = None if report.usable else _NOTHING
            if report.needs_mapping:
                await self._jobs.hold(job, report.as_json(), nothing)
            else:
                state = JobState.DONE if report.usable else JobState.FAILED
                await self._jobs.end(job, state, report.as_json(), nothing)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _followed(self, job: ImportJob) -> None:
        """Have the shop's index follow while rows come in."""
        while self._on_change is not None and not job.options.dry_run:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                await self._on_change(job.shop_id)
            except (
                Exception
            ):  # it is told of the end of the import as well, and what it may not take in then is said there
                logger.debug("The index could not follow import %s", job.id, exc_info=True)

    async def _take_back(self, job: ImportJob) -> None:
        await self._versions.take_back(job.shop_id, job.id)
        await self._jobs.end(job, JobState.CANCELLED)


_NOTHING: Final = {"code": "nothing_usable", "detail": "Nothing in the files could be used; the report says why."}


def _problem(error: Exception) -> dict[str, str]:
    if isinstance(error, DaogouError):
        return {"code": error.code, "detail": error.message}
    # What an unforeseen error says is for the log; it may hold a path or a statement.
    return {"code": "import_failed", "detail": f"The import stopped with {type(error).__name__}."}
