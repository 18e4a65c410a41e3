"""Vectors of words and short texts, each computed once, in one matrix."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.retrieval.encoders import Encoder, Vectors

# 200 MB of 512 numbers; beyond it all is forgotten, and what is asked for is computed anew.
MOST_TEXTS: Final = 100_000
_FIRST_ROOM: Final = 1_024

Places = npt.NDArray[np.intp]


class VectorTable:
    """Texts with their vectors, which stay where they are.

    Attributes:
        rows: Shape ``(room, dim)``; those of texts lie at their `places`.
    """

    def __init__(self, dim: int) -> None:
        self.rows: Vectors = np.empty((_FIRST_ROOM, dim), np.float32)
        self._place_of: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._place_of)

    def lacking(self, texts: Sequence[str]) -> list[str]:
        """Return those that are not there, each once, in their order."""
        return [text for text in dict.fromkeys(texts) if text not in self._place_of]

    def add(self, texts: Sequence[str], vectors: Sequence[Vectors] | Vectors) -> None:
        """Take in texts that are not there."""
        first = len(self._place_of)
        if (end := first + len(texts)) > len(self.rows):
            room = np.empty((max(end, 2 * len(self.rows)), self.rows.shape[1]), np.float32)
            room[:first] = self.rows[:first]
            self.rows = room
        for place, vector in enumerate(vectors, first):
            self.rows[place] = vector
        # Last, so that nobody who looks a text up finds a place without its vector.
        self._place_of.update(zip(texts, range(first, end), strict=True))

    def places(self, texts: Sequence[str]) -> Places:
        """Return the rows of texts that are there."""
        return np.array([self._place_of[text] for text in texts], np.intp)


class TextVectors:
    """Looks texts up, and encodes in one call those that nobody has asked for; may be used from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._table = VectorTable(encoder.dim)
        self._adding = threading.Lock()

    @property
    def encoder(self) -> Encoder:
        return self._encoder

    @property
    def table(self) -> VectorTable:
        """The table in use; what was looked up in another one is to be looked up again."""
        return self._table

    def of(self, wanted: Sequence[str]) -> Vectors:
        """Return an array of shape ``(len(wanted), dim)``."""
        table, places = self.places(wanted)
        found: Vectors = table.rows[places]
        return found

    def places(self, wanted: Sequence[str]) -> tuple[VectorTable, Places]:
        """Return where texts lie; the table is another one once the former has become too large."""
        table = self._table
        if new := table.lacking(wanted):
            table = self._with(dict(zip(new, self._encoder.encode(new), strict=True)), wanted)
        return table, table.places(wanted)

    def keep(self, known: Mapping[str, Vectors]) -> None:
        """Take in vectors that were computed elsewhere, each of shape ``(dim,)``."""
        self._with(known, ())

    def _with(self, known: Mapping[str, Vectors], wanted: Sequence[str]) -> VectorTable:
        """Return the table with these in it, and with all that is wanted together."""
        with self._adding:
            table = self._table
            if len(table) + len(known) > MOST_TEXTS:
                table = VectorTable(self._encoder.dim)
            new = table.lacking([*known])
            table.add(new, [known[text] for text in new])
            if lost := table.lacking(wanted):
                table.add(lost, self._encoder.encode(lost))
            self._table = table
        return table


class Nearness:
    """Cosines of a few texts with all that lie in a table, each computed once.

    A question is held against a hundred texts of a shop, which are made of the same words.

    Args:
        asked: Unit vectors, shape ``(n, dim)``.
    """

    def __init__(self, asked: Vectors, table: VectorTable) -> None:
        self._asked, self.table = np.ascontiguousarray(asked.T), table
        self._cosines: Vectors = np.empty((0, asked.shape[0]), np.float32)
        self._there: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)

    def highest(self, places: Places, starts: Sequence[int] = (0,)) -> Vectors:
        """Return the highest cosine with each asked text, for each run of places, shape ``(runs, n)``.

        Args:
            places: Those of all runs; each run has some.
            starts: Where in them each run begins.
        """
        if len(self._there) < len(self.table.rows):
            self._grow(len(self.table.rows))
        new = np.unique(places[~self._there[places]])
        if len(new):
            self._cosines[new] = self.table.rows[new] @ self._asked
            self._there[new] = True
        highest: Vectors = np.maximum.reduceat(self._cosines[places], starts, axis=0)
        return highest

    def _grow(self, room: int) -> None:
        cosines = np.empty((room, self._asked.shape[1]), np.float32)
        there = np.zeros(room, np.bool_)
        cosines[: len(self._there)], there[: len(self._there)] = self._cosines, self._there
        self._cosines, self._there = cosines, there
