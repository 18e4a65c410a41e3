"""Tool calls as models write them: what is mended, what is not, and what a model is told of its mistakes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from assistant.agent.tools import TOOLS
from assistant.agent.written_calls import WrittenCall, arguments_in, calls_in
from assistant.orders.source import SourceUnavailable
from knowledge.retrieval.index import ShopIndex
from tests.openai_server import Call, OpenAIServer, Says, calls
from tests.test_assistant.small_shop import Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURNS = "支持7天无理由退货吗？"
LOOK_UP = calls("search_documents", query="无理由退货")
SUPPORTED = "支持 7 天无理由退货，从签收次日零时起算。"
NAMES = {tool.name for tool in TOOLS}


# -- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        '{"query": "退货", "limit": 5}',
        '```json\n{"query": "退货", "limit": 5}\n```',
        "{'query': '退货', 'limit': 5}",
        '{"query": "退货", "limit": 5,}',
        '{"limit": 5, "query": "退货"',
        "{&#34;query&#34;: &#34;退货&#34;, &#34;limit&#34;: 5}",
        '{"limit": 5, "query": "退货",',
    ],
)
async def test_punctuation_is_mended(written: str) -> None:
    assert arguments_in(written) == {"query": "退货", "limit": 5}


@pytest.mark.parametrize(
    "written",
    [
        '{"query": "无理',
        '{"max_price": 50',
        '{"in_stock": tru',
        '{"query":',
        "退货",
        "[1, 2]",
        '{"a": {"b": 1',
        "{1: 2}",
    ],
)
async def test_no_value_is_invented(written: str) -> None:
    assert arguments_in(written) is None


async def test_brackets_are_closed_where_they_were_opened() -> None:
    assert arguments_in('{"options": ["红", "M"') == {"options": ["红", "M"]}
    assert arguments_in('{"query": "a } b", "options": ["c"') == {"query": "a } b", "options": ["c"]}
    assert arguments_in("") == {}


@pytest.mark.parametrize(
    "said",
    [
        '<tool_call>\n{"name": "search_documents", "arguments": {"query": "退货"}}\n</tool_call>',
        'I will look it up.\n```json\n{"name": "search_documents", "parameters": {"query": "退货"}}\n```',
        'functions.search_documents:\n{"query": "退货"}',
        'search_documents({"query": "退货"})',
    ],
)
async def test_calls_are_read_from_the_text_of_a_reply(said: str) -> None:
    assert calls_in(said, NAMES) == [WrittenCall("search_documents", {"query": "退货"})]


async def test_several_calls_are_read_in_their_order_and_others_are_no_calls() -> None:
    one = '{"name": "search_documents", "arguments": {"query": "a"}}'
    two = '{"name": "not_a_tool", "arguments": {"query": "b"}}'
    three = '{"name": "find_products", "arguments": {"query": "c"}}'
    found = calls_in(f"{one} {two} {three}", NAMES)
    assert found == [
        WrittenCall("search_documents", {"query": "a"}),
        WrittenCall("find_products", {"query": "c"}),
    ]
    assert calls_in('The answer is {"price": 399}.', NAMES) == []


# -- in a turn -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        Says(calls=(Call("search_documents", "{'query': '无理由退货',}"),)),
        Says('<tool_call>\n{"name": "search_documents", "arguments": {"query": "无理由退货"}}\n</tool_call>'),
    ],
    ids=["broken arguments", "a call in the text"],
)
async def test_a_small_model_s_call_is_made_and_its_text_never_shown(counter: Counter, written: Says) -> None:
    counter.endpoint.script(written, Says(SUPPORTED))
    asked = await counter.ask(RETURNS)
    assert (asked.outcome.reply.text, asked.streamed) == (f"{SUPPORTED} [1]", SUPPORTED)
    assert [(run.name, dict(run.arguments), run.ok) for run in asked.outcome.tools] == [
        ("search_documents", {"query": "无理由退货"}, True)
    ]


def told(endpoint: OpenAIServer) -> Mapping[str, Any]:
    """Return the error that the model was told last."""
    error: Mapping[str, Any] = json.loads(endpoint.last["messages"][-1]["content"])["error"]
    return error


@pytest.mark.parametrize(
    ("wrong", "code", "retryable"),
    [
        (Says(calls=(Call("search_documents", "[无理由"),)), "unreadable_arguments", True),
        (Says(calls=(Call("search_documents", '{"query": "无理'),), then="length"), "unreadable_arguments", True),
        (calls("search_documents", wrong="退货"), "invalid_arguments", True),
        (calls("product_details", handle="nowhere"), "product_not_found", True),
        (calls("drop_tables"), "unknown_tool", False),
    ],
    ids=["no object", "cut off", "wrong arguments", "nothing there", "no such tool"],
)
async def test_a_model_is_told_what_was_wrong_and_whether_to_call_again(
    counter: Counter, wrong: Says, code: str, *, retryable: bool
) -> None:
    counter.endpoint.script(wrong, Says("好"))
    await counter.ask(RETURNS)
    error = told(counter.endpoint)
    assert (error["code"], error["retryable"]) == (code, retryable)
    assert error["what_to_do"]


class Down:
    """An index whose search fails as it is told to; the rest is the shop's own."""

    def __init__(self, index: ShopIndex, error: Exception) -> None:
        self.index, self.error = index, error

    def search_passages(self, *_: object) -> Any:
        raise self.error

    def __getattr__(self, name: str) -> Any:
        return getattr(self.index, name)


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (SourceUnavailable("The order API does not answer."), SourceUnavailable.default_code, True),
        (OSError("disk full"), "tool_failed", False),
    ],
    ids=["down for now", "broken"],
)
async def test_what_is_down_may_be_called_again_and_what_is_broken_not(
    counter: Counter, error: Exception, code: str, *, retryable: bool
) -> None:
    context = await counter.context(RETURNS)
    down: Any = Down(context.index, error)
    counter.endpoint.script(LOOK_UP, Says("好"))
    writer = counter.responder._llm
    assert writer is not None

    async def shown(_piece: str) -> None:
        raise AssertionError("nothing was read, so nothing may be shown")

    await writer.write(replace(context, index=down), shown)
    assert (told(counter.endpoint)["code"], told(counter.endpoint)["retryable"]) == (code, retryable)
    assert "disk" not in str(counter.endpoint.last)
