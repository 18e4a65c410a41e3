"""What turns the LLM on, and how long it may speak."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.agent.minds import llm_mind
from assistant.settings import AssistantSettings
from tests.openai_server import Says
from tests.test_assistant.small_shop import Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURNS = "支持7天无理由退货吗？"


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
