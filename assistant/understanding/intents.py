"""What a message is for: nearest neighbours among example messages of the trade.

The examples (`exemplars.tsv`) are general: many kinds of shops, both languages, as people type.
`ExampleClassifier` is the method alone, over whatever labels and examples it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Generic, TypeVar

import numpy as np

from knowledge.retrieval.encoders import Encoder, Vectors

# The mean of the three nearest is steadier than the nearest alone.
NEIGHBOURS = 3
Label = TypeVar("Label", bound=str)


class Intent(StrEnum):
    """What a message is for."""

    SHOP_QUESTION = "shop_question"
    PRODUCT_QUESTION = "product_question"
    FIND_PRODUCTS = "find_products"
    SIZE_ADVICE = "size_advice"
    COMPARE = "compare"
    ORDER_STATUS = "order_status"
    ORDER_CHANGE = "order_change"
    BARGAIN = "bargain"
    HUMAN = "human"
    COMPLAINT = "complaint"
    SENSITIVE = "sensitive"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    AFFIRM = "affirm"
    DENY = "deny"
    CAPABILITIES = "capabilities"
    OUT_OF_SCOPE = "out_of_scope"


SMALL_TALK = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.CAPABILITIES})


# Without slots: Python 3.11 cannot make a frozen one through an alias such as `IntentGuess`.
@dataclass(frozen=True)
class Guess(Generic[Label]):
    """The most likely label.

    Attributes:
        score: Mean cosine to its nearest examples, in [-1, 1].
        margin: Distance to the next label's score.
        scores: All labels' scores.
    """

    intent: Label
    score: float
    margin: float
    scores: dict[Label, float]


IntentGuess = Guess[Intent]


def example_texts() -> list[str]:
    """Return the texts of all examples, so that their vectors can be kept."""
    return [text for _, _, text in _examples()]


def _examples() -> list[tuple[str, str, str]]:
    """Return intent, language and text of each example."""
    table = files("assistant.understanding").joinpath("exemplars.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines()[1:] if line.strip() and not line.startswith("#")]
    return [(intent, lang, text) for intent, lang, text in rows]


class ExampleClassifier(Generic[Label]):
    """k nearest neighbours per label in one space.

    Args:
        examples: Pairs of label and text; at least two labels.
        encoder: Of the space; embedding a thousand examples takes it about a second.
        known: Vectors of examples that are kept from an earlier start, by text.
    """

    def __init__(
        self, examples: Sequence[tuple[Label, str]], encoder: Encoder, known: Mapping[str, Vectors] | None = None
    ) -> None:
        known = known or {}
        new = [text for _, text in examples if text not in known]
        fresh = dict(zip(new, encoder.encode(new), strict=True))
        vectors = np.stack([known[text] if text in known else fresh[text] for _, text in examples])
        places: dict[Label, list[int]] = {}
        for place, (label, _) in enumerate(examples):
            places.setdefault(label, []).append(place)
        self._vectors = {label: vectors[rows] for label, rows in places.items()}

    def classify(self, *wordings: Vectors) -> Guess[Label]:
        """Return the label of a message.

        Args:
            wordings: The message in the classifier's space, each of shape ``(dim,)`` and unit
                length; several wordings of it are averaged.
        """
        stacked = np.stack(wordings).T
        scores = {
            label: float(np.sort(examples @ stacked, axis=0)[-NEIGHBOURS:].mean())
            for label, examples in self._vectors.items()
        }
        best, second = sorted(scores, key=lambda label: -scores[label])[:2]
        return Guess(best, scores[best], scores[best] - scores[second], scores)


class IntentClassifier(ExampleClassifier[Intent]):
    """Tells the intent by the examples of the trade, in the multilingual space."""

    def __init__(self, encoder: Encoder, known: Mapping[str, Vectors] | None = None) -> None:
        super().__init__([(Intent(intent), text) for intent, _, text in _examples()], encoder, known)
