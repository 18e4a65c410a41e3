"""Vectors of short texts: each computed once, kept in one matrix, compared with many at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.retrieval import text_vectors
from knowledge.retrieval.encoders import Vectors, multilingual
from knowledge.retrieval.text_vectors import Nearness, TextVectors
from tests.library import CountingEncoder


class Numbered:
    """Encodes a text as a unit vector of its own, and counts its calls."""

    name, dim = "numbered", 8

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        found = np.array([np.random.default_rng(hash(text) % 2**32).standard_normal(self.dim) for text in texts])
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    encode_queries = encode


def test_only_what_is_new_is_encoded_and_all_of_it_in_one_call() -> None:
    encoder = CountingEncoder(multilingual())
    vectors = TextVectors(encoder)
    first = vectors.of(["wool", "linen", "wool"])
    assert (vectors.of(["linen", "wool"]) == first[[1, 0]]).all()
    assert encoder.texts == ["wool", "linen"]


def test_more_texts_than_there_was_room_for_keep_their_vectors() -> None:
    encoder = Numbered()
    vectors, texts = TextVectors(encoder), [f"text {n}" for n in range(5_000)]
    for start in range(0, len(texts), 700):
        vectors.of(texts[start : start + 700])
    np.testing.assert_array_equal(vectors.of(texts), encoder.encode(texts))
    assert encoder.calls == 9


def test_what_was_kept_from_elsewhere_is_not_encoded() -> None:
    encoder = Numbered()
    vectors = TextVectors(encoder)
    vectors.keep({"wool": np.ones(8, np.float32)})
    assert vectors.of(["wool"]).tolist() == [[1.0] * 8]
    assert encoder.calls == 0


def test_too_many_texts_are_forgotten_and_those_that_are_asked_for_are_all_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_vectors, "MOST_TEXTS", 10)
    encoder = Numbered()
    vectors = TextVectors(encoder)
    before = vectors.table
    vectors.of([f"old {n}" for n in range(9)])
    wanted = ["old 3", "new 1", "new 2"]
    np.testing.assert_array_equal(vectors.of(wanted), encoder.encode(wanted))
    assert vectors.table is not before
    assert len(vectors.table) == 3


def test_the_highest_cosine_of_each_asked_text_is_that_of_all_pairs() -> None:
    vectors = TextVectors(Numbered())
    asked, texts = ["a", "b", "c"], [f"text {n}" for n in range(3_000)]
    table, places = vectors.places([*asked, *texts[:1_500]])
    nearness = Nearness(table.rows[places[:3]], table)
    for some in (texts[:7], texts[3:1_500], texts[2_000:], asked):  # the table grows in between
        cosines = vectors.of(some) @ vectors.of(asked).T
        half = len(some) // 2
        expected = [cosines.max(axis=0)], [cosines[:half].max(axis=0), cosines[half:].max(axis=0)]
        places = vectors.places(some)[1]
        np.testing.assert_allclose(nearness.highest(places), expected[0], atol=1e-6)
        np.testing.assert_allclose(nearness.highest(places, [0, half]), expected[1], atol=1e-6)
