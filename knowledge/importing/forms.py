"""Bytes become a form that readers understand: a table, JSON, XML, HTML, a PDF, a Word file, or text."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Final

from knowledge.importing.cells import UNWANTED, clean_text, tidy
from knowledge.importing.containers import Part
from knowledge.importing.encoding import binary_kind, decode
from knowledge.importing.issues import Notes
from knowledge.importing.json_ld import contents_of_json_ld
from knowledge.importing.json_ld_nodes import blocks_of
from knowledge.importing.loose_json import Loose, loose
from knowledge.importing.office import contents_of_binary
from knowledge.importing.reader import Content
from knowledge.importing.table import read_table

_TABLES: Final = frozenset([".csv", ".tsv", ".tab"])
_HTML: Final = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML: Final = re.compile(r"\s*<(?:\?xml|rss|feed|rdf:RDF)\b")


def contents_of(path: Path, part: Part, notes: Notes) -> list[Content]:
    """Return what the bytes hold; nothing after noting why."""
    kind = binary_kind(part.raw)
    if kind is not None:
        return contents_of_binary(path, part, kind, notes)
    text = _text(part.raw, notes)
    if text is None:
        return []
    return _of_text(path, part.name, text, notes)


def _of_text(path: Path, name: str, text: str, notes: Notes) -> list[Content]:
    suffix = PurePosixPath(name).suffix.lower()
    begins, ends = text.lstrip()[:1], text.rstrip()[-1:]
    if suffix in (".json", ".jsonl", ".ndjson") or (
        suffix not in _TABLES and begins in ("{", "[") and ends in ("}", "]")
    ):
        return _of_json(path, name, text, notes)
    if _HTML.match(text):
        return [Content(path, name, text, "html"), *_of_json_ld(path, name, text, notes)]
    if suffix not in _TABLES and _XML.match(text):
        return [Content(path, name, text, "xml")]
    tried = Notes(name, notes.lang)
    table = read_table(text, tried)
    return [Content(path, name, text, "table" if table else "text", table=table, tried=tried)]


def _of_json(path: Path, name: str, text: str, notes: Notes) -> list[Content]:
    """Return one JSON value, or the list of a file that holds one object a line."""
    tried = Notes(name, notes.lang)
    parsed = _json(text, tried)
    if parsed is not None and parsed.value is not None:
        if parsed.line is not None:
            notes.add("json_mended", row=parsed.line)
        return contents_of_json_ld(Content(path, name, parsed.text, "json", json=parsed.value))
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and lines[0][1].lstrip()[:1] == "{" and _is_object(lines[0][1]):
        return [Content(path, name, text, "jsonl", json=_json_lines(lines, notes))]
    notes.take(tried)
    if not notes.has_errors:
        notes.add("json_kind_unknown", value="null")
    return []


def _of_json_ld(path: Path, name: str, html: str, notes: Notes) -> list[Content]:
    """Return what a page says for machines, beside what it says for readers."""
    blocks = blocks_of(html, notes)
    return contents_of_json_ld(Content(path, f"{name}#json-ld", "", "json", json=blocks)) if blocks else []


def _json_lines(lines: list[tuple[int, str]], notes: Notes) -> list[tuple[int, object]]:
    """Return (line, value) of each line that is JSON; the others are noted."""
    values: list[tuple[int, object]] = []
    for number, line in lines:
        try:
            found = loose(line)
        except (ValueError, RecursionError) as error:
            notes.add("json_broken", row=number, value=tidy(str(error), 100))
        else:
            if found.line is not None:
                notes.add("json_mended", row=number)
            values.append((number, found.value))
    return values


def _is_object(line: str) -> bool:
    parsed = _json(line, Notes("", "en"))
    return parsed is not None and isinstance(parsed.value, dict)


def _json(text: str, notes: Notes) -> Loose | None:
    """Return the parsed JSON; None after noting what is wrong with it."""
    try:
        return loose(text)
    except json.JSONDecodeError as error:
        notes.add("json_broken", row=error.lineno, value=f"{error.msg} (line {error.lineno}, column {error.colno})")
    except (ValueError, RecursionError) as error:
        notes.add("json_broken", value=tidy(str(error), 100))
    return None


def _text(raw: bytes, notes: Notes) -> str | None:
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
