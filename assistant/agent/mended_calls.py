"""Lets small models call tools: what they write a little wrong is read, the rest they are told to write again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.tools.tool_node import ToolCallRequest
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.messages.tool import ToolCall, tool_call
from langgraph.types import Command

from assistant.agent.context import TurnContext
from assistant.agent.tools import TOOLS
from assistant.agent.written_calls import arguments_in, calls_in
from knowledge.errors import Invalid

# Under this name arguments that cannot be read travel to where the model is told so.
UNREADABLE: Final = "unreadable"
# Of them the log needs no more.
MOST_SHOWN: Final = 200
_NAMES: Final = frozenset(tool.name for tool in TOOLS)


class MendsCalls(AgentMiddleware[AgentState[Any], TurnContext]):
    """Reads calls with broken arguments, and calls that were written into the text of a reply."""

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        response = await handler(request)
        response.result = [_mended(message) for message in response.result]
        return response

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
    ) -> ToolMessage | Command[Any]:
        if UNREADABLE in request.tool_call["args"]:
            raise Invalid("The arguments are no JSON object.", code="unreadable_arguments")
        return await handler(request)


def _mended(message: BaseMessage) -> BaseMessage:
    if not isinstance(message, AIMessage):
        return message
    calls = [*message.tool_calls, *map(_read, message.invalid_tool_calls)]
    if calls and message.response_metadata.get("finish_reason") == "length":
        # LangChain closes what a stream leaves open: of a call that was cut off it makes another.
        last = calls.pop()
        calls.append(tool_call(name=last["name"], args=_unreadable(str(last["args"])), id=last["id"]))
    elif message.tool_calls and not message.invalid_tool_calls:
        return message
    if not calls:
        written = calls_in(message.text, _NAMES)
        calls = [tool_call(name=one.name, args=one.arguments, id=f"written_{n}") for n, one in enumerate(written)]
    if not calls:
        return message
    return AIMessage(
        # What is said beside a call is no part of the reply.
        content="",
        tool_calls=calls,
        id=message.id,
        usage_metadata=message.usage_metadata,
        response_metadata=message.response_metadata,
    )


def _unreadable(raw: str) -> dict[str, str]:
    return {UNREADABLE: raw[:MOST_SHOWN]}


def _read(call: Any) -> ToolCall:
    raw = call.get("args") or ""
    arguments = arguments_in(raw)
    read = _unreadable(raw) if arguments is None else arguments
    return tool_call(name=call.get("name") or "", args=read, id=call.get("id"))
