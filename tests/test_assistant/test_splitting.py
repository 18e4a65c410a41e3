"""Several questions in one message."""

from __future__ import annotations

import pytest

from assistant.understanding.splitting import split_questions


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Is it lined? Does it shrink?", ["Is it lined?", "Does it shrink?"]),
        ("Is the coat warm and does it shrink?", ["Is the coat warm", "does it shrink?"]),
        ("how much is shipping, and can I return it", ["how much is shipping", "can I return it"]),
        ("能机洗吗，会不会缩水", ["能机洗吗", "会不会缩水"]),
        ("这件是纯棉的吗，还有多久能发货", ["这件是纯棉的吗", "多久能发货"]),
        ("I paid yesterday. When does it ship?", ["I paid yesterday. When does it ship?"]),
    ],
)
def test_each_question_stands_by_itself(text: str, pieces: list[str]) -> None:
    assert split_questions(text) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "Is it warm and soft?",
        "Do you have it in red and what about blue",
        "我穿M码，会不会小",
        "It is 2.5 kg and I like it",
        "白色和黑色有吗",
    ],
)
def test_one_question_about_two_things_stays_whole(text: str) -> None:
    assert split_questions(text) == [text]


def test_what_follows_and_may_ask_with_two_small_words() -> None:
    assert split_questions("is it machine washable, and what is it made of?") == [
        "is it machine washable",
        "what is it made of?",
    ]
