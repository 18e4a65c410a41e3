"""Finds the files of an import in what a merchant gives: files, and folders with folders in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from knowledge.importing.images import SUFFIXES

_NOT_DATA: Final = frozenset(["images", "media", "node_modules", "__MACOSX", "__pycache__"])


def files_in(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file with its name: relative to the folder that was given, with ``/``."""
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for found in sorted(path.rglob("*")):
            parts = found.relative_to(path).parts
            hidden = any(part.startswith(".") for part in parts) or any(part in _NOT_DATA for part in parts[:-1])
            if found.is_file() and not hidden and found.suffix.lower() not in SUFFIXES:
                yield found, "/".join(parts)
