"""A ranking that is asked for again is the same one, unless anything by which it was made has changed."""

from __future__ import annotations

import numpy as np

from knowledge.retrieval.query import ProductFilter, Scores, SearchQuery
from knowledge.retrieval.recent import KEPT, RecentRankings

VECTORS = {"usem3": np.ones(3, np.float32)}


class Ranker:
    """Ranks ids from 1, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, query: SearchQuery) -> list[tuple[int, Scores]]:
        self.asked.append(query.limit)
        return [(n, Scores(1 / n, 0.0, 0.0, "usem3")) for n in range(1, query.limit + 1)]


def test_a_shorter_list_is_the_head_of_the_ranking_that_was_made() -> None:
    recent, rank = RecentRankings(), Ranker()
    twelve = recent.best(SearchQuery("wool", "en", 12), VECTORS, 1, rank)
    five = recent.best(SearchQuery("wool", "en", 5), VECTORS, 1, rank)
    assert [key for key, _ in twelve] == list(range(1, 13))
    assert five == twelve[:5]
    assert len(rank.asked) == 1


def test_a_longer_list_another_filter_other_vectors_and_a_change_are_ranked_anew() -> None:
    recent, rank = RecentRankings(), Ranker()
    for query, vectors, shown in (
        (SearchQuery("wool", "en", 5), VECTORS, 1),
        (SearchQuery("wool", "en", 60), VECTORS, 1),
        (SearchQuery("wool", "en", 5, ProductFilter(in_stock=True)), VECTORS, 1),
        (SearchQuery("wool", "en", 5), {"usem3": np.ones(3, np.float32)}, 1),
        (SearchQuery("wool", "en", 5), {}, 1),
        (SearchQuery("wool", "en", 5), {}, 2),
        (SearchQuery("wool", "zh", 5), {}, 2),
    ):
        assert len(recent.best(query, vectors, shown, rank)) == query.limit
    assert len(rank.asked) == 7


def test_only_the_newest_rankings_are_kept() -> None:
    recent, rank = RecentRankings(), Ranker()
    for n in range(KEPT + 1):
        recent.best(SearchQuery(f"wool {n}", "en"), VECTORS, 1, rank)
    recent.best(SearchQuery("wool 0", "en"), VECTORS, 1, rank)
    recent.best(SearchQuery(f"wool {KEPT}", "en"), VECTORS, 1, rank)
    assert len(rank.asked) == KEPT + 2
