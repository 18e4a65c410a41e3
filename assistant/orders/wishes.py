"""What a shopper wants done with an order: the kind of change, the items, and what they want instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import numpy as np

from assistant.orders.claims import without_proofs, without_proofs_of
from assistant.orders.source import OrderChange
from assistant.turn import PastMessage
from assistant.understanding.intents import ExampleClassifier
from knowledge.orders import ChangeKind, Order, OrderLine
from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.tokens import bigrams, is_filler, stem, words
from knowledge.text import fold

# So much of what tells one line from the others must be said to mean it.
MEANT: Final = 0.34
# An address in fewer words is none.
ADDRESS_WORDS: Final = 3
_ALL: Final = re.compile(r"\b(?:all|everything|both|whole|entire)\b|全部|所有|都|整单|一起")


def wish_examples() -> list[tuple[ChangeKind, str]]:
    """Return the examples of each kind, as people type them."""
    rows = files("assistant.orders").joinpath("wishes.tsv").read_text("utf-8").splitlines()[1:]
    return [(ChangeKind(kind), text) for kind, _, text in (row.split("\t") for row in rows)]


def wish_classifier(known: Mapping[str, Vectors]) -> ExampleClassifier[ChangeKind]:
    """Return what tells the kind of change by examples.

    Args:
        known: The examples' vectors in the multilingual space, by text.
    """
    examples = wish_examples()
    return ExampleClassifier([kind for kind, _ in examples], np.stack([known[text] for _, text in examples]))


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that the shopper wants and that is not yet fully known.

    Attributes:
        said: The messages that tell it, oldest first.
    """

    kind: ChangeKind
    said: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"state": "wanted", "action": self.kind.value, "said": list(self.said)}


def wanted(history: Sequence[PastMessage]) -> Wish | None:
    """Return the wish about which the newest reply has asked back."""
    last = history[-1] if history else None
    told = (last.reply or {}).get("change") if last is not None and last.sender_type == "assistant" else None
    if not isinstance(told, Mapping) or told.get("state") != "wanted":
        return None
    return Wish(ChangeKind(told["action"]), tuple(told["said"]))


@dataclass(frozen=True, slots=True)
class Missing:
    """What must be asked before the change can be put to the shopper: ``items``, ``instead`` or ``address``."""

    what: str
    order: Order


def as_change(wish: Wish, order: Order, options: frozenset[str]) -> OrderChange | Missing:
    """Return the change that is wanted of an order, or what is still missing.

    Args:
        options: Folded option values (sizes, colours) that the wish names.
    """
    text = fold("\n".join(wish.said))
    if wish.kind is ChangeKind.CANCEL:
        return OrderChange(order.order_no, wish.kind, reason=_own_words(wish, order))
    if wish.kind is ChangeKind.ADDRESS:
        details = _own_words(wish, order)
        # Hardly an address is without a number; one that was asked for may be.
        told_when_asked = len(wish.said) > 1 and len(words(without_proofs(wish.said[-1]))) >= ADDRESS_WORDS
        if not any(character.isdigit() for character in details) and not told_when_asked:
            return Missing("address", order)
        return OrderChange(order.order_no, wish.kind, details=details)
    if wish.kind in (ChangeKind.PAYMENT, ChangeKind.OTHER):
        return OrderChange(order.order_no, wish.kind, details=_own_words(wish, order))
    lines = meant_lines(text, order.lines)
    if lines is None:
        return Missing("items", order)
    items = tuple(line.item_id or " ".join((line.title, *line.options)) for line in lines)
    if wish.kind is ChangeKind.RETURN:
        return OrderChange(order.order_no, wish.kind, items, reason=_own_words(wish, order))
    ordered = {word for line in lines for word in words(" ".join((line.title, *line.options)))}
    ordered |= {fold(option) for line in lines for option in line.options}
    if not options - ordered:
        return Missing("instead", order)
    return OrderChange(order.order_no, wish.kind, items, details=_own_words(wish, order))


def meant_lines(text: str, lines: Sequence[OrderLine]) -> tuple[OrderLine, ...] | None:
    """Return the lines of an order that a folded text means; None when it must be asked."""
    if len(lines) < 2 or _ALL.search(text):
        return tuple(lines)
    said = _terms(text)
    named = [_terms(" ".join((line.title, *line.options))) for line in lines]
    chosen = []
    for line, mine in zip(lines, named, strict=True):
        # What several lines share tells none of them from the others.
        telling = {word for word in mine if sum(word in other for other in named) == 1}
        if telling and len(telling & said) / len(telling) >= MEANT:
            chosen.append(line)
    return tuple(chosen) or None


def _terms(text: str) -> frozenset[str]:
    kept = {stem(word) for word in words(text) if not is_filler(word)}
    return frozenset(kept | set(bigrams(text)))


def _own_words(wish: Wish, order: Order) -> str:
    """Return what was said without what proved whose order it is; every other number belongs to the wish."""
    kept = []
    for text in wish.said:
        left = without_proofs_of(order, text)
        if any(character.isalnum() for character in left):
            kept.append(" ".join(left.strip(" ,，。.;；:：-/#、").split()))
    return " / ".join(kept)[:500]
