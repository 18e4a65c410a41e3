"""The files of one shop's index: a cache of a cache, so that a start at 100,000 products takes seconds.

    indexes/SHOP/current        name of the snapshot that counts, replaced in one step
    indexes/SHOP/snapshot-…/    written once, then only read; `manifest.json` says what it is
    indexes/SHOP/run-…/         what one process works on: links to a snapshot's files, and its own new ones

Two processes never write into one folder, and nothing that a snapshot holds is ever changed, so
neither can harm the other; the last one to finish a snapshot decides which counts. A file that a
power cut has torn is told by its checksum, which is cheaper than to wait for the disk.
"""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from knowledge.retrieval.files import checksum, link_or_copy
from knowledge.retrieval.run_lock import RunLock, abandoned

logger = logging.getLogger(__name__)

CURRENT: Final = "current"
MANIFEST: Final = "manifest.json"
# A process that has just read the former name is still linking; ten minutes are far beyond any start seen.
KEPT_SECONDS: Final = 600

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is.

    Attributes:
        made_of: What an index depends on besides the database; another one makes it worthless.
        change: The last line of the change log that is in it.
        told: What whoever wrote the files needs in order to read them.
    """

    made_of: dict[str, str]
    change: dict[str, Any]
    told: dict[str, Any]


class Unusable(Exception):
    """A snapshot cannot be used; the message says why."""


class IndexFiles:
    """The folder of one shop's index, as one process uses it.

    Attributes:
        known: Whether somebody has kept an index here before.
        run: The folder that this process works on.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.known = any(not path.name.startswith("run-") for path in folder.iterdir())
        for other in folder.glob("run-*"):
            if abandoned(other):
                shutil.rmtree(other, ignore_errors=True)
        self.run = folder / f"run-{secrets.token_hex(6)}"
        self.run.mkdir()
        self._lock = RunLock(self.run)

    def load(self, usable: Callable[[Manifest], None], loaded: Callable[[Path, Manifest], Loaded]) -> Loaded:
        """Return what is made of the files of the snapshot that counts.

        Args:
            usable: Raises `Unusable` for a snapshot that is not of this database or of other models.
            loaded: Makes the index of a folder that holds the snapshot's files.

        Raises:
            Unusable: There is none, it is damaged, or ``usable`` says so.
        """
        manifest, files = self._taken()
        usable(manifest)
        for name, (size, crc) in files.items():
            path = self.run / name
            if path.stat().st_size != size or checksum(path) != crc:
                raise Unusable(f"{name} is damaged")
        try:
            return loaded(self.run, manifest)
        # What is in the files is read by three libraries, each with errors of its own.
        except Exception as error:
            raise Unusable(f"it cannot be read: {error}") from error

    def emptied(self) -> Path:
        """Return the folder of this process without what was linked into it."""
        for path in self.run.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
        return self.run

    def save(self, write: Callable[[Path], Manifest]) -> Callable[[], None]:
        """Let a snapshot be written, and return what makes it the one that counts.

        That reads all its files once for their checksums, and no longer minds changes of the index.
        """
        snapshot = self.folder / f"snapshot-{secrets.token_hex(6)}"
        snapshot.mkdir()
        manifest = write(snapshot)

        def publish() -> None:
            files = {
                path.relative_to(snapshot).as_posix(): [path.stat().st_size, checksum(path)]
                for path in sorted(snapshot.rglob("*"))
                if path.is_file()
            }
            told = {"made_of": manifest.made_of, "change": manifest.change, "told": manifest.told, "files": files}
            (snapshot / MANIFEST).write_text(json.dumps(told), "utf-8")
            pointer = snapshot / CURRENT
            pointer.write_text(snapshot.name, "utf-8")
            pointer.replace(self.folder / CURRENT)
            self._remove_old(snapshot.name)

        return publish

    def close(self) -> None:
        """Give the folder of this process up."""
        self._lock.release()
        shutil.rmtree(self.run, ignore_errors=True)

    def _taken(self) -> tuple[Manifest, dict[str, tuple[int, int]]]:
        """Link the files of the snapshot that counts into the folder of this process."""
        for attempt in range(2):
            try:
                snapshot = self.folder / (self.folder / CURRENT).read_text("utf-8")
                told = json.loads((snapshot / MANIFEST).read_text("utf-8"))
                manifest = Manifest(told["made_of"], told["change"], told["told"])
                for name in told["files"]:
                    (self.run / name).parent.mkdir(parents=True, exist_ok=True)
                    link_or_copy(snapshot / name, self.run / name)
            except FileNotFoundError as error:
                # Another process may have put a newer snapshot in its place meanwhile.
                if attempt:
                    raise Unusable(f"{error.filename} is missing") from error
                self.emptied()
            except (ValueError, KeyError, TypeError, OSError) as error:
                raise Unusable(f"it cannot be read: {error}") from error
            else:
                return manifest, told["files"]
        raise AssertionError("unreachable")

    def _remove_old(self, current: str) -> None:
        for path in self.folder.glob("snapshot-*"):
            if path.name != current and path.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
