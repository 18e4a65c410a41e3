"""One question held against lines, each once: what a text covers is what its lines cover together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
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
    """What says a unit outright, as bits of what a line may have.

    Attributes:
        any_of: One of these is enough.
        all_of: Each of these is enough where all its bits are there.
        words: The bit of each word's stem.
    """

    any_of: int
    all_of: tuple[int, ...]
    words: tuple[int, ...]

    def said_by(self, there: int) -> bool:
        return bool(there & self.any_of) or any(there & wanted == wanted for wanted in self.all_of)


class HeldLines:
    """The units of one question, and the lines that they have been held against."""

    def __init__(self, units: Sequence[QueryUnit], lines: Lines) -> None:
        self._units, self._lines = tuple(units), lines
        self._bits: dict[tuple[str, str], int] = {}
        self._wanted = [self._wanted_of(unit) for unit in units]
        self._stems = {term: bit for (kind, term), bit in self._bits.items() if kind == "stem"}
        self._concepts = {term: bit for (kind, term), bit in self._bits.items() if kind == "concept"}
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
        unsaid: dict[int, list[int]] = {}
        for place, lines in enumerate(texts):
            there = reduce(or_, map(self._there_in, lines), 0)
            strengths = [1.0 if wanted.said_by(there) else 0.0 for wanted in self._wanted]
            found.append(strengths)
            open_units = [i for i, unit in enumerate(self._units) if not strengths[i] and not unit.exact]
            if open_units and any(line.words for line in lines):
                unsaid[place] = open_units
        self._hold_near([line for place in unsaid for line in texts[place]])
        for place, open_units in unsaid.items():
            near = self._nearly(texts[place])
            for i in open_units:
                found[place][i] = SOFT_MOST * near[i]
        return found

    def _wanted_of(self, unit: QueryUnit) -> _Wanted:
        words = tuple(self._bit("stem", stem(word)) for word in unit.words)
        renderings = (tuple(self._bit("stem", term) for term in rendering) for rendering in unit.renderings)
        concepts = (self._bit("concept", concept) for concept in unit.concepts)
        together = tuple(reduce(or_, bits, 0) for bits in (words, *renderings))
        return _Wanted(reduce(or_, concepts, 0), together, words)

    def _bit(self, kind: str, term: str) -> int:
        return self._bits.setdefault((kind, term), 1 << len(self._bits))

    def _there_in(self, line: Line) -> int:
        there = self._there.get(line)
        if there is None:
            there = sum(bit for term, bit in self._stems.items() if term in line.stems)
            there += sum(bit for concept, bit in self._concepts.items() if concept in line.concepts)
            self._there[line] = there
        return there

    def _nearly(self, lines: Sequence[Line]) -> list[float]:
        """Return how nearly the lines say what each unit says, in [0, 1].

        "Machine washable" is nearly "machine wash": also word by word, where there are several.
        """
        there = reduce(or_, map(self._there_in, lines), 0)
        highest = map(max, zip(*(self._near[line] for line in lines if line.words), strict=True))
        near = []
        for unit, wanted in zip(self._units, self._wanted, strict=True):
            whole = _softly(next(highest))
            if len(unit.words) > 1:
                parts = [(bit, _softly(next(highest))) for bit in wanted.words]
                whole = max(whole, sum(1.0 if there & bit else part for bit, part in parts) / len(parts))
            near.append(whole)
        return near

    def _hold_near(self, lines: Sequence[Line]) -> None:
        """Find for each of the lines the highest cosine with each text that the units are held by."""
        todo = [line for line in dict.fromkeys(lines) if line.words and line not in self._near]
        if not todo:
            return
        table = self._lines.placed([self._said, *todo])
        if self._nearness is None or self._nearness.table is not table:
            self._nearness = Nearness(table.rows[self._said.places], table)
        starts = list(accumulate((len(line.words) for line in todo[:-1]), initial=0))
        places = np.concatenate([line.places for line in todo if line.places is not None])
        self._near.update(zip(todo, self._nearness.highest(places, starts), strict=True))


def _softly(cosine: float) -> float:
    """Return how nearly one thing is said by another that lies so near, in [0, 1]."""
    return min(1.0, max(0.0, (cosine - SOFT_FROM) / (SOFT_TO - SOFT_FROM)))
