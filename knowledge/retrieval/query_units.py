"""What a question is about, cut into units: concepts of the thesaurus and the remaining content words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from knowledge.retrieval.across import further_translations
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.lexicon.lookup import retail_lexicon
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.retrieval.tokens import content_words, stem
from knowledge.retrieval.weights import background_weight, word_weight
from knowledge.text import fold, has_han

# A number of the shopper's own ("paid at 5 pm", "for 2 people") needs no support in a rule.
OWN_NUMBER_WEIGHT: Final = 0.08
CACHE_QUESTIONS: Final = 10_000

_MODEL_NUMBER = re.compile(r"(?<![A-Za-z])([A-Za-z]+)[ -]?(\d+)(?![\d%]|\s*(?:cm|mm|kg|lbs?|ml|in|inch|ft|w|g)\b)")
# A word this rare before a number is a make or a line, as in "iphone 15"; "under 80" is not.
MODEL_WORD_WEIGHT: Final = 0.75


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


def said(units: Iterable[QueryUnit]) -> list[str]:
    """Return the texts by whose vectors units are held: each as a whole, and its words where it has several."""
    return [text for unit in units for text in (unit.text, *(unit.words if len(unit.words) > 1 else ()))]


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
    if not word.isascii() or len(word) < 3 or not any(letter.isalpha() for letter in word):
        return False
    if has_han(question):
        return True
    return re.search(rf"(?<=[a-z,] ){re.escape(word.capitalize())}\b", question) is not None


class UnitCutter:
    """Cuts questions to one shop; the weight of a word depends on how many of its items say it."""

    def __init__(self, index: ShopIndex, thesaurus: Thesaurus) -> None:
        self._index, self._thesaurus = index, thesaurus
        self._known: dict[tuple[str, frozenset[str]], list[QueryUnit]] = {}
        self._generation = index.generation

    def units(self, text: str, ignore: Collection[str] = ()) -> list[QueryUnit]:
        """Return the units of a question, without those whose words are all among the ignored."""
        key = (text, frozenset(ignore))
        if self._generation != self._index.generation or len(self._known) >= CACHE_QUESTIONS:
            self._known.clear()
            self._generation = self._index.generation
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self._cut(text, ignore)
        return known

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

    def _weight(self, word: str) -> float:
        return word_weight(word, self._index.document_frequency, len(self._index))
