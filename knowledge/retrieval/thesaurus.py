"""The retail thesaurus: which words of both languages mean the same in a shop.

It is general knowledge of the trade, kept as a table (`thesaurus.tsv`). It serves twice: a query is
expanded by the other words of its concepts, and a passage supports a question that names the same
concept in other words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from knowledge.retrieval.tokens import stem, words
from knowledge.text import Lang, fold, has_han

MAX_PHRASE_WORDS: Final = 5
MAX_HAN: Final = 8
READ_TEXTS: Final = 4_096


@dataclass(frozen=True, slots=True)
class ConceptMention:
    """A concept named in a text.

    Attributes:
        phrase: What names it, folded.
        words: The words that it is made of.
    """

    concept: str
    phrase: str
    words: tuple[str, ...]


class Thesaurus:
    """Finds concepts in texts.

    Args:
        concepts: Per concept its words and phrases, in any language.
    """

    def __init__(self, concepts: dict[str, tuple[str, ...]]) -> None:
        self._concepts = concepts
        self._latin: dict[tuple[str, ...], list[str]] = {}
        self._han: dict[str, list[str]] = {}
        # By the first word or character: at most places of a text no phrase begins.
        self._longest: dict[str, int] = {}
        # A turn reads the same few texts again and again: the question's, and the shop's.
        self._mentioned = lru_cache(maxsize=READ_TEXTS)(self._mentions)
        self._expanded = lru_cache(maxsize=READ_TEXTS)(self._expansions)
        for concept, phrases in concepts.items():
            for phrase in phrases:
                if has_han(phrase):
                    written = fold(phrase).replace(" ", "")
                    self._han.setdefault(written, []).append(concept)
                    self._longest[written[0]] = max(self._longest.get(written[0], 0), min(len(written), MAX_HAN))
                elif stems := _stems(phrase):
                    self._latin.setdefault(stems, []).append(concept)
                    longest = min(len(stems), MAX_PHRASE_WORDS)
                    self._longest[stems[0]] = max(self._longest.get(stems[0], 0), longest)

    @property
    def names(self) -> Collection[str]:
        return self._concepts.keys()

    def called(self, concept: str, lang: Lang) -> str | None:
        """Return the first word for a concept in a language; None where it has none."""
        return next((p for p in self._concepts.get(concept, ()) if has_han(p) is (lang == "zh")), None)

    def mentions(self, text: str) -> tuple[ConceptMention, ...]:
        """Return the concepts of a text; where phrases overlap, the longest one counts."""
        return self._mentioned(text)

    def _mentions(self, text: str) -> tuple[ConceptMention, ...]:
        found = words(text)
        out = self._latin_mentions(found)
        folded = fold(text)
        if has_han(folded):
            out.extend(self._han_mentions(folded))
        return tuple(out)

    def concepts(self, text: str) -> frozenset[str]:
        return frozenset(mention.concept for mention in self.mentions(text))

    def expansions(self, text: str) -> list[str]:
        """Return further index terms that mean the same as concepts of the text."""
        return list(self._expanded(text))

    def _expansions(self, text: str) -> tuple[str, ...]:
        own = {stem(word) for word in words(text)}
        out: dict[str, None] = {}
        for mention in self.mentions(text):
            for phrase in self._concepts[mention.concept]:
                out.update(dict.fromkeys(stem(word) for word in words(phrase)))
        return tuple(term for term in out if term not in own)

    def _latin_mentions(self, found: tuple[str, ...]) -> list[ConceptMention]:
        out: list[ConceptMention] = []
        stems = [stem(word) for word in found]
        start = 0
        for place, first in enumerate(stems):
            longest = self._longest.get(first)
            if longest is None or place < start:
                continue
            start = place
            for length in range(min(longest, len(stems) - start), 0, -1):
                concepts = self._latin.get(tuple(stems[start : start + length]))
                if concepts:
                    spoken = found[start : start + length]
                    out += [ConceptMention(concept, " ".join(spoken), spoken) for concept in concepts]
                    start += length
                    break
        return out

    def _han_mentions(self, folded: str) -> list[ConceptMention]:
        out: list[ConceptMention] = []
        start = 0
        for place, first in enumerate(folded):
            longest = self._longest.get(first)
            if longest is None or place < start:
                continue
            start = place
            for length in range(min(longest, len(folded) - start), 1, -1):
                piece = folded[start : start + length]
                if piece in self._han:
                    out += [ConceptMention(concept, piece, words(piece)) for concept in self._han[piece]]
                    start += length
                    break
        named = {word for mention in out for word in mention.words}
        # A single character means something only where the word cut leaves it alone.
        alone = [word for word in dict.fromkeys(words(folded)) if len(word) == 1 and word not in named]
        return out + [ConceptMention(concept, word, (word,)) for word in alone for concept in self._han.get(word, ())]


def _stems(phrase: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(phrase))


@lru_cache(maxsize=1)
def retail_thesaurus() -> Thesaurus:
    """Return the thesaurus that ships."""
    concepts: dict[str, tuple[str, ...]] = {}
    table = files("knowledge.retrieval").joinpath("thesaurus.tsv").read_text("utf-8")
    for line in table.splitlines()[1:]:
        if line.strip() and not line.startswith("#"):
            concept, english, chinese = line.split("\t")
            phrases = [phrase.strip() for phrase in f"{english}|{chinese}".split("|")]
            concepts[concept] = tuple(phrase for phrase in phrases if phrase)
    return Thesaurus(concepts)
