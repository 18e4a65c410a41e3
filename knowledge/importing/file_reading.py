"""What an import asks of whoever reads its files; `ReadingHere` does it in this process, `ReadingApart` in another."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from knowledge.importing.draft import Draft
from knowledge.importing.guess import Guess
from knowledge.importing.issues import Notes
from knowledge.importing.mapping import ColumnMap
from knowledge.importing.reader import Context
from knowledge.importing.report import Kind
from knowledge.text import Lang


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a file holds: a table, a sheet, a document, a member of an archive.

    Attributes:
        number: By which it is asked for.
        kind: None when it was refused; why is in its notes.
        guess: What the columns of a refused table seem to hold.
    """

    number: int
    name: str
    kind: Kind | None
    format: str | None
    guess: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """How a thing is read.

    Attributes:
        lang: Of its notes.
        media: Where pictures go that lie beside it.
        copies: Whether they are copied; a dry run only tells their addresses.
    """

    context: Context
    lang: Lang
    media: Path | None
    copies: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a thing once all drafts have been taken; see `Reading` for the three about rejected rows."""

    notes: Notes
    rejected: int = 0
    rejected_keys: Set[str] = frozenset()
    keys_lost: bool = False


class FileReading(Protocol):
    """What an import asks of whoever reads its files. Every call may block for long: call it in a thread."""

    def open(self, path: Path, name: str) -> list[Found]:
        """Open a file; return what is in it, at least one thing."""

    def accepted(self) -> dict[str, ColumnMap]:
        """Return the mappings of columns that were guessed and accepted, by fingerprint of the header."""

    def begin(self, number: int, terms: Terms) -> int:
        """Begin to read a thing; return how many drafts there will be at most."""

    def take(self, number: int, count: int) -> list[Draft]:
        """Return the next drafts; fewer than asked for at the end or where the reader fails, and then none."""

    def finish(self, number: int) -> Outcome:
        """Return what became of a thing, and forget it."""

    def close(self) -> None:
        """Stop, whatever is being done."""
