"""Finds out by its content what a file holds; the name never decides between kinds of tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.importing.cells import tidy
from knowledge.importing.containers import Part, parts_of
from knowledge.importing.forms import contents_of
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Reader
from knowledge.importing.readers import reader_for
from knowledge.text import Lang


@dataclass(frozen=True, slots=True)
class Opened:
    """One thing that a file holds, with its reader: a table, a sheet, a document, a member of an archive.

    Attributes:
        name: The file's name; with the inner name where the file holds several.
        found: None when it was refused, which has been noted.
    """

    name: str
    notes: Notes
    found: tuple[Content, Reader] | None


def open_file(path: Path, name: str, lang: Lang) -> Iterator[Opened]:
    """Open a file, and yield what is in it; at least one thing, if only to say why nothing can be read."""
    outer = Notes(name, lang)
    empty = True
    for part in parts_of(path, name, outer):
        empty = False
        yield from _part(path, part, lang)
    if outer.issues:
        yield Opened(name, outer, None)
    elif empty:
        outer.add("archive_empty")
        yield Opened(name, outer, None)


def _part(path: Path, part: Part, lang: Lang) -> Iterator[Opened]:
    notes = Notes(part.name, lang)
    contents = contents_of(path, part, notes)
    if not contents:
        yield Opened(part.name, notes, None)
        return
    recognised = [(content, reader_for(content)) for content in contents]
    # Of a workbook or a page the parts that are known are enough: a cover sheet is no mistake.
    known = [(content, reader) for content, reader in recognised if reader is not None]
    if not known:
        _unknown(contents[0], notes)
        yield Opened(part.name, notes, None)
        return
    for number, (content, reader) in enumerate(known):
        own = Notes(content.name, lang)
        if number == 0:
            own.take(notes)
        if content.table is not None and reader.format != "text":
            if content.tried is not None:
                own.take(content.tried)
            if not content.table.rows:
                own.add("no_rows")
                yield Opened(content.name, own, None)
                continue
        yield Opened(content.name, own, (content, reader))


def _unknown(content: Content, notes: Notes) -> None:
    if content.form in ("json", "jsonl"):
        parsed = content.json[0] if isinstance(content.json, list) and content.json else content.json
        parsed = parsed[1] if content.form == "jsonl" and isinstance(parsed, tuple) else parsed
        keys = ", ".join(str(key) for key in parsed) if isinstance(parsed, dict) else type(parsed).__name__
        notes.add("json_kind_unknown", value=keys[:100])
    elif content.table is not None:
        notes.add("file_kind_unknown", row=1, value=", ".join(content.table.columns)[:100])
    elif content.form in ("xml", "html"):
        notes.add("markup_kind_unknown", value=tidy(content.text[:80], 80))
    else:
        notes.add("table_unreadable", value=tidy(content.text[:80], 80))
