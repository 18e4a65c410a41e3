"""Asks an endpoint for the log-probabilities of its tokens, until it refuses."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain_core.messages import BaseMessage

from assistant.agent.context import TurnContext
from assistant.token_odds import Token, tokens_of

logger = logging.getLogger(__name__)


class AsksForOdds(AgentMiddleware[AgentState[Any], TurnContext]):
    """Asks for log-probabilities with every step; one refusal, and the endpoint is not asked again.

    Args:
        asks: Whether to ask at all.
    """

    def __init__(self, *, asks: bool) -> None:
        super().__init__()
        self._asks = asks

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Ask with log-probabilities, and without when it is these that are refused."""
        if not self._asks:
            return await handler(request)
        try:
            return await handler(request.override(model_settings={**request.model_settings, "logprobs": True}))
        except Exception as error:
            if not _refuses_odds(error):
                raise
            if self._asks:  # of turns that run side by side one tells
                logger.warning("the endpoint tells no log-probabilities and is not asked again: %s", error)
            self._asks = False
            return await handler(request)


def _refuses_odds(error: Exception) -> bool:
    """Tell whether an endpoint complains of the wish for log-probabilities; local servers do so with a 500."""
    from openai import APIStatusError

    return isinstance(error, APIStatusError) and "logprob" in str(error).casefold()


def told_odds(message: BaseMessage) -> list[Token]:
    """Return the tokens of a reply with their odds; none where the endpoint has not told them."""
    told = message.response_metadata.get("logprobs") or {}
    return tokens_of(told.get("content") or []) if isinstance(told, dict) else []
