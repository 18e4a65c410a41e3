"""Reads the items of an XML feed one after another, without ever building a tree.

Python's expat reads no external file by itself and is given no handler that would; a document that
declares entities of its own is refused, so nothing can grow beyond what was uploaded.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from knowledge.importing.feed_item import Pair
from knowledge.importing.issues import Notes

_ITEMS: Final = frozenset(["item", "entry", "product"])
# RSS and Atom have modules of their own; only Google's fields and the bare ones describe a product.
_GOOGLE: Final = "base.google.com"
_DEPTH: Final = 64
_CHUNK: Final = 1 << 18
_REFERENCE: Final = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#(?:(\d{1,8})|x([0-9a-fA-F]{1,7}));|([A-Za-z][A-Za-z0-9]{1,31});)?", re.DOTALL
)
_XML_NAMES: Final = frozenset(["amp", "lt", "gt", "quot", "apos"])


class _Refused(Exception):
    """The document is built to do harm, or nobody would write it so."""


def xml_items(text: str, notes: Notes) -> Iterator[tuple[int, list[Pair]]]:
    """Yield (line, fields) of every item.

    What comes before a mistake in the markup is good; the mistake is noted as ``xml_broken``.
    A group such as ``shipping`` is a mapping from its parts to their texts.
    """
    handler = _Handler()
    mended = mend_references(text)
    try:
        for start in range(0, len(mended), _CHUNK):
            handler.parser.Parse(mended[start : start + _CHUNK], False)
            yield from handler.drained()
        handler.parser.Parse("", True)
    except expat.ExpatError as error:
        yield from handler.drained()
        notes.add("xml_broken", row=error.lineno, value=expat.ErrorString(error.code))
    except _Refused as error:
        notes.add("xml_refused", row=handler.parser.CurrentLineNumber, value=str(error))


def mend_references(text: str) -> str:
    """Return the XML with ``&nbsp;`` resolved, a lone ``&`` escaped and references to control characters dropped."""
    return _REFERENCE.sub(_mended, text) if "&" in text else text


def _mended(found: re.Match[str]) -> str:
    whole, decimal, hexadecimal, name = found[0], found[1], found[2], found[3]
    if whole.startswith("<"):
        return whole
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        allowed = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0x10FFFF
        return whole if allowed and code not in (0xFFFE, 0xFFFF) else ""
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return whole
    character = html.entities.html5.get(f"{name};")
    if character is None:
        return f"&amp;{name};"
    return character.replace("&", "&amp;").replace("<", "&lt;")


class _Handler:
    """Takes what expat calls out and keeps the finished items until they are fetched."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity
        self._prefixes = {"", "g", "c"}
        self._depth = 0
        self._item: tuple[int, list[tuple[bool, Pair]]] | None = None
        self._item_depth = 0
        self._text: list[str] = []
        self._group: dict[str, str] = {}
        self._href = ""
        self._done: list[tuple[int, list[Pair]]] = []

    def drained(self) -> list[tuple[int, list[Pair]]]:
        done, self._done = self._done, []
        return done

    def _entity(self, *_: object) -> None:
        raise _Refused("<!ENTITY")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _Refused(f"more than {_DEPTH} levels")
        for key, value in attributes.items():
            if key.startswith("xmlns:") and _GOOGLE in value:
                self._prefixes.add(key[6:])
        if self._item is None:
            if name.rpartition(":")[2].lower() in _ITEMS:
                self._item = (self.parser.CurrentLineNumber, [])
                self._item_depth = self._depth
            return
        level = self._depth - self._item_depth
        if level == 1:
            own_page = attributes.get("rel", "alternate") == "alternate"
            self._text, self._group, self._href = [], {}, attributes.get("href", "") if own_page else ""
        elif level == 2:
            self._text = []

    def _characters(self, data: str) -> None:
        if self._item is not None:
            self._text.append(data)

    def _end(self, name: str) -> None:
        level = self._depth - self._item_depth
        self._depth -= 1
        if self._item is None:
            return
        prefix, _, local = name.rpartition(":")
        text = "".join(self._text).strip()
        if level == 2:
            if text:
                self._group[local] = f"{self._group[local]}\n{text}" if local in self._group else text
            self._text = []
        elif level == 1 and prefix in self._prefixes:
            value: object = self._group or text or self._href
            self._item[1].append((bool(prefix), (local, value)))
        elif level == 0:
            # An Atom entry has an id and a title of its own; what stands in Google's namespace goes before it.
            named = {pair[0].casefold() for qualified, pair in self._item[1] if qualified and pair[1]}
            pairs = [p for qualified, p in self._item[1] if qualified or p[0].casefold() not in named]
            self._done.append((self._item[0], pairs))
            self._item = None
