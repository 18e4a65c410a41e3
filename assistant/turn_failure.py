"""What the shopper reads when the assistant itself fails: the truth, and that a person will look."""

from __future__ import annotations

from typing import Final

from assistant.reply import Action, HandoffReason, HandoffRequest, Reply
from assistant.turn import TurnOutcome
from knowledge.text import Lang, language_of

_TEXT: Final[dict[Lang, str]] = {
    "zh": "抱歉，我这边出了点问题，没能查完您的问题。我已经请人工客服来看，他们会在这里回复您。",
    "en": "Sorry, something went wrong on my side and I could not finish this answer. "
    "I have asked a person to look at it; they will reply to you here.",
}
_REASON: Final[dict[Lang, str]] = {"zh": "助手出错，没有作答。", "en": "The assistant failed and did not answer."}


def failed_outcome(question: str, locale: str, code: str) -> TurnOutcome:
    """Return the reply that stands in for one that could not be written.

    Args:
        question: The shopper's words, whose language the reply takes.
        locale: The conversation's locale, which decides when the words do not.
        code: What failed, for the human agent.
    """
    lang = language_of(question, default="zh" if locale.lower().startswith("zh") else "en")
    handoff = HandoffRequest(HandoffReason.TOOL_FAILED, code)
    return TurnOutcome(Reply(_TEXT[lang], lang, Action.HANDOFF, 0.0, reasons=(_REASON[lang],), handoff=handoff))
