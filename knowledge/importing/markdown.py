"""Markdown documents: passages that keep a rule, its conditions and its exceptions together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.importing.cells import TITLE_LIMIT, tidy
from knowledge.importing.documents import Block, DraftDocument, DraftPassage, passages_of
from knowledge.text import Lang, language_of

_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE: Final = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)
_QUESTION: Final = re.compile(
    r"\s*(?:\*\*|__)?\s*(?:Q(?:uestion)?\s*\d*|[问問](?:题|題)?\s*\d*)\s*[:：.、](?!\S*//)", re.IGNORECASE
)
_COMMENT: Final = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)
_MARKS: Final = re.compile(r"^(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|\||>\s|```|={3,}$|-{3,}$|\*\*)", re.MULTILINE)

_PARSER: Final = MarkdownIt("commonmark").enable("table")


def looks_like_markdown(text: str) -> bool:
    """Whether any line begins with a mark of Markdown's."""
    return _MARKS.search(text) is not None


def asks(text: str) -> bool:
    """Whether a paragraph is the question of an FAQ entry, such as ``Q: Is it free?``."""
    return _QUESTION.match(text) is not None


class _Lines:
    """Character offsets of lines; the parser counts lines and ends them at ``\\n`` only."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._length = len(text)

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self._starts[first], min(self._starts[min(last, len(self._starts) - 1)], self._length)


def _without_front_matter(text: str) -> tuple[str, str | None]:
    """Blank the front matter, keeping every line where it is, and return its title."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return text, None
    title = _FRONT_TITLE.search(found[1])
    kept = "".join(c if c == "\n" else " " for c in found[0])
    return kept + text[found.end() :], title[1].strip() if title else None


def _plain_heading(token: Token) -> str:
    """Return the heading as it is read: without emphasis, code marks and link targets."""
    pieces = [c.content for c in token.children or [] if c.type in ("text", "code_inline", "image")]
    return tidy("".join(pieces), 300)


def _sections(text: str, source: str) -> Iterator[tuple[tuple[str, ...], int, list[Block]]]:
    """Yield (headings above, level of the innermost, blocks) in the order of the document."""
    tokens = _PARSER.parse(source)
    lines = _Lines(text)
    headings: list[tuple[int, str]] = []
    blocks: list[Block] = []

    def section() -> tuple[tuple[str, ...], int, list[Block]]:
        return tuple(name for _, name in headings), headings[-1][0] if headings else 0, blocks

    for index, token in enumerate(tokens):
        if token.level != 0 or token.map is None or token.nesting < 0 or token.type == "hr":
            continue
        start, end = lines.span(*token.map)
        if token.type == "heading_open":
            yield section()
            level = int(token.tag[1])
            headings = [(above, name) for above, name in headings if above < level]
            headings.append((level, _plain_heading(tokens[index + 1])))
            blocks = []
        elif _COMMENT.fullmatch(text[start:end]):
            yield section()  # what the merchant hid from readers is no passage, nor inside one
            blocks = []
        else:
            paragraph = token.type == "paragraph_open"
            asks = paragraph and _QUESTION.match(text, start, end) is not None
            blocks.append(Block(start, end, divisible=paragraph, starts_passage=asks))
    yield section()


def read_markdown(name: str, text: str, fallback_title: str) -> DraftDocument:
    """Read one document.

    Args:
        name: The document's key within the shop.
        text: Clean text: no control characters, lines ended by ``\\n``.
        fallback_title: Title of a document that has no heading of the first level.
    """
    source, front_title = _without_front_matter(text)
    sections = list(_sections(text, source))
    first = next((path[0] for path, level, _ in sections if level == 1 and path and path[0]), None)
    title = tidy(front_title or first or fallback_title, TITLE_LIMIT)
    lang: Lang = language_of(text)
    passages: list[DraftPassage] = []
    for path, _, blocks in sections:
        whole_path = path if path and path[0] == title else (title, *path)
        passages += passages_of(text, blocks, tuple(part for part in whole_path if part), lang)
    return DraftDocument(name, title, text, lang, tuple(passages))
