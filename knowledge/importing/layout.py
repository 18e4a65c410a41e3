"""What a page, a PDF or a Word file is made of, and how it is written down as a document's text.

The text is Markdown in its plainest form, since it is quoted from and shown in the same way as the
documents that merchants write in Markdown; the spans are known from writing and need no parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from knowledge.importing.cells import TITLE_LIMIT, clean_text, tidy
from knowledge.importing.documents import Block, DraftDocument, DraftPassage, passages_of
from knowledge.importing.markdown import asks
from knowledge.text import language_of

_DEEPEST: Final = 6
_HEADING_LIMIT: Final = 300
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its own line breaks count.

    Attributes:
        is_question: What follows answers it, up to the next question.
    """

    text: str
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each line has its mark and its indentation."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table by rows.

    Attributes:
        has_header: Whether the first row names the columns; None when the source does not tell.
    """

    rows: tuple[tuple[str, ...], ...]
    has_header: bool | None = None


Element = Heading | Paragraph | Items | Grid


def item(text: str, depth: int = 0, mark: str = "-") -> str:
    """Return the line of a list's item."""
    return f"{'  ' * depth}{mark} {' '.join(text.split())}"


def title_from(name: str) -> str:
    """Return a title for a file that names none."""
    path = PurePosixPath(name)
    return path.stem.replace("_", " ").replace("-", " ").strip() or path.name


def names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Guess from the cells whether the first row names the columns.

    A header has a word over every column, and no figure over a column of figures. Two columns of
    words are rather a list of terms.
    """
    if len(rows) < 2 or len(set(rows[0])) < len(rows[0]) or not all(rows[0][1:]):
        return False
    columns = range(len(rows[0]))
    counted = [i for i in columns if any(_DIGIT.search(row[i]) for row in rows[1:])]
    if any(_DIGIT.search(rows[0][i]) for i in counted):
        # "Under $50 | $5.95" over "$50 and more | free" is a rule like the others.
        return all(rows[0]) and len(columns) > 2 and not all(_DIGIT.search(cell) for cell in rows[0][1:])
    return bool(counted) or len(columns) > 2


class _Page:
    """The text as it grows, and the sections in it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self.sections: list[tuple[tuple[tuple[int, str], ...], list[Block]]] = [((), [])]

    def heading(self, heading: Heading) -> None:
        name = tidy(heading.text, _HEADING_LIMIT)
        if not name:
            return
        level = max(1, min(heading.level, _DEEPEST))
        self._write(f"{'#' * level} {name}")
        above = tuple(pair for pair in self.sections[-1][0] if pair[0] < level)
        self.sections.append(((*above, (level, name)), []))

    def block(self, text: str, *, divisible: bool = False, starts_passage: bool = False) -> None:
        if text.strip():
            start, end = self._write(text)
            self.sections[-1][1].append(Block(start, end, divisible=divisible, starts_passage=starts_passage))

    @property
    def text(self) -> str:
        return "\n\n".join(self._pieces)

    def _write(self, text: str) -> tuple[int, int]:
        start = self._length + (2 if self._pieces else 0)
        self._pieces.append(text)
        self._length = start + len(text)
        return start, self._length


def written(name: str, elements: Iterable[Element], title: str | None = None) -> DraftDocument:
    """Write a document.

    Args:
        name: The document's key within the shop.
        elements: What stands in it, in reading order.
        title: The source's own title; without one the first highest heading is it, else the name.
    """
    page = _Page()
    for element in elements:
        if isinstance(element, Heading):
            page.heading(element)
        elif isinstance(element, Paragraph):
            text = _lines(element.text)
            page.block(text, divisible=True, starts_passage=element.is_question or asks(text))
        elif isinstance(element, Items):
            page.block("\n".join(line for line in element.lines if line.strip(" -")))
        else:
            page.block(_grid(element))
    first = next((path[0][1] for path, _ in page.sections if path and path[0][0] == 1), None)
    shown = tidy(title or first or title_from(name), TITLE_LIMIT)
    text = page.text
    lang = language_of(text)
    passages: list[DraftPassage] = []
    for path, blocks in page.sections:
        names = tuple(name for _, name in path)
        whole = names if names and names[0] == shown else (shown, *names)
        passages += passages_of(text, blocks, whole, lang) if blocks else ()
    return DraftDocument(name, shown, text, lang, tuple(passages))


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in clean_text(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


def _grid(grid: Grid) -> str:
    width = max((len(row) for row in grid.rows), default=0)
    rows = [[_cell(cell) for cell in row] + [""] * (width - len(row)) for row in grid.rows]
    kept = [i for i in range(width) if any(row[i] for row in rows)]
    rows = [[row[i] for i in kept] for row in rows if any(row)]
    if not rows:
        return ""
    if len(kept) == 1:
        return "\n".join(row[0] for row in rows)
    has_header = names_columns(rows) if grid.has_header is None else grid.has_header
    if not has_header and len(kept) == 2:
        return "\n".join(item(f"{term}: {said}" if term and said else term or said) for term, said in rows)
    header = rows.pop(0) if has_header else [""] * len(kept)
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(kept), *rows])
