"""What was found a moment ago: a turn searches the same products for the same words several times.

Understanding asks which product is named and what must be masked, and a tool asks what to show. Each is
the head of one ranking, which is made once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.query import Scores, SearchQuery

Ranking = Sequence[tuple[int, Scores]]

# The searches of a few turns at a time.
KEPT: Final = 64
# The deepest that a turn commonly asks, so that its first search serves the later ones.
DEPTH: Final = 20


@dataclass(frozen=True, slots=True)
class _Found:
    """A ranking, and that by which it was made."""

    vectors: Mapping[str, Vectors]
    shown: int
    limit: int
    ranking: Ranking


class RecentRankings:
    """The newest rankings of one index; to be used under the lock of its shelves."""

    def __init__(self) -> None:
        self._found: OrderedDict[SearchQuery, _Found] = OrderedDict()

    def best(
        self, query: SearchQuery, vectors: Mapping[str, Vectors], shown: int, rank: Callable[[SearchQuery], Ranking]
    ) -> Ranking:
        """Return the first ``query.limit`` of a ranking, made where it is not known to be the same.

        Args:
            shown: Grows with everything that searches see anew.
            rank: Makes a ranking of which every shorter one is the head.
        """
        deep = SearchQuery(query.text, query.lang, max(query.limit, DEPTH), query.filter)
        key = SearchQuery(query.text, query.lang, 0, query.filter)
        known = self._found.get(key)
        if known is None or known.shown != shown or known.limit < query.limit or not _same(known.vectors, vectors):
            known = _Found(dict(vectors), shown, deep.limit, rank(deep))
            self._found[key] = known
        self._found.move_to_end(key)
        while len(self._found) > KEPT:
            self._found.popitem(last=False)
        return known.ranking[: query.limit]


def _same(some: Mapping[str, Vectors], others: Mapping[str, Vectors]) -> bool:
    """Tell whether these are the very same vectors; they are kept, so that none takes another's place in memory."""
    return some.keys() == others.keys() and all(some[space] is others[space] for space in some)
