"""HTML pages as documents: headings, lists and tables stay, menus and banners go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PreformattedString, Tag

from knowledge.importing.document_checks import reading_of
from knowledge.importing.documents import DraftDocument
from knowledge.importing.html_chrome import content_of
from knowledge.importing.html_product_page import beyond, offered_on, sells, take_out_selling
from knowledge.importing.issues import Notes
from knowledge.importing.layout import Element, Grid, Heading, Items, Paragraph, item, written
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind

_INLINE: Final = frozenset(
    ["a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd", "label",
     "mark", "q", "ruby", "rb", "rt", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"]
)  # fmt: skip
_BLOCKS: Final = ["h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "p", "div", "table", "section"]
_HEADING: Final = re.compile(r"h([1-6])")
_SITE_SUFFIX: Final = re.compile(r"\s+[|·•–—-]\s+[^|·•–—]*$")
_SENTENCE_END: Final = re.compile(r"[.。!！;；,，:：]$")
_DEPTH: Final = 100  # nobody writes so deep; a crafted file must not end in a recursion error
_WIDEST: Final = 50
_BOLD_HEADING: Final = 80


class _Walk:
    """Turns the elements of a page into those of a document, in their order."""

    def __init__(self) -> None:
        self._inline: list[str] = []
        self._level = 0

    def elements(self, node: Tag, depth: int = 0) -> Iterator[Element]:
        for child in node.children:
            if isinstance(child, NavigableString):
                if isinstance(child, CData) or not isinstance(child, PreformattedString):
                    self._inline.append(re.sub(r"\s+", " ", str(child)))
            elif isinstance(child, Tag) and depth < _DEPTH:
                yield from self._tag(child, depth + 1)
        if node.name not in _INLINE:
            yield from self._flush()

    def _flush(self) -> Iterator[Element]:
        text, self._inline = "".join(self._inline), []
        if text.strip():
            yield Paragraph(text)

    def _tag(self, tag: Tag, depth: int) -> Iterator[Element]:
        if tag.name == "br":
            self._inline.append("\n")
        elif tag.name in _INLINE:
            yield from self.elements(tag, depth)
        else:
            yield from self._flush()
            yield from self._block(tag, depth)

    def _block(self, tag: Tag, depth: int) -> Iterator[Element]:
        if found := _HEADING.fullmatch(tag.name):
            yield from self._heading(tag, int(found[1]), depth)
        elif tag.name in ("ul", "ol") and not tag.find(["table", re.compile("^h[1-6]$")]):
            yield Items(tuple(_items(tag, 0)))
        elif tag.name == "dl":
            yield from self._terms(tag, depth)
        elif tag.name == "table" and (rows := _rows(tag)):
            if isinstance(caption := tag.find("caption", recursive=False), Tag):
                yield Paragraph(_said(caption))
            yield Grid(rows, has_header=_has_header(tag))
        elif tag.name == "summary":
            yield Paragraph(_said(tag), is_question=True)
        elif tag.name == "pre":
            yield Paragraph(tag.get_text())
        elif tag.name in ("p", "div") and _is_bold(tag):
            yield from self._bold(_said(tag))
        else:
            yield from self.elements(tag, depth)

    def _heading(self, tag: Tag, level: int, depth: int) -> Iterator[Element]:
        self._level = level
        if tag.find(_BLOCKS) is None:
            yield Heading(level, _said(tag))
            return
        inner = list(self.elements(tag, depth))  # its end is missing, so that what follows stands inside it
        for place, element in enumerate(inner):
            is_first = place == 0 and isinstance(element, Paragraph)
            yield Heading(level, element.text) if is_first and isinstance(element, Paragraph) else element

    def _bold(self, text: str) -> Iterator[Element]:
        """A line that is all bold is how many editors write a heading, or the question of an FAQ."""
        if text.endswith(("?", "？")):
            yield Paragraph(text, is_question=True)
        elif len(text) <= _BOLD_HEADING and not _SENTENCE_END.search(text):
            yield Heading(min(self._level + 1, 6), text)
        else:
            yield Paragraph(text)

    def _terms(self, tag: Tag, depth: int) -> Iterator[Element]:
        """Yield questions with their answers, and other terms as a list."""
        pairs: list[tuple[str, list[Tag]]] = []
        for child in tag.find_all(["dt", "dd"]):
            if child.name == "dt":
                pairs.append((_said(child), []))
            elif pairs:
                pairs[-1][1].append(child)
        if any(term.endswith(("?", "？")) for term, _ in pairs):
            for term, answers in pairs:
                yield Paragraph(term, is_question=True)
                for answer in answers:
                    yield from self.elements(answer, depth)
        else:
            yield Items(tuple(item(f"{term}: {' '.join(map(_said, said))}") for term, said in pairs))


def _said(tag: Tag) -> str:
    return " ".join(tag.get_text(" " if tag.find(["p", "div", "br", "li"]) else "").split())


def _is_bold(tag: Tag) -> bool:
    """Whether all of the tag's text is bold; a tag that holds other blocks is not asked."""
    if tag.find(_BLOCKS) is not None:
        return False
    strings = [text for text in tag.find_all(string=True) if text.strip()]
    bold = {id(text) for strong in tag.find_all(["b", "strong"]) for text in strong.find_all(string=True)}
    return bool(strings) and all(id(text) in bold for text in strings)


