"""Nothing leaves that this turn has not read: a pure check of every sentence of a reply.

Every number, price, percentage, date and size in a sentence must stand in a fact of the turn, in
the shopper's own words, or in a derivation that code recorded. A sentence that fails is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from knowledge.text import fold, sentence_spans

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARKER = re.compile(r"\s*\[\d+\]")
_HAN = "[零〇一二两三四五六七八九十百千万]+"
# A bare numeral is a word as often as a number (一定, 万一): only one with a unit is a claim.
_HAN_NUMBER = re.compile(
    rf"百分之\s*({_HAN})"
    rf"|({_HAN})(?=\s*(?:[到至—~-]\s*{_HAN}\s*)?个?(?:工作日|天|日|小时|分钟|元|块|折|月|年|周|星期|件|岁|公斤|斤|厘米|次))"
)
_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIAD: Final = 10_000
# Quantities of one are grammar as often as claims ("one of them", 一下).
_HARMLESS: Final = frozenset({"1"})


@dataclass(frozen=True, slots=True)
class Checked:
    """Result of the check.

    Attributes:
        text: The sentences that passed, as they stood.
        refused: The sentences that did not, with what nobody had said.
    """

    text: str
    refused: tuple[tuple[str, str], ...]


def numbers_in(text: str) -> set[str]:
    """Return the numbers of a text in one writing: ``1,299.00`` and ``1299`` are the same."""
    # The Chinese comma never groups digits, but folds into one that does: "170，52公斤" are two numbers.
    found = {_canonical(number) for number in _NUMBER.findall(fold(text.replace("，", " ")))}
    return found | {str(_han_value(percent or number)) for percent, number in _HAN_NUMBER.findall(text)}


def check_sentences(
    text: str,
    known_texts: Iterable[str],
    supported: Callable[[str], bool] | None = None,
) -> Checked:
    """Return the sentences of a reply that only repeat what is known.

    Args:
        known_texts: Facts read in this turn, the shopper's words, recorded derivations.
        supported: Tells whether the words of a sentence, numbers aside, are supported; None to
            check numbers only (for sentences that code has written).
    """
    known: set[str] = set()
    for known_text in known_texts:
        known |= numbers_in(known_text)
    kept: list[str] = []
    refused: list[tuple[str, str]] = []
    position = 0
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        bare = _MARKER.sub("", sentence)
        strange = sorted(numbers_in(bare) - known - _HARMLESS)
        if strange:
            refused.append((sentence, ", ".join(strange)))
        elif supported is not None and not supported(bare):
            refused.append((sentence, "unsupported"))
        else:
            kept.append(text[position:start] + sentence)
        position = end
    return Checked("".join(kept).strip(), tuple(refused))


def _canonical(number: str) -> str:
    """Return a number without group separators and trailing zeros."""
    cleaned = re.sub(r",(?=\d{3}(?:\D|$))", "", number).replace(",", ".")
    if cleaned.count(".") > 1:
        return cleaned
    return f"{Decimal(cleaned).normalize():f}"


def _han_value(text: str) -> int:
    if all(character in _DIGITS for character in text):  # read out digit by digit: 二〇二五年, 八五折
        return int("".join(str(_DIGITS[character]) for character in text))
    myriads, total, digit = 0, 0, 0
    for character in text:
        if character == "万":
            myriads, total, digit = (total + digit) * _MYRIAD, 0, 0
        elif character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return myriads + total + digit
