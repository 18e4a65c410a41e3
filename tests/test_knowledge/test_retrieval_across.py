"""Searching over two languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.across import CLEARLY, further_translations, take_turns, translated_share
from knowledge.retrieval.lexicon.lookup import Lexicon
from knowledge.retrieval.thesaurus import Thesaurus, retail_thesaurus

CLARINET = Lexicon({"单簧管": ("clarinet",)})
rankings = st.lists(st.floats(-1, 1), max_size=8)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("无线耳机", 1.0),
        ("Nintendo", 0.0),
        ("Nintendo 平板", 1.0),
        ("任天堂", 0.0),
        ("return", 1.0),
        ("单簧管", 1.0),
        ("clarinet", 1.0),
        ("", 0.0),
    ],
)
def test_concepts_are_translated_and_in_a_chinese_question_latin_words_are_as_they_stand(
    text: str, share: float
) -> None:
    assert translated_share(text, retail_thesaurus(), CLARINET) == pytest.approx(share)


def test_a_question_that_is_half_known_is_half_translated() -> None:
    assert 0.1 < translated_share("return the zither", retail_thesaurus(), CLARINET) < 0.9


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("单簧管怎么退货", ["单簧管"]),
        ("退货运费", []),
        ("clarinet with a returned reed", ["clarinet"]),
        ("a phone case", []),
        ("a phone", ["phone"]),
    ],
)
def test_the_lexicon_is_asked_for_what_the_thesaurus_does_not_know(text: str, phrases: list[str]) -> None:
    thesaurus = Thesaurus({"return": ("return", "退货"), "phone_case": ("phone case", "手机壳")})
    lexicon = Lexicon({"单簧管": ("clarinet",), "退": ("retreat",), "返回": ("return",), "电话": ("phone",)})
    assert [one.phrase for one in further_translations(text, thesaurus, lexicon)] == phrases


def test_rankings_of_which_none_is_nearer_take_turns_beginning_with_the_own() -> None:
    assert take_turns("abc", "xyz", lambda _: 0.5) == list("axbycz")
    assert take_turns("a", "xyz", lambda _: 0.5) == list("axyz")


def test_what_is_clearly_nearer_goes_first_out_of_turn() -> None:
    near = {"a": 0.5, "b": 0.5, "x": 0.5 - 2 * CLEARLY, "y": 0.9}
    assert take_turns("ab", "x", near.__getitem__) == ["a", "b", "x"]
    assert take_turns("ab", "y", near.__getitem__) == ["y", "a", "b"]


@given(rankings, rankings)
def test_nothing_is_lost_and_each_ranking_keeps_its_order(own: list[float], other: list[float]) -> None:
    mine, theirs = [("own", n, x) for n, x in enumerate(own)], [("other", n, x) for n, x in enumerate(other)]
    merged = take_turns(mine, theirs, lambda item: item[2])
    assert [item for item in merged if item[0] == "own"] == mine
    assert [item for item in merged if item[0] == "other"] == theirs


def test_what_has_no_vector_yet_is_overtaken_by_nothing_and_overtakes_nothing() -> None:
    near = {"x": 0.9, "y": 0.9, "b": 0.1}
    assert take_turns("ab", "xyz", near.get) == list("axybz")
    assert take_turns("ba", "zx", near.get) == list("bzax")
