"""What turns the LLM on, and how long it may speak."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.agent.chat_endpoint import chat_model
from assistant.agent.minds import llm_mind
from assistant.agent.order_tools import ORDER_TOOLS
from assistant.settings import AssistantSettings
from tests.openai_server import Says, calls
from tests.test_assistant.small_shop import ORDER_NO, Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURNS = "支持7天无理由退货吗？"
LOOK_UP = calls("search_documents", query="无理由退货")


async def test_a_limit_is_sent_under_both_of_its_names_to_a_local_server(counter: Counter) -> None:
    context = await counter.context(RETURNS)
    settings = AssistantSettings(openai_base_url=counter.endpoint.url, openai_api_key=None, chat_max_tokens=77)
    for limit, sent in ((77, 77), (None, None)):
        counter.endpoint.script(Says("好"))
        mind = llm_mind(settings.model_copy(update={"chat_max_tokens": limit}))
        await mind.ainvoke({"messages": [("user", RETURNS)]}, context=replace(context))
        body = counter.endpoint.last
        assert (body.get("max_completion_tokens"), body.get("max_tokens")) == (sent, sent)
        assert not body.get("stream"), "the plain protocol serves as well"


async def test_every_message_s_content_is_a_text_for_servers_that_take_nothing_else(counter: Counter) -> None:
    counter.endpoint.script(LOOK_UP, Says("好"))
    await counter.ask(RETURNS)
    contents = [message["content"] for message in counter.endpoint.last["messages"]]
    assert counter.endpoint.last["messages"][2]["tool_calls"]
    assert all(isinstance(content, str) for content in contents)


async def test_tools_about_orders_are_offered_where_an_order_may_be_meant(counter: Counter) -> None:
    offered = []
    for asked in (RETURNS, f"我的订单 {ORDER_NO} 到哪了？"):
        counter.endpoint.script(then=Says("好"))
        await counter.ask(asked)
        offered.append({tool["function"]["name"] for tool in counter.endpoint.bodies[0]["tools"]})
    about_orders = {tool.name for tool in ORDER_TOOLS}
    assert not offered[0] & about_orders
    assert offered[1] == offered[0] | about_orders


async def test_a_budget_beyond_two_minutes_is_no_shorter_for_the_client_s_own_limit(counter: Counter) -> None:
    settings = AssistantSettings(openai_base_url=counter.endpoint.url, llm_budget_seconds=300)
    assert chat_model(settings).stream_chunk_timeout is None
    assert chat_model(settings).request_timeout == 300


async def test_a_key_or_an_address_turns_the_llm_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # away from a developer's .env
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert not AssistantSettings().has_llm
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert AssistantSettings().has_llm
    monkeypatch.setenv("OPENAI_BASE_URL", "")
    assert not AssistantSettings().has_llm
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    assert AssistantSettings().has_llm
