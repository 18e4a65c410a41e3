"""How much a word matters in a question: rare words carry the topic."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from knowledge.retrieval.tokens import stem
from knowledge.text import has_han

# Zipf frequency is log10 of occurrences per 10^9 words: "the" 7.7, "order" 5.5, "shrink" 3.7.
COMMON_ZIPF = 7.0
RARE_ZIPF = 3.5
FLOOR = 0.15


@lru_cache(maxsize=2)
def _frequencies(lang: str) -> dict[str, float]:
    from wordfreq import get_frequency_dict

    return dict(get_frequency_dict(lang, wordlist="small"))


def load_frequencies() -> None:
    """Read the words of both languages ahead of the first question."""
    for lang in ("en", "zh"):
        _frequencies(lang)


@lru_cache(maxsize=65_536)
def background_weight(word: str) -> float:
    """Return how telling a folded word is in the language at large, in [0.15, 1]."""
    frequency = _frequencies("zh" if has_han(word) else "en").get(word, 0.0)
    zipf = math.log10(frequency * 1e9) if frequency else 0.0
    return min(1.0, max(FLOOR, (COMMON_ZIPF - zipf) / (COMMON_ZIPF - RARE_ZIPF)))


def word_weight(word: str, document_frequency: Callable[[str], int], items: int) -> float:
    """Return the weight of a folded word in the questions of one shop, in (0, 1].

    The language's frequency tells topic words from filler, which a shop with 50 passages cannot;
    the shop's own tells what distinguishes its passages.
    """
    seen = document_frequency(stem(word))
    rarity = math.log((items + 1) / (seen + 0.5)) / math.log(items + 2)
    return background_weight(word) * (0.5 + 0.5 * min(1.0, max(0.0, rarity)))
