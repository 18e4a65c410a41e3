"""How high do the expected products and documents stand: in the reply, and in what its searches found?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final

from evals.scorers.score import Exchange, Score

_DEPTH: Final = 5
# Of the assistant's own tools; another target may tell what it found under the same names.
_SEARCH_OF: Final = {"products": "find_products", "documents": "search_documents"}

Measure = Callable[[Sequence[str], Sequence[str]], float]


def recall_at(depth: int) -> Measure:
    """Return recall at a depth: the share of the wanted ones among the first ``depth``."""
    return lambda wanted, ranked: sum(name in ranked[:depth] for name in wanted) / len(wanted)


def reciprocal_rank(wanted: Sequence[str], ranked: Sequence[str]) -> float:
    """Return 1 over the rank of the first wanted one, 0 without any; its mean is MRR (Voorhees 1999)."""
    return next((1 / rank for rank, name in enumerate(ranked, 1) if name in wanted), 0.0)


def ndcg(wanted: Sequence[str], ranked: Sequence[str]) -> float:
    """Return nDCG at 5 with gain 1 for each wanted one (Järvelin and Kekäläinen 2002)."""
    gained = sum(1 / math.log2(rank + 1) for rank, name in enumerate(ranked[:_DEPTH], 1) if name in wanted)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(len(wanted), _DEPTH) + 1))


MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "recall_at_1": recall_at(1),
        "recall_at_3": recall_at(3),
        "recall_at_5": recall_at(5),
        "mrr": reciprocal_rank,
        "ndcg_at_5": ndcg,
    }
)
# What is ranked, and the words for it. ``found_…`` is what the turn's searches returned, so the
# difference to what the reply shows is what the assistant made of it.
LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "products": "products shown",
        "documents": "documents cited",
        "found_products": "products found",
        "found_documents": "documents found",
    }
)
RANKING: Final = tuple(f"{name}_{measure}" for name in LISTS for measure in MEASURES)


def ranking(exchange: Exchange) -> dict[str, Score]:
    """Return the ranking measures of what this turn expects.

    Nothing of a list that the case does not expect, or that the target does not tell: no target but
    one that tells its searches has ``found_…``. They never decide whether a case is passed.
    """
    scores: dict[str, Score] = {}
    for kind, wanted in (("products", exchange.expect.products), ("documents", exchange.expect.documents)):
        names = list(dict.fromkeys(map(_name, wanted)))
        if not names:
            continue
        for name, ranked in ((kind, shown(exchange.reply, kind)), (f"found_{kind}", _found(exchange, kind))):
            if ranked is not None:
                scores |= {f"{name}_{m}": Score(measure(names, ranked)) for m, measure in MEASURES.items()}
    return scores


def shown(reply: Mapping[str, Any], kind: str) -> list[str]:
    """Return the handles of the reply's products, or the file names of its citations, each once, in order."""
    key, field = ("products", "handle") if kind == "products" else ("citations", "id")
    entries = [entry for entry in reply.get(key) or () if kind == "products" or entry.get("kind") == "document"]
    return _once(_name(str(entry.get(field))) for entry in entries)


def _found(exchange: Exchange, kind: str) -> list[str] | None:
    """Return what the turn's searches found, best first, one search after the other; None when it is not told.

    A turn that tells its tools and has not searched has found nothing.
    """
    runs = exchange.answered.tools
    if not any(run.get("found") is not None for run in runs):
        return None
    searches = [run for run in runs if run.get("tool") == _SEARCH_OF[kind]]
    return _once(_name(str(name)) for run in searches for name in run.get("found") or ())


def _name(name: str) -> str:
    return PurePosixPath(name).name


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
