"""Finds out by its content what a file holds; the name never decides between kinds of tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.importing import shopify
from knowledge.importing.cells import tidy
from knowledge.importing.containers import Part, parts_of
from knowledge.importing.forms import contents_of
from knowledge.importing.guess import Guess
from knowledge.importing.issues import Notes
from knowledge.importing.json_table import as_table
from knowledge.importing.mapping import Mappings, as_products, as_text, fingerprint
from knowledge.importing.mapping_guess import guess_products
from knowledge.importing.reader import Content, Reader
from knowledge.importing.readers import reader_for
from knowledge.text import Lang


@dataclass(frozen=True, slots=True)
class Opened:
    """One thing that a file holds, with its reader: a table, a sheet, a document, a member of an archive.

    Attributes:
        name: The file's name; with the inner name where the file holds several.
        found: None when it was refused, which has been noted.
        guess: What the columns of a refused table seem to hold, for the merchant to say.
    """

    name: str
    notes: Notes
    found: tuple[Content, Reader] | None
    guess: tuple[Guess, ...] = ()


def open_file(path: Path, name: str, lang: Lang, mappings: Mappings | None = None) -> Iterator[Opened]:
    """Open a file, and yield what is in it; at least one thing, if only to say why nothing can be read.

    Args:
        path: The file.
        name: Its name in the report.
        lang: Of the report.
        mappings: What is known of columns that no reader knows; it learns what is accepted.
    """
    outer = Notes(name, lang)
    empty = True
    for part in parts_of(path, name, outer):
        empty = False
        yield from _part(path, part, lang, mappings or Mappings())
    if outer.issues:
        yield Opened(name, outer, None)
    elif empty:
        outer.add("archive_empty")
        yield Opened(name, outer, None)


def _part(path: Path, part: Part, lang: Lang, mappings: Mappings) -> Iterator[Opened]:
    notes = Notes(part.name, lang)
    contents = contents_of(path, part, notes)
    if not contents:
        yield Opened(part.name, notes, None)
        return
    recognised = [_recognised(content, mappings) for content in contents]
    guessed = [guess for content, reader in recognised if reader is None and (guess := _guessed(content, lang))]
    # Of a workbook or a page the parts that are known are enough: a cover sheet is no mistake.
    known = [(content, reader) for content, reader in recognised if reader is not None]
    if not known and not guessed:
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
    for number, opened in enumerate(guessed):
        if number == 0 and not known:
            opened.notes.take(notes)
        yield opened


def _recognised(content: Content, mappings: Mappings) -> tuple[Content, Reader | None]:
    """Return the reader; a table with a mapping is handed to it under the names that it knows."""
    if content.table is None:
        reader = reader_for(content)
        listed = as_table(content) if reader is None else None
        if listed is None or listed.table is None:
            return content, reader
        found, reader = _recognised(listed, mappings)
        if reader is None or reader.format == "text":
            return (listed if guess_products(listed.table) else content), None
        return found, reader
    columns = mappings.known(content.table)
    reader = reader_for(content) if columns is None else None
    if columns is None and reader is None and mappings.accept and (guess := guess_products(content.table)):
        columns = {one.column: one.target for one in guess}
        mappings.accepted[fingerprint(content.table.columns)] = columns
    if columns is None:
        return content, reader
    return replace(content, table=as_products(content.table, columns)), shopify.READER


def _guessed(content: Content, lang: Lang) -> Opened | None:
    """Return what to ask the merchant about a table; None when it does not look like one of products."""
    guess = guess_products(content.table) if content.table is not None else None
    if guess is None:
        return None
    notes = Notes(content.name, lang)
    notes.add("mapping_guessed", mapping=as_text({one.column: one.target for one in guess}))
    for one in guess:
        notes.add("column_guessed", row=1, field=one.column, value=next(iter(one.samples), ""), target=one.target,
                  percent=round(one.confidence * 100))  # fmt: skip
    return Opened(content.name, notes, None, guess)


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
