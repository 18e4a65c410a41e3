"""One question held against lines, each once: what a text covers is what its lines cover together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, count
from operator import or_
from typing import Final

import numpy as np

from knowledge.retrieval.query_units import QueryUnit, said
from knowledge.retrieval.text_lines import Line, Lines
from knowledge.retrieval.text_vectors import Nearness
from knowledge.retrieval.tokens import stem

# Cosines of single words in the multilingual space: translations and synonyms lie at 0.6 to 0.86,
# words of one family (wool and cotton, Canada and Brazil) at 0.44 to 0.54.
SOFT_FROM: Final = 0.56
SOFT_TO: Final = 0.80
SOFT_MOST: Final = 0.85


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What says a unit, as bits of what a line may have and as columns of how near it lies.

    Attributes:
        any_of: One of these bits is enough to say it outright.
        all_of: Each of these is enough where all its bits are there.
        softly: Whether a word that means nearly the same covers it too.
        whole: The column of the unit.
        parts: The bit and the column of each of its words, where it has several.
    """

    any_of: int
    all_of: tuple[int, ...]
    softly: bool
    whole: int
    parts: tuple[tuple[int, int], ...]

    def said_by(self, there: int) -> bool:
        if there & self.any_of:
            return True
        for together in self.all_of:  # noqa: SIM110  a generator takes three times as long, hundreds of times a turn
            if there & together == together:
                return True
        return False

    def nearly(self, there: int, near: Sequence[float]) -> float:
        """Return how nearly it is said, in [0, 1].

        "Machine washable" is nearly "machine wash": also word by word, where there are several.
        """
        whole = near[self.whole]
        if not self.parts or whole >= 1.0:
            return whole
        told = sum([1.0 if there & bit else near[column] for bit, column in self.parts])
        return max(whole, told / len(self.parts))


class HeldLines:
    """The units of one question, and the lines that they have been held against."""

    def __init__(self, units: Sequence[QueryUnit], lines: Lines) -> None:
        self._units, self._lines = tuple(units), lines
        self._bits: dict[tuple[str, str], int] = {}
        self._wanted = self._wanted_of_all()
        self._stems = {term: bit for (kind, term), bit in self._bits.items() if kind == "stem"}
        self._concepts = {term: bit for (kind, term), bit in self._bits.items() if kind == "concept"}
        self._all_stems, self._all_concepts = frozenset(self._stems), frozenset(self._concepts)
        self._said = Line(tuple(said(units)))
        self._there: dict[Line, int] = {}
        self._near: dict[Line, list[float]] = {}
        self._nearness: Nearness | None = None

    def strengths(self, texts: Sequence[Sequence[Line]]) -> list[list[float]]:
        """Return for each text how strongly it covers each unit, in [0, 1].

        Args:
            texts: The lines of each.
        """
        found: list[list[float]] = []
        unsaid: list[tuple[Sequence[Line], int, list[float]]] = []
        for lines in texts:
            there = reduce(or_, map(self._there_in, lines), 0)
            strengths = [1.0 if wanted.said_by(there) else 0.0 for wanted in self._wanted]
            found.append(strengths)
            if 0.0 in strengths and (compared := [line for line in lines if line.words]):
                unsaid.append((compared, there, strengths))
        self._hold_near([line for lines, _, _ in unsaid for line in lines])
        for lines, there, strengths in unsaid:
            rows = [self._near[line] for line in lines]
            near = rows[0] if len(rows) == 1 else list(map(max, *rows))
            for place, wanted in enumerate(self._wanted):
                if wanted.softly and not strengths[place]:
                    strengths[place] = SOFT_MOST * wanted.nearly(there, near)
        return found

    def _wanted_of_all(self) -> list[_Wanted]:
        """Return what says each unit; the columns are those of `said`."""
        wanted: list[_Wanted] = []
        column = 0
        for unit in self._units:
            words = [self._bit("stem", stem(word)) for word in unit.words]
            renderings = [[self._bit("stem", term) for term in rendering] for rendering in unit.renderings]
            concepts = [self._bit("concept", concept) for concept in unit.concepts]
            parts = tuple(zip(words, count(column + 1), strict=False)) if len(words) > 1 else ()
            together = tuple(reduce(or_, bits, 0) for bits in (words, *renderings))
            wanted.append(_Wanted(reduce(or_, concepts, 0), together, not unit.exact, column, parts))
            column += 1 + len(parts)
        return wanted

    def _bit(self, kind: str, term: str) -> int:
        return self._bits.setdefault((kind, term), 1 << len(self._bits))

    def _there_in(self, line: Line) -> int:
        there = self._there.get(line)
        if there is None:
            there = 0
            for term in self._all_stems & line.stems:
                there |= self._stems[term]
            for concept in self._all_concepts & line.concepts:
                there |= self._concepts[concept]
            self._there[line] = there
        return there

    def _hold_near(self, lines: Sequence[Line]) -> None:
        """Find how nearly each of the lines says each text that the units are held by."""
        todo = [line for line in dict.fromkeys(lines) if line not in self._near]
        if not todo:
            return
        table = self._lines.placed([self._said, *todo])
        if self._nearness is None or self._nearness.table is not table:
            self._nearness = Nearness(table.rows[self._said.places], table)
        starts = list(accumulate((len(line.words) for line in todo[:-1]), initial=0))
        places = np.concatenate([line.places for line in todo if line.places is not None])
        # The nearest word says it most: what holds for cosines holds for this.
        near = np.clip((self._nearness.highest(places, starts) - SOFT_FROM) / (SOFT_TO - SOFT_FROM), 0.0, 1.0)
        self._near.update(zip(todo, near.tolist(), strict=True))
