"""The embedded mind as a LangChain chat model, in LangChain's own agent loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.caches import InMemoryCache
from langchain_core.globals import set_llm_cache
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from pydantic import BaseModel

from assistant.agent.context import TurnContext
from assistant.agent.draft import Draft
from assistant.agent.grounded_model import DRAFT, GroundedChatModel, results_of
from assistant.agent.minds import embedded_mind
from assistant.agent.planner import next_calls
from assistant.agent.results import DocumentsFound, HandedOver, ProductRead, SizeFound, ToolFailure
from assistant.agent.tools import TOOLS
from assistant.reply import Action, HandoffReason
from assistant.turn import TurnRequest
from knowledge.errors import NotFound
from knowledge.retrieval.index import ShopIndex
from tests.test_assistant.small_shop import CARDIGAN, SCARF, Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURNS = "支持7天无理由退货吗？"
SIZE = "云柔羊毛开衫我胸围86，穿什么码？"


async def run(context: TurnContext) -> list[BaseMessage]:
    """Let the embedded mind work a turn through in the agent loop."""
    state = await embedded_mind().ainvoke({"messages": [HumanMessage(context.request.text)]}, context=context)
    messages: list[BaseMessage] = state["messages"]
    return messages


def draft_in(messages: Sequence[BaseMessage]) -> Draft:
    draft: Draft = messages[-1].additional_kwargs[DRAFT]
    return draft


def called(messages: Sequence[BaseMessage]) -> list[str]:
    return [call["name"] for message in messages if isinstance(message, AIMessage) for call in message.tool_calls]


def named(name: str) -> BaseTool:
    return next(tool for tool in TOOLS if tool.name == name)


# -- in the agent loop ---------------------------------------------------------------------------


async def test_a_turn_hops_to_no_thread_and_copies_nothing_for_its_tools(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = await counter.context(RETURNS)
    hops: list[object] = []
    dumped: list[dict[str, object]] = []
    dump = BaseModel.model_dump

    def told(model: BaseModel, **options: Any) -> dict[str, object]:
        dumped.append(dump(model, **options))
        return dumped[-1]

    monkeypatch.setattr(BaseModel, "model_dump", told)
    monkeypatch.setattr("langsmith._internal._aiter._default_aio_to_thread", lambda *work: hops.append(work))
    messages = await run(context)
    assert called(messages)
    assert draft_in(messages).text
    assert hops == []
    given = [arguments for arguments in dumped if "query" in arguments]
    assert given
    assert [arguments["runtime"] for arguments in given] == [None] * len(given)


async def test_a_turn_looks_up_and_then_writes_from_the_artifacts(counter: Counter) -> None:
    context = await counter.context(SIZE)
    messages = await run(context)
    assert called(messages) == ["search_documents", "product_details", "recommend_size"]
    artifacts = [message.artifact for message in messages if isinstance(message, ToolMessage)]
    assert [type(artifact) for artifact in artifacts] == [DocumentsFound, ProductRead, SizeFound]
    assert messages[-1].text == draft_in(messages).text
    size = draft_in(messages).size
    assert size is not None
    assert size.label == "M"
    # They run beside each other: any may end first.
    assert sorted((made.name, made.ok) for made in context.runs) == sorted((name, True) for name in called(messages))


async def test_each_call_of_a_turn_has_an_id_of_its_own_that_its_result_bears(counter: Counter) -> None:
    messages = await run(await counter.context("你们的工厂通过了哪些碳中和认证？"))
    made = [call["id"] for m in messages if isinstance(m, AIMessage) for call in m.tool_calls]
    assert called(messages)[-1] == "hand_over"
    assert len(set(made)) == len(made) == len([m for m in messages if isinstance(m, ToolMessage)])
    assert [m.tool_call_id for m in messages if isinstance(m, ToolMessage)] == made


async def test_what_the_files_do_not_say_goes_to_a_person(counter: Counter) -> None:
    draft = draft_in(await run(await counter.context("你们的工厂通过了哪些碳中和认证？")))
    assert draft.action is Action.HANDOFF
    assert draft.handoff is not None
    assert draft.handoff[0] is HandoffReason.NOT_STATED


async def test_a_request_for_a_person_looks_nothing_up(counter: Counter) -> None:
    messages = await run(await counter.context("转人工"))
    assert called(messages) == ["hand_over"]
    assert draft_in(messages).handoff == (HandoffReason.SHOPPER_ASKED, "转人工")


async def test_a_greeting_needs_no_tool(counter: Counter) -> None:
    messages = await run(await counter.context("你好"))
    assert called(messages) == []
    assert draft_in(messages).action is Action.ANSWER


async def test_turns_at_the_same_time_do_not_mix(counter: Counter) -> None:
    contexts = [await counter.context(text) for text in (RETURNS, SIZE, "转人工", RETURNS)]
    drafts = [draft_in(messages) for messages in await asyncio.gather(*map(run, contexts))]
    assert [draft.action for draft in drafts] == [Action.ANSWER, Action.ANSWER, Action.HANDOFF, Action.ANSWER]
    assert drafts[0].text == drafts[3].text
    assert [draft.size is not None for draft in drafts] == [False, True, False, False]


async def test_results_before_the_last_question_are_no_evidence(counter: Counter) -> None:
    messages = await run(await counter.context(RETURNS))
    assert [type(result) for result in results_of(messages)][:1] == [DocumentsFound]
    assert results_of([*messages, HumanMessage("好")]) == []


# -- as a chat model -----------------------------------------------------------------------------


async def test_without_a_turn_it_says_what_is_missing(counter: Counter) -> None:
    with pytest.raises(ValueError, match="needs the turn's context"):
        GroundedChatModel().invoke("你好")
    with pytest.raises(ValueError, match="needs the turn's context"):
        await GroundedChatModel().ainvoke("你好")
    plain = create_agent(GroundedChatModel(), list(TOOLS), context_schema=TurnContext)
    with pytest.raises(ValueError, match="needs the turn's context"):
        await plain.ainvoke({"messages": [HumanMessage("你好")]}, context=await counter.context("你好"))


async def test_every_way_to_call_it_gives_the_same_message(counter: Counter) -> None:
    context = await counter.context(RETURNS)
    model = GroundedChatModel().bind_tools(list(TOOLS), tool_choice="auto", turn=context)
    asked = [HumanMessage(RETURNS)]
    first = model.invoke(asked)
    calls = [(call["name"], call["args"]) for call in first.tool_calls]
    assert [name for name, _ in calls] == ["search_documents", "find_products"]
    streamed = [chunk async for chunk in model.astream(asked)]
    others = [await model.ainvoke(asked), *await model.abatch([asked, asked]), *model.batch([asked])]
    for other in [*others, *(chunk for chunk in streamed if chunk.tool_calls)]:
        assert [(call["name"], call["args"]) for call in other.tool_calls] == calls
    assert sum(bool(chunk.tool_calls) for chunk in streamed) == 1


async def test_no_cache_of_langchain_answers_for_it(counter: Counter) -> None:
    asked = [HumanMessage("你好")]
    set_llm_cache(InMemoryCache())
    try:
        greeting = GroundedChatModel().bind(turn=await counter.context("你好")).invoke(asked)
        handoff = GroundedChatModel().bind(turn=await counter.context("转人工")).invoke(asked)
    finally:
        set_llm_cache(None)
    assert (len(greeting.tool_calls), len(handoff.tool_calls)) == (0, 1)


# -- what the planner decides --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        (RETURNS, ["search_documents", "find_products"]),
        ("云柔羊毛开衫是什么材质？", ["search_documents", "product_details"]),
        (SIZE, ["search_documents", "product_details", "recommend_size"]),
        ("你好", []),
        ("转人工", ["hand_over"]),
    ],
)
async def test_the_planner_looks_up_what_may_answer(counter: Counter, text: str, tools: list[str]) -> None:
    assert [call.tool for call in next_calls(await counter.context(text), [])] == tools


async def test_the_planner_calls_a_person_once(counter: Counter) -> None:
    context = await counter.context("转人工")
    assert next_calls(context, [HandedOver(HandoffReason.SHOPPER_ASKED, "转人工")]) == []


async def test_the_planner_passes_on_what_the_shopper_measured(counter: Counter) -> None:
    call = next(c for c in next_calls(await counter.context(SIZE), []) if c.tool == "recommend_size")
    assert call.arguments == {"handle": CARDIGAN, "chest_cm": 86.0}


# -- tools ---------------------------------------------------------------------------------------


@dataclass
class Broken:
    """An index whose search of the documents fails; the rest is the shop's own."""

    index: ShopIndex

    def search_passages(self, *_: object) -> Any:
        raise OSError("disk full")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.index, name)


