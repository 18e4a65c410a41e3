"""What kind of thing answers a question."""

from __future__ import annotations

import pytest

from assistant.understanding.expectations import Expected, expected_answer, holds

DURATION, AMOUNT, TIME, NUMBER = Expected


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How long does delivery take?", DURATION),
        ("how soon will it arrive", DURATION),
        ("how many days do I have", DURATION),
        ("多久能到", DURATION),
        ("几天发货", DURATION),
        ("什么时候能发货", DURATION),
        ("How much is shipping?", AMOUNT),
        ("what's the price", AMOUNT),
        ("运费多少", AMOUNT),
        ("这个多少钱", AMOUNT),
        ("What time do you open?", TIME),
        ("营业时间", TIME),
        ("几点下班", TIME),
        ("how many cups does it hold", NUMBER),
        ("how big is it", NUMBER),
        ("杯子多大", NUMBER),
        ("Is it waterproof?", None),
        ("can I return it", None),
        ("可以退货吗", None),
        ("我该穿多大码", None),
    ],
)
def test_a_question_word_tells_the_kind(question: str, kind: Expected | None) -> None:
    assert expected_answer(question) is kind


@pytest.mark.parametrize(
    ("text", "kind", "there"),
    [
        ("within 3 to 5 business days", DURATION, True),
        ("3-5个工作日", DURATION, True),
        ("七天内", DURATION, True),
        ("dispatched the same day", DURATION, True),
        ("次日送达", DURATION, True),
        ("as soon as we can", DURATION, False),
        ("it costs $5", DURATION, False),
        ("Shipping is $5.", AMOUNT, True),
        ("运费10元", AMOUNT, True),
        ("全场包邮", AMOUNT, True),
        ("free over a certain sum", AMOUNT, True),
        ("in 5 days", AMOUNT, False),
        ("10:00 to 18:00", TIME, True),
        ("from 9 am", TIME, True),
        ("早上9点", TIME, True),
        ("every day", TIME, False),
        ("holds 300 ml", NUMBER, True),
        ("三层", NUMBER, True),
        ("very big", NUMBER, False),
    ],
)
def test_a_text_holds_a_thing_of_the_kind_or_not(text: str, kind: Expected, there: bool) -> None:
    assert holds(text, kind) is there
