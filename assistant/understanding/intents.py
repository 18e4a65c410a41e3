"""What a message is for: nearest neighbours among example messages of the trade.

The examples (`exemplars.tsv`) are general: many kinds of shops, both languages, as people type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

import numpy as np

from knowledge.retrieval.encoders import Encoder, Vectors

# The mean of the three nearest is steadier than the nearest alone.
NEIGHBOURS = 3


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


@dataclass(frozen=True, slots=True)
class IntentGuess:
    """The most likely intent.

    Attributes:
        score: Mean cosine to its nearest examples, in [-1, 1].
        margin: Distance to the next intent's score.
        scores: All intents' scores.
    """

    intent: Intent
    score: float
    margin: float
    scores: dict[Intent, float]


def example_texts() -> list[str]:
    """Return the texts of all examples, so that their vectors can be kept."""
    return [text for _, _, text in _examples()]


def _examples() -> list[tuple[str, str, str]]:
    """Return intent, language and text of each example."""
    table = files("assistant.understanding").joinpath("exemplars.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines()[1:] if line.strip() and not line.startswith("#")]
    return [(intent, lang, text) for intent, lang, text in rows]


class IntentClassifier:
    """k nearest neighbours per intent in the multilingual space.

    Args:
        encoder: The multilingual encoder; embedding all the examples takes it about a second.
        known: Vectors of examples that are kept from an earlier start, by text.
    """

    def __init__(self, encoder: Encoder, known: Mapping[str, Vectors] | None = None) -> None:
        rows = _examples()
        known = known or {}
        new = [text for _, _, text in rows if text not in known]
        fresh = dict(zip(new, encoder.encode(new), strict=True))
        vectors = np.stack([known[text] if text in known else fresh[text] for _, _, text in rows])
        labels = [Intent(intent) for intent, _, _ in rows]
        self._vectors = {
            intent: vectors[[i for i, label in enumerate(labels) if label is intent]]
            for intent in dict.fromkeys(labels)
        }

    def classify(self, *wordings: Vectors) -> IntentGuess:
        """Return the intent of a message.

        Args:
            wordings: The message in the multilingual space, each of shape ``(dim,)`` and unit
                length; several wordings of it are averaged.
        """
        stacked = np.stack(wordings).T
        scores = {
            intent: float(np.sort(examples @ stacked, axis=0)[-NEIGHBOURS:].mean())
            for intent, examples in self._vectors.items()
        }
        best, second = sorted(scores, key=lambda intent: -scores[intent])[:2]
        return IntentGuess(best, scores[best], scores[best] - scores[second], scores)
