"""When a typed fact decides a yes/no question."""

from __future__ import annotations

import pytest

from assistant.polarity import decided
from assistant.understanding.expectations import asks_yes_or_no


@pytest.mark.parametrize(
    "question",
    [
        "Is it machine washable?",
        "does it have pockets",
        "and can I tumble dry it",
        "My skin is dry, is this for me?",
        "能机洗吗",
        "会不会缩水",
        "有没有口袋",
        "这个可以烘干不",
    ],
)
def test_a_yes_or_no_question_is_told(question: str) -> None:
    assert asks_yes_or_no(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is it made of?",
        "do you know how long it is",
        "Is it wool or cotton?",
        "怎么洗",
        "有多长吗",
        "是棉的还是麻的",
    ],
)
def test_what_asks_for_a_thing_or_a_choice_is_no_yes_or_no_question(question: str) -> None:
    assert not asks_yes_or_no(question)


def answer(label: str, value: str, *asked: str) -> bool | None:
    """Hold a fact against a question about these words, all of the same weight."""
    return decided(label, value, lambda text: sum(word in text.lower() for word in asked) / len(asked))


def test_a_clause_that_names_all_that_is_asked_says_yes() -> None:
    assert answer("Care", "Machine wash cold, do not bleach", "machine", "wash") is True


def test_a_clause_that_denies_it_says_no_whatever_the_others_allow() -> None:
    assert answer("Care", "Machine wash cold, do not bleach", "bleach") is False
    assert answer("洗护", "30℃以下手洗，不可烘干", "烘干") is False


def test_a_bare_yes_or_no_answers_what_its_name_asks() -> None:
    assert answer("Waterproof", "No", "waterproof") is False
    assert answer("防水", "是", "防水") is True
    assert answer("Lined", "No", "waterproof") is None


def test_only_excludes_what_it_does_not_name() -> None:
    assert answer("Care", "Hand wash only", "machine") is False


def test_what_is_half_named_or_said_both_ways_is_left_open() -> None:
    assert answer("Care", "Wash at 30", "machine", "wash") is None
    assert answer("Care", "Iron the front; do not iron the print", "iron") is None
    assert answer("Material", "100% linen", "wool") is None
