"""Texts by their lines, each read once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from knowledge.retrieval import text_lines, text_vectors
from knowledge.retrieval.encoders import Vectors, multilingual
from knowledge.retrieval.text_lines import Lines
from knowledge.retrieval.text_vectors import TextVectors
from knowledge.retrieval.thesaurus import retail_thesaurus
from tests.library import CountingEncoder


def lines_over(encoder: CountingEncoder) -> Lines:
    return Lines(retail_thesaurus(), TextVectors(encoder))


class Calls(CountingEncoder):
    """Counts the calls as well."""

    calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        return super().encode(texts)


def test_a_line_that_stands_in_two_texts_is_read_once() -> None:
    lines = lines_over(CountingEncoder(multilingual()))
    name, first = lines.of("Linen shirt\nMachine wash cold")
    again, second = lines.of("Linen shirt\nDry flat")
    assert again is name
    assert second is not first


def test_lines_that_name_nothing_are_left_out() -> None:
    lines = lines_over(CountingEncoder(multilingual()))
    assert len(lines.of("Linen shirt\n\n  \n…\nShips to Canada")) == 2


def test_the_words_of_many_lines_are_embedded_in_one_call() -> None:
    encoder = Calls(multilingual())
    lines = lines_over(encoder)
    table = lines.placed(lines.of("Linen shirt\nMachine wash 30 degrees\n亚麻衬衫"))
    assert encoder.calls == 1
    assert {"linen", "machine", "亚麻"} <= set(encoder.texts)
    assert "30" not in encoder.texts, "a number means nothing but itself"
    assert lines.placed(lines.of("Linen shirt")) is table
    assert encoder.calls == 1


def test_all_lines_lie_in_the_table_that_is_returned_also_when_the_former_was_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = lines_over(CountingEncoder(multilingual()))
    early = lines.of("wool linen cotton silk")
    lines.placed(early)
    monkeypatch.setattr(text_vectors, "MOST_TEXTS", 5)
    both = [*early, *lines.of("leather canvas")]
    table = lines.placed(both)
    assert [line.table for line in both] == [table, table]
    assert all(line.places is not None and (line.places < len(table)).all() for line in both)


def test_what_is_read_often_outlives_what_was_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_lines, "MOST_LINES", 8)
    lines = lines_over(CountingEncoder(multilingual()))
    (often,), (once,) = lines.of("Linen shirt"), lines.of("Wool coat")
    for number in range(20):
        lines.of(f"Mug number {number}")
        assert lines.of("Linen shirt") == [often]
    assert lines.of("Wool coat") != [once]
