"""Two sizes in one question: set side by side, unless the shopper tells a measurement."""

from __future__ import annotations

import pytest

from tests.test_assistant.small_shop import Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_sizes_are_set_side_by_side_when_their_difference_is_asked(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("云柔羊毛开衫 S 和 L 有什么区别")).outcome.reply
    assert "- S：¥399" in reply.text
    assert "- L：¥399" in reply.text


async def test_with_a_measurement_the_chart_advises(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("云柔羊毛开衫胸围86，M 和 L 有什么区别，选哪个")).outcome.reply
    assert reply.size is not None
    assert reply.size.label == "M"
