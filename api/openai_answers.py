"""Answers in OpenAI's shape: one object, or the chunks of a stream.

A stream carries the reply's text only once the reply is in the log: a sentence that was sent cannot
be taken back there, and until then a reply may still be rewritten, cancelled or merged. What an LLM
has written so far travels beside it, as ``daogou.provisional``, for clients that can replace it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assistant.conversation_state import ConversationState
from assistant.events import ConversationEvent, text_of
from knowledge.text import Lang, language_of, sentence_spans

DONE: Final = "data: [DONE]\n\n"
_PERSON_ANSWERS: Final[dict[Lang, str]] = {
    "zh": "这个对话已由人工客服接手，您的消息已经送到，客服会在这里回复您。",
    "en": "A person of the shop has taken over this conversation. Your message has reached them; "
    "they will reply to you here.",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a completion ends.

    Attributes:
        text: What the client shows.
        reply: The whole reply, as in the HTTP contract; None where a person answers.
        usage: OpenAI's figures, zero without a language model; None where its endpoint told none.
    """

    text: str
    reply: Mapping[str, Any] | None
    usage: Mapping[str, int] | None

    @classmethod
    def of_reply(cls, completed: ConversationEvent) -> Ending:
        return cls(completed.data["reply"]["text"], completed.data["reply"], _usage(completed.data.get("usage")))

    @classmethod
    def of_person(cls, asked: ConversationEvent, state: ConversationState) -> Ending:
        """Return the notice that a person answers; it is no message of the conversation."""
        default: Lang = "zh" if state.locale.lower().startswith("zh") else "en"
        return cls(_PERSON_ANSWERS[language_of(text_of(asked.data["parts"]), default)], None, _usage(_NO_TOKENS))


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion and the conversation behind it.

    Attributes:
        token: The conversation's token, where this request has opened it.
        created: Unix seconds.
        tells_usage: Whether a stream ends with the usage; its other chunks then say that they have none.
    """

    id: str
    model: str
    created: int
    conversation_id: str
    token: str | None
    tells_usage: bool = False

    def whole(self, ending: Ending) -> dict[str, Any]:
        """Return the answer as one object."""
        message: dict[str, Any] = {"role": "assistant", "content": ending.text, "refusal": None, "annotations": []}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        told = {"choices": [choice], "usage": ending.usage, "daogou": self._told(reply=ending.reply)}
        return {**self._head("chat.completion"), **told}

    def opening(self) -> str:
        """Return the first chunk of a stream: the role, and the conversation in case the stream breaks."""
        return self._chunk({"role": "assistant", "content": ""}, daogou=self._told())

    def provisional(self, pushed: Mapping[str, Any]) -> str:
        """Return a chunk with text that is being written, outside of the content."""
        told = {"message_id": pushed["message_id"], "text": pushed["data"]["text"]}
        return self._chunk({}, daogou={"provisional": told})

    def rest(self, ending: Ending) -> Iterator[str]:
        """Yield the reply's text by sentences, the end, and ``[DONE]``."""
        for piece in _pieces(ending.text):
            yield self._chunk({"content": piece})
        told = self._told(reply=ending.reply)
        if self.tells_usage:
            yield self._chunk({}, "stop")
            yield _frame({**self._head("chat.completion.chunk"), "choices": [], "usage": ending.usage, "daogou": told})
        else:
            yield self._chunk({}, "stop", daogou=told)
        yield DONE

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _told(self, **more: Any) -> dict[str, Any]:
        token = {} if self.token is None else {"token": self.token}
        return {"conversation_id": self.conversation_id, **token, **more}

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self.tells_usage else {}
        return _frame({**self._head("chat.completion.chunk"), "choices": [choice], **usage, **more})


def failure(error: Mapping[str, Any]) -> str:
    """Return the end of a stream that failed; clients raise it."""
    return _frame(error) + DONE


_NO_TOKENS: Final = {"input_tokens": 0, "output_tokens": 0}


def _usage(told: Mapping[str, int] | None) -> dict[str, int] | None:
    if told is None:
        return None
    read, written = told["input_tokens"], told["output_tokens"]
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _pieces(text: str) -> Iterator[str]:
    """Yield the text sentence by sentence; joined, they are the text."""
    starts = [start for start, _ in sentence_spans(text)][1:]
    for left, right in zip([0, *starts], [*starts, len(text)], strict=True):
        yield text[left:right]


def _frame(content: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n\n"
