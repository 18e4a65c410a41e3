"""PDF files as documents: headings by the size of their letters, tables by their lines, paragraphs by their breaks."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from knowledge.importing.document_checks import reading_of
from knowledge.importing.documents import DraftDocument
from knowledge.importing.issues import Notes
from knowledge.importing.layout import Element, Grid, Heading, Items, Paragraph, item, written
from knowledge.importing.pdf_lines import Line, Ruled, contents_of, without_running_heads
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind

# A page takes about a tenth of a second; what a shop tells its customers is far shorter.
PAGES_LIMIT: Final = 500
_HEADING_SIZE: Final = 1.12
_HEADING_LENGTH: Final = 120
_BOLD_LENGTH: Final = 80
_PARAGRAPH_GAP: Final = 0.7  # of the letters' size, between the bottom of one line and the top of the next
_BULLET: Final = re.compile(r"^(?:[•●▪■◦○‣·∙*\uf0b7\uf0a7–—-])\s*(?=\S)")
_NUMBER: Final = re.compile(r"^(?:\(?\d{1,2}[.)、]|[(（][一二三四五六七八九十\da-z][)）]|[①-⑳])\s*(?=\S)")
_ENDS: Final = re.compile(r"[.。!！;；,，:：?？]$")
_HAN: Final = re.compile(r"[㐀-鿿，。；：！？、（）]")
_UNREADABLE: Final = re.compile(r"\(cid:\d+\)")


class _Unusable(Exception):
    """The file cannot be a document; the argument is the code of the reason."""


def _pages(raw: bytes, notes: Notes) -> list[list[Line | Ruled]]:
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font without a bounding box
    try:
        with pdfplumber.open(io.BytesIO(raw)) as pdf:
            pages: list[list[Line | Ruled]] = []
            scanned = 0
            for number, page in enumerate(pdf.pages[:PAGES_LIMIT], start=1):
                found = contents_of(page, number)
                scanned += not found and bool(page.images)
                pages.append(found)
                page.close()
            if len(pdf.pages) > PAGES_LIMIT:
                notes.add("pdf_pages_left_out", count=len(pdf.pages) - PAGES_LIMIT, limit=PAGES_LIMIT)
    except Exception as error:  # a damaged PDF ends in whatever its parts happen to be
        causes = (error, *error.args)
        locked = any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in causes)
        raise _Unusable("file_encrypted" if locked else "pdf_broken") from error
    if not any(pages):
        raise _Unusable("pdf_scanned")
    if scanned:
        notes.add("pdf_pages_scanned", count=scanned)
    return pages


class _Styles:
    """What the sizes of the letters mean in this file."""

    def __init__(self, found: list[Line | Ruled]) -> None:
        lines = [one for one in found if isinstance(one, Line)]
        sizes: Counter[float] = Counter()
        for one in found:
            sizes[one.size] += len(one.text) if isinstance(one, Line) else sum(len(c) for row in one.rows for c in row)
        self.body = sizes.most_common(1)[0][0] if sizes else 0.0
        larger = sorted({s.size for s in lines if s.size >= self.body * _HEADING_SIZE}, reverse=True)
        self._levels = {size: min(place, 5) for place, size in enumerate(larger, start=1)}
        self._below = len(set(self._levels.values())) + 1
        self._mostly_bold = sum(len(s.text) for s in lines if s.bold) * 2 > sum(len(s.text) for s in lines)
        self.right: dict[int, float] = {}
        for line in lines:
            self.right[line.page] = max(self.right.get(line.page, 0.0), line.x1)

    def level(self, line: Line) -> int | None:
        """Return the level of a heading; None for other lines."""
        if len(line.cells) > 1 or line.bulleted or _BULLET.match(line.text):
            return None
        if line.size in self._levels:
            return self._levels[line.size] if len(line.text) <= _HEADING_LENGTH else None
        short = len(line.text) <= _BOLD_LENGTH and not _ENDS.search(line.text)
        return min(self._below, 6) if line.bold and short and not self._mostly_bold else None


class _Writer:
    """Puts lines together to the elements of a document."""

    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._lines: list[Line] = []
        self._text: list[str] = []
        self._items: list[str] = []
        self._rows: list[Line] = []

    def elements(self, found: Iterable[Line | Ruled]) -> Iterator[Element]:
        table: Ruled | None = None
        heading: tuple[Heading, Line] | None = None
        for one in found:
            if isinstance(one, Ruled):
                yield from self._closed(heading)
                heading = None
                if table is not None and table.page == one.page - 1 and len(table.rows[0]) == len(one.rows[0]):
                    table.rows += one.rows[1:] if one.rows[0] == table.rows[0] else one.rows
                    table.page = one.page
                    continue
                yield from _grid(table)
                table = one
                continue
            yield from _grid(table)
            table = None
            level = self._styles.level(one)
            if level is None:
                if heading is not None:
                    yield from self._closed(heading)
                    heading = None
                yield from self._line(one)
            elif heading is not None and self._continues(heading, level, one):
                heading = (Heading(level, f"{heading[0].text} {one.text}"), one)
            else:
                yield from self._closed(heading)
                heading = (Heading(level, one.text), one)
        yield from _grid(table)
        yield from self._closed(heading)

    def _closed(self, heading: tuple[Heading, Line] | None) -> Iterator[Element]:
        yield from self._flush()
        if heading is not None:
            yield heading[0]

    @staticmethod
    def _continues(heading: tuple[Heading, Line], level: int, line: Line) -> bool:
        above, last = heading
        near = 0 <= line.top - last.bottom < line.size * 0.5 and line.page == last.page
        return above.level == level and near and line.size == last.size

    def _line(self, line: Line) -> Iterator[Element]:
        if len(line.cells) > 1 and not line.bulleted:
            if self._rows and not _aligned(self._rows[-1], line):
                yield from self._flush()
            if not self._rows:
                yield from self._flush()
            self._rows.append(line)
            return
        if self._rows:
            yield from self._flush()
        text, last = line.text, self._lines[-1] if self._lines else None
        bullet, number = _BULLET.match(text), _NUMBER.match(text)
        if line.bulleted or bullet or number:
            if not self._items:
                yield from self._flush()
            mark = number[0].strip() if number else "-"
            rest = text[(number or bullet).end() :] if (number or bullet) is not None else text  # type: ignore[union-attr]
            self._items.append(item(rest, 0, mark))
        elif last is not None and self._items and self._runs_on(last, line):
            self._items[-1] = _joined(self._items[-1], text)
        elif last is not None and self._text and not self._items and not self._is_new(last, line):
            if self._runs_on(last, line):
                self._text[-1] = _joined(self._text[-1], text)
            else:
                self._text.append(text)
        else:
            yield from self._flush()
            self._text.append(text)
        self._lines.append(line)

    def _is_new(self, last: Line, line: Line) -> bool:
        """Whether a paragraph begins; one that the end of a page cuts goes on."""
        if line.page != last.page:
            return not self._runs_on(last, line)
        return line.top - last.bottom > line.size * _PARAGRAPH_GAP or line.top < last.top - line.size

    def _runs_on(self, last: Line, line: Line) -> bool:
        """Whether the line was broken for want of room: the next word would not have fitted."""
        full = last.x1 + line.first_width + last.size * 0.2 >= self._styles.right.get(last.page, 0.0) - 1
        if line.page != last.page:
            return full and not _ENDS.search(last.text)
        return full and line.top - last.bottom <= line.size * _PARAGRAPH_GAP

    def _flush(self) -> Iterator[Element]:
        if self._items:
            yield Items(tuple(self._items))
        elif self._text:
            yield Paragraph("\n".join(self._text))
        if len(self._rows) > 1:
            yield Grid(tuple(tuple(line.cells) for line in self._rows))
        elif self._rows:
            yield Paragraph(self._rows[0].text)
        self._items, self._text, self._rows, self._lines = [], [], [], []


def _grid(table: Ruled | None) -> Iterator[Element]:
    if table is not None:
        yield Grid(tuple(tuple(row) for row in table.rows))


def _aligned(last: Line, line: Line) -> bool:
    near = line.page == last.page and line.top - last.bottom < line.size * 2.5
    return near and len(last.cells) == len(line.cells)


def _joined(before: str, after: str) -> str:
    """Join two lines: Chinese without a gap, a word that was parted at a hyphen as it was written."""
    tight = (_HAN.match(after) and _HAN.match(before[-1:])) or re.search(r"[A-Za-z]-$", before)
    return before + ("" if tight else " ") + after


def document_of(name: str, raw: bytes, notes: Notes) -> DraftDocument:
    """Read one PDF.

    Raises:
        _Unusable: It is encrypted, damaged, or holds pictures of pages instead of text.
    """
    kept = list(without_running_heads(_pages(raw, notes)))
    found = [one for page in kept for one in page]
    lines = [one for one in found if isinstance(one, Line)]
    text = "".join(line.text for line in lines)
    if len(_UNREADABLE.findall(text)) * 8 > len(text) * 0.2:
        raise _Unusable("pdf_text_unreadable")
    return written(name, _Writer(_Styles(found)).elements(found))


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    try:
        return reading_of(document_of(content.name, content.raw, notes), content, notes)
    except _Unusable as reason:
        notes.add(str(reason))
        return Reading(rejected=1, rejected_keys=frozenset([content.name]))


READER: Final = Reader(Kind.DOCUMENT, "pdf", lambda content: content.form == "pdf", _read)
