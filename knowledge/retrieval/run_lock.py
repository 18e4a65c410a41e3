"""Whether the process that a folder belongs to still lives: it holds a lock that ends with it, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

LOCK: Final = "lock"


class RunLock:
    """Held from its making to `release`, or to the end of the process."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        _lock(self._file)

    def release(self) -> None:
        """Let go of the folder."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def abandoned(folder: Path) -> bool:
    """Tell whether nobody holds a folder's lock; False where the system has no such locks."""
    try:
        file = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False  # just being made, or just being removed
    try:
        return _lock(file)
    finally:
        os.close(file)


def _lock(file: int) -> bool:
    """Take a lock if it is free; return whether it was."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
