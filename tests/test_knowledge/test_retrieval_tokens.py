"""Text into index terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.tokens import bigrams, content_words, is_filler, stem, terms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("iPhone15", "iPhone 15"),
        ("ＩＰＨＯＮＥ１５", "iphone 15"),
        ("Returns", "returning"),
        ("women's socks", "women’s sock"),
        ("T恤", "t 恤"),
        ("3.5mm", "3.5 MM"),
    ],
)
def test_two_writings_of_one_thing_have_the_same_terms(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_chinese_is_cut_into_words_and_their_parts() -> None:
    assert words("羽绒服怎么洗") == ("羽绒", "羽绒服", "怎么", "洗")


def test_numbers_and_models_stay_as_they_are() -> None:
    assert terms("A-1200 and 2.5 and 1200") == ["a", "1200", "and", "2.5", "and", "1200"]


def test_bigrams_are_of_han_characters_and_never_reach_over_other_signs() -> None:
    assert bigrams("羊毛衫，XL码数") == ["羊毛", "毛衫", "码数"]
    assert bigrams("wool 衫") == []


def test_content_words_leave_out_filler_and_the_parts_of_a_compound() -> None:
    assert content_words("羽绒服怎么洗") == ["羽绒服", "洗"]
    assert content_words("Is the scarf made of wool, the scarf?") == ["scarf", "made", "wool"]
    assert is_filler("怎么")
    assert is_filler("the")
    assert not is_filler("wool")


@given(st.text(alphabet="abz’'9. 羊毛衫，é", max_size=30))
def test_any_text_gives_words_that_are_not_empty_and_stems_that_stay(text: str) -> None:
    found = words(text)
    assert all(found)
    assert words(text.upper()) == found
    assert [stem(word) for word in found] == terms(text)
    assert set(content_words(text)) <= set(found)
