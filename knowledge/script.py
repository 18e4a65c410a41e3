"""The two scripts of Chinese: traditional and simplified.

Shops and shoppers write either. Texts are matched in simplified script, and the assistant writes in
that of the shopper. The conversion is OpenCC's; it keeps the words, so that 滑鼠 does not become 鼠标.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

import opencc

Script = Literal["simplified", "traditional"]

_HAN: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=1)
def _to_traditional() -> opencc.OpenCC:
    # With the character forms of Taiwan, which Hong Kong reads too (裡, not 裏); its words are not put in.
    return opencc.OpenCC("s2tw")


def simplified(text: str) -> str:
    """Return a text in simplified script; what is simplified, and what is not Chinese, comes back unchanged."""
    return str(_to_simplified().convert(text)) if _HAN.search(text) else text


def traditional(text: str) -> str:
    """Return a text in traditional script."""
    return str(_to_traditional().convert(text)) if _HAN.search(text) else text


def script_of(texts: Iterable[str]) -> Script | None:
    """Return the script of the first text that has one; None where all are written alike in both.

    Most characters are the same in both scripts. Of those that are not, the majority decides: a
    borrowed character does not make a text traditional.
    """
    for text in texts:
        changed_by_simplifying = _differing(text, simplified(text))
        changed_by_traditional = _differing(text, traditional(text))
        if changed_by_simplifying != changed_by_traditional:
            return "traditional" if changed_by_simplifying > changed_by_traditional else "simplified"
    return None


def _differing(text: str, other: str) -> int:
    return sum(one != another for one, another in zip(text, other, strict=False))
