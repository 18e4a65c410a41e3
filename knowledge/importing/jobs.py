"""Imports as durable jobs: the files lie in the home, the job is a row, and a restart goes on with it.

No step of a job is remembered apart. A repeated import writes nothing twice, because what is there
already is known by its hash, and the import's version in the undo log tells what an earlier attempt
has written.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, Select, insert, select, update

from knowledge.catalog import ShopId
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import Conflict, NotFound
from knowledge.tables import import_jobs

# Of a shop's jobs that have ended, the last ones stay to be looked at; the files of all are deleted.
ENDED_KEPT: Final = 100


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NEEDS_MAPPING = "needs_mapping"  # its files are kept until the merchant has said what the columns hold


_OPEN: Final = (JobState.QUEUED.value, JobState.RUNNING.value)
_WITH_FILES: Final = (*_OPEN, JobState.NEEDS_MAPPING.value)
# A merchant who has not answered after so long uploads again.
HELD_FOR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What the merchant asked for.

    Attributes:
        mapping: What the columns of the merchant's own tables hold.
    """

    replace: bool = False
    dry_run: bool = False
    accept_mapping: bool = False
    mapping: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One upload.

    Attributes:
        number: Jobs of a shop run in this order.
        files: Names and sizes in bytes.
        attempts: How often it was begun; above 1 after a restart in the middle.
        report: As `ImportReport.as_json`; None until it has ended.
        problem: Of a failed job, ``{code, detail}``.
    """

    number: int
    id: str
    shop_id: ShopId
    state: JobState
    options: JobOptions
    files: tuple[tuple[str, int], ...]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    cancel_requested: bool
    report: Mapping[str, Any] | None
    problem: Mapping[str, str] | None


class ImportJobs:
    """The queue of a database, with the uploads in a folder.

    Attributes:
        folder: One folder per job that has not ended, named by its id.
    """

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.folder = folder
        self.arrived = asyncio.Event()

    def folder_of(self, job_id: str) -> Path:
        return self.folder / job_id

    async def submit(
        self, job_id: str, shop_id: ShopId, files: Sequence[tuple[str, int]], options: JobOptions
    ) -> ImportJob:
        """Put an upload into the queue; its files lie in `folder_of` already."""
        values = {
            "id": job_id,
            "shop_id": shop_id,
            "state": JobState.QUEUED.value,
            "options": {name: getattr(options, name) for name in JobOptions.__slots__},
            "files": [{"name": name, "bytes": size} for name, size in files],
            "created_at": self._clock.now(),
            "attempts": 0,
            "cancel_requested": False,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(import_jobs).values(**values))
        self.arrived.set()
        return await self.get(shop_id, job_id)

    async def get(self, shop_id: ShopId, job_id: str) -> ImportJob:
        """Return the job.

        Raises:
            NotFound: The shop has no such job (``import_not_found``).
        """
        table = import_jobs
        found = await self._jobs(select(table).where(table.c.shop_id == shop_id, table.c.id == job_id))
        if not found:
            raise NotFound(f"There is no import {job_id!r}.", code="import_not_found")
        return found[0]

    async def of_shop(self, shop_id: ShopId, limit: int) -> tuple[ImportJob, ...]:
        """Return the shop's jobs, the newest first."""
        table = import_jobs
        query = select(table).where(table.c.shop_id == shop_id).order_by(table.c.number.desc())
        return await self._jobs(query.limit(limit))

    async def waiting(self) -> tuple[ImportJob, ...]:
        """Return all queued jobs, the oldest first."""
        table = import_jobs
        return await self._jobs(select(table).where(table.c.state == JobState.QUEUED.value).order_by(table.c.number))

    async def cancel(self, shop_id: ShopId, job_id: str) -> ImportJob:
        """Cancel the job: at once while it waits, else between two batches; of a held one, give up its files.

        Raises:
            NotFound: The shop has no such job.
            Conflict: It has ended already (``import_ended``).
        """
        job = await self.get(shop_id, job_id)
        if job.state is JobState.NEEDS_MAPPING:
            await self.end(job, JobState.FAILED if job.problem else JobState.DONE, job.report, job.problem)
            return await self.get(shop_id, job_id)
        table = import_jobs
        async with self._database.write() as connection:
            mine = (table.c.id == job_id) & table.c.state.in_(_OPEN)
            found = await connection.execute(update(table).where(mine).values(cancel_requested=True))
            if found.rowcount == 0:
                raise Conflict(f"This import has ended: {job.state.value}.", code="import_ended")
            queued = (table.c.id == job_id) & (table.c.state == JobState.QUEUED.value) & (table.c.attempts == 0)
            ended = {"state": JobState.CANCELLED.value, "ended_at": self._clock.now()}
            waited = (await connection.execute(update(table).where(queued).values(**ended))).rowcount
        if waited:
            await self.forget_files(job_id)
        self.arrived.set()
        return await self.get(shop_id, job_id)

    async def hold(
        self, job: ImportJob, report: Mapping[str, object], problem: Mapping[str, str] | None = None
    ) -> None:
        """Keep the job's files until the merchant has said what the columns hold."""
        values = {"state": JobState.NEEDS_MAPPING.value, "report": report, "problem": problem, "attempts": 0}
        table = import_jobs
        async with self._database.write() as connection:
            await connection.execute(update(table).where(table.c.id == job.id).values(**values))
        await self._forget_unanswered()

    async def release(self, job: ImportJob) -> ImportJob:
        """Put a held job back into the queue.

        Raises:
            Conflict: It is not held (``import_not_held``).
        """
        table = import_jobs
        held = (table.c.id == job.id) & (table.c.state == JobState.NEEDS_MAPPING.value)
        again = {"state": JobState.QUEUED.value, "report": None, "problem": None}
        async with self._database.write() as connection:
            if (await connection.execute(update(table).where(held).values(**again))).rowcount == 0:
                raise Conflict("This import does not wait for a mapping.", code="import_not_held")
        self.arrived.set()
        return await self.get(job.shop_id, job.id)

    async def _forget_unanswered(self) -> None:
        table = import_jobs
        unanswered = table.c.state == JobState.NEEDS_MAPPING.value, table.c.created_at < self._clock.now() - HELD_FOR
        for job in await self._jobs(select(table).where(*unanswered)):
            await self.cancel(job.shop_id, job.id)

    async def begin(self, job: ImportJob) -> bool:
        """Take the job out of the queue; False when it is not there any more."""
        table = import_jobs
        queued = (table.c.id == job.id) & (table.c.state == JobState.QUEUED.value)
        values = {
            "state": JobState.RUNNING.value,
            "attempts": table.c.attempts + 1,
            "started_at": job.started_at or self._clock.now(),
        }
        async with self._database.write() as connection:
            return (await connection.execute(update(table).where(queued).values(**values))).rowcount == 1

    async def end(
        self,
        job: ImportJob,
        state: JobState,
        report: Mapping[str, object] | None = None,
        problem: Mapping[str, str] | None = None,
    ) -> None:
        """Say how the job ended, and delete its files."""
        values = {"state": state.value, "ended_at": self._clock.now(), "report": report, "problem": problem}
        table = import_jobs
        async with self._database.write() as connection:
            await connection.execute(update(table).where(table.c.id == job.id).values(**values))
            ended = select(table.c.id).where(table.c.shop_id == job.shop_id, table.c.state.not_in(_WITH_FILES))
            old = (await connection.execute(ended.order_by(table.c.number.desc()).offset(ENDED_KEPT))).scalars().all()
            if old:
                await connection.execute(table.delete().where(table.c.id.in_(old)))
        await self.forget_files(job.id)

    async def resume(self) -> None:
        """Put what a stopped process had begun back into the queue, and delete uploads that never became jobs."""
        table = import_jobs
        async with self._database.write() as connection:
            running = table.c.state == JobState.RUNNING.value
            await connection.execute(update(table).where(running).values(state=JobState.QUEUED.value))
            kept = set((await connection.execute(select(table.c.id).where(table.c.state.in_(_WITH_FILES)))).scalars())
        await asyncio.to_thread(self._delete_all_but, kept)
        self.arrived.set()

    async def forget_files(self, job_id: str) -> None:
        await asyncio.to_thread(shutil.rmtree, self.folder_of(job_id), ignore_errors=True)

    def _delete_all_but(self, kept: set[str]) -> None:
        for path in self.folder.glob("*"):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    async def _jobs(self, query: Select[Any]) -> tuple[ImportJob, ...]:
        async with self._database.read() as connection:
            return tuple(_job_of(row) for row in await connection.execute(query))


def _job_of(row: Row[Any]) -> ImportJob:
    return ImportJob(
        number=row.number,
        id=row.id,
        shop_id=ShopId(row.shop_id),
        state=JobState(row.state),
        options=JobOptions(**row.options),
        files=tuple((one["name"], one["bytes"]) for one in row.files),
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        attempts=row.attempts,
        cancel_requested=row.cancel_requested,
        report=row.report,
        problem=row.problem,
    )
