"""How much memory this process holds now."""

from __future__ import annotations

import ctypes
import gc
import sys
from pathlib import Path
from typing import Final

_STATM: Final = Path("/proc/self/statm")
_PAGE_BYTES: Final = 4096


def resident_mib() -> float | None:
    """Return the resident memory in MiB once garbage is given back; None where the system does not tell."""
    gc.collect()
    if sys.platform == "linux":
        # What was freed stays with the process else, and the next step looks as if it needed nothing.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
    return _pages(1)


def mapped_mib() -> float | None:
    """Return how much of it are pages of mapped files, which the system takes back when it needs the room."""
    return _pages(2)


def _pages(field: int) -> float | None:
    try:
        return int(_STATM.read_text("ascii").split()[field]) * _PAGE_BYTES / 2**20
    except OSError:
        return None