async def test_a_tool_that_fails_calls_a_person(counter: Counter) -> None:
    context = await counter.context(RETURNS)
    broken: Any = Broken(context.index)
    context = replace(context, index=broken)
    messages = await run(context)
    assert any(isinstance(result, ToolFailure) for result in results_of(messages))
    assert "disk" not in str(messages), "what failed inside is for the log"
    draft = draft_in(messages)
    assert draft.action is Action.HANDOFF
    assert draft.handoff is not None
    assert draft.handoff[0] is HandoffReason.TOOL_FAILED
    assert [made.ok for made in context.runs if made.name == "search_documents"] == [False]


async def test_one_shop_s_tools_cannot_read_another_s_product(counter: Counter) -> None:
    request = replace(counter.request("秘密围巾多少钱？"), shop=counter.other)
    there = await counter.responder.understood(request)
    here = await counter.context("秘密围巾多少钱？")
    read = named("product_details")
    assert (await invoke(read, there, handle=SCARF)).artifact.product.title == "秘密围巾"
    with pytest.raises(NotFound, match=SCARF):
        await invoke(read, here, handle=SCARF)
    with pytest.raises(NotFound, match=SCARF):
        await invoke(named("recommend_size"), here, handle=SCARF)
    found = (await invoke(named("find_products"), here, query="秘密围巾")).artifact
    assert SCARF not in [one.product.handle for one in found.products]
    assert "秘密围巾" not in (await run(here))[-1].text


async def test_a_page_of_another_shop_is_no_page_here(counter: Counter) -> None:
    context = await counter.responder.understood(TurnRequest(counter.shop, "cv", "多少钱？", "tr", page_product=SCARF))
    assert "秘密围巾" not in str(await run(context))


async def invoke(tool: BaseTool, context: TurnContext, **arguments: object) -> ToolMessage:
    """Run one tool as the agent's tool node does, with the turn's runtime handed in."""
    runtime = {"runtime": runtime_of(context)}
    message: ToolMessage = await tool.ainvoke(
        {"type": "tool_call", "id": "call_1", "name": tool.name, "args": {**arguments, **runtime}}
    )
    return message


def runtime_of(context: TurnContext) -> Any:
    from langchain.tools import ToolRuntime

    return ToolRuntime(
        state={}, context=context, config={}, stream_writer=lambda _: None, tool_call_id="call_1", store=None
    )
