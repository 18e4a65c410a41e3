"""Spares a language model the tools that its turn has no use for: each is read anew with every step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain_core.tools import BaseTool

from assistant.agent.context import TurnContext
from assistant.agent.order_tools import ORDER_TOOLS

_ABOUT_ORDERS: Final = frozenset(tool.name for tool in ORDER_TOOLS)

Handler = Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]]


class OffersTools(AgentMiddleware[AgentState[Any], TurnContext]):
    """Offers the order tools only where the message may be about an order: they are two thirds of all the words."""

    async def awrap_model_call(self, request: ModelRequest[TurnContext], handler: Handler) -> ModelResponse[Any]:
        if request.runtime.context.enquiry is not None:
            return await handler(request)
        offered = [t for t in request.tools if not (isinstance(t, BaseTool) and t.name in _ABOUT_ORDERS)]
        return await handler(request.override(tools=offered))
