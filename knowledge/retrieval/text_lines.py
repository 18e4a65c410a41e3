"""Texts by their lines, each read once: a shop says the same line in many texts.

A product's name stands in its title, in what it is called and in each of its facts; a heading stands
over every statement of its passage. What a text names is what its lines name together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from knowledge.retrieval.text_vectors import Places, TextVectors, VectorTable
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.retrieval.tokens import stem, words

# About 1 kB each. Of two halves the older goes first, so that what is read often stays.
MOST_LINES: Final = 40_000


@dataclass(eq=False, slots=True)
class Line:
    """What a line names.

    Attributes:
        words: Those by whose vectors it is compared.
        table: Where their vectors lie, at ``places``; None until they were looked up.
    """

    words: tuple[str, ...]
    stems: frozenset[str] = frozenset()
    concepts: frozenset[str] = frozenset()
    table: VectorTable | None = None
    places: Places | None = None


class Lines:
    """Reads lines, and keeps what it has read."""

    def __init__(self, thesaurus: Thesaurus, vectors: TextVectors) -> None:
        self._thesaurus, self._vectors = thesaurus, vectors
        self._newer: dict[str, Line] = {}
        self._older: dict[str, Line] = {}

    def of(self, text: str) -> list[Line]:
        """Return the lines of a text that name anything."""
        found = [self._line(written) for written in text.split("\n")]
        return [line for line in found if line.stems]

    def placed(self, lines: Sequence[Line]) -> VectorTable:
        """Look up the words of lines, all that are new in one call of the encoder.

        Returns:
            The table in which the places of each of them are.
        """
        table = self._vectors.table
        if todo := [line for line in lines if line.table is not table]:
            table = self._looked_up(todo)
            if any(line.table is not table for line in lines):
                # The former table was full: all together they are in one.
                table = self._looked_up(lines)
        return table

    def _looked_up(self, lines: Sequence[Line]) -> VectorTable:
        table, places = self._vectors.places([word for line in lines for word in line.words])
        ends = list(accumulate(len(line.words) for line in lines))
        for line, its in zip(lines, np.split(places, ends[:-1]), strict=True):
            line.places, line.table = its, table
        return table

    def _line(self, written: str) -> Line:
        known = self._newer.get(written)
        if known is None:
            if len(self._newer) >= MOST_LINES // 2:
                self._older, self._newer = self._newer, {}
            known = self._older.get(written) or self._read(written)
            self._newer[written] = known
        return known

    def _read(self, written: str) -> Line:
        there = dict.fromkeys(words(written))
        # A number or a single character means nothing but itself.
        compared = tuple(word for word in there if len(word) > 1 and not word[0].isdigit())
        return Line(compared, frozenset(map(stem, there)), self._thesaurus.concepts(written))
