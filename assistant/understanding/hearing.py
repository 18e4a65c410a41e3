"""What a message means by its nearness to labelled examples, beside its intent.

Each matter has a table of examples of its own: ``label``, ``lang``, ``text`` a line, as people type.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from assistant.understanding.intents import ExampleClassifier, Guess
from knowledge.retrieval.encoders import Vectors


class Presence(StrEnum):
    """Whether a message asks if somebody is there at an hour: open, online, to be called or visited."""

    THERE = "there"
    OTHER = "other"


_PRESENCE: Final = ("assistant.rules", "presence.tsv")
# What lies nearer to the border than this is not plainly heard: after the regression has joined, and before.
PLAINLY: Final = 0.15
NEARLY: Final = 0.03


@cache
def _rows(package: str, name: str) -> tuple[tuple[str, str], ...]:
    """Return label and text of each example."""
    lines = files(package).joinpath(name).read_text("utf-8").splitlines()[1:]
    return tuple((label, text) for label, _, text in (line.split("\t") for line in lines if line.strip()))


def heard_examples() -> list[str]:
    """Return the texts of all examples, so that their vectors can be kept."""
    return [text for table in (_PRESENCE,) for _, text in _rows(*table)]


class Hearing:
    """Tells what messages mean, in the multilingual space.

    Args:
        known: The examples' vectors by text; see `heard_examples`.
    """

    def __init__(self, known: Mapping[str, Vectors]) -> None:
        self._plainly = NEARLY
        rows = _rows(*_PRESENCE)
        self._presence = ExampleClassifier(
            [Presence(label) for label, _ in rows], np.stack([known[text] for _, text in rows])
        )

    def learn(self) -> None:
        """Fit the regressions, which join what the neighbours tell."""
        self._presence.learn()
        self._plainly = PLAINLY

    def asks_if_there(self, message: Vectors) -> bool:
        """Tell whether a message plainly asks if somebody is there at an hour."""
        guess: Guess[Presence] = self._presence.classify(message)
        return guess.intent is Presence.THERE and guess.margin >= self._plainly
