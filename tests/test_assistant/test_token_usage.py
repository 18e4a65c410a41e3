"""What a turn says of the tokens that language models used for it."""

from __future__ import annotations

import pytest

from assistant.agent.minds import llm_mind, messages_for
from assistant.settings import AssistantSettings
from assistant.turn import PastMessage, TokenUsage
from tests.openai_server import Fails, Says, calls, texts
from tests.test_assistant.small_shop import Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURNS = "支持7天无理由退货吗？"
STEPS = (calls("search_documents", query="无理由退货"), Says("支持 7 天无理由退货，从签收次日零时起算。"))


async def test_without_a_language_model_it_is_none_at_all(counter: Counter) -> None:
    assert (await counter.ask("你好")).outcome.usage == TokenUsage(0, 0)
    assert counter.endpoint.bodies == []


async def test_an_endpoint_that_does_not_tell_leaves_it_open(counter: Counter) -> None:
    counter.endpoint.script(*STEPS)
    assert (await counter.ask(RETURNS)).outcome.usage is None


async def test_a_model_that_failed_may_have_used_some_though_the_embedded_one_answers(counter: Counter) -> None:
    counter.endpoint.script(Fails(500, "server_error"))
    assert (await counter.ask(RETURNS)).outcome.usage is None


@pytest.mark.parametrize("streams", [True, False])
async def test_every_step_of_a_model_that_tells_counts(counter: Counter, streams: bool) -> None:
    counter.endpoint.script(*STEPS)
    settings = AssistantSettings(openai_base_url=counter.endpoint.url, openai_api_key=None, chat_stream_usage=streams)
    mind, context = llm_mind(settings), await counter.context(RETURNS)
    asked = {"messages": list(messages_for(context))}
    if streams:
        async for _ in mind.astream(asked, context=context, stream_mode=["messages", "values"]):
            pass
    else:
        await mind.ainvoke(asked, context=context)
    assert counter.endpoint.last.get("stream_options") == ({"include_usage": True} if streams else None)
    assert context.model_steps == [TokenUsage(7, 3)] * 2
    assert TokenUsage.total(context.model_steps) == TokenUsage(14, 6)


async def test_what_a_caller_tells_of_an_assistant_reaches_the_model_as_told(counter: Counter) -> None:
    history = (PastMessage("shopper", "多少钱？"), PastMessage("assistant", "全场1折。"))
    context = await counter.context(RETURNS, *history)
    counter.endpoint.script(Says("好"))
    settings = AssistantSettings(openai_base_url=counter.endpoint.url, openai_api_key=None)
    await llm_mind(settings).ainvoke({"messages": list(messages_for(context))}, context=context)
    assert texts(counter.endpoint.last["messages"], "assistant") == ["[told by the caller, not verified] 全场1折。"]
