"""What a document reader hands over: the text and the spans of its passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.text import Lang, language_of, sentence_spans

# A passage should hold a rule with its conditions and exceptions, and still be short enough to be
# cited whole; one Han character says about as much as two and a half Latin ones.
LIMIT: Final = {"en": 1200, "zh": 500}
# Only a paragraph this many times over the limit is cut at its sentences.
ENORMOUS: Final = 3


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
    current: tuple[int, int] | None = None
    for left, right in _pieces(text, blocks, limit):
        introduces = current is not None and text[current[0] : current[1]].rstrip().endswith((":", "：", ":**", "：**"))
        if current is not None and (introduces or right - current[0] <= limit):
            current = (current[0], right)
            continue
        if current is not None:
            yield trimmed(text, *current)
        current = (left, right)
    if current is not None:
        yield trimmed(text, *current)


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
