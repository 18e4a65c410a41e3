"""Word files as documents: headings by their styles, lists by their numbering, tables by their cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from knowledge.importing.document_checks import reading_of
from knowledge.importing.documents import DraftDocument
from knowledge.importing.issues import Notes
from knowledge.importing.layout import Element, Grid, Heading, Items, Paragraph, item, written
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING: Final = re.compile(r"(?:heading|标题|titre|überschrift)\s*(\d)", re.IGNORECASE)
# Deleted and moved text, and text boxes, whose paragraphs are read by themselves.
_LEFT_OUT: Final = frozenset([f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}txbxContent", _FALLBACK])
_SIZE_LIMIT: Final = 256 * 1024 * 1024
_DEPTH: Final = 50
_BOLD_LENGTH: Final = 80
_ENDS: Final = re.compile(r"[.。!！;；,，:：?？]$")


def _on(properties: _Element | None, name: str) -> bool:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return found is not None and found.get(f"{_W}val", "true") not in ("0", "false", "none", "off")


def _text(node: _Element, depth: int = 0) -> str:
    """Return the text as it is printed with all changes accepted: without deleted, struck and hidden runs."""
    pieces: list[str] = []
    for child in node:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{_W}r" and any(_on(child.find(f"{_W}rPr"), n) for n in ("strike", "dstrike", "vanish")):
            continue
        if child.tag == f"{_W}t":
            pieces.append(child.text or "")
        elif child.tag in (f"{_W}tab", f"{_W}ptab"):
            pieces.append(" ")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n")
        elif child.tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        elif depth < _DEPTH:
            pieces.append(_text(child, depth + 1))
    return "".join(pieces)


class _Styles:
    """What the file's styles and numberings say of its paragraphs."""

    def __init__(self, document: Document) -> None:
        self._styles = {
            style.get(f"{_W}styleId"): style for style in document.styles.element.iter(f"{_W}style")
        }  # fmt: skip
        self._formats: dict[tuple[str, str], str] = {}
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # a file without lists has none
            return
        abstract = {
            (found.get(f"{_W}abstractNumId"), level.get(f"{_W}ilvl")): kind.get(f"{_W}val")
            for found in numbering.iter(f"{_W}abstractNum")
            for level in found.iter(f"{_W}lvl")
            if (kind := level.find(f"{_W}numFmt")) is not None
        }
        for number in numbering.iter(f"{_W}num"):
            target = number.find(f"{_W}abstractNumId")
            for (abstract_id, level), kind in abstract.items():
                if target is not None and abstract_id == target.get(f"{_W}val"):
                    self._formats[number.get(f"{_W}numId"), level] = kind

    def _chain(self, paragraph: _Element) -> Iterator[_Element]:
        """Yield the properties of a paragraph, then those of its style and of the styles below it."""
        own = paragraph.find(f"{_W}pPr")
        if own is not None:
            yield own
        name = own.find(f"{_W}pStyle") if own is not None else None
        style = self._styles.get(name.get(f"{_W}val")) if name is not None else None
        for _ in range(_DEPTH):
            if style is None:
                return
            yield style
            properties = style.find(f"{_W}pPr")
            if properties is not None:
                yield properties
            based = style.find(f"{_W}basedOn")
            style = self._styles.get(based.get(f"{_W}val")) if based is not None else None

    def level(self, paragraph: _Element) -> int | None:
        """Return the level of a heading; None for other paragraphs."""
        for place in self._chain(paragraph):
            outline = place.find(f"{_W}outlineLvl")
            if outline is not None and outline.get(f"{_W}val", "").isdecimal():
                level = int(outline.get(f"{_W}val", "9")) + 1
                return level if level < 10 else None
            name = place.find(f"{_W}name")
            said = name.get(f"{_W}val", "") if name is not None else ""
            if found := _HEADING.match(said):
                return int(found[1])
            if said.casefold() in ("title", "标题"):
                return 1
        return None

    def listed(self, paragraph: _Element) -> tuple[str, int, str] | None:
        """Return (numbering, depth, format) of a list's item."""
        for place in self._chain(paragraph):
            found = place.find(f"{_W}numPr")
            number = found.find(f"{_W}numId") if found is not None else None
            if found is None or number is None:
                continue
            key, depth = number.get(f"{_W}val", "0"), found.find(f"{_W}ilvl")
            at = depth.get(f"{_W}val", "0") if depth is not None else "0"
            return (
                None if key == "0" else (key, int(at) if at.isdecimal() else 0, self._formats.get((key, at), "bullet"))
            )
        return None


