"""Which of the shop's own topics a message falls under: by the words of a phrase, or by its meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from knowledge.retrieval.tokens import content_words, stem, words
from knowledge.service_policy import PersonTopic
from knowledge.text import fold, has_han

# Cosine in the multilingual space from which a message asks what a phrase asks; wordings of one
# question lie at .6 to .9. A topic keeps the assistant silent, so it must not guess.
SAME_MEANING: Final = 0.7
# A single word has many neighbours; only whole phrases are compared by meaning.
LEAST_WORDS: Final = 3


def topic_of(text: str, topics: Sequence[PersonTopic], likeness: Callable[[str, str], float]) -> str | None:
    """Return the name of the first topic that a message falls under.

    Args:
        likeness: Cosine of two texts in a space that all languages share.
    """
    folded, stems = fold(text), {stem(word) for word in words(text)}
    for topic in topics:
        for phrase in topic.phrases:
            if _holds(folded, stems, phrase):
                return topic.name
            if len(content_words(phrase)) >= LEAST_WORDS and likeness(text, phrase) >= SAME_MEANING:
                return topic.name
    return None


def _holds(folded: str, stems: set[str], phrase: str) -> bool:
    """Tell whether a text has every word of a phrase; in Chinese the phrase itself."""
    if has_han(phrase):
        return fold(phrase) in folded
    wanted = {stem(word) for word in words(phrase)}
    return bool(wanted) and wanted <= stems
