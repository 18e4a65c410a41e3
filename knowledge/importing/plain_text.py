"""Plain text documents: paragraphs are what blank lines divide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.importing.cells import TITLE_LIMIT, tidy
from knowledge.importing.documents import ENORMOUS, LIMIT, Block, DraftDocument, passages_of
from knowledge.text import language_of

_PARAGRAPH: Final = re.compile(r"\S(?:.|\n(?![ \t]*(?:\n|\Z)))*")
_TITLE_LENGTH: Final = 80
# Items of a list: "1.", "2、", "(3)", "①", "-", "•".
_MARK: Final = re.compile(
    r"\s*(?:\d{1,3}[.、)）](?!\d)|[(（][\dA-Za-z一二三四五六七八九十]{1,3}[)）]|[①-⑳]|[-*•·●◦–]\s)"
)
_OPEN_END: Final = re.compile(r"[,，;；、:：]\s*$")


def _blocks(text: str, start: int) -> Iterator[Block]:
    for found in _PARAGRAPH.finditer(text, start):
        if found.end() - found.start() <= LIMIT[language_of(found[0])]:
            yield Block(found.start(), found.end())
            continue
        yield from _lines(found[0], found.start())


def _lines(paragraph: str, start: int) -> Iterator[Block]:
    """Cut a long block at its lines, but no list with marks, and no line that is not at its end."""
    begins, at, limit = start, start, LIMIT[language_of(paragraph)] * ENORMOUS
    lines = paragraph.split("\n")
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        at += len(line) + 1
        goes_on = following is not None and (_OPEN_END.search(line) or _MARK.match(following))
        if not goes_on or at - begins > limit:
            yield Block(begins, at - 1, divisible=begins + len(line) + 1 == at)
            begins = at


def _title_end(text: str) -> int:
    """Return where a short first line that stands alone ends; 0 when there is none."""
    found = _PARAGRAPH.search(text)
    alone = found is not None and "\n" not in found[0] and len(found[0]) <= _TITLE_LENGTH
    ends_a_sentence = found is not None and found[0].rstrip().endswith((".", "。", "！", "!", ";", "；"))
    return found.end() if found is not None and alone and not ends_a_sentence and found.end() < len(text) else 0


def read_plain_text(name: str, text: str, fallback_title: str) -> DraftDocument:
    """Read one document; see `knowledge.importing.markdown.read_markdown`."""
    title_end = _title_end(text)
    title = tidy(text[:title_end].strip() or fallback_title, TITLE_LIMIT)
    lang = language_of(text)
    passages = passages_of(text, list(_blocks(text, title_end)), (title,), lang)
    return DraftDocument(name, title, text, lang, tuple(passages))
