"""One public set measured, and the record of it kept."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.machine import machine, versions
from evals.public.figures import SetResult
from evals.public.sets import PUBLIC_SETS, OnProgress, present
from evals.runs import code_hash
from knowledge.errors import NotFound
from knowledge.home import Home


class PublicRun(BaseModel):
    """A measured set with all that its figures depend on.

    Attributes:
        files: SHA-256 of each file of the set, by its path in the folder.
        code: SHA-256 over the assistant's and the knowledge's source.
        scoring: SHA-256 over this package's source.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    started_at: str
    took_seconds: float
    files: dict[str, str]
    code: str
    scoring: str
    versions: dict[str, str]
    machine: dict[str, Any]
    result: SetResult


async def run_public(home: Home, name: str, data: Path, told: OnProgress) -> PublicRun | None:
    """Measure a set and keep the run; None when the folder does not have it.

    Raises:
        Invalid: ``data`` is no folder, or a file of the set cannot be used.
    """
    one = PUBLIC_SETS[name]
    folder = present(data).get(name)
    if folder is None:
        return None
    began, where, now = time.perf_counter(), machine(), datetime.now(UTC)
    result = await one.measure()(folder, home, told)
    run = PublicRun(
        id=f"{now:%Y%m%d-%H%M%S}-{name}-{home.ids.new('r')[-4:]}",
        started_at=now.isoformat(timespec="seconds"),
        took_seconds=round(time.perf_counter() - began, 1),
        files=_hashes(folder),
        code=code_hash("assistant", "knowledge"),
        scoring=code_hash("evals"),
        versions=versions(),
        machine=where,
        result=result,
    )
    kept = _folder(home)
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{run.id}.json").write_text(run.model_dump_json(indent=1), "utf-8")
    return run


def public_runs(home: Home) -> list[PublicRun]:
    """Return the kept runs, the newest first; one that cannot be read any more is left out."""
    found: list[PublicRun] = []
    for path in sorted(_folder(home).glob("*.json"), reverse=True):
        try:
            found.append(PublicRun.model_validate_json(path.read_text("utf-8")))
        except (OSError, ValidationError):
            continue
    return found


def find_public(home: Home, reference: str) -> PublicRun:
    """Return a kept run by its id or the beginning of it.

    Raises:
        NotFound: There is none (``run_not_found``).
    """
    for run in public_runs(home):
        if run.id.startswith(reference):
            return run
    raise NotFound(f"There is no run {reference!r} of a public set.", code="run_not_found")


def _folder(home: Home) -> Path:
    return home.path / "evals" / "public"


def _hashes(folder: Path) -> dict[str, str]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
