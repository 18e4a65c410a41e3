"""Language, folding and sentences."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import Lang, fold, has_han, language_of, sentence_spans, sentences


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("hello there", "en"),
        ("你好", "zh"),
        ("iPhone 15 的壳", "zh"),
        ("OK 好", "zh"),
        ("Do you sell 茶 tea and other things like cups", "en"),
        ("XL", "en"),
    ],
)
def test_the_language_is_the_one_that_carries_the_text(text: str, lang: Lang) -> None:
    assert language_of(text) == lang


@pytest.mark.parametrize("text", ["", "123", "?!", "M"])
def test_a_text_without_words_is_in_the_default_language(text: str) -> None:
    assert language_of(text, "zh") == "zh"
    assert language_of(text, "en") == "en"


def test_folding_resolves_width_and_case() -> None:
    assert fold("ＡＢＣ１２ Straße") == "abc12 strasse"


def test_han_characters_are_told_from_other_signs() -> None:
    assert has_han("a茶")
    assert not has_han("tea，ア")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is 1.5 cm. Next one! Why? Yes.", ["It is 1.5 cm.", "Next one!", "Why?", "Yes."]),
        ("你好。世界？好！", ["你好。", "世界？", "好！"]),
        ("one\n\n  two  \n", ["one", "two"]),
        ("first; second；third", ["first;", "second；", "third"]),
        ('He said so. "Really?" Yes', ["He said so.", '"Really?', '" Yes']),
        ("see e.g. this and www.shop.example", ["see e.g. this and www.shop.example"]),
        ("Order by 2 p.m. Eastern. No. 5 is out.", ["Order by 2 p.m. Eastern.", "No. 5 is out."]),
        ("", []),
    ],
)
def test_sentences_are_cut_at_their_ends_and_nowhere_else(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet='aB1.!?。；\n "“(茶', max_size=60))
def test_spans_are_in_order_hold_no_space_around_and_lose_no_character(text: str) -> None:
    spans = list(sentence_spans(text))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
