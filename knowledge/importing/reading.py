"""Opens the files of an import and reads them into drafts, a batch at a time; needs no database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from knowledge.catalog import Product
from knowledge.importing.detect import open_file
from knowledge.importing.draft import Draft
from knowledge.importing.drafts import Drafts
from knowledge.importing.file_reading import Found, Outcome, Terms
from knowledge.importing.guess import Guess
from knowledge.importing.images import Pictures
from knowledge.importing.issues import Notes
from knowledge.importing.mapping import ColumnMap, Mappings
from knowledge.importing.reader import Content, Context, Reader, Reading, Record
from knowledge.text import Lang

_log: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class _Thing:
    notes: Notes
    opened: tuple[Content, Reader] | None
    reading: Reading = field(default_factory=Reading)
    records: Iterator[Record] = field(default_factory=lambda: iter(()))
    pictures: Pictures | None = None
    drafts: Drafts | None = None


class ReadingHere:
    """Reads in this process.

    Args:
        lang: Of the notes, until something is begun in another one.
        mappings: What is known of columns that no reader knows.
    """

    def __init__(self, lang: Lang, mappings: Mappings) -> None:
        self._lang, self._mappings = lang, mappings
        self._things: list[_Thing] = []

    def open(self, path: Path, name: str) -> list[Found]:
        return [self._found(*each) for each in self._opened(path, name)]

    def accepted(self) -> dict[str, ColumnMap]:
        return dict(self._mappings.accepted)

    def begin(self, number: int, terms: Terms) -> int:
        thing = self._things[number]
        assert thing.opened is not None
        content, reader = thing.opened
        thing.notes.lang = terms.lang
        thing.reading = _read(reader, content, terms.context, thing.notes)
        thing.records = iter(thing.reading.records)
        shop = terms.context.shop
        thing.pictures = Pictures(content.path.parent, terms.media, shop.id, thing.notes, copies=terms.copies)
        thing.drafts = Drafts(shop, terms.context.now)
        return thing.reading.expected or 0

    def take(self, number: int, count: int) -> list[Draft]:
        thing = self._things[number]
        assert thing.pictures is not None
        assert thing.drafts is not None
        some: list[Draft] = []
        try:
            for record in islice(thing.records, count):
                shown = thing.pictures.localised(record) if isinstance(record, Product) else record
                some.append(thing.drafts.of(shown))
        except Exception as error:
            _log.exception("reading %s", thing.notes.file)
            thing.notes.add("reader_failed", value=type(error).__name__)
            thing.reading.rejected += 1
            thing.reading.keys_lost = True
        return some

    def finish(self, number: int) -> Outcome:
        thing = self._things[number]
        self._things[number] = _Thing(thing.notes, None)
        reading = thing.reading
        return Outcome(thing.notes, reading.rejected, frozenset(reading.rejected_keys), reading.keys_lost)

    def close(self) -> None:
        self._things.clear()

    def _opened(self, path: Path, name: str) -> list[tuple[str, _Thing, tuple[Guess, ...]]]:
        try:
            each = list(open_file(path, name, self._lang, self._mappings))
        except Exception as error:  # one file that we did not foresee must not cost the others
            _log.exception("opening %s", name)
            notes = Notes(name, self._lang)
            notes.add("reader_failed", value=type(error).__name__)
            return [(name, _Thing(notes, None), ())]
        return [(one.name, _Thing(one.notes, one.found), one.guess) for one in each]

    def _found(self, name: str, thing: _Thing, guess: tuple[Guess, ...]) -> Found:
        self._things.append(thing)
        reader = thing.opened[1] if thing.opened else None
        number = len(self._things) - 1
        return Found(number, name, reader.kind if reader else None, reader.format if reader else None, guess)


def _read(reader: Reader, content: Content, context: Context, notes: Notes) -> Reading:
    try:
        reading = reader.read(content, context, notes)
        if reading.expected is None:
            found = tuple(reading.records)
            reading.records, reading.expected = found, len(found)
    except Exception as error:
        _log.exception("reading %s", notes.file)
        notes.add("reader_failed", value=type(error).__name__)
        return Reading(rejected=1, keys_lost=True, expected=0)
    return reading
