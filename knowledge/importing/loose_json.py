"""JSON as it is typed by hand: comments, a comma after the last entry, a line break inside a text.

What is not JSON is blanked out in its place and the rest is parsed strictly, so that lines and columns stay those
of the merchant's file and a price stays the decimal that was written; the tolerant parsers make floats and know no
lines. Nothing is guessed: what is not one of these three mistakes is refused as before.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# A text is matched first, so that what looks like a comment in it is left alone. What is not closed goes on to the
# end: else each of many openings would look for its close through the whole rest of a crafted file.
_STRING: Final = r'"(?:[^"\\]+|\\.?)*+(?:"|\Z)'
_COMMENT: Final = re.compile(rf"{_STRING}|(?P<comment>//[^\n]*|/\*.*?\*/)|/\*.*\Z", re.DOTALL)
_COMMA: Final = re.compile(rf"{_STRING}|(?P<comma>,)(?=\s*+[}}\]])", re.DOTALL)
_NOT_BREAK: Final = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Loose:
    """A value, and what had to be overlooked for it.

    Attributes:
        text: Strict JSON of the same length and lines; in texts there may still be bare line breaks.
        line: On which the first thing that was overlooked stands; None where nothing was.
    """

    value: object
    text: str
    line: int | None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def strict(text: str) -> object:
    """Parse JSON, numbers with a point as decimals.

    Raises:
        ValueError: It is none (`json.JSONDecodeError`, which knows the place), or holds NaN or Infinity.
        RecursionError: It is nested too deep.
    """
    return _decoded(text, strict=True)


def loose(text: str) -> Loose:
    """Parse JSON, overlooking comments, commas after a last entry and bare line breaks in texts.

    Raises:
        ValueError: It is no JSON even so; of the text as it stands.
        RecursionError: It is nested too deep.
    """
    try:
        return Loose(strict(text), text, None)
    except json.JSONDecodeError as error:
        places: list[int] = []
        mended = _blanked(_COMMA, _blanked(_COMMENT, text, places), places)
        try:
            value = _decoded(mended, strict=False)
        except json.JSONDecodeError as left:
            # The place that is left to be mended: a comment before it is none.
            raise left if places else error from None
        at = min(places, default=error.pos)
        return Loose(value, mended, text.count("\n", 0, at) + 1)


def _decoded(text: str, *, strict: bool) -> object:
    found: object = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, strict=strict)
    return found


def _blanked(what: re.Pattern[str], text: str, places: list[int]) -> str:
    """Put blanks in the place of what the pattern's group matches, and add the places."""

    def blank(found: re.Match[str]) -> str:
        if found.lastgroup is None:
            return found[0]
        places.append(found.start())
        return _NOT_BREAK.sub(" ", found[0])

    return what.sub(blank, text)
