"""Descriptions in HTML become plain text that keeps lines, lists and tables."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from knowledge.importing.cells import clean_text

_TAG: Final = re.compile(r"<[a-zA-Z!/][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,10});")
_DROPPED: Final = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "noscript",
        "template",
        "iframe",
        "object",
        "svg",
        "form",
        "button",
        "input",
        "select",
    ]
)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
# Nobody writes so deep; a crafted file must not end in a recursion error.
_DEPTH: Final = 100


_PARSER: Final = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
_GAP: Final = re.compile(r"\s+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_LAID_OUT: Final = re.compile(r"<(?:p|br|div|li|td)\b", re.IGNORECASE)
_DASH_ALONE: Final = re.compile(r"^-\n+(?=[^-\n])", re.MULTILINE)
_LOOSE_ITEM: Final = re.compile(r"^(- .*)\n\n(?=- )", re.MULTILINE)


def plain_text(html: str) -> str:
    """Return the text that a reader of the page sees.

    Args:
        html: HTML, or plain text, which is returned with its own lines.
    """
    if not _TAG.search(html):
        return _squeezed(html)
    preformatted = "\n" in html and not _LAID_OUT.search(html)
    html = clean_text(html).replace("<![CDATA[", "").replace("]]>", "")
    pieces: list[str] = []
    # In a block of its own, a text without any tag around it stays where it stands.
    _write(etree.fromstring(f"<div>{html}</div>", _PARSER), pieces, 0, preformatted=preformatted)
    text = _squeezed("".join(pieces))
    # An item keeps its text beside its dash, and no blank line parts it from the item before.
    if "-\n" in text:
        text = _DASH_ALONE.sub("- ", text)
    return _LOOSE_ITEM.sub(r"\1\n", text) if "\n\n- " in text else text


def _squeezed(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _write(node: Any, pieces: list[str], depth: int, *, preformatted: bool) -> None:
    if text := node.text:
        pieces.append(text if preformatted else _spaced(text))
    for child in node:
        if child.tag not in _DROPPED:
            if depth >= _DEPTH:
                pieces.append(" ")
            else:
                _write_tag(child, pieces, depth + 1, preformatted=preformatted or child.tag == "pre")
        if text := child.tail:
            pieces.append(text if preformatted else _spaced(text))


def _spaced(text: str) -> str:
    """Return the text with one space for each gap."""
    return text if text.isprintable() and "  " not in text else _GAP.sub(" ", text)  # most are


def _write_tag(node: Any, pieces: list[str], depth: int, *, preformatted: bool) -> None:
    tag = node.tag
    if tag == "br":
        pieces.append("\n")
    elif tag == "tr":
        cells = [_inline(cell, depth) for cell in node if cell.tag in ("td", "th")]
        pieces.append("\n" + " | ".join(cells))
    elif tag in _BLOCKS:
        pieces.append("\n- " if tag == "li" else "\n\n" if tag in ("p", "table") else "\n")
        _write(node, pieces, depth, preformatted=preformatted)
        pieces.append("\n\n" if tag in ("p", "ul", "ol", "table") or tag.startswith("h") else "\n")
    else:
        _write(node, pieces, depth, preformatted=preformatted)


def _inline(cell: Any, depth: int) -> str:
    pieces: list[str] = []
    _write(cell, pieces, depth, preformatted=False)
    return " ".join("".join(pieces).split())
