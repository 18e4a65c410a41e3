"""The scorers, by the name of their metric. Each value is in [0, 1], higher is better."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from evals.cases import Expect
from evals.scorers.action import action
from evals.scorers.citations import citations_hold_fact, citations_verbatim
from evals.scorers.language import reply_language
from evals.scorers.numbers import numbers_supported
from evals.scorers.order import order
from evals.scorers.recall import documents, products
from evals.scorers.score import Exchange, Score, Scorer
from evals.scorers.size import size_exact, size_within_one
from evals.scorers.wording import must_not_say, must_say

# What a case expects; a case is passed when all that it expects is there on every judged turn.
EXPECTED: Final[Mapping[str, Scorer]] = MappingProxyType(
    {
        "action": action,
        "must_say": must_say,
        "must_not_say": must_not_say,
        "products": products,
        "documents": documents,
        "size_exact": size_exact,
        "order": order,
        "reply_language": reply_language,
    }
)
# What holds for every reply, whatever the case expects.
ALWAYS: Final[Mapping[str, Scorer]] = MappingProxyType(
    {
        "size_within_one": size_within_one,
        "citations_verbatim": citations_verbatim,
        "citations_hold_fact": citations_hold_fact,
        "numbers_supported": numbers_supported,
    }
)
SCORERS: Final[Mapping[str, Scorer]] = MappingProxyType({**EXPECTED, **ALWAYS})

_KEYS: Final = {"size_exact": "size", "reply_language": "lang"}


def scored(exchange: Exchange) -> dict[str, Score]:
    """Return what every scorer says; one that fails is a failure with its reason, not a hole."""
    scores: dict[str, Score] = {}
    for name, scorer in SCORERS.items():
        try:
            scores[name] = scorer(exchange)
        except Exception as error:  # a foreign target's reply may have any shape
            scores[name] = Score(0.0, f"could not be judged: {type(error).__name__}: {error}")
    return scores


def without_reply(expect: Expect, problem: str) -> dict[str, Score]:
    """Return the scores where no reply came: all that was expected is missing."""
    return {name: Score(0.0, problem) for name in EXPECTED if expect.judges(_KEYS.get(name, name))}


__all__ = ["ALWAYS", "EXPECTED", "SCORERS", "Exchange", "Score", "scored", "without_reply"]
