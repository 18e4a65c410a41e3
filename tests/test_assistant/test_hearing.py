"""Whether somebody is there is one question; whether the shop has a thing is another."""

from __future__ import annotations

import pytest

from knowledge.retrieval.encoders import MULTILINGUAL
from tests.test_assistant.small_shop import Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def asks_if_there(counter: Counter, text: str) -> bool:
    await counter.responder.settled()
    context = await counter.context(text)
    question = context.understanding.questions[0]
    return context.hearing.asks_if_there(question.vectors[MULTILINGUAL], question.guess)


@pytest.mark.parametrize(
    "text",
    [
        "现在有人在吗？",
        "晚上十点还有客服吗？",
        "周日有人回复吗？",
        "Are you open on Sundays?",
        "Is anybody there at 8 pm?",
    ],
)
async def test_who_asks_whether_somebody_is_there_is_heard(counter: Counter, text: str) -> None:
    assert await asks_if_there(counter, text)


@pytest.mark.parametrize(
    "text",
    [
        "你们店有停车场吗？",
        "你们有停车的地方吗？",
        "门口能停车吗？",
        "你们那边有充电桩吗？",
        "店里有洗手间吗？",
        "你们卖乐高积木吗？",
        "Is there parking near the store?",
        "Do you have a toilet?",
        "Do you sell Lego sets?",
    ],
)
async def test_what_the_shop_has_or_sells_is_no_question_of_hours(counter: Counter, text: str) -> None:
    assert not await asks_if_there(counter, text)
