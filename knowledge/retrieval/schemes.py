"""What the lexical index holds of an item and asks of it: one scheme for passages, one for products.

A passage speaks of one topic, which its heading names. A product is a list of short facts, and the
right one is the one that has most of what was asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from knowledge.retrieval.tokens import bigrams, is_filler, stem, terms, words

# A word in a heading says more about the topic than one in the passage.
TITLE_BOOST: Final = 2.0
# Bigrams repeat what the words say, and help only where the word cut failed.
BIGRAM_BOOST: Final = 0.4
# Synonyms and translations find what the shopper's own words do not, and must not outweigh them.
EXPANSION_BOOST: Final = 0.5
# For a product each word that it has counts so much beside the BM25 of that word: having all the words
# matters more than saying one of them often.
HAS_BOOST: Final = 4.0
# Every product's field of marks is filled up to so many terms. Of fields of one length BM25 says of a term that
# is there once just how rare it is; and the best of a sum of BM25s are found without looking at every item that has
# one of the words, which those of a constant are not: at 300,000 products 2 ms instead of 6. A text of more different
# words counts a little less. One of the lengths that tantivy keeps without rounding.
LEVEL: Final = 504
FILLER: Final = "\x1f"  # cut from no text

# Among products of the query's language a synonym of half weight cost nDCG .04 on chorus.
OWN_EXPANSION_BOOST: Final = 0.1


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """An item as the lexical index sees it.

    Attributes:
        title: Heading of a passage; of a product what it tells of itself: name, codes, brand and description.
        body: Text of a passage; what else is known of a product.
        name: By whose words it is told from others (`LexicalIndex.named`).
        about: In which phrases are counted (`LexicalIndex.phrased`).
        keys: Under which it is found exactly (`LexicalIndex.keyed`).
        content: The item itself.
    """

    id: int
    title: str
    body: str
    name: str = ""
    about: str = ""
    keys: tuple[str, ...] = ()
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Clause:
    """A term that may match.

    Attributes:
        weight: Of its BM25.
        once: Its field holds it once and is as long as all others, so that its BM25 is its inverse document frequency.
    """

    field: str
    term: str
    weight: float
    once: bool = False


class Scheme(Protocol):
    """Fields of the index, and how items and queries become terms in them.

    Attributes:
        counted: The fields in which an item's words are counted for their document frequency.
    """

    fields: tuple[str, ...]
    counted: tuple[str, ...]

    def document(self, entry: LexicalEntry) -> Mapping[str, Iterable[str]]:
        """Return the terms of every field."""
        ...

    def clauses(self, text: str, expansions: Collection[str], *, own: bool) -> Iterator[Clause]:
        """Return what a query asks for.

        Args:
            expansions: Further terms (already stemmed) that mean the same as words of the query.
            own: Whether the query is in the items' language.
        """
        ...


class _Passages:
    fields: tuple[str, ...] = ("title", "body", "title_bigrams", "body_bigrams")
    counted: tuple[str, ...] = ("title", "body")

    def document(self, entry: LexicalEntry) -> Mapping[str, Iterable[str]]:
        return {
            "title": terms(entry.title),
            "body": terms(entry.body),
            "title_bigrams": bigrams(entry.title),
            "body_bigrams": bigrams(entry.body),
        }

    def clauses(self, text: str, expansions: Collection[str], *, own: bool) -> Iterator[Clause]:
        for found, suffix, boost in (
            (dict.fromkeys(map(stem, telling_words(text))), "", 1.0),
            (dict.fromkeys(bigrams(text)), "_bigrams", BIGRAM_BOOST),
            (dict.fromkeys(expansions), "", EXPANSION_BOOST),
        ):
            for term in found:
                yield Clause(f"title{suffix}", term, boost * TITLE_BOOST)
                yield Clause(f"body{suffix}", term, boost)


class _Products:
    """What a product tells of itself counts a second time beside all that is known of it.

    Words and bigrams share a field, so that a word of two characters counts twice, and the length of a
    text is one. Matches are counted by words where they have spaces between them and by characters
    where they have none: names of goods in Chinese are strings of words that every cut divides otherwise.
    """

    fields: tuple[str, ...] = ("told", "all", "marks")
    counted: tuple[str, ...] = ("all",)

    def document(self, entry: LexicalEntry) -> Mapping[str, Iterable[str]]:
        told, known = terms(entry.title), terms(entry.body)
        everything = [*told, *known, *bigrams(entry.title), *bigrams(entry.body)]
        marks: dict[str, None] = {}
        for word in dict.fromkeys((*told, *known)):
            for mark in _marks(word):
                marks[mark] = None
        filled = [*marks, *[FILLER] * (LEVEL - len(marks))]
        return {"told": [*told, *bigrams(entry.title)], "all": everything, "marks": filled}

    def clauses(self, text: str, expansions: Collection[str], *, own: bool) -> Iterator[Clause]:
        wanted = telling_words(text)
        boost = OWN_EXPANSION_BOOST if own else EXPANSION_BOOST
        asked = Counter([*dict.fromkeys(map(stem, wanted)), *bigrams(text)])
        for term, times in asked.items():
            yield from (Clause(field, term, float(times)) for field in ("told", "all"))
        for term in dict.fromkeys(expansions):
            yield from (Clause(field, term, boost) for field in ("told", "all"))
        for mark in dict.fromkeys(mark for word in wanted for mark in _marks(stem(word))):
            yield Clause("marks", mark, HAS_BOOST, once=True)


class _Kept:
    """Items that are kept and looked up, and not searched."""

    fields: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()

    def document(self, entry: LexicalEntry) -> Mapping[str, Iterable[str]]:
        return {}

    def clauses(self, text: str, expansions: Collection[str], *, own: bool) -> Iterator[Clause]:
        return iter(())


PASSAGES: Final[Scheme] = _Passages()
PRODUCTS: Final[Scheme] = _Products()
KEPT: Final[Scheme] = _Kept()


def telling_words(text: str) -> list[str]:
    """Return the words of a query without its filler, where there is anything else.

    In a shop of fifty passages "how do I" is rarer than in the language, and would rank every
    heading that begins so.
    """
    found = words(text)
    return [word for word in found if not is_filler(word)] or list(found)


def _marks(word: str) -> Iterable[str]:
    return word if word[0] >= "㐀" else (word,)
