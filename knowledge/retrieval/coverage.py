"""How much of a question a text speaks about.

A question is cut into units: concepts of the thesaurus and the remaining content words. A unit is
covered by the same concept, by the same stem, by what the lexicon calls it in the other language, or
partly by a word that means nearly the same in the multilingual space. What a text does not cover, it
cannot answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.retrieval.across import further_translations
from knowledge.retrieval.encoders import Encoder, Vectors
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.lexicon.lookup import retail_lexicon
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.retrieval.tokens import content_words, stem, words
from knowledge.retrieval.weights import background_weight, word_weight
from knowledge.text import fold, has_han

# Cosines of single words in the multilingual space: translations and synonyms lie at 0.6 to 0.86,
# words of one family (wool and cotton, Canada and Brazil) at 0.44 to 0.54.
SOFT_FROM, SOFT_TO = 0.56, 0.80
SOFT_MOST = 0.85
# A number of the shopper's own ("paid at 5 pm", "for 2 people") needs no support in a rule.
OWN_NUMBER_WEIGHT = 0.08
CACHE_TEXTS = 100_000
CACHE_PROFILES = 10_000
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


class TextVectors:
    """Vectors of words and short texts, computed once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def of(self, wanted: Sequence[str]) -> Vectors:
        """Return an array of shape ``(len(wanted), dim)``."""
        new = [word for word in dict.fromkeys(wanted) if word not in self._known]
        if new:
            if len(self._known) + len(new) > CACHE_TEXTS:
                self._known.clear()
                new = list(dict.fromkeys(wanted))
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[word] for word in wanted])

    def keep(self, known: Mapping[str, Vectors]) -> None:
        """Take in vectors that were computed elsewhere, each of shape ``(dim,)``."""
        self._known.update(known)


@dataclass(slots=True)
class _Profile:
    """What a text names: its stems, its concepts, and its words with their vectors once needed."""

    stems: frozenset[str]
    concepts: frozenset[str]
    words: list[str]
    vectors: Vectors | None = None


class Coverage:
    """Cuts questions of one shop into units and holds texts against them."""

    def __init__(self, index: ShopIndex, thesaurus: Thesaurus, vectors: TextVectors) -> None:
        self._index, self._thesaurus, self._vectors = index, thesaurus, vectors
        self._profiles: dict[str, _Profile] = {}
        self._unit_vectors: dict[str, Vectors] = {}
        self._units: dict[tuple[str, frozenset[str]], list[QueryUnit]] = {}
        self._units_of = index.generation

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
        key = (text, frozenset(ignore))
        if key not in self._units:
            # The weight of a word depends on how many of the shop's items say it.
            if len(self._units) >= CACHE_PROFILES or self._units_of != self._index.generation:
                self._units.clear()
                self._units_of = self._index.generation
            self._units[key] = self._cut(text, ignore)
            # One call for all of them: each call of the encoder has its price.
            self._vectors.of([text for unit in self._units[key] for text in (unit.text, *unit.words)] or [text])
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
            if there.vectors is None:
                there.vectors = self._vectors.of(there.words)
            for i in open_units:
                strengths[i] = SOFT_MOST * self._soft(units[i], there)
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

    def _soft(self, unit: QueryUnit, there: _Profile) -> float:
        """Return how nearly the text says what the unit says, in [0, 1].

        "Machine washable" is nearly "machine wash": also word by word, where there are several.
        """
        assert there.vectors is not None
        known = self._unit_vectors.get(unit.text)
        if known is None:
            if len(self._unit_vectors) >= CACHE_PROFILES:
                self._unit_vectors.clear()
            known = self._vectors.of([unit.text, *(unit.words if len(unit.words) > 1 else ())])
            self._unit_vectors[unit.text] = known
        cosines = (there.vectors @ known.T).max(axis=0).tolist()
        near = [min(1.0, max(0.0, (cosine - SOFT_FROM) / (SOFT_TO - SOFT_FROM))) for cosine in cosines]
        if len(near) == 1:
            return float(near[0])
        parts = [1.0 if stem(word) in there.stems else part for word, part in zip(unit.words, near[1:], strict=True)]
        return float(max(near[0], sum(parts) / len(parts)))

    def _weight(self, word: str) -> float:
        return word_weight(word, self._index.document_frequency, len(self._index))
