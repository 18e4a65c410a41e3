"""Runs are kept: one folder each with its record and traces, and a SQLite index over all of them."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.results import CaseResult
from knowledge.errors import Invalid, NotFound

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY, suite TEXT NOT NULL, target TEXT NOT NULL, started_at TEXT NOT NULL,
    status TEXT NOT NULL, cases INTEGER NOT NULL, version TEXT NOT NULL, code TEXT NOT NULL,
    passed REAL, took_p95_ms REAL
)"""


class RunRecord(BaseModel):
    """A run: everything that its figures depend on.

    Attributes:
        cases: SHA-256 over the cases asked, in order, with their expectations.
        files: SHA-256 of each file of cases and of each shipped shop's folder, by name.
        code: SHA-256 over the assistant's and the knowledge's source; the version alone stands still
            between releases.
        scoring: SHA-256 over this package's source; figures of two scorings do not compare.
        settings: Without secrets.
        seed: Of the bootstrap; nothing else is drawn.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    suite: str
    target: str
    status: Literal["running", "done"]
    started_at: str
    finished_at: str | None = None
    cases: str
    case_count: int
    files: dict[str, str]
    code: str
    scoring: str
    versions: dict[str, str]
    machine: dict[str, Any]
    settings: dict[str, Any]
    seed: int = 0
    summary: dict[str, Any] | None = None


class RunStore:
    """The runs of one home.

    Args:
        folder: ``evals`` in the home; made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self._runs = folder / "runs"
        self._index = folder / "runs.db"
        self._runs.mkdir(parents=True, exist_ok=True)

    def folder(self, run_id: str) -> Path:
        return self._runs / run_id

    def put(self, record: RunRecord) -> None:
        """Write a run's record, new or again."""
        self.folder(record.id).mkdir(exist_ok=True)
        target = self.folder(record.id) / "run.json"
        fresh = target.with_suffix(".new")
        fresh.write_text(record.model_dump_json(indent=1), "utf-8")
        fresh.replace(target)  # a killed run leaves the old record or the new one, never half of one
        self._put_in_index(record)

    def append(self, run_id: str, result: CaseResult) -> None:
        """Add a case's trace; it is there for a resumed run as soon as this returns."""
        with (self.folder(run_id) / "traces.jsonl").open("a", encoding="utf-8") as file:
            file.write(result.model_dump_json() + "\n")

    def results(self, run_id: str) -> list[CaseResult]:
        """Return the traces so far; a last line that a kill cut off is left out, and asked again."""
        path = self.folder(run_id) / "traces.jsonl"
        if not path.exists():
            return []
        text = path.read_text("utf-8")
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            path.write_text(whole, "utf-8")
        return [CaseResult.model_validate_json(line) for line in whole.split("\n") if line]

    def find(self, reference: str) -> RunRecord:
        """Return a run by its id, the beginning of it, ``last``, or the path of its folder or record.

        Raises:
            NotFound: There is no such run (``run_not_found``).
            Invalid: Several begin so (``usage_ambiguous_run``).
        """
        path = Path(reference)
        if path.name == "run.json" or (path / "run.json").is_file():
            return _read(path if path.name == "run.json" else path / "run.json")
        known = [record.id for record in self.newest(None)]
        if reference == "last" and known:
            return _read(self.folder(known[0]) / "run.json")
        found = [run_id for run_id in known if run_id == reference] or [i for i in known if i.startswith(reference)]
        if len(found) > 1:
            raise Invalid(f"Several runs begin with {reference!r}: {', '.join(found[:5])}", code="usage_ambiguous_run")
        if not found:
            raise NotFound(f"There is no run {reference!r}; `daogou eval list` shows them.", code="run_not_found")
        return _read(self.folder(found[0]) / "run.json")

    def opened(self, reference: str) -> tuple[RunRecord, list[CaseResult]]:
        """Return a run with its traces, of this home or at a path."""
        record = self.find(reference)
        path = Path(reference)
        elsewhere = path.parent if path.name == "run.json" else path
        if (elsewhere / "traces.jsonl").is_file():
            return record, RunStore(elsewhere.parent.parent).results(elsewhere.name)
        return record, self.results(record.id)

    def newest(self, most: int | None = 10) -> list[RunRecord]:
        """Return records, the newest first; one that cannot be read any more is left out."""
        with self._connected() as index:
            rows = index.execute("SELECT id FROM run ORDER BY started_at DESC, rowid DESC LIMIT ?", (most or -1,))
            paths = [self.folder(run_id) / "run.json" for (run_id,) in rows]
        return [_read(path) for path in paths if path.exists()]

    def _put_in_index(self, record: RunRecord) -> None:
        overall = (record.summary or {}).get("overall", {})
        took = (record.summary or {}).get("took_ms", {})
        row = (
            record.id,
            record.suite,
            record.target,
            record.started_at,
            record.status,
            record.case_count,
            record.versions.get("daogou", ""),
            record.code,
            overall.get("passed", {}).get("value"),
            took.get("p95"),
        )
        with self._connected() as index, index:
            index.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._index, timeout=10)) as index:
            index.execute(_SCHEMA)
            yield index


def _read(path: Path) -> RunRecord:
    try:
        return RunRecord.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError) as error:
        raise NotFound(f"{path} is not the record of a run: {error}", code="run_not_found") from error


def code_hash(*packages: str) -> str:
    """Return a SHA-256 over the Python source of these packages."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
