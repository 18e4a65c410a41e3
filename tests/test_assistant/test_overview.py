"""A whole topic is told by the page that is called so, in its order; more than it is a question of its own."""

from __future__ import annotations

import pytest

from assistant.reply import Action
from tests.test_assistant.small_shop import Counter

in_the_session = pytest.mark.asyncio(loop_scope="session")


@in_the_session
@pytest.mark.parametrize("text", ["退换货政策", "你们的退换货规则是什么？", "what is your return policy"])
async def test_a_page_is_told_in_its_own_order(embedded_counter: Counter, text: str) -> None:
    reply = (await embedded_counter.ask(text)).outcome.reply
    assert reply.action is Action.ANSWER
    assert "从签收次日零时起算 7 天内可申请" in reply.text
    assert [citation.id for citation in reply.citations] == ["returns.md"] * 2


@in_the_session
@pytest.mark.parametrize("text", ["隐私政策", "开衫的退换货规则", "退换货规则里拆封的香水怎么办"])
async def test_another_topic_or_more_than_it_is_no_whole_page(embedded_counter: Counter, text: str) -> None:
    reply = (await embedded_counter.ask(text)).outcome.reply
    assert len([citation for citation in reply.citations if citation.kind == "document"]) < 2
