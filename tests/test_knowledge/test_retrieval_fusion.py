"""Reciprocal rank fusion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.fusion import K, fuse

rankings = st.lists(
    st.tuples(st.floats(0.1, 4), st.lists(st.integers(0, 20), unique=True, max_size=10)), min_size=1, max_size=4
)


def test_the_score_is_the_weighted_sum_of_reciprocal_ranks() -> None:
    assert fuse([(2.0, [7, 8]), (1.0, [8])]) == pytest.approx({7: 2 / (K + 1), 8: 2 / (K + 2) + 1 / (K + 1)})


def test_what_two_rankings_agree_on_beats_what_one_of_them_puts_first() -> None:
    scores = fuse([(1.0, [1, 2]), (1.0, [3, 2])])
    assert max(scores, key=lambda key: scores[key]) == 2


@given(rankings)
def test_every_id_of_a_ranking_is_scored_and_no_other(given_rankings: list[tuple[float, list[int]]]) -> None:
    scores = fuse(given_rankings)
    assert set(scores) == {key for _, ids in given_rankings for key in ids}
    weights = sum(weight for weight, _ in given_rankings)
    assert all(0 < score <= weights / (K + 1) + 1e-9 for score in scores.values())


@given(rankings)
def test_a_better_rank_in_one_ranking_never_lowers_the_score(given_rankings: list[tuple[float, list[int]]]) -> None:
    weight, ids = given_rankings[0]
    if len(ids) < 2:
        return
    moved = [ids[-1], *ids[:-1]]
    assert fuse([(weight, moved), *given_rankings[1:]])[ids[-1]] >= fuse(given_rankings)[ids[-1]]
