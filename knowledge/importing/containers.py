"""A file as uploaded becomes the files in it: gzip and zip are opened, everything else is one part."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from knowledge.importing.images import SUFFIXES
from knowledge.importing.issues import Notes

# A catalog of 100,000 products with descriptions is about 150 MB.
SIZE_LIMIT_MB: Final = 512
_SIZE_LIMIT: Final = SIZE_LIMIT_MB * 1024 * 1024
_MEMBERS_LIMIT: Final = 2_000
_CHUNK: Final = 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
# What an office program writes is a zip too, and is read whole by its own reader.
_OFFICE: Final = ("[Content_Types].xml", "mimetype")


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of one file, under the name by which the report speaks of it."""

    name: str
    raw: bytes


def parts_of(path: Path, name: str, notes: Notes) -> Iterator[Part]:
    """Yield the parts of a file; what cannot be opened is noted."""
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            notes.add("file_too_large", limit=SIZE_LIMIT_MB)
            return
        raw = path.read_bytes()
    except OSError as error:
        notes.add("file_unreadable", value=error.strerror or type(error).__name__)
        return
    yield from _opened(name, raw, notes)


def _opened(name: str, raw: bytes, notes: Notes) -> Iterator[Part]:
    if raw.startswith(_GZIP):
        inner = _gunzipped(raw, notes)
        if inner is not None:
            yield Part(name.removesuffix(".gz") or name, inner)
    elif raw.startswith(_ZIP):
        yield from _members(name, raw, notes)
    else:
        yield Part(name, raw)


def _gunzipped(raw: bytes, notes: Notes) -> bytes | None:
    """Return the content; no more is unpacked than is allowed, however small the file is."""
    pieces: list[bytes] = []
    size = 0
    try:
        with gzip.open(io.BytesIO(raw)) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > _SIZE_LIMIT:
                    notes.add("file_too_large", limit=SIZE_LIMIT_MB)
                    return None
                pieces.append(piece)
    except (OSError, EOFError, zlib.error):
        notes.add("archive_broken", value="gzip")
        return None
    return b"".join(pieces)


def _members(name: str, raw: bytes, notes: Notes) -> Iterator[Part]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except Exception:  # zipfile raises whatever a damaged directory leads it to
        notes.add("archive_broken", value="zip")
        return
    with archive:
        if any(entry.filename in _OFFICE for entry in entries):
            yield Part(name, raw)
            return
        wanted = [entry for entry in entries if _is_data(entry.filename)]
        # The sizes are the archive's own word; reading stops at them in any case.
        if len(wanted) > _MEMBERS_LIMIT or sum(entry.file_size for entry in wanted) > _SIZE_LIMIT:
            notes.add("file_too_large", limit=SIZE_LIMIT_MB)
            return
        for entry in wanted:
            try:
                content = archive.read(entry)
            except Exception:  # damaged, encrypted, or packed in a way that nobody unpacks
                notes.add("archive_broken", value=entry.filename)
                continue
            yield Part(f"{name}/{_plain(entry.filename)}", content)


def _is_data(filename: str) -> bool:
    parts = PurePosixPath(filename).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and PurePosixPath(filename).suffix.lower() not in SUFFIXES


def _plain(filename: str) -> str:
    """Return a member's name without what would lead out of a folder; nothing is ever written under it."""
    return "/".join(part for part in PurePosixPath(filename).parts if part not in ("/", "..", "."))
