"""Any assistant behind an OpenAI-compatible endpoint: ours, or another on the same cases."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from assistant.turn import TokenUsage
from evals.targets.target import BESIDES_WORDS, Answered, Said, Talk, all_said
from knowledge.errors import Invalid, Unavailable
from knowledge.text import language_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk

PREFIX: Final = "openai:"
KEY_VARIABLE: Final = "DAOGOU_EVAL_API_KEY"
_TIMEOUT_SECONDS: Final = 120.0
Message = dict[str, str]


def parsed(target: str) -> tuple[str, str | None]:
    """Return address and model of ``openai:http://HOST/v1#MODEL``; without a model the case's shop is it.

    Raises:
        Invalid: It is not of this form (``usage_bad_target``).
    """
    address, _, model = target.removeprefix(PREFIX).partition("#")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        problem = f"{target!r} is not of the form openai:http://HOST:PORT/v1#MODEL; a key goes into {KEY_VARIABLE}."
        raise Invalid(problem, code="usage_bad_target")
    return address.rstrip("/"), model or None


@dataclass(slots=True)
class _Heard:
    """One streamed answer as it comes in."""

    began: float = field(default_factory=time.perf_counter)
    text: str = ""
    first_word_ms: float | None = None
    usage: TokenUsage | None = None
    daogou: dict[str, Any] = field(default_factory=dict)
    chunks: int = 0

    def add(self, chunk: ChatCompletionChunk) -> None:
        self.chunks += 1
        for choice in chunk.choices:
            said = choice.delta.content or ""
            if self.first_word_ms is None and said.strip():
                self.first_word_ms = self.passed_ms()
            self.text += said
        if chunk.usage is not None:
            self.usage = TokenUsage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        self.daogou |= (chunk.model_extra or {}).get("daogou") or {}

    def passed_ms(self) -> float:
        return (time.perf_counter() - self.began) * 1000


class OpenAICompatible:
    """An endpoint that streams chat completions.

    A reply of ours comes whole, in the ``daogou`` field. Of another assistant only the words are
    known, and the language that they are in; see ``untold``. Its times include the retries that the
    client makes on 429 and 5xx.

    Args:
        url: Up to and with ``/v1``.
        model: None asks for the case's shop.
        key: By default that of ``DAOGOU_EVAL_API_KEY``.
    """

    def __init__(self, url: str, model: str | None = None, key: str | None = None) -> None:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        self.name = f"{PREFIX}{url}" + (f"#{model}" if model else "")
        self._model = model
        near = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        self._client = AsyncOpenAI(
            base_url=url,
            api_key=key or os.environ.get(KEY_VARIABLE) or "none",
            timeout=_TIMEOUT_SECONDS,
            # What runs on this machine is reached without the proxy that the environment names.
            http_client=DefaultAsyncHttpxClient(trust_env=not near, timeout=_TIMEOUT_SECONDS),
        )
        self._ours: dict[str, bool] = {}
        self._asks_usage = True

    @property
    def untold(self) -> frozenset[str]:
        """What this endpoint cannot tell of a reply."""
        return frozenset() if any(self._ours.values()) else BESIDES_WORDS

    async def converse(self, shop: str, turns: Sequence[Said]) -> list[Answered]:
        """Put the turns: to a server of ours in one conversation, to another with all that was said.

        Raises:
            Unavailable: The endpoint does not answer.
        """
        return await all_said(await self.open(shop), turns)

    async def open(self, shop: str) -> Talk:
        """Begin a conversation.

        Raises:
            Unavailable: The endpoint does not answer.
        """
        model = self._model or shop
        with self._failing():
            return _OurTalk(self, self._client, model) if await self._is_ours(model) else _OtherTalk(self, model)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        import openai

        try:
            yield
        except openai.APIError as error:
            status = f"{error.status_code} " if isinstance(error, openai.APIStatusError) else ""
            raise Unavailable(f"{self.name}: {status}{error.message[:200]}", code="target_failed") from error

    async def close(self) -> None:
        await self._client.close()

    async def _is_ours(self, model: str) -> bool:
        from openai import APIStatusError

        if model not in self._ours:
            try:
                self._ours[model] = (await self._client.models.retrieve(model)).owned_by == "daogou"
            except APIStatusError:
                self._ours[model] = False  # many endpoints do not tell their models
        return self._ours[model]

    async def heard(
        self, client: AsyncOpenAI | None, model: str, messages: Sequence[Message], metadata: Mapping[str, str]
    ) -> _Heard:
        """Return one streamed answer.

        Args:
            client: None is the target's own.

        Raises:
            Unavailable: The endpoint does not answer.
        """
        with self._failing():
            return await self._heard(client or self._client, model, messages, metadata)

    async def _heard(
        self, client: AsyncOpenAI, model: str, messages: Sequence[Message], metadata: Mapping[str, str]
    ) -> _Heard:
        from openai import BadRequestError

        options: dict[str, Any] = {"messages": list(messages), "model": model, "stream": True}
        if metadata:
            options["metadata"] = metadata  # OpenAI itself takes it only with `store`
        if self._asks_usage:
            options["stream_options"] = {"include_usage": True}
        heard = _Heard()
        try:
            stream = cast("AsyncStream[ChatCompletionChunk]", await client.chat.completions.create(**options))
        except BadRequestError as error:
            if not self._asks_usage or "stream_options" not in error.message:
                raise
            self._asks_usage = False
            return await self._heard(client, model, messages, metadata)
        async for chunk in stream:
            heard.add(chunk)
        if not heard.chunks:
            raise Unavailable(f"{self.name}: it answers, but does not stream.", code="target_failed")
        return heard


class _OurTalk:
    """With a server of ours: it keeps the conversation."""

    def __init__(self, target: OpenAICompatible, client: AsyncOpenAI, model: str) -> None:
        self._target = target
        self._client = client
        self._model = model
        self._wishes: dict[str, str] = {}

    async def say(self, said: Said) -> Answered:
        page = {"product": said.page_product or ""}  # on no page, unless this turn says so
        heard = await self._target.heard(self._client, self._model, [_user(said)], {**self._wishes, **page})
        took_ms, told = heard.passed_ms(), heard.daogou
        if not told.get("reply"):
            raise Unavailable("no reply: a person owns the conversation", code="no_reply")
        if "token" in told:
            self._client = self._client.with_options(api_key=told["token"])
            self._wishes = {"conversation_id": told["conversation_id"]}
        return Answered(told["reply"], took_ms, (), heard.first_word_ms, heard.usage)

    async def close(self) -> None:
        """The connection is the target's."""


class _OtherTalk:
    """With another assistant: it is told all that was said."""

    def __init__(self, target: OpenAICompatible, model: str) -> None:
        self._target = target
        self._model = model
        self._messages: list[Message] = []

    async def say(self, said: Said) -> Answered:
        if said.page_product:
            # Where the shopper stands is told in the one way that every endpoint knows.
            page = f"The shopper is looking at the page of the product {said.page_product}."
            self._messages.append({"role": "system", "content": page})
        self._messages.append(_user(said))
        heard = await self._target.heard(None, self._model, self._messages, {})
        took_ms = heard.passed_ms()
        self._messages.append({"role": "assistant", "content": heard.text})
        # A gateway before a server of ours may hide that it is one, and pass its field on.
        whole = heard.daogou.get("reply")
        reply = whole or {"text": heard.text, "lang": language_of(heard.text)}
        untold = frozenset() if whole else BESIDES_WORDS
        return Answered(reply, took_ms, (), heard.first_word_ms, heard.usage, untold)

    async def close(self) -> None:
        """The connection is the target's."""


def _user(said: Said) -> Message:
    return {"role": "user", "content": said.text}
