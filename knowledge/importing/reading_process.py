"""Reading in a process of its own.

Parsing and checking are Python from end to end. In a thread they shared the interpreter with the questions
that were answered meanwhile and with what stores the rows; here they have a core to themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from knowledge.apart import Apart
from knowledge.importing.draft import Draft
from knowledge.importing.file_reading import Found, Outcome, Terms
from knowledge.importing.mapping import ColumnMap, Mappings
from knowledge.text import Lang

# A batch is read ahead of the one that is asked for, so that neither side waits for the other.
_AHEAD: Final = 2


class ReadingApart:
    """Has everything done by a `ReadingHere` in another process.

    Args:
        lang: Of the notes, until something is begun in another one.
        mappings: What is known of columns that no reader knows.
        niceness: Added to the process's own; what is above 0 lets others go first.
    """

    def __init__(self, lang: Lang, mappings: Mappings, niceness: int = 0) -> None:
        self._apart = Apart("knowledge.importing.reading:ReadingHere", lang, mappings, niceness=niceness)
        self._outstanding = 0

    def open(self, path: Path, name: str) -> list[Found]:
        found: list[Found] = self._apart.call("open", path, name)
        return found

    def accepted(self) -> dict[str, ColumnMap]:
        accepted: dict[str, ColumnMap] = self._apart.call("accepted")
        return accepted

    def begin(self, number: int, terms: Terms) -> int:
        expected: int = self._apart.call("begin", number, terms)
        return expected

    def take(self, number: int, count: int) -> list[Draft]:
        while self._outstanding < _AHEAD:
            self._apart.send("take", number, count)
            self._outstanding += 1
        drafts: list[Draft] = self._apart.answer()
        self._outstanding -= 1
        while not drafts and self._outstanding:  # the end: what was asked ahead is empty too
            self._apart.answer()
            self._outstanding -= 1
        return drafts

    def finish(self, number: int) -> Outcome:
        outcome: Outcome = self._apart.call("finish", number)
        return outcome

    def close(self) -> None:
        self._apart.close()
