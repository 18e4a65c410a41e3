"""What a model is told of a tool call that failed: a code, words, and whether calling again can help."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from langchain_core.messages import ToolMessage

from assistant.agent.results import ToolFailure
from knowledge.errors import DaogouError, Invalid, NotFound

# What the arguments are at fault for is mended by others; a part that is down may come back.
_OTHER_ARGUMENTS: Final = (Invalid, NotFound)
AGAIN: Final = "Call it again."
OTHERWISE: Final = "Call it again with other arguments."
NOT_AGAIN: Final = "Do not call it again. Use another tool, or call hand_over."
# The person who takes over and the log need no more of it.
MOST_TOLD: Final = 200


def failure(call: Mapping[str, Any], error: Exception) -> ToolMessage:
    """Return the message for a call that raised; what failed inside a tool stays in the log."""
    if not isinstance(error, DaogouError):
        return _told(call, "tool_failed", "the tool failed", NOT_AGAIN)
    mend = OTHERWISE if isinstance(error, _OTHER_ARGUMENTS) else AGAIN if error.retryable else NOT_AGAIN
    return _told(call, error.code, error.message, mend)


def misuse(call: Mapping[str, Any], message: ToolMessage) -> ToolMessage:
    """Return LangChain's message for an unknown tool, or for arguments of a wrong type, in the same shape."""
    known = "is not a valid tool" not in str(message.content)
    code = "invalid_arguments" if known else "unknown_tool"
    return _told(call, code, str(message.content), OTHERWISE if known else NOT_AGAIN)


def _told(call: Mapping[str, Any], code: str, problem: str, mend: str) -> ToolMessage:
    told = {"code": code, "message": problem, "retryable": mend != NOT_AGAIN, "what_to_do": mend}
    return ToolMessage(
        content=json.dumps({"error": told}, ensure_ascii=False),
        name=call["name"],
        tool_call_id=call["id"],
        status="error",
        artifact=ToolFailure(call["name"], problem[:MOST_TOLD]),
    )
