"""Text as the shop and the shopper write it: language, folding, sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

from knowledge.script import simplified

Lang = Literal["zh", "en"]

_HAN: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿]+")
# The letters of an order number or a model ("XD2026110107", "HL-10502") are no English.
_LATIN_WORD: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}(?![A-Za-z]|[-_#]?\d)")
# The shop's texts are folded for every question that is held against them.
FOLDED_TEXTS: Final = 8_192
# A full stop ends a sentence only before white space, so "1.5 cm" and "e.g." inside a word stay whole; that
# of "2 p.m. Eastern" and "No. 5" ends none.
_ABBREVIATED: Final = r"(?<!\b[AaPp]\.[Mm]\.)(?<!\b[Nn]o\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bapprox\.)"
_SENTENCE_END: Final = re.compile(rf"(?<=[。！？!?；;])\s*|(?<=[.!?]){_ABBREVIATED}\s+(?=[\"'“(]?[A-Z0-9])|\n+")


def language_of(text: str, default: Lang = "en") -> Lang:
    """Return the language that carries the text.

    Chinese writing borrows Latin names ("iPhone 15 的壳"), English hardly ever borrows Han
    characters, so one Han character weighs as much as two Latin words.
    """
    if text.isascii():
        return "en" if _LATIN_WORD.search(text) else default
    han = sum(map(len, _HAN.findall(text)))
    words = len(_LATIN_WORD.findall(text))
    if han == 0:
        return "en" if words else default
    return "zh" if han * 2 >= words else "en"


def has_han(text: str) -> bool:
    """Tell whether a text holds a Chinese character."""
    return _HAN.search(text) is not None


def fold(text: str) -> str:
    """Return the text in one form for matching: compatibility characters resolved, no case, simplified script."""
    if text.isascii():  # nothing to resolve
        return text.casefold()
    return _folded(text)


@lru_cache(maxsize=FOLDED_TEXTS)
def _folded(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text).casefold())


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of each sentence or line, without the white space around it."""
    start = 0
    for match in [*_SENTENCE_END.finditer(text), None]:
        end = match.start() if match else len(text)
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            yield left, left + len(piece.strip())
        start = match.end() if match else end


def sentences(text: str) -> list[str]:
    """Return the sentences or lines of a text."""
    return [text[start:end] for start, end in sentence_spans(text)]
