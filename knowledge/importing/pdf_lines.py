"""The lines and tables of a PDF's pages, in the order in which their program wrote them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pdfplumber.page import Page

# Fonts map ligatures and the radicals of characters to code points of their own, which nobody searches for.
_VARIANTS: Final = re.compile("[\u2e80-\u2fdf\ufb00-\ufb06]")
_UNMAPPED_MARK: Final = re.compile(r"^(?:\(cid:\d+\))+(?=\s|$)")  # before a line: a bullet of a font for signs
_MARK: Final = re.compile(r"[•●▪■◦○‣·∙*\uf0b7\uf0a7–—-]|\(?\d{1,2}[.)、]|[①-⑳]")
_BOLD: Final = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_BULLET_SIZE: Final = 0.7  # of the text's size; as browsers draw them
_CELL_GAP: Final = 1.2
_EDGE: Final = 0.1  # of the page's height, where running heads and page numbers stand


@dataclass(slots=True)
class Line:
    """A line of text; positions in points from the page's upper left corner.

    Attributes:
        cells: Its text, in pieces where wide gaps part it.
        bulleted: A small mark is drawn before it.
        first_width: Width of its first word: whether that would have fitted on the line before.
    """

    page: int
    cells: list[str]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    first_width: float
    bulleted: bool = False
    at_edge: bool = False
    starts: list[float] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.cells)


@dataclass(slots=True)
class Ruled:
    """A table that the page draws with lines; ``size`` is that of its first letters."""

    page: int
    rows: list[list[str]]
    size: float


def plain(text: str) -> str:
    """Return text with ligatures and radicals as the characters that they stand for."""
    text = _UNMAPPED_MARK.sub("• ", text)
    return _VARIANTS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text).replace("\xad", "")


def contents_of(page: Page, number: int) -> list[Line | Ruled]:
    """Return what stands on a page, in its program's order; tables are read cell by cell."""
    tables = [(table.bbox, rows) for table in page.find_tables() if (rows := _rows(table.extract()))]
    words = page.extract_words(
        use_text_flow=True, keep_blank_chars=True, extra_attrs=["fontname", "size"], x_tolerance_ratio=0.25
    )
    marks = [m for m in [*page.curves, *page.rects, *page.images] if m["width"] < 12 and m["height"] < 12]
    found: list[Line | Ruled] = []
    placed: set[int] = set()
    for word in words:
        inside = next((i for i, (box, _) in enumerate(tables) if _within(word, box)), None)
        if inside is None:
            _add(found, word, number, float(page.height))
        elif inside not in placed:
            placed.add(inside)
            found.append(Ruled(number, tables[inside][1], round(float(word["size"]), 1)))
    for line in found:
        if isinstance(line, Line):
            line.bulleted = any(_marks(mark, line) for mark in marks)
    return found


def _rows(extracted: Iterable[Iterable[str | None]]) -> list[list[str]]:
    rows = [[plain(" ".join((cell or "").split())) for cell in row] for row in extracted]
    rows = [row for row in rows if any(row)]
    filled = sum(bool(cell) for row in rows for cell in row)
    cells = sum(len(row) for row in rows)
    # A frame around a paragraph is no table, nor is a drawing.
    return rows if len(rows) > 1 and max(map(len, rows)) > 1 and filled * 2 > cells else []


def _within(word: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _add(found: list[Line | Ruled], word: dict[str, Any], number: int, height: float) -> None:
    text = plain(str(word["text"]))
    if not text.strip():
        return
    size, bold = round(float(word["size"]), 1), _BOLD.search(str(word["fontname"])) is not None
    last = found[-1] if found else None
    if isinstance(last, Line) and word["x0"] >= last.x1 - 1 and abs(word["bottom"] - last.bottom) < last.size * 0.5:
        gap = word["x0"] - last.x1
        if gap > last.size * _CELL_GAP and not _MARK.fullmatch(last.text.strip()):
            last.cells.append(text.strip())
            last.starts.append(word["x0"])
        else:
            last.cells[-1] += (" " if gap > last.size * 0.15 and last.cells[-1][-1:] != " " else "") + text
        last.x1, last.bold, last.size = word["x1"], last.bold and bold, max(last.size, size)
        return
    middle = (word["top"] + word["bottom"]) / 2
    first = re.match(r"\s*([A-Za-z0-9'’,.-]+|\S)", text)
    width = (word["x1"] - word["x0"]) * len(first[0] if first else text) / len(text)
    edge = middle < height * _EDGE or middle > height * (1 - _EDGE)
    found.append(
        Line(number, [text.strip()], word["x0"], word["x1"], word["top"], word["bottom"], size, bold, width,
             at_edge=edge, starts=[word["x0"]])
    )  # fmt: skip


def _marks(mark: dict[str, Any], line: Line) -> bool:
    middle = (mark["top"] + mark["bottom"]) / 2
    small = max(mark["width"], mark["height"]) <= line.size * _BULLET_SIZE
    return bool(small and line.top <= middle <= line.bottom and 0 < line.x0 - mark["x1"] < line.size * 2)


def without_running_heads(pages: list[list[Line | Ruled]]) -> Iterator[list[Line | Ruled]]:
    """Leave out what stands at the edge of every page: titles, addresses, page numbers."""
    seen = Counter(
        key for page in pages for key in {_key(line) for line in page if isinstance(line, Line) and line.at_edge}
    )
    often = max(2, len(pages) * 0.5)
    for page in pages:
        yield [
            line
            for line in page
            if not (isinstance(line, Line) and line.at_edge and (seen[_key(line)] >= often or _is_number(line.text)))
        ]


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.top / 4)


def _is_number(text: str) -> bool:
    """Whether a line at the edge is a page's number, or the address and date that a browser prints there."""
    number = re.fullmatch(
        r"(?:page|第)?\s*[-–—]?\s*\d+\s*[-–—]?\s*(?:(?:/|of|页共|页\s*[/,，]?\s*共)\s*\d+)?\s*页?", text, re.I
    )
    printed = re.match(r"(?:https?|file)://\S+(?:\s+\d+/\d+)?$|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d\d", text)
    return number is not None or printed is not None
