"""The vector index, held against numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.vectors import EXACT_TO, VectorIndex

DIM = 24


def unit_vectors(count: int, seed: int) -> Vectors:
    found = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def brute_force(items: Mapping[int, Vectors], query: Vectors, limit: int) -> list[tuple[int, float]]:
    best = {item: float((rows @ query).max()) for item, rows in items.items()}
    return sorted(best.items(), key=lambda pair: -pair[1])[:limit]


def index_of(items: Mapping[int, Vectors]) -> VectorIndex:
    index = VectorIndex(DIM)
    index.put_many(list(items), list(items.values()))
    return index


def assert_same(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> None:
    assert [item for item, _ in found] == [item for item, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)


@pytest.fixture(scope="module")
def two_thousand() -> dict[int, Vectors]:
    """2,000 vectors of 800 items, one to four each."""
    vectors = unit_vectors(2_000, 1)
    starts = [0]
    while len(starts) <= 800:
        starts.append(starts[-1] + 1 + len(starts) % 4)
    return {item: vectors[starts[item] : starts[item + 1]] for item in range(800) if starts[item + 1] <= 2_000}


@pytest.mark.parametrize("share", [1.0, 0.3, 0.01])
def test_a_selective_filter_is_exact(two_thousand: dict[int, Vectors], share: float) -> None:
    index = index_of(two_thousand)
    rng = np.random.default_rng(2)
    for query in unit_vectors(20, 3):
        allowed = {item for item in two_thousand if rng.random() < share} | {5}
        expected = brute_force({item: two_thousand[item] for item in allowed}, query, 10)
        assert_same(index.search(query, 10, allowed), expected)


def test_without_a_filter_it_is_exact_too(two_thousand: dict[int, Vectors]) -> None:
    index = index_of(two_thousand)
    for query in unit_vectors(20, 4):
        assert_same(index.search(query, 10), brute_force(two_thousand, query, 10))


def test_items_whose_many_units_crowd_the_head_do_not_push_others_out() -> None:
    query = unit_vectors(1, 5)[0]
    near = np.repeat(query[None, :], 40, axis=0)
    items = {0: near, 1: near * np.float32(0.99), **{n: unit_vectors(1, n) * np.float32(0.5) for n in range(2, 6)}}
    found = index_of(items).search(query, 4)
    assert [item for item, _ in found[:2]] == [0, 1]
    assert len(found) == 4
    assert_same(found, brute_force(items, query, 4))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.integers(0, 8), st.integers(1, 4)),
            st.tuples(st.just("remove"), st.integers(0, 8), st.just(0)),
        ),
        max_size=25,
    )
)
def test_after_any_puts_and_removals_the_search_equals_brute_force(steps: list[tuple[str, int, int]]) -> None:
    index, model = VectorIndex(DIM), dict[int, Vectors]()
    for seed, (what, item, count) in enumerate(steps):
        if what == "put":
            model[item] = unit_vectors(count, seed)
            index.put(item, model[item])
        else:
            model.pop(item, None)
            index.remove([item])
    query = unit_vectors(1, 10_000)[0]
    assert len(index) == len(model)
    assert_same(index.search(query, 5), brute_force(model, query, 5))
    assert_same(
        index.search(query, 5, {1, 2, 77}),
        brute_force({item: rows for item, rows in model.items() if item in (1, 2)}, query, 5),
    )


def test_a_replaced_item_is_found_by_its_new_units_only() -> None:
    first, second = unit_vectors(2, 6)
    index = index_of({7: first[None, :], 8: second[None, :] * np.float32(0.1)})
    index.put(7, second[None, :])
    assert_same(index.search(second, 1), [(7, 1.0)])
    assert index.search(first, 1)[0][1] < 0.9


def test_nothing_is_found_in_an_empty_index_or_among_no_allowed_items() -> None:
    query = unit_vectors(1, 7)[0]
    assert VectorIndex(DIM).search(query, 5) == []
    assert index_of({1: unit_vectors(1, 8)}).search(query, 5, []) == []


def test_the_cosine_of_a_named_item_is_that_of_its_best_unit() -> None:
    items = {7: unit_vectors(3, 1), 8: unit_vectors(1, 2)}
    query = unit_vectors(1, 3)[0]
    found = index_of(items).cosines(query, [7, 8, 99])
    assert found == pytest.approx(
        {7: float((items[7] @ query).max()), 8: float(items[8][0] @ query), 99: 0.0},
        abs=1e-3,  # they are kept in half precision
    )


MANY = 60_000


def clustered(count: int, seed: int) -> Vectors:
    """Return vectors in families, as texts about the same things are."""
    rng = np.random.default_rng(seed)
    families = np.random.default_rng(0).normal(size=(600, DIM))
    found = families[rng.integers(0, 600, count)] + 0.7 * rng.normal(size=(count, DIM))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def sixty_thousand() -> tuple[VectorIndex, Vectors]:
    """More vectors than are searched one by one, two to an item, in lists."""
    vectors = clustered(MANY, 1).astype(np.float16).astype(np.float32)
    index = VectorIndex(DIM)
    index.put_many(list(range(MANY // 2)), list(vectors.reshape(-1, 2, DIM)))
    assert index.outgrown
    return index.rebuilt(), vectors.reshape(-1, 2, DIM)


def recall(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> float:
    return len({item for item, _ in found} & {item for item, _ in expected}) / len(expected)


def nearest(
    vectors: Vectors, query: Vectors, limit: int, allowed: Sequence[int] | None = None
) -> list[tuple[int, float]]:
    items = np.arange(len(vectors)) if allowed is None else np.array(allowed)
    best = (vectors[items] @ query).max(axis=1)
    order = np.argsort(-best)[:limit]
    return [(int(items[place]), float(best[place])) for place in order]


def test_above_fifty_thousand_vectors_nineteen_of_twenty_are_still_found(
    sixty_thousand: tuple[VectorIndex, Vectors],
) -> None:
    index, vectors = sixty_thousand
    assert not index.exact
    assert (len(index), index.units) == (MANY // 2, MANY)
    queries = clustered(100, 2)
    found = [recall(index.search(query, 10), nearest(vectors, query, 10)) for query in queries]
    assert np.mean(found) >= 0.95
    best = index.search(queries[0], 1)[0]
    assert best[1] == pytest.approx(float((vectors[best[0]] @ queries[0]).max()), abs=1e-5)


@pytest.mark.parametrize("count", [3, 200, 20_000])
def test_a_filter_over_many_vectors_is_as_exact_as_over_few(
    sixty_thousand: tuple[VectorIndex, Vectors], count: int
) -> None:
    index, vectors = sixty_thousand
    for seed, query in enumerate(clustered(10, 3)):
        allowed = np.sort(np.random.default_rng(seed).choice(len(vectors), count, replace=False))
        assert_same(index.search(query, 10, allowed), nearest(vectors, query, 10, allowed.tolist()))


def test_among_many_vectors_one_is_replaced_and_one_removed_at_once() -> None:
    vectors = clustered(EXACT_TO + 10, 4)
    index = VectorIndex(DIM)
    index.put_many(list(range(len(vectors))), list(vectors[:, None]))
    index = index.rebuilt()
    query = vectors[7]
    assert index.search(query, 1)[0][0] == 7
    index.put(7, -query[None])
    assert 7 not in dict(index.search(query, 10))
    index.put(9_999_999, query[None])
    assert index.search(query, 1)[0][0] == 9_999_999
    index.remove([9_999_999])
    assert 9_999_999 not in dict(index.search(query, 10))
    assert index.units == len(index) == len(vectors)
    index.remove(range(len(vectors) - 100))
    assert index.outgrown
    few = index.rebuilt()
    assert few.exact
    assert_same(few.search(query, 5), index.search(query, 5, few.items))


def test_who_comes_with_the_same_vectors_again_keeps_them() -> None:
    index = index_of({1: unit_vectors(3, 1), 2: unit_vectors(2, 2)})
    before = len(index._rows)
    index.put_many([1, 2], [unit_vectors(3, 1), unit_vectors(2, 9)])
    assert len(index._rows) == before + 2


def test_an_index_comes_back_from_its_files(tmp_path: Path, sixty_thousand: tuple[VectorIndex, Vectors]) -> None:
    many, vectors = sixty_thousand
    few = index_of({7: unit_vectors(3, 1), 9: unit_vectors(1, 2)})
    few.remove([9])
    for name, index, query in (("many", many, vectors[3, 0]), ("few", few, unit_vectors(1, 2)[0])):
        (tmp_path / name).mkdir()
        index.save(tmp_path / name)
        again = VectorIndex.load(DIM, tmp_path / name)
        assert (len(again), again.units, again.exact) == (len(index), index.units, index.exact)
        assert_same(again.search(query, 5), index.search(query, 5))
        again.put(8, query[None])
        assert again.search(query, 2)[0][1] == pytest.approx(1.0, abs=1e-3)
        again.remove([8, 7])
        assert not {7, 8} & dict(again.search(query, 5)).keys()
