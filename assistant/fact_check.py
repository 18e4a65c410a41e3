"""Nothing leaves that this turn has not read: a pure check of every sentence of a reply.

Every number, price, percentage, date and size in a sentence must stand in a fact of the turn, in
the shopper's own words, or in a derivation that code recorded, and must count the same thing there.
A sentence that fails is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from assistant.amounts import KnownAmounts, amounts_in
from knowledge.text import sentence_spans

_MARKER = re.compile(r"\s*\[\d+\]")
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
    return {amount.number for amount in amounts_in(text)}


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
    known = KnownAmounts(known_texts)
    kept: list[str] = []
    refused: list[tuple[str, str]] = []
    position = 0
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        bare = _MARKER.sub("", sentence)
        strange = strange_numbers(bare, known)
        if strange:
            refused.append((sentence, ", ".join(strange)))
        elif supported is not None and not supported(bare):
            refused.append((sentence, "unsupported"))
        else:
            kept.append(text[position:start] + sentence)
        position = end
    return Checked("".join(kept).strip(), tuple(refused))


def strange_numbers(sentence: str, known: KnownAmounts) -> list[str]:
    """Return the numbers of a sentence that nobody has told, or told of something else."""
    found = {amount.number for amount in amounts_in(sentence) if not known.has(amount)}
    return sorted(found - _HARMLESS)
