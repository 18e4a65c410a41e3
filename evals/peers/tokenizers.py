"""Texts into terms as a careful user of a BM25 library would cut them; none of the product's own cutting."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import rjieba
import snowballstemmer

Tokenizer = Callable[[str], list[str]]

_WORD: Final = re.compile(r"\w+")
_HAN_RUN: Final = re.compile(r"[㐀-鿿]+|[^\W㐀-鿿]+")
_STEMMER: Final = snowballstemmer.stemmer("english")


def english_stems(text: str) -> list[str]:
    """Return lower-cased words, stemmed."""
    return [_stem(word) for word in _WORD.findall(text.lower())]


def chinese_words(text: str) -> list[str]:
    """Return the words of jieba's search cut; Latin words and numbers lower-cased."""
    return [
        word
        for run in _HAN_RUN.findall(text.lower())
        for word in (rjieba.cut_for_search(run) if run[0] >= "㐀" else [run])
    ]


def chinese_bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring Han characters (a single one as it is); the rest by words."""
    out: list[str] = []
    for run in _HAN_RUN.findall(text.lower()):
        if run[0] >= "㐀" and len(run) > 1:
            out.extend(run[at : at + 2] for at in range(len(run) - 1))
        else:
            out.append(run)
    return out


def chinese_words_and_bigrams(text: str) -> list[str]:
    """Return both; what is the same in both counts twice."""
    return chinese_words(text) + chinese_bigrams(text)


def stems_and_words(text: str) -> list[str]:
    """Return Chinese words and English stems, for catalogs in both languages."""
    return [_stem(word) for word in chinese_words(text)]


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))
