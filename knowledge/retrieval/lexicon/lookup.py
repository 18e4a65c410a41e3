"""The bilingual lexicon: what a word of one language is called in the other.

Beside the thesaurus, which knows the concepts of a shop and their synonyms, it is wide and shallow:
names of goods, places and units (`entries.tsv`, made by `build.py`). It translates and does nothing
else: two words with one translation are no synonyms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from knowledge.retrieval.tokens import is_filler, stem, words
from knowledge.text import fold, has_han

MOST_ENGLISH_WORDS: Final = 5
MOST_HAN: Final = 12
READ_TEXTS: Final = 1_024


@dataclass(frozen=True, slots=True)
class Translation:
    """A phrase of a text that the lexicon knows.

    Attributes:
        words: The words of the text that it is made of.
        renderings: What it is called in the other language, the surest first, each as index terms.
    """

    phrase: str
    words: tuple[str, ...]
    renderings: tuple[tuple[str, ...], ...]


class Lexicon:
    """Finds phrases of a text and tells what they are called in the other language.

    Args:
        english_of: For each folded Chinese phrase its English names, the surest first, as index terms
            with a space between them.
    """

    def __init__(self, english_of: dict[str, tuple[str, ...]]) -> None:
        self._english_of = english_of
        self._chinese_of: dict[str, list[str]] = {}
        # By the first word or character: at most places of a text no phrase begins.
        self._longest: dict[str, int] = {}
        for chinese, english in english_of.items():
            self._longest[chinese[0]] = max(self._longest.get(chinese[0], 0), min(len(chinese), MOST_HAN))
            for phrase in english:
                self._chinese_of.setdefault(phrase, []).append(chinese)
                first, *others = phrase.split()
                self._longest[first] = max(self._longest.get(first, 0), min(1 + len(others), MOST_ENGLISH_WORDS))
        # A turn translates its question for each of its searches.
        self._translated = lru_cache(maxsize=READ_TEXTS)(self._translations)

    def translations(self, text: str) -> tuple[Translation, ...]:
        """Return the phrases that the lexicon knows; where they overlap, the longest counts."""
        return self._translated(text)

    def _translations(self, text: str) -> tuple[Translation, ...]:
        return (*self._of_chinese(fold(text)), *self._of_english(text))

    def _of_chinese(self, folded: str) -> list[Translation]:
        out: list[Translation] = []
        start = 0
        while start < len(folded):
            for length in range(min(self._longest.get(folded[start], 0), len(folded) - start), 1, -1):
                phrase = folded[start : start + length]
                if has_han(phrase) and (english := self._english_of.get(phrase)):
                    out.append(Translation(phrase, words(phrase), tuple(tuple(one.split()) for one in english)))
                    start += length - 1
                    break
            start += 1
        known = "".join(one.phrase for one in out)
        # A single character means something only where the word cut leaves it alone.
        for word in dict.fromkeys(words(folded)):
            english = self._english_of.get(word, ())
            if len(word) == 1 and english and word not in known and not is_filler(word):
                out.append(Translation(word, (word,), tuple(tuple(one.split()) for one in english)))
        return out

    def _of_english(self, text: str) -> list[Translation]:
        found = words(text)
        stems = [stem(word) for word in found]
        out: list[Translation] = []
        start = 0
        while start < len(stems):
            for length in range(min(self._longest.get(stems[start], 0), len(stems) - start), 0, -1):
                spoken = found[start : start + length]
                chinese = self._chinese_of.get(" ".join(stems[start : start + length]), ())
                if chinese and not all(is_filler(word) for word in spoken):
                    out.append(Translation(" ".join(spoken), spoken, tuple(words(one) for one in chinese)))
                    start += length - 1
                    break
            start += 1
        return out


@lru_cache(maxsize=1)
def retail_lexicon() -> Lexicon:
    """Return the lexicon that ships; reading it takes some hundredths of a second."""
    table = files("knowledge.retrieval.lexicon").joinpath("entries.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines()[2:])
    return Lexicon({chinese: tuple(english.split("|")) for chinese, english in rows})
