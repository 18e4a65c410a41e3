"""What a message means by its nearness to labelled examples, beside its intent.

Each matter has a table of examples of its own: ``label``, ``lang``, ``text`` a line, as people type.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final, TypeVar

import numpy as np

from assistant.understanding.intents import ExampleClassifier, Guess, Intent, IntentGuess
from knowledge.retrieval.encoders import Vectors


class Presence(StrEnum):
    """Whether a message asks if somebody is there at an hour: open, online, to be called or visited."""

    THERE = "there"
    OTHER = "other"


class Stance(StrEnum):
    """What a message says to what the assistant has offered, or has asked to confirm."""

    TAKE = "take"
    LEAVE = "leave"
    MORE = "more"  # more is wanted than was offered
    OTHER = "other"


_TO_THE_SHOP: Final = frozenset({Intent.SHOP_QUESTION, Intent.HUMAN})
_PRESENCE: Final = ("assistant.rules", "presence.tsv")
_STANCES: Final = ("assistant.understanding", "stances.tsv")
# What lies nearer to the border than this is not plainly heard.
PLAINLY: Final = 0.15
# Of two labels one always lies nearer: what lies near to neither is none of them.
AKIN: Final = 0.4
Kind = TypeVar("Kind", bound=StrEnum)


@cache
def _rows(package: str, name: str) -> tuple[tuple[str, str], ...]:
    """Return label and text of each example."""
    lines = files(package).joinpath(name).read_text("utf-8").splitlines()[1:]
    return tuple((label, text) for label, _, text in (line.split("\t") for line in lines if line.strip()))


def heard_examples() -> list[str]:
    """Return the texts of all examples, so that their vectors can be kept."""
    return [text for table in (_PRESENCE, _STANCES) for _, text in _rows(*table)]


def _classifier(labels: type[Kind], table: tuple[str, str], known: Mapping[str, Vectors]) -> ExampleClassifier[Kind]:
    rows = _rows(*table)
    classifier = ExampleClassifier([labels(label) for label, _ in rows], np.stack([known[text] for _, text in rows]))
    classifier.learn()
    return classifier


class Hearing:
    """Tells what messages mean, in the multilingual space; its few examples are learnt when it is made.

    Args:
        known: The examples' vectors by text; see `heard_examples`.
    """

    def __init__(self, known: Mapping[str, Vectors]) -> None:
        self._presence = _classifier(Presence, _PRESENCE, known)
        self._stances = _classifier(Stance, _STANCES, known)

    def stance(self, message: Vectors) -> Stance:
        """Return what a message plainly says to an offer or a question for confirmation; else OTHER."""
        guess: Guess[Stance] = self._stances.classify(message)
        return guess.intent if guess.margin >= PLAINLY else Stance.OTHER

    def asks_if_there(self, message: Vectors, intent: IntentGuess) -> bool:
        """Tell whether a message plainly asks if somebody is there at an hour.

        Args:
            intent: What it is for; a question to the shop, or what lies nearer to these examples than to any intent's.
        """
        guess: Guess[Presence] = self._presence.classify(message)
        if intent.intent not in _TO_THE_SHOP and intent.score >= guess.score:
            return False
        return guess.intent is Presence.THERE and guess.margin >= PLAINLY and guess.score >= AKIN
