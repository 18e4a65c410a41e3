"""Opens a file and finds out by its content what it holds; the name never decides between kinds of tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Final

from knowledge.importing.cells import UNWANTED, clean_text, tidy
from knowledge.importing.encoding import binary_kind, decode
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Reader
from knowledge.importing.readers import reader_for
from knowledge.importing.table import read_table

# A catalog of 100,000 products with descriptions is about 150 MB.
SIZE_LIMIT_MB: Final = 512
_TABLES: Final = frozenset([".csv", ".tsv", ".tab"])


def _text(path: Path, notes: Notes) -> str | None:
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT_MB * 1024 * 1024:
            notes.add("file_too_large", limit=SIZE_LIMIT_MB)
            return None
        raw = path.read_bytes()
    except OSError as error:
        notes.add("file_unreadable", value=error.strerror or type(error).__name__)
        return None
    if kind := binary_kind(raw):
        notes.add("file_binary", value=kind)
        return None
    decoded = decode(raw)
    if decoded.odd_lines:
        notes.add("encoding_mixed", row=decoded.odd_lines[0], count=len(decoded.odd_lines))
    elif decoded.guessed:
        notes.add("encoding_guessed", value=decoded.encoding)
    if lost := decoded.text.count("\ufffd"):
        notes.add("characters_lost", count=lost)
    if controls := len(UNWANTED.findall(decoded.text)):
        notes.add("control_characters", count=controls)
    text = clean_text(decoded.text)
    if not text.strip():
        notes.add("file_empty")
        return None
    return text


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def _json(text: str, notes: Notes) -> object:
    """Return the parsed JSON; None after noting what is wrong with it."""
    refuse: Callable[[str], object] = _refuse_constant
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=refuse)
    except json.JSONDecodeError as error:
        notes.add("json_broken", row=error.lineno, value=f"{error.msg} (line {error.lineno}, column {error.colno})")
    except (ValueError, RecursionError) as error:
        notes.add("json_broken", value=tidy(str(error), 100))
    return None


def open_file(path: Path, name: str, notes: Notes) -> tuple[Content, Reader] | None:
    """Open a file and choose its reader; None when it is refused, which has been noted."""
    text = _text(path, notes)
    if text is None:
        return None
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".json" or (
        suffix not in _TABLES and text.lstrip()[:1] in ("{", "[") and text.rstrip()[-1:] in ("}", "]")
    ):
        return _open_json(path, name, text, notes)
    probe = Notes(name, notes.lang)
    table = read_table(text, probe)
    content = Content(path, name, text, table)
    reader = reader_for(content)
    if reader is not None:
        if table is not None and reader.format != "text":
            notes.take(probe)
            if not table.rows:
                notes.add("no_rows")
                return None
        return content, reader
    if table is None:
        notes.add("table_unreadable", value=tidy(text[:80], 80))
    else:
        notes.add("file_kind_unknown", row=1, value=", ".join(table.columns)[:100])
    return None


def _open_json(path: Path, name: str, text: str, notes: Notes) -> tuple[Content, Reader] | None:
    parsed = _json(text, notes)
    if parsed is None:
        if not notes.has_errors:
            notes.add("json_kind_unknown", value="null")
        return None
    content = Content(path, name, text, json=parsed)
    reader = reader_for(content)
    if reader is None:
        keys = ", ".join(str(key) for key in parsed) if isinstance(parsed, dict) else type(parsed).__name__
        notes.add("json_kind_unknown", value=keys[:100])
        return None
    return content, reader
