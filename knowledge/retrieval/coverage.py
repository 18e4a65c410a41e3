"""How much of a question a text speaks about.

A unit of a question is covered by the same concept, by the same stem, by what the lexicon calls it in the
other language, or partly by a word that means nearly the same in the multilingual space. What a text
does not cover, it cannot answer.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.retrieval.encoders import MULTILINGUAL
from knowledge.retrieval.held_lines import HeldLines
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.query_units import QueryUnit, UnitCutter, said
from knowledge.retrieval.text_lines import Lines
from knowledge.retrieval.text_vectors import TextVectors
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.script import simplified

# The questions of a few turns, and the headings that they are held by.
CACHE_HELD: Final = 64
# The encoder serves one caller at a time; a question may come between two batches.
WARM_BATCH: Final = 16
WARM_PAUSE_SECONDS: Final = 0.003


@dataclass(frozen=True, slots=True)
class Covered:
    """Result of holding a question against a text.

    Attributes:
        share: Weighted share of the question that the text covers, in [0, 1]; 0 without units.
        missing: Units that are covered by less than half, heaviest first.
    """

    share: float
    missing: tuple[QueryUnit, ...]


NOTHING: Final = Covered(0.0, ())


class Coverage:
    """Cuts questions of one shop into units and holds texts against them."""

    def __init__(self, index: ShopIndex, thesaurus: Thesaurus, vectors: TextVectors) -> None:
        self._index, self._vectors = index, vectors
        self._cutter = UnitCutter(index, thesaurus)
        self._lines = Lines(thesaurus, vectors)
        self._held: dict[tuple[int, ...], HeldLines] = {}

    def warm(self, texts: Iterable[str], questions: Iterable[str] = ()) -> None:
        """Read texts ahead and embed their words, in small batches, so that no first question waits for it.

        Args:
            questions: What will be held against texts, such as a heading against what is asked.
        """
        lines = [line for text in texts for line in self._lines.of(text)]
        asked = [text for question in questions for text in said(self.units(question))]
        todo = self._vectors.table.lacking([*asked, *(word for line in lines for word in line.words)])
        for start in range(0, len(todo), WARM_BATCH):
            self._vectors.places(todo[start : start + WARM_BATCH])
            # A lock goes to whoever asks first: without a pause that is always this loop.
            time.sleep(WARM_PAUSE_SECONDS)
        self._lines.placed(lines)

    def units(self, text: str, ignore: Collection[str] = ()) -> list[QueryUnit]:
        """Cut a question into units.

        Args:
            ignore: Folded words that are dealt with elsewhere, such as the product's name.
        """
        return self._cutter.units(text, ignore)

    def embed_together(self, question: str, *others: str) -> None:
        """Embed a question, the words that it is about and what else is said, in one call of the encoder."""
        texts = [question, *others]
        whole = [simplified(text) for text in texts]
        vectors = self._vectors.of([*whole, *said(self.units(question))])
        self._index.know(MULTILINGUAL, dict(zip(texts, vectors[: len(texts)], strict=True)))

    def cover(self, units: Sequence[QueryUnit], text: str) -> Covered:
        """Return how much of the question the text covers."""
        return self.cover_all(units, [text])[0]

    def cover_all(self, units: Sequence[QueryUnit], texts: Sequence[str]) -> list[Covered]:
        """Return how much of the question each of the texts covers; for all together it takes far less."""
        total = sum(unit.weight for unit in units)
        if not total:
            return [NOTHING] * len(texts)
        held = self._holding(units).strengths([self._lines.of(text) for text in texts])
        return [_covered(units, strengths, total) for strengths in held]

    def _holding(self, units: Sequence[QueryUnit]) -> HeldLines:
        # By identity, since units are cut once and asked about a hundred times; it holds them, so that none
        # takes another's place in memory.
        key = tuple(map(id, units))
        held = self._held.get(key)
        if held is None:
            if len(self._held) >= CACHE_HELD:
                self._held.clear()
            held = self._held[key] = HeldLines(units, self._lines)
        return held


def _covered(units: Sequence[QueryUnit], strengths: Sequence[float], total: float) -> Covered:
    covered = 0.0
    missing: list[QueryUnit] = []
    for unit, strength in zip(units, strengths, strict=True):
        covered += unit.weight * strength
        if strength < 0.5:
            missing.append(unit)
    if len(missing) > 1:
        missing.sort(key=lambda unit: -unit.weight)
    return Covered(covered / total, tuple(missing))
