"""What surrounds every model step and every tool call: context, the log of calls, failures."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.tools.tool_node import ToolCallRequest
from langchain_core.messages import ToolMessage
from langgraph.types import Command

from assistant.agent.context import TurnContext
from assistant.agent.grounded_model import GroundedChatModel
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
        """Pass the turn's context along when the embedded model is the one that answers."""
        if isinstance(request.model, GroundedChatModel):
            request = request.override(model_settings={"turn": request.runtime.context})
        return await handler(request)

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
    ) -> ToolMessage | Command[Any]:
        """Run a tool; a failure becomes a message that says so, never an invented result."""
        began = time.monotonic()
        call = request.tool_call
        # The agent's context_schema makes it so; LangChain's own type of the request leaves it out.
        context = cast(TurnContext, request.runtime.context)
        try:
            message = await handler(request)
        except DaogouError as error:
            message = _failed(call, error.message)
        except Exception:
            logger.exception("tool %s failed", call["name"])
            message = _failed(call, "the tool failed")
        ok = not (isinstance(message, ToolMessage) and message.status == "error")
        took_ms = round((time.monotonic() - began) * 1000)
        context.runs.append(ToolRun(call["name"], dict(call["args"]), ok, took_ms, _summary(message)))
        return message


def _failed(call: Any, problem: str) -> ToolMessage:
    return ToolMessage(content=problem, name=call["name"], tool_call_id=call["id"], status="error")


def _summary(message: ToolMessage | Command[Any]) -> str:
    if not isinstance(message, ToolMessage):
        return ""
    artifact = message.artifact
    counted = next((getattr(artifact, name) for name in ("hits", "products") if hasattr(artifact, name)), None)
    return str(message.content)[:120] if counted is None else f"{len(counted)} found"