def _items(tag: Tag, depth: int) -> Iterator[str]:
    """Yield the lines of a list; what stands in lists inside it is indented."""
    number = int(start) if (start := str(tag.get("start") or "")).isdecimal() and len(start) < 6 else 1
    for child in tag.find_all("li", recursive=False):
        inner = child.find_all(["ul", "ol"])
        nested = [deeper for deeper in inner if deeper.find_parent("li") is child]
        for deeper in nested:
            deeper.extract()
        if text := _said(child):
            yield item(text, depth, f"{number}." if tag.name == "ol" else "-")
            number += 1
        for deeper in nested:
            if depth < _DEPTH:
                yield from _items(deeper, depth + 1)


def _own_rows(table: Tag) -> list[Tag]:
    return [row for row in table.find_all("tr") if row.find_parent("table") is table]


def _rows(table: Tag) -> tuple[tuple[str, ...], ...]:
    """Return the cells with merged ones repeated; nothing for a table that only lays out the page."""
    own = _own_rows(table)
    if table.find("table") is not None or table.find(_HEADING) is not None or table.get("role") == "presentation":
        return ()
    below: dict[int, tuple[int, str]] = {}  # column → (rows still to fill, text)
    rows: list[tuple[str, ...]] = []
    for tr in own:
        cells: list[str] = []
        given = iter(tr.find_all(["td", "th"], recursive=False))
        while len(cells) < _WIDEST:
            if (open_cell := below.get(len(cells))) and open_cell[0] > 0:
                below[len(cells)] = (open_cell[0] - 1, open_cell[1])
                cells.append(open_cell[1])
                continue
            cell = next(given, None)
            if cell is None:
                break
            text = _said(cell)
            for _ in range(min(_spanned(cell, "colspan"), _WIDEST)):
                below[len(cells)] = (_spanned(cell, "rowspan") - 1, text)
                cells.append(text)
        rows.append(tuple(cells))
    return tuple(rows) if max(map(len, rows), default=0) > 1 else ()


def _spanned(cell: Tag, attribute: str) -> int:
    given = str(cell.get(attribute) or "")
    return max(1, int(given)) if given.isascii() and given.isdecimal() and len(given) < 6 else 1


def _has_header(table: Tag) -> bool | None:
    """Tell whether the first row names the columns; None when the page marks no header at all."""
    first = next(iter(_own_rows(table)), None)
    if first is None:
        return None
    if table.find("thead") is not None or not first.find("td"):
        return True
    return False if table.find("th") is not None else None


def _title(soup: BeautifulSoup) -> str | None:
    """Return the page's first heading, else its title without the shop's name behind it."""
    first = soup.find("h1")
    if isinstance(first, Tag) and first.find(_BLOCKS) is None and (heading := _said(first)):
        return heading
    said = _said(soup.title) if soup.title is not None else ""
    return _SITE_SUFFIX.sub("", said) or None


def document_of(name: str, html: str) -> DraftDocument:
    """Read one page.

    Args:
        name: The document's key within the shop.
        html: The decoded page.
    """
    soup = BeautifulSoup(html, "lxml")
    title = _title(soup)
    offered = offered_on(html, soup) if sells(html) else None
    if offered is not None:
        take_out_selling(soup)
    elements = list(_Walk().elements(content_of(soup)))
    return written(name, elements if offered is None else beyond(elements, offered), title)


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    return reading_of(document_of(content.name, content.text), content, notes)


def _recognises(content: Content) -> bool:
    """A page that sells one product belongs to the catalog; a document is made of it where it says more."""
    if content.form != "html":
        return False
    return not sells(content.text) or bool(document_of(content.name, content.text).passages)


READER: Final = Reader(Kind.DOCUMENT, "html", _recognises, _read)
