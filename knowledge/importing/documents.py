"""What a document reader hands over: the text and the spans of its passages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.text import Lang, language_of, sentence_spans

# A passage should hold a rule with its conditions and exceptions, and still be short enough to be
# cited whole; one Han character says about as much as two and a half Latin ones.
LIMIT: Final = {"en": 1200, "zh": 500}
# Only a paragraph this many times over the limit is cut at its sentences, and no rule with its
# exceptions may grow longer.
ENORMOUS: Final = 3
# A paragraph that begins so limits the one before; alone it would be told as a rule of its own.
_LIMITS: Final = re.compile(
    r"[\s>*_-]*(?:(?:with the )?exceptions?\b|except(?:ing)?\b|excluding\b|excluded\b|unless\b|however\b|but\b|"
    r"only (?:if|when|where)\b|provided\b|otherwise\b|in (?:that|this|these|such) cases?\b|"
    r"(?:this|these|that|it|the above)(?: \w+){0,2} (?:does|do|is|are) not\b|not (?:included|covered)\b|"
    r"但|除|例外|不过|然而|否则|其中|前提|仅限|上述|以上|此|该|若|如不|不适用|不包括|不支持以下)",
    re.IGNORECASE,
)
_INTRODUCES: Final = re.compile(r"[:：](?:\*\*|__)?\s*$")
_SENTENCE_ENDS: Final = re.compile(r"[.!?;。！？；](?:[\"'”’）)]|\*\*|__)*\s*$")
_LISTED: Final = re.compile(r"\s*(?:[-*+|•·]|\d{1,3}[.)、])")
_CAPTION: Final = 80  # a line so short without a full stop names what stands below it


@dataclass(frozen=True, slots=True)
class DraftPassage:
    """A passage before it has a row; ``text`` is the document's text from ``start`` to ``end``."""

    heading_path: tuple[str, ...]
    text: str
    start: int
    end: int
    lang: Lang


@dataclass(frozen=True, slots=True)
class DraftDocument:
    """A document before it has a row."""

    name: str
    title: str
    text: str
    lang: Lang
    passages: tuple[DraftPassage, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or table by its span.

    Attributes:
        divisible: A paragraph may be cut at its sentences when it is enormous; lists and tables never.
        starts_passage: The question of an FAQ entry, which what follows belongs to.
    """

    start: int
    end: int
    divisible: bool = True
    starts_passage: bool = False


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its ends."""
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    return left, left + len(piece.strip())


def passages_of(
    text: str, blocks: Sequence[Block], heading_path: tuple[str, ...], default: Lang
) -> Iterator[DraftPassage]:
    """Yield the passages of one section: whole when it is short, else cut between its blocks."""
    for entry in _entries(blocks):
        lang = language_of(text[entry[0].start : entry[-1].end], default)
        for start, end in _packed(text, entry, LIMIT[lang]):
            piece = text[start:end]
            if piece:
                yield DraftPassage(heading_path, piece, start, end, language_of(piece, default))


def _entries(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Split a section before every FAQ question."""
    entry: list[Block] = []
    for block in blocks:
        if block.starts_passage and entry:
            yield entry
            entry = []
        entry.append(block)
    if entry:
        yield entry


def _packed(text: str, blocks: Sequence[Block], limit: int) -> Iterator[tuple[int, int]]:
    start, end = trimmed(text, blocks[0].start, blocks[-1].end)
    if end - start <= limit:
        yield start, end
        return
    # A passage grows until the limit. What overflows it takes along the pieces that it must be read
    # with: ``group`` is where these begin.
    begin = finish = group = above = -1
    for left, right in _pieces(text, blocks, limit):
        piece = text[left:right]
        introduced = begin >= 0 and _introduces(text[above:finish], piece)
        tied = introduced or (begin >= 0 and _LIMITS.match(piece) is not None and right - group <= limit * ENORMOUS)
        if begin >= 0 and right - begin <= limit:
            group = group if tied else left
        elif tied:
            if group > begin:
                yield trimmed(text, begin, group)
            begin = group
        else:
            if begin >= 0:
                yield trimmed(text, begin, finish)
            begin = group = left
        above, finish = left, right
    if begin >= 0:
        yield trimmed(text, begin, finish)


def _introduces(piece: str, following: str) -> bool:
    """Whether a piece says nothing without the next: it ends in a colon, or is the line above a list or a table."""
    caption = len(piece.strip()) <= _CAPTION and "\n" not in piece.strip() and not _SENTENCE_ENDS.search(piece)
    return _INTRODUCES.search(piece) is not None or (caption and _LISTED.match(following) is not None)


def _pieces(text: str, blocks: Sequence[Block], limit: int) -> Iterator[tuple[int, int]]:
    for block in blocks:
        if block.divisible and block.end - block.start > limit * ENORMOUS:
            for start, end in sentence_spans(text[block.start : block.end]):
                yield from _cut(block.start + start, block.start + end, limit * ENORMOUS)
        else:
            yield trimmed(text, block.start, block.end)


def _cut(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """Cut what has no border at all, such as a base64 blob in a text file."""
    for left in range(start, end, size):
        yield left, min(left + size, end)
