"""Sets of ids as sorted arrays, held against Python's sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval import id_sets
from knowledge.retrieval.id_sets import NO_IDS, are_in, common, ids_of, with_ids, without_ids
from knowledge.retrieval.owned_rows import OwnedRows, expanded

ids = st.sets(st.integers(0, 30))


@given(ids, ids)
def test_they_join_as_sets_do(one: set[int], other: set[int]) -> None:
    first, second = ids_of(one), ids_of(other)
    assert with_ids(first, second).tolist() == sorted(one | other)
    assert without_ids(first, second).tolist() == sorted(one - other)
    assert common(first, second).tolist() == sorted(one & other)
    assert are_in(first, sorted(other, reverse=True)).tolist() == [key in one for key in sorted(other, reverse=True)]


@pytest.mark.parametrize("spread", [1, 1_000_000])
def test_many_ids_are_looked_up_as_few_are_however_far_they_lie_apart(spread: int) -> None:
    rng = np.random.default_rng(0)
    known = np.unique(rng.integers(-5, 50_000, 20_000)) * spread
    wanted = rng.integers(-50, 60_000, id_sets.MANY + 1) * spread
    assert np.array_equal(are_in(known, wanted), np.isin(wanted, known))
    assert np.array_equal(common(known, np.unique(wanted)), np.intersect1d(known, wanted))
    assert not are_in(NO_IDS, wanted).any()


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=20))
def test_an_item_has_what_one_of_its_rows_has(rows: list[tuple[int, bool]]) -> None:
    rows.sort(key=lambda row: row[0])
    held = OwnedRows({}, np.array([owner for owner, _ in rows], np.int64))
    meets = np.array([met for _, met in rows], np.bool_)
    assert held.having(meets).tolist() == sorted({owner for owner, met in rows if met})


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99)), max_size=12), ids, st.integers(0, 9))
def test_rows_stay_with_their_owners_in_the_order_given(rows: list[tuple[int, int]], gone: set[int], one: int) -> None:
    empty = OwnedRows({"value": np.zeros(0, np.int32)})
    owners, values = np.array([o for o, _ in rows], np.int64), np.array([v for _, v in rows], np.int32)
    held = empty.with_rows(owners[:6], {"value": values[:6]}).with_rows(owners[6:], {"value": values[6:]})
    left = held.without(ids_of(gone))
    assert left["value"][left.of(ids_of([one]))].tolist() == [v for o, v in rows if o == one and o not in gone]
    assert left.owners.tolist() == sorted(o for o, _ in rows if o not in gone)
    assert len(held) == len(rows), "the former rows stay as they were"


def test_ranges_are_expanded_in_their_order() -> None:
    assert expanded(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
