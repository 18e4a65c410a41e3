"""How much of a question a text speaks about.

A question is cut into units: concepts of the thesaurus and the remaining content words. A unit is
covered by the same concept, by the same stem, by what the lexicon calls it in the other language, or
partly by a word that means nearly the same in the multilingual space. What a text does not cover, it
cannot answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from knowledge.retrieval.across import further_translations
from knowledge.retrieval.encoders import MULTILINGUAL
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.lexicon.lookup import retail_lexicon
from knowledge.retrieval.text_vectors import Nearness, Places, TextVectors, VectorTable
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.retrieval.tokens import content_words, stem, words
from knowledge.retrieval.weights import background_weight, word_weight
from knowledge.script import simplified
from knowledge.text import fold, has_han

# Cosines of single words in the multilingual space: translations and synonyms lie at 0.6 to 0.86,
# words of one family (wool and cotton, Canada and Brazil) at 0.44 to 0.54.
SOFT_FROM, SOFT_TO = 0.56, 0.80
SOFT_MOST = 0.85
# A number of the shopper's own ("paid at 5 pm", "for 2 people") needs no support in a rule.
OWN_NUMBER_WEIGHT = 0.08
CACHE_PROFILES = 10_000
# Of the questions of a few turns; each knows every word that it was held against.
CACHE_NEARNESS = 32
# The encoder serves one caller at a time; a question may come between two batches.
WARM_BATCH = 16
WARM_PAUSE_SECONDS = 0.003

_MODEL_NUMBER = re.compile(r"(?<![A-Za-z])([A-Za-z]+)[ -]?(\d+)(?![\d%]|\s*(?:cm|mm|kg|lbs?|ml|in|inch|ft|w|g)\b)")
# A word this rare before a number is a make or a line, as in "iphone 15"; "under 80" is not.
MODEL_WORD_WEIGHT = 0.75


@dataclass(frozen=True, slots=True)
class QueryUnit:
    """One thing a question is about.

    Attributes:
        weight: In (0, 1]; see `weights`.
        exact: Only the very same word covers it (model names, numbers).
        renderings: What it is called in the other language, each as index terms.
    """

    text: str
    words: tuple[str, ...]
    weight: float
    concepts: frozenset[str] = frozenset()
    exact: bool = False
    renderings: tuple[tuple[str, ...], ...] = ()

    def said_by(self, stems: Collection[str], concepts: Collection[str]) -> bool:
        """Tell whether words with these stems and concepts say it outright."""
        return (
            not self.concepts.isdisjoint(concepts)
            or all(stem(word) in stems for word in self.words)
            or any(all(term in stems for term in rendering) for rendering in self.renderings)
        )


@dataclass(frozen=True, slots=True)
class Covered:
    """Result of holding a question against a text.

    Attributes:
        share: Weighted share of the question that the text covers, in [0, 1]; 0 without units.
        missing: Units that are covered by less than half, heaviest first.
    """

    share: float
    missing: tuple[QueryUnit, ...]


def model_numbers(text: str) -> set[str]:
    """Return the numbers that name a model ("iPhone 15", 华为mate60), not the shopper's own."""
    found = set()
    for match in _MODEL_NUMBER.finditer(text):
        word = match[1]
        written_as_name = has_han(text) or word[1:] != word[1:].lower() or (word[0].isupper() and match.start() > 0)
        if written_as_name or background_weight(fold(word)) >= MODEL_WORD_WEIGHT:
            found.add(match[2])
    return found


def is_name(word: str, question: str) -> bool:
    """Tell whether a word of a question is a proper name: a make, a place, a model.

    In English it stands capitalised inside the sentence; in Chinese it is written in Latin letters.
    """
    if not word.isascii() or len(word) < 3:
        return False
    if has_han(question):
        return True
    return re.search(rf"(?<=[a-z,] ){re.escape(word.capitalize())}\b", question) is not None


@dataclass(slots=True)
class _Profile:
    """What a text names: its stems, its concepts, and its words with the places of their vectors once needed."""

    stems: frozenset[str]
    concepts: frozenset[str]
    words: list[str]
    table: VectorTable | None = None
    places: Places | None = None