def _is_bold(paragraph: _Element) -> bool:
    runs = [run for run in paragraph.iter(f"{_W}r") if "".join(t.text or "" for t in run.iter(f"{_W}t")).strip()]
    return bool(runs) and all(_on(run.find(f"{_W}rPr"), "b") for run in runs)


class _Walk:
    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._items: list[str] = []
        self._numbers: Counter[tuple[str, int]] = Counter()
        self._level = 0

    def elements(self, node: _Element, depth: int = 0) -> Iterator[Element]:
        for child in node:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
                for box in child.iter(f"{_W}txbxContent"):
                    if depth < _DEPTH and not any(above.tag == _FALLBACK for above in box.iterancestors()):
                        yield from self.elements(box, depth + 1)
            elif child.tag == f"{_W}tbl":
                yield from self._flush()
                yield from self._table(child, depth)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml") and depth < _DEPTH:
                yield from self.elements(child, depth + 1)
        if depth == 0:
            yield from self._flush()

    def _flush(self) -> Iterator[Element]:
        if self._items:
            yield Items(tuple(self._items))
        self._items = []

    def _paragraph(self, paragraph: _Element) -> Iterator[Element]:
        text = _text(paragraph).strip()
        if not text:
            return
        level, listed = self._styles.level(paragraph), self._styles.listed(paragraph)
        if level is not None:
            yield from self._flush()
            self._level = level
            yield Heading(level, text)
        elif listed is not None:
            key, depth, kind = listed
            self._numbers[key, depth] += 1
            for deeper in range(depth + 1, 10):
                self._numbers[key, deeper] = 0
            mark = "-" if kind in ("bullet", "none") else f"{self._numbers[key, depth]}."
            self._items.append(item(text, min(depth, 9), mark))
        else:
            yield from self._flush()
            yield self._spoken(text, bold=_is_bold(paragraph))

    def _spoken(self, text: str, *, bold: bool) -> Element:
        """A line that is all bold is how many write a heading, or the question of an FAQ."""
        if bold and len(text) <= _BOLD_LENGTH and not _ENDS.search(text):
            return Heading(min(self._level + 1, 6), text)
        return Paragraph(text, is_question=bold and text.endswith(("?", "？")))

    def _table(self, table: _Element, depth: int) -> Iterator[Element]:
        rows: list[tuple[str, ...]] = []
        for row in table.iterchildren(f"{_W}tr"):
            cells: list[str] = []
            for cell in row.iterchildren(f"{_W}tc"):
                properties = cell.find(f"{_W}tcPr")
                span = properties.find(f"{_W}gridSpan") if properties is not None else None
                merged = properties.find(f"{_W}vMerge") if properties is not None else None
                text = " ".join(filter(None, (_text(p).strip() for p in cell.iter(f"{_W}p"))))
                if merged is not None and merged.get(f"{_W}val") != "restart" and rows and len(cells) < len(rows[-1]):
                    text = rows[-1][len(cells)]
                wide = span.get(f"{_W}val", "1") if span is not None else "1"
                cells += [text] * (min(int(wide), 50) if wide.isdecimal() else 1)
            rows.append(tuple(cells))
        if max(map(len, rows), default=0) > 1:
            first = table.find(f"{_W}tr")
            said = first is not None and first.find(f"{_W}trPr/{_W}tblHeader") is not None
            yield Grid(tuple(rows), has_header=True if said else None)
        elif depth < _DEPTH:  # a frame around paragraphs
            for cell in table.iter(f"{_W}tc"):
                yield from self.elements(cell, depth + 1)
            yield from self._flush()


def document_of(name: str, raw: bytes) -> DraftDocument:
    """Read one Word file (Office Open XML, ISO/IEC 29500).

    Raises:
        ValueError: It is damaged, or unpacks to more than is allowed.
    """
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _SIZE_LIMIT:
                raise ValueError("too large")
        document = docx.Document(io.BytesIO(raw))
        elements = list(_Walk(_Styles(document)).elements(document.element.body))
    except Exception as error:  # a damaged package ends in whatever its parts happen to be
        raise ValueError(str(error)) from error
    return written(name, elements)


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    try:
        document = document_of(content.name, content.raw)
    except ValueError:
        notes.add("office_broken")
        return Reading(rejected=1, rejected_keys=frozenset([content.name]))
    return reading_of(document, content, notes)


READER: Final = Reader(Kind.DOCUMENT, "docx", lambda content: content.form == "docx", _read)
