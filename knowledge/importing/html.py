"""Descriptions in HTML become plain text that keeps lines, lists and tables."""

from __future__ import annotations

import re
import warnings
from typing import Final

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from bs4.element import CData, NavigableString, PreformattedString, Tag

_TAG: Final = re.compile(r"<[a-zA-Z!/][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,10});")
_DROPPED: Final = frozenset(
    ["script", "style", "head", "noscript", "template", "iframe", "object", "svg", "form", "button", "input", "select"]
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


def plain_text(html: str) -> str:
    """Return the text that a reader of the page sees.

    Args:
        html: HTML, or plain text, which is returned with its own lines.
    """
    if not _TAG.search(html):
        return _squeezed(html)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(html, "html.parser")
    pieces: list[str] = []
    _write(soup, pieces, 0, preformatted="\n" in html and not re.search(r"<(?:p|br|div|li|td)\b", html, re.IGNORECASE))
    text = _squeezed("".join(pieces))
    # An item keeps its text beside its dash, and no blank line parts it from the item before.
    return re.sub(
        r"^(- .*)\n\n(?=- )", r"\1\n", re.sub(r"^-\n+(?=[^-\n])", "- ", text, flags=re.MULTILINE), flags=re.MULTILINE
    )


def _squeezed(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _write(node: Tag, pieces: list[str], depth: int, *, preformatted: bool) -> None:
    for child in node.children:
        if isinstance(child, NavigableString):
            if isinstance(child, CData) or not isinstance(child, PreformattedString):  # comments, doctypes
                pieces.append(str(child) if preformatted else re.sub(r"\s+", " ", str(child)))
        elif isinstance(child, Tag) and child.name not in _DROPPED:
            if depth >= _DEPTH:
                pieces.append(" ")
            else:
                _write_tag(child, pieces, depth + 1, preformatted=preformatted or child.name == "pre")


def _write_tag(tag: Tag, pieces: list[str], depth: int, *, preformatted: bool) -> None:
    if tag.name == "br":
        pieces.append("\n")
    elif tag.name == "tr":
        cells = [_inline(cell, depth) for cell in tag.find_all(["td", "th"], recursive=False)]
        pieces.append("\n" + " | ".join(cells))
    elif tag.name in _BLOCKS:
        pieces.append("\n- " if tag.name == "li" else "\n\n" if tag.name in ("p", "table") else "\n")
        _write(tag, pieces, depth, preformatted=preformatted)
        pieces.append("\n\n" if tag.name in ("p", "ul", "ol", "table") or tag.name.startswith("h") else "\n")
    else:
        _write(tag, pieces, depth, preformatted=preformatted)


def _inline(cell: Tag, depth: int) -> str:
    pieces: list[str] = []
    _write(cell, pieces, depth, preformatted=False)
    return " ".join("".join(pieces).split())
