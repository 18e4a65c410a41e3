"""Open questions by meaning: what belongs together and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from assistant.unanswered import OpenQuestion, grouped
from knowledge.retrieval.encoders import multilingual

START = datetime(2026, 11, 1, tzinfo=UTC)
PARKING = ("is there parking near the store", "can I park at your shop", "你们店附近能停车吗")
GIFTS = ("do you wrap gifts", "can it be gift wrapped", "可以礼品包装吗")
PETS = ("are dogs allowed inside",)


def asked(*texts: str) -> list[OpenQuestion]:
    return [
        OpenQuestion(text, f"cv{number // 2}", START + timedelta(hours=number)) for number, text in enumerate(texts)
    ]


def test_wordings_of_one_question_are_one_topic_across_languages() -> None:
    questions = asked(*PARKING, *GIFTS, *PETS)
    vectors = multilingual().encode([question.text for question in questions])
    topics = grouped(questions, vectors)
    assert [topic.count for topic in topics] == [3, 3, 1]
    assert [{topic.question, *topic.examples} for topic in topics] == [set(GIFTS), set(PARKING), set(PETS)]


def test_a_topic_tells_how_often_in_how_many_conversations_and_when() -> None:
    same = asked("do you wrap gifts", "do you wrap gifts", "do you wrap gifts")
    (topic,) = grouped(same, np.tile(multilingual().encode(["do you wrap gifts"]), (3, 1)))
    assert (topic.count, topic.conversations, topic.examples) == (3, 2, ())
    assert (topic.first_at, topic.last_at) == (START, START + timedelta(hours=2))


def test_one_question_and_none_are_no_special_case() -> None:
    (topic,) = grouped(asked("hm"), multilingual().encode(["hm"]))
    assert topic.question == "hm"
    assert grouped([], np.zeros((0, 512), np.float32)) == []
