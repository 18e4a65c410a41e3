"""Searching over two languages: how much of a query the thesaurus can say in the other, and whose hit comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from knowledge.retrieval.lexicon.lookup import Lexicon, Translation
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.retrieval.tokens import content_words
from knowledge.retrieval.weights import background_weight
from knowledge.text import has_han

# Cosines of the multilingual encoder that differ by less tell nothing across languages.
CLEARLY = 0.1

T = TypeVar("T")


def further_translations(text: str, thesaurus: Thesaurus, lexicon: Lexicon) -> list[Translation]:
    """Return what the lexicon knows of a text beyond the thesaurus.

    The thesaurus was made for shops and knows what a word means there; what the lexicon says of a
    phrase is taken where the thesaurus knows none that holds it.
    """
    told = [f" {mention.phrase} " for mention in thesaurus.mentions(text)]
    return [
        one
        for one in lexicon.translations(text)
        if not any((one.phrase if has_han(one.phrase) else f" {one.phrase} ") in phrase for phrase in told)
    ]


def translated_share(text: str, thesaurus: Thesaurus, lexicon: Lexicon) -> float:
    """Return how much of a query has words in the other language, in [0, 1], its words weighted by rarity.

    Concepts of the thesaurus and phrases of the lexicon do, numbers do, and in a Chinese query Latin words do.
    """
    weights = {word: background_weight(word) for word in content_words(text)}
    named = [word for mention in thesaurus.mentions(text) for word in mention.words]
    named += [word for one in further_translations(text, thesaurus, lexicon) for word in one.words]
    told = "".join(named)
    same_in_both = str.isascii if has_han(text) else _is_number
    had = sum(
        weight
        for word, weight in weights.items()
        if same_in_both(word) or (word in told if has_han(word) else word in named)
    )
    return had / sum(weights.values()) if weights else 0.0


def take_turns(own: Sequence[T], other: Sequence[T], nearness: Callable[[T], float | None]) -> list[T]:
    """Return two rankings as one, beginning with ``own``; each keeps its order.

    What is clearly nearer to the query than the next of the other ranking goes before it, out of turn.
    In a shop of 20,000 English products a single Chinese one would otherwise be second in every list,
    and first in those of Chinese questions.

    Args:
        nearness: The cosine of an item in the one space that both languages share; None where it has no
            vector yet, as for a while after an import: then nobody knows who is nearer, and turns are taken.
    """
    merged: list[T] = []
    mine, theirs = list(own), list(other)
    turn_of_own = True
    while mine and theirs:
        near, far = nearness(mine[0]), nearness(theirs[0])
        lead = 0.0 if near is None or far is None else near - far
        take_own = turn_of_own if abs(lead) <= CLEARLY else lead > 0
        merged.append((mine if take_own else theirs).pop(0))
        turn_of_own = not take_own
    return merged + mine + theirs


def _is_number(word: str) -> bool:
    return word[0].isdigit()
