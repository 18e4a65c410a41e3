"""The body of a chat completion, as OpenAI's clients send it, and what of it is taken.

Unknown fields and all that steers a language model (``temperature``, ``tools``, …) are accepted and
without effect, so that a client needs no change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from api.schemas import TEXT_LIMIT, Body, PageContext
from knowledge.errors import Invalid

# An evaluator's longest dialogues have some dozens; the responder is given the newest forty anyway.
MESSAGES_LIMIT: Final = 200
TRANSCRIPT_LIMIT: Final = 20_000  # characters of what was said before; in Chinese they fill a body of 64 KiB
_MARKS: Final = {"image_url": "[image]", "input_audio": "[audio]", "file": "[file]"}


class ContentPart(Body):
    """A part of a message's content; of an ``image_url``, ``input_audio`` or ``file`` only a mark is kept."""

    type: Annotated[str, StringConstraints(max_length=64)]
    text: str | None = None
    refusal: str | None = None

    @property
    def as_text(self) -> str:
        return self.text or self.refusal or _MARKS.get(self.type, "")


class ChatMessage(Body):
    """One message of the request."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None

    @property
    def texts(self) -> list[str]:
        """The message's texts, empty ones left out."""
        whole = [self.content] if isinstance(self.content, str) else [p.as_text for p in self.content or ()]
        return [text for text in whole if text.strip()]


class StreamOptions(Body):
    """Whether the stream tells the usage."""

    include_usage: bool | None = None


class Metadata(Body):
    """Our own wishes, in the field that OpenAI leaves to the caller.

    Attributes:
        conversation_id: A conversation to go on with; its token is the API key then.
        product: Handle of the product page the shopper is on.
    """

    conversation_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    product: Annotated[str, StringConstraints(max_length=255)] | None = None
    url: Annotated[str, StringConstraints(max_length=2_000)] | None = None

    @property
    def context(self) -> dict[str, str] | None:
        """The page as conversations keep it; None keeps what was, and an empty string clears it."""
        if self.product is None and self.url is None:
            return None
        return PageContext(product=self.product or None, url=self.url or None).as_json()


class ChatCompletionRequest(Body):
    """The body of ``POST /v1/chat/completions``; ``model`` is a shop's id."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=MESSAGES_LIMIT)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1)] | None = None
    metadata: Metadata | None = None

    @property
    def tells_usage(self) -> bool:
        """Whether a stream ends with the usage."""
        return bool(self.stream_options and self.stream_options.include_usage)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks.

    Attributes:
        parts: The shopper's new message: the user messages behind the last one of the assistant.
        earlier: What the caller says was said before; ``{role, text}``, oldest first.
    """

    parts: Sequence[dict[str, str]]
    earlier: Sequence[dict[str, str]]


def asked_in(request: ChatCompletionRequest) -> Asked:
    """Return the new message and what came before it.

    System and developer messages instruct a model; here the shop's own files do, and a caller may
    not. They and the results of tools are left out.

    Raises:
        Invalid: There is no new message, or too much of something.
    """
    if request.n is not None and request.n > 1:
        raise Invalid("n: a shop gives one answer; leave n out or send 1.", code="unsupported_n")
    spoken = [message for message in request.messages if message.role in ("user", "assistant")]
    newest = len(spoken)
    while newest and spoken[newest - 1].role == "user":
        newest -= 1
    parts = [{"type": "text", "text": text} for message in spoken[newest:] for text in message.texts]
    if not parts:
        raise Invalid("messages: the last one must be of the user, and say something.", code="no_user_message")
    if sum(len(part["text"]) for part in parts) > TEXT_LIMIT:
        raise Invalid(f"messages: what the user says now is above {TEXT_LIMIT} characters.", code="message_too_long")
    earlier = [{"role": message.role, "text": "\n".join(message.texts)} for message in spoken[:newest] if message.texts]
    if sum(len(one["text"]) for one in earlier) > TRANSCRIPT_LIMIT:
        problem = f"messages: the earlier ones are above {TRANSCRIPT_LIMIT} characters; leave the oldest out."
        raise Invalid(problem, code="transcript_too_long")
    return Asked(parts, earlier)


def model_json(shop_id: str, name: str) -> dict[str, Any]:
    """Return a shop as a model of OpenAI's list; the protocol has no field for "unknown", so ``created`` is 0."""
    return {"id": shop_id, "object": "model", "created": 0, "owned_by": "daogou", "name": name}
