"""On which line of a JSON file an entry of a list begins: what a person looks for who mends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

_SPACE: Final = " \t\n\r,"
# What `loose_json` overlooks leaves line breaks in texts.
_DECODER: Final = json.JSONDecoder(parse_float=Decimal, strict=False)


def entries_with_lines(text: str, begins: int) -> Iterator[tuple[int, object]]:
    """Yield (line, value) of each entry of a list.

    Args:
        text: JSON that has been parsed as a whole before.
        begins: Place of the list's opening bracket.
    """
    at, line, counted = begins + 1, 1, 0
    while (at := _after_space(text, at)) < len(text) and text[at] != "]":
        line += text.count("\n", counted, at)
        counted = at
        value, at = _DECODER.raw_decode(text, at)
        yield line, value


def lines_in(text: str, key: str) -> list[int]:
    """Return the lines of the entries of the list under a key of the outermost object; nothing where it is none."""
    at = text.find("{") + 1
    while (at := _after_space(text, at)) < len(text) and text[at] == '"':
        name, at = _DECODER.raw_decode(text, at)
        at = _after_space(text, text.index(":", at) + 1)
        if name == key:
            return [line for line, _ in entries_with_lines(text, at)] if text[at] == "[" else []
        _, at = _DECODER.raw_decode(text, at)
    return []


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
