"""A change is made only after the assistant has said what it would do and the shopper has said yes.

The question is kept in the log, with the reply that asked it; so a confirmation is bound to what was
said, survives a restart, and holds for the very next message alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from assistant.orders.source import OrderChange
from assistant.turn import PastMessage
from knowledge.orders import Order
from knowledge.retrieval.tokens import words
from knowledge.text import fold

# Who comes back later than that has to be asked again: the parcel may have left meanwhile.
LASTS: Final = timedelta(minutes=15)

# Closed classes of both languages: what says yes, what is polite, and what takes a yes back.
_YES: Final = re.compile(
    r"\b(?:yes|yeah|yep|yup|sure|ok|okay|correct|right|confirm(?:ed)?|proceed|go ahead|do it|do so|please do"
    r"|agreed|that(?:'s| is) (?:right|correct|fine)|sounds good|absolutely|definitely|of course)\b"
    r"|是的?|对的?|好的?|嗯+|恩|行|可以|确认|确定|没错|没问题|同意|就这样|办吧|麻烦(?:你|您)?了?"
)
_POLITE: Final = re.compile(
    r"\b(?:please|thanks?|thank you|you|i|we|it|that|this|with|the|my|is|am|want|to|would|like|for|me|all|of|them"
    r"|both)\b"
    r"|请|谢谢|帮我|给我|我|要|的|了|吧|啊|呀|哦|哈|嘛|呢|就|这个|这样|它|都|办理|办|全部|您|你"
)
_NO: Final = re.compile(
    r"\b(?:no|nope|not|don't|dont|never ?mind|forget it|leave it|stop|wait|hold on|keep it|not now|thanks|actually"
    r"|changed my mind|rather not|anymore|any more|do|yet|on second thoughts?)\b"
    r"|算了|不用|不必|不需要|先不|先别|先|别|不|取消操作|等等|等一下|保留|再想想|考虑一下|还是"
)
_BUT: Final = re.compile(
    r"\b(?:no|not|never|don't|dont|do not|but|except|instead|only|wait|actually|however|unless|rather|hold|stop"
    r"|if|first|changed?|maybe|later|isn't|won't|can't)\b|n't\b"
    r"|不|没(?!错|问题)|别|但|除了|只|改|等|先|如果|要是|还是|再说|算了|或者|换成"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that the assistant has asked the shopper to confirm.

    Attributes:
        key: Names the change, so that it is made once.
        standing: The order's state when it was asked (`standing_of`).
    """

    key: str
    change: OrderChange
    standing: str
    expires_at: datetime

    def as_json(self) -> dict[str, Any]:
        told = {"key": self.key, "standing": self.standing, "expires_at": self.expires_at.isoformat()}
        return {**self.change.as_json(), **told, "state": "proposed"}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Proposal:
        expires_at = datetime.fromisoformat(told["expires_at"])
        return cls(told["key"], OrderChange.of(told), told["standing"], expires_at)


def standing_of(order: Order) -> str:
    """Return what must not have changed between question and answer: state and lines, as a short hash."""
    lines = [f"{line.item_id}|{line.title}|{line.options}|{line.quantity}" for line in order.lines]
    return hashlib.sha256("\n".join([order.status.value, order.status_text, *lines]).encode()).hexdigest()[:16]


def pending(history: Sequence[PastMessage], now: datetime) -> Proposal | None:
    """Return what the newest reply has asked to confirm; None when anything was said since, or it is too late."""
    last = history[-1] if history else None
    if last is None or last.sender_type != "assistant" or last.reply is None:
        return None
    told = last.reply.get("change")
    if not isinstance(told, Mapping) or told.get("state") != "proposed":
        return None
    proposal = Proposal.of(told)
    return proposal if now < proposal.expires_at else None


def confirms(text: str, named: Sequence[str]) -> bool:
    """Tell whether a message says yes and nothing that takes it back.

    What else it says must be the proposal's own words: "yes, cancel order 1001 please" confirms,
    "yes but only the shirt", "yes? what does it cost" and "cancel the other one" do not. Who says
    yes and asks about another matter in a sentence of its own has confirmed.

    Args:
        named: The words of the question, such as its action, number and items.
    """
    first, *rest = _sentences(text)
    if "?" in first or _BUT.search(first) or not _YES.search(first):
        return False
    known = {word for name in named for word in words(fold(name))}
    left = _POLITE.sub(" ", _YES.sub(" ", first))
    if any(word not in known for word in words(left)):
        return False
    return not any(_BUT.search(sentence) for sentence in rest)


def amends(text: str) -> bool:
    """Tell whether a message says yes to a part or to something else: "yes but only one of them"."""
    first = _sentences(text)[0]
    return "?" not in first and _YES.match(first) is not None and _BUT.search(first) is not None


def declines(text: str, named: Sequence[str]) -> bool:
    """Tell whether a message says no and nothing else; "no, cancel the other one" is a wish of its own."""
    folded = fold(text)
    if "?" in folded.replace("？", "?") or not _NO.search(folded):
        return False
    known = {word for name in named for word in words(fold(name))}
    left = _POLITE.sub(" ", _NO.sub(" ", folded))
    return all(word in known for word in words(left))


def waits_no_more(history: Sequence[PastMessage]) -> bool:
    """Tell whether the last change that was spoken of was a question, which no yes can answer any more."""
    told = [message.reply.get("change") for message in history if message.reply is not None]
    last = next((one for one in reversed(told) if one), None)
    return isinstance(last, Mapping) and last.get("state") == "proposed"


def _sentences(text: str) -> list[str]:
    folded = fold(text).replace("？", "?")
    found = [part.strip() for part in re.findall(r"[^.!?。！;；\n]+[.!?。！;；\n]*", folded)]
    return [part for part in found if part] or [""]
