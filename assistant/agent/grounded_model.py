"""The embedded mind as a LangChain chat model: no network, no key, a few milliseconds.

A thin adapter. The planner decides which tools to call and the composer writes; both work on the
typed context and on the artifacts of the tool messages, and neither parses strings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.caches import BaseCache
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import tool_call
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import Field

from assistant.agent.composer import compose
from assistant.agent.context import TurnContext
from assistant.agent.planner import next_calls
from assistant.agent.results import ToolResult

# Under this key the finished draft travels on the message.
DRAFT = "draft"


class GroundedChatModel(BaseChatModel):
    """Calls the shop's tools and writes grounded replies.

    The turn's typed context reaches it as the call option ``turn`` (see `TurnMiddleware`).
    """

    # What it says depends on the shop's data, which a cache keyed by messages would not see change.
    cache: BaseCache | bool | None = Field(default=False, exclude=True)

    @property
    def _llm_type(self) -> str:
        return "daogou-grounded"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Accept the agent's tools; the planner knows them by name."""
        del tools, tool_choice
        return self.bind(**kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        turn: TurnContext | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del stop, run_manager, kwargs
        if turn is None:
            raise ValueError("GroundedChatModel needs the turn's context; run it through the agent")
        return ChatResult(generations=[ChatGeneration(message=_next_message(turn, results_of(messages)))])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        # Milliseconds of arithmetic: a thread would cost more than it frees.
        del run_manager
        return self._generate(messages, stop, None, **kwargs)


def _next_message(turn: TurnContext, results: Sequence[ToolResult]) -> AIMessage:
    calls = next_calls(turn, results)
    if calls:
        made = [tool_call(name=c.tool, args=c.arguments, id=f"call_{len(results)}_{i}") for i, c in enumerate(calls)]
        return AIMessage(content="", tool_calls=made)
    draft = compose(turn, results)
    return AIMessage(content=draft.text, additional_kwargs={DRAFT: draft})


def results_of(messages: Sequence[BaseMessage]) -> list[ToolResult]:
    """Return the typed results of the tools that were called since the shopper's last message."""
    results: list[ToolResult] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            results.clear()
        elif isinstance(message, ToolMessage) and message.artifact is not None:
            results.append(message.artifact)
    return results