class Coverage:
    """Cuts questions of one shop into units and holds texts against them."""

    def __init__(self, index: ShopIndex, thesaurus: Thesaurus, vectors: TextVectors) -> None:
        self._index, self._thesaurus, self._vectors = index, thesaurus, vectors
        self._profiles: dict[str, _Profile] = {}
        self._nearness: dict[tuple[str, ...], Nearness] = {}
        self._units: dict[tuple[str, frozenset[str]], list[QueryUnit]] = {}
        self._units_of_generation = index.generation

    def warm(self, texts: Iterable[str]) -> None:
        """Embed the words of texts ahead, in small batches, so that no first question waits for it."""
        wanted = dict.fromkeys(word for text in texts for word in words(text) if len(word) > 1)
        todo = [word for word in wanted if not word[0].isdigit()]
        for start in range(0, len(todo), WARM_BATCH):
            self._vectors.of(todo[start : start + WARM_BATCH])
            # A lock goes to whoever asks first: without a pause that is always this loop.
            time.sleep(WARM_PAUSE_SECONDS)

    def units(self, text: str, ignore: Collection[str] = ()) -> list[QueryUnit]:
        """Cut a question into units.

        Args:
            ignore: Folded words that are dealt with elsewhere, such as the product's name.
        """
        units = self._units_of(text, ignore)
        self._vectors.of(_said(units) or [text])
        return units

    def embed_together(self, question: str, *others: str) -> None:
        """Embed a question, the words that it is about and what else is said, in one call of the encoder."""
        texts = [question, *others]
        whole = [simplified(text) for text in texts]
        vectors = self._vectors.of([*whole, *_said(self._units_of(question, ()))])
        self._index.know(MULTILINGUAL, dict(zip(texts, vectors[: len(texts)], strict=True)))

    def _units_of(self, text: str, ignore: Collection[str]) -> list[QueryUnit]:
        key = (text, frozenset(ignore))
        if key not in self._units:
            # The weight of a word depends on how many of the shop's items say it.
            if len(self._units) >= CACHE_PROFILES or self._units_of_generation != self._index.generation:
                self._units.clear()
                self._units_of_generation = self._index.generation
            self._units[key] = self._cut(text, ignore)
        return self._units[key]

    def _cut(self, text: str, ignore: Collection[str]) -> list[QueryUnit]:
        ignored = {stem(word) for word in ignore}
        models = model_numbers(text)
        units: list[QueryUnit] = []
        taken: set[str] = set()
        for mention in self._thesaurus.mentions(text):
            if all(stem(word) in ignored for word in mention.words) or not mention.words:
                continue
            twin = next((u for u in units if u.words == mention.words), None)
            if twin is not None:
                units[units.index(twin)] = QueryUnit(
                    twin.text, twin.words, twin.weight, twin.concepts | {mention.concept}
                )
                continue
            weight = max(self._weight(word) for word in mention.words)
            units.append(QueryUnit(" ".join(mention.words), mention.words, weight, frozenset({mention.concept})))
            taken.update(mention.words)
        phrases = "".join(word for word in taken if has_han(word))
        renderings: dict[str, tuple[tuple[str, ...], ...]] = {}
        for one in further_translations(text, self._thesaurus, retail_lexicon()):
            renderings |= {word: renderings.get(word, ()) + one.renderings for word in one.words}
        for word in content_words(text):
            if word in taken or stem(word) in ignored or (has_han(word) and word in phrases):
                continue
            number = word[0].isdigit()
            own_number = number and word not in models
            weight = OWN_NUMBER_WEIGHT if own_number else 1.0 if number else self._weight(word)
            units.append(QueryUnit(word, (word,), weight, exact=number, renderings=renderings.get(word, ())))
        return units

    def cover(self, units: Sequence[QueryUnit], text: str) -> Covered:
        """Return how much of the question the text covers."""
        total = sum(unit.weight for unit in units)
        if not total:
            return Covered(0.0, ())
        strengths = self._strengths(units, text)
        share = sum(unit.weight * strength for unit, strength in zip(units, strengths, strict=True)) / total
        missing = [unit for unit, strength in zip(units, strengths, strict=True) if strength < 0.5]
        return Covered(share, tuple(sorted(missing, key=lambda unit: -unit.weight)))

    def _strengths(self, units: Sequence[QueryUnit], text: str) -> list[float]:
        there = self._profile(text)
        strengths = [1.0 if unit.said_by(there.stems, there.concepts) else 0.0 for unit in units]
        open_units = [i for i, unit in enumerate(units) if strengths[i] == 0.0 and not unit.exact]
        if open_units and there.words:
            near = self._near(units, there)
            for i in open_units:
                strengths[i] = SOFT_MOST * near[i]
        return strengths

    def _profile(self, text: str) -> _Profile:
        """Return what a text names; the shop's texts come by again and again."""
        known = self._profiles.get(text)
        if known is None:
            if len(self._profiles) >= CACHE_PROFILES:
                self._profiles.clear()
            there = list(dict.fromkeys(words(text)))
            known = _Profile(
                frozenset(stem(word) for word in there),
                self._thesaurus.concepts(text),
                [word for word in there if len(word) > 1 and not word[0].isdigit()],
            )
            self._profiles[text] = known
        return known

    def _near(self, units: Sequence[QueryUnit], there: _Profile) -> list[float]:
        """Return how nearly the text says what each unit says, in [0, 1].

        "Machine washable" is nearly "machine wash": also word by word, where there are several.
        """
        table, places = self._places(there)
        nearness = self._nearness_of(units)
        if nearness.table is not table:
            # The texts have become too many between the two; the words of a text can be looked up again.
            table, places = self._places(there)
        highest = iter(nearness.highest(places))
        near = []
        for unit in units:
            whole = _softly(next(highest))
            if len(unit.words) > 1:
                parts = [(word, _softly(next(highest))) for word in unit.words]
                told = sum(1.0 if stem(word) in there.stems else part for word, part in parts)
                whole = max(whole, told / len(parts))
            near.append(whole)
        return near

    def _places(self, there: _Profile) -> tuple[VectorTable, Places]:
        if there.table is None or there.places is None or there.table is not self._vectors.table:
            there.table, there.places = self._vectors.places(there.words)
        return there.table, there.places

    def _nearness_of(self, units: Sequence[QueryUnit]) -> Nearness:
        key = tuple(unit.text for unit in units)
        known = self._nearness.get(key)
        if known is None or known.table is not self._vectors.table:
            table, places = self._vectors.places(_said(units))
            known = Nearness(table.rows[places], table)
            if len(self._nearness) >= CACHE_NEARNESS:
                self._nearness.clear()
            self._nearness[key] = known
        return known

    def _weight(self, word: str) -> float:
        return word_weight(word, self._index.document_frequency, len(self._index))


def _softly(cosine: float) -> float:
    """Return how nearly one thing is said by another that lies so near, in [0, 1]."""
    return min(1.0, max(0.0, (cosine - SOFT_FROM) / (SOFT_TO - SOFT_FROM)))


def _said(units: Iterable[QueryUnit]) -> list[str]:
    """Return the texts by whose vectors units are held: each as a whole, and its words where it has several."""
    return [text for unit in units for text in (unit.text, *(unit.words if len(unit.words) > 1 else ()))]
