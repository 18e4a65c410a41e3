"""How likely a fact of a product's page answers a question, rather than share its topic.

A logistic regression whose weights stand in `answerability.toml`, with the record of how they were
made; `daogou eval fit-answerability` makes them anew.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

# The sets of weights in the file, by what is known of a fact.
WITHIN_ENGLISH: Final = "within_english"
ACROSS: Final = "across"
BIAS: Final = "bias"


@dataclass(frozen=True, slots=True)
class Nearness:
    """A fact beside a question.

    Attributes:
        multilingual: Cosine of the question and the fact with its name, in [-1, 1].
        multilingual_name: Cosine of the question and the fact's name alone.
        covered: Weighted share of the question that the fact speaks about, in [0, 1]; less when the
            kind of thing that is asked for is not in it.
        english: As `multilingual` in the English space; None where that does not serve.
        english_name: As `multilingual_name` in the English space.
    """

    multilingual: float
    multilingual_name: float
    covered: float
    english: float | None = None
    english_name: float | None = None

    def features(self) -> dict[str, float]:
        """Return what is known, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def weights(self) -> str:
        """Which set of weights holds."""
        return ACROSS if self.english is None else WITHIN_ENGLISH


def answer_probability(near: Nearness) -> float:
    """Return the probability that the fact answers, in [0, 1]."""
    weights = _weights()[near.weights]
    score = weights[BIAS] + sum(weights[name] * value for name, value in near.features().items())
    return 1 / (1 + math.exp(-score))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Mapping[str, float]]:
    told = tomllib.loads(files("assistant").joinpath("answerability.toml").read_text("utf-8"))
    return {name: told[name] for name in (WITHIN_ENGLISH, ACROSS)}
