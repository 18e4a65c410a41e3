"""The scorers, by the name of their metric. Each value is in [0, 1], higher is better."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from evals.cases import Expect
from evals.scorers.action import action
from evals.scorers.citations import citations_hold_fact, citations_verbatim
from evals.scorers.language import reply_language
from evals.scorers.numbers import numbers_supported
from evals.scorers.order import order
from evals.scorers.ranking import RANKING, ranking
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

# By which part of a reply a scorer judges; where a target cannot tell that part, it is unscored.
_JUDGES_BY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "action": "action",
        "products": "products",
        "documents": "citations",
        "size_exact": "size",
        "size_within_one": "size",
        "order": "order",
        "citations_verbatim": "citations",
        "citations_hold_fact": "citations",
        "numbers_supported": "citations",
        **{name: "products" for name in RANKING if name.startswith("products_")},
        **{name: "citations" for name in RANKING if name.startswith("documents_")},
    }
)
_KEYS: Final = {"size_exact": "size", "reply_language": "lang"}


def scored(exchange: Exchange) -> dict[str, Score]:
    """Return what every scorer says; one that fails is a failure with its reason, not a hole."""
    scores: dict[str, Score] = {}
    for name, scorer in SCORERS.items():
        try:
            scores[name] = scorer(exchange)
        except Exception as error:  # a foreign target's reply may have any shape
            scores[name] = Score(0.0, f"could not be judged: {type(error).__name__}: {error}")
    try:
        scores |= ranking(exchange)
    except Exception as error:
        told = Score(0.0, f"could not be judged: {type(error).__name__}: {error}")
        scores |= dict.fromkeys(_ranked(exchange.expect), told)
    for name in scores:
        if (part := _JUDGES_BY.get(name)) in exchange.answered.untold:
            scores[name] = Score(None, f"the target does not tell: {part}")
    return scores


def without_reply(expect: Expect, problem: str, untold: Collection[str] = ()) -> dict[str, Score]:
    """Return the scores where no reply came: all that was expected is missing.

    Args:
        untold: What the target could not have told anyway, and what is unscored in its replies too.
    """
    missing = [name for name in EXPECTED if expect.judges(_KEYS.get(name, name))]
    return {name: Score(0.0, problem) for name in (*missing, *_ranked(expect)) if _JUDGES_BY.get(name) not in untold}


def _ranked(expect: Expect) -> list[str]:
    """Return the ranking measures of the reply for which this turn expects something."""
    kinds = [kind for kind, wanted in (("products", expect.products), ("documents", expect.documents)) if wanted]
    return [name for name in RANKING if name.startswith(tuple(f"{kind}_" for kind in kinds))]


__all__ = ["ALWAYS", "EXPECTED", "RANKING", "SCORERS", "Exchange", "Score", "scored", "without_reply"]
