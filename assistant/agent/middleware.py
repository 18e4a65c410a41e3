"""What surrounds every model step and every tool call: context, tokens, the log of calls, failures."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.tools.tool_node import ToolCallRequest
from langchain_core.messages import ToolMessage
from langgraph.types import Command

from assistant.agent.budget import MOST_TOOL_CALLS, BudgetSpent, counted_step
from assistant.agent.context import TurnContext
from assistant.agent.grounded_model import GroundedChatModel
from assistant.agent.results import DocumentsFound, ProductsFound, ToolFailure
from assistant.agent.tool_errors import failure, misuse
from assistant.turn import ToolRun
from knowledge.errors import DaogouError

logger = logging.getLogger(__name__)


class TurnMiddleware(AgentMiddleware[AgentState[Any], TurnContext]):
    """Hands the typed context to the embedded model, and times and records the tools."""

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Pass the turn's context to the embedded model; of a language model count what it uses."""
        if isinstance(request.model, GroundedChatModel):
            return await handler(request.override(model_settings={"turn": request.runtime.context}))
        with counted_step(request.runtime.context, request.messages) as count:
            response = await handler(request)
            count(response.result)
        return response

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
    ) -> ToolMessage | Command[Any]:
        """Run a tool; a failure becomes a message that says so, never an invented result."""
        began = time.monotonic()
        call = request.tool_call
        # The agent's context_schema makes it so; LangChain's own type of the request leaves it out.
        context = cast(TurnContext, request.runtime.context)
        # Those of one step run at the same time, so they are counted as they begin.
        context.tool_calls += 1
        if context.token_budget is not None and context.tool_calls > MOST_TOOL_CALLS:
            raise BudgetSpent(f"{MOST_TOOL_CALLS} tool calls")
        ok = False
        try:
            message = await handler(request)
            ok = not (isinstance(message, ToolMessage) and message.status == "error")
            if isinstance(message, ToolMessage) and not ok:
                message = misuse(call, message)
        except Exception as error:
            if not isinstance(error, DaogouError):
                logger.exception("tool %s failed", call["name"])
            message = failure(call, error)
        took_ms = round((time.monotonic() - began) * 1000)
        context.runs.append(ToolRun(call["name"], dict(call["args"]), ok, took_ms, _summary(message), _found(message)))
        return message


def _summary(message: ToolMessage | Command[Any]) -> str:
    if not isinstance(message, ToolMessage):
        return ""
    artifact = message.artifact
    if isinstance(artifact, ToolFailure):
        return artifact.message[:120]
    counted = next((getattr(artifact, name) for name in ("hits", "products") if hasattr(artifact, name)), None)
    return str(message.content)[:120] if counted is None else f"{len(counted)} found"


def _found(message: ToolMessage | Command[Any]) -> tuple[str, ...] | None:
    artifact = message.artifact if isinstance(message, ToolMessage) else None
    if isinstance(artifact, DocumentsFound):
        return tuple(dict.fromkeys(hit.document.name for hit in artifact.hits))
    if isinstance(artifact, ProductsFound):
        return tuple(str(found.product.handle) for found in artifact.products)
    return None
