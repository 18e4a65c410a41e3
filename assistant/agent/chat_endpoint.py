"""The language model of the settings, spoken to so that small servers understand it as well as OpenAI's own."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from assistant.settings import AssistantSettings


class ChatEndpoint(ChatOpenAI):
    """LangChain's client, with every message's content a text.

    A message that only calls tools has none: LangChain sends null, as OpenAI does, which llama-cpp-python
    (0.3.36) refuses with a 500. An empty text is taken by all.
    """

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload = super()._get_request_payload(input_, stop=stop, **kwargs)
        for message in payload["messages"]:
            if message.get("content") is None:
                message["content"] = ""
        return payload


def chat_model(settings: AssistantSettings, temperature: float = 0) -> ChatEndpoint:
    """Return the model of the settings, without tools."""
    return ChatEndpoint(
        model=settings.chat_model,
        # Local servers need no key, the client insists on one.
        api_key=SecretStr(settings.openai_api_key or "none"),
        base_url=settings.openai_base_url or None,
        temperature=temperature,
        timeout=settings.llm_budget_seconds,
        # The budget of the turn is the limit; LangChain's own of 120 s would come before a longer one.
        stream_chunk_timeout=None,
        # The embedded mind is the second try: it needs milliseconds, where a 429 may ask for a minute.
        max_retries=0,
        max_completion_tokens=settings.chat_max_tokens,
        stream_usage=settings.chat_stream_usage,
        extra_body=_limit_by_its_old_name(settings),
    )


def _limit_by_its_old_name(settings: AssistantSettings) -> dict[str, int] | None:
    """Return the limit as local servers read it; OpenAI itself refuses to be told it twice."""
    if settings.chat_max_tokens is None or not settings.openai_base_url:
        return None
    return {"max_tokens": settings.chat_max_tokens}
