"""Text into index terms: Chinese words and character bigrams, English stems, numbers as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from operator import add
from typing import Final

import rjieba
import snowballstemmer

from knowledge.text import fold, has_han

# "iPhone15" and "iPhone 15" meet because letters and digits are cut apart.
_PIECE: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-zà-öø-ÿ]+(?:['’][a-z]+)?|\d+(?:\.\d+)?")
# "Don't", "I'd" and "aren't" are as much filler as what they begin with.
_CONTRACTED: Final = re.compile(r"n['’]t\b|['’]")
_STEMMER: Final = snowballstemmer.stemmer("english")

# Words that carry no topic: they neither need support in a passage nor give it.
STOPWORDS: Final = frozenset(files("knowledge.retrieval").joinpath("stopwords.txt").read_text("utf-8").split())


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a folded English word; other words come back unchanged."""
    plain = word.replace("’", "'").removesuffix("'s")
    return _STEMMER.stemWord(plain) if plain.isascii() and plain[0].isalpha() else plain


@lru_cache(maxsize=16_384)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text in order; Chinese in jieba's search cut, English unstemmed."""
    out: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        if piece[0] >= "㐀":
            out.extend(rjieba.cut_for_search(piece))
        else:
            out.append(piece)
    return tuple(out)


def terms(text: str) -> list[str]:
    """Return the index terms of a text: Chinese words, English stems, numbers."""
    return [stem(word) for word in words(text)]


def bigrams(text: str) -> list[str]:
    """Return the overlapping pairs of Han characters; they find what the word cut missed."""
    if not has_han(text):  # most of a catalog in English
        return []
    out: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        if piece[0] >= "㐀":
            out.extend(map(add, piece, piece[1:]))
    return out


def phrase_terms(text: str) -> list[str]:
    """Return the terms of which a phrase is a run, however words are cut: characters, stems, numbers."""
    out: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        out.extend(piece if piece[0] >= "㐀" else (stem(piece),))
    return out


def is_filler(word: str) -> bool:
    """Tell whether a word carries no topic; also one that the cut glued together of such (它会, 能用)."""
    plain = _CONTRACTED.split(word, maxsplit=1)[0]
    return plain in STOPWORDS or (word[0] >= "㐀" and all(character in STOPWORDS for character in word))


def content_words(text: str) -> list[str]:
    """Return the words that carry a topic, in order, without repetition.

    A compound that the search cut gives in parts and as a whole counts as the whole.
    """
    return compounds([word for word in dict.fromkeys(words(text)) if not is_filler(word)])


def compounds(found: Sequence[str]) -> list[str]:
    """Return the words without those that are part of a longer Chinese one among them."""
    return [w for w in found if not any(w != longer and w in longer and longer[0] >= "㐀" for longer in found)]
