"""How far an import is: what it does now, how fast, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

# A rate over less than this is noise.
_SETTLE_SECONDS = 0.2


class Phase(StrEnum):
    """What an import does with the file at hand."""

    OPEN = "open"
    READ = "read"  # find out what there is; a form that cannot be read in pieces is read whole
    WRITE = "write"  # read, check and write, a batch at a time
    REMOVE = "remove"


class ImportCancelled(Exception):
    """Somebody asked the import to stop; raised between two batches."""


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
    phase: Phase = Phase.WRITE


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows the import, and may stop it."""

    on_progress: Callable[[ImportProgress], None] | None = None
    cancelled: Callable[[], bool] | None = None

    def tell(self, progress: ImportProgress) -> None:
        """Pass the progress on.

        Raises:
            ImportCancelled: Asked to stop.
        """
        if self.cancelled is not None and self.cancelled():
            raise ImportCancelled
        if self.on_progress is not None:
            self.on_progress(progress)


class Meter:
    """Adds rate and time left, measured over the file at hand in its present phase.

    Args:
        monotonic: Tells seconds.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last: ImportProgress | None = None
        self._began = monotonic()
        self._began_done = 0

    def take(self, told: ImportProgress) -> None:
        """Note how far the import is."""
        last = self._last
        if last is None or (last.file, last.phase, last.total) != (told.file, told.phase, told.total):
            self._began, self._began_done = self._monotonic(), told.done
        self._last = told

    def as_json(self) -> dict[str, object] | None:
        """Return the progress; rate in records per second and time left in seconds, None while unknown."""
        told = self._last
        if told is None:
            return None
        seconds = self._monotonic() - self._began
        done = told.done - self._began_done
        rate = done / seconds if done and seconds >= _SETTLE_SECONDS else None
        return {
            "phase": told.phase.value,
            "file": told.file,
            "files_done": told.files_done,
            "files_total": told.files_total,
            "rows_done": told.done,
            "rows_total": told.total,
            "rows_per_second": round(rate, 1) if rate else None,
            "seconds_left": round((told.total - told.done) / rate, 1) if rate else None,
        }
