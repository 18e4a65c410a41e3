"""What kind of thing a question asks for, and whether a text holds one.

"How long" is answered by a duration and "how much" by an amount: a passage about the right topic
without one does not answer. The question words themselves carry no topic, so nothing else looks
at them.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from knowledge.text import fold


class Expected(StrEnum):
    """A kind of answer."""

    DURATION = "duration"
    AMOUNT = "amount"
    TIME = "time"
    NUMBER = "number"


_ASKS: Final = (
    (
        re.compile(
            r"\bhow (?:long|soon|quick(?:ly)?|fast|many (?:days|weeks|hours|months))\b|多久|几天|多长时间|多少天|几个?小时|几个月|什么时候(?:能)?[到发寄收]"
        ),
        Expected.DURATION,
    ),
    (
        re.compile(
            r"\bhow much (?:is|are|does|do|for|would|will)\b|\bhow much\b(?=.*\b(?:cost|ship|fee|postage|pay)\b)"
            r"|\bwhat(?:'?s| is) the (?:price|cost|fee|charge)\b|\bwhat (?:do|does|would|will) \w+ (?:charge|cost)\b"
            r"|多少钱|[运邮]费多少|多少(?:运费|邮费|费用?)|多钱|要多少费|收多少|几块钱|什么价"
        ),
        Expected.AMOUNT,
    ),
    (
        re.compile(
            r"\bwhat time\b|\bwhen (?:do|are|is) (?:you|your|the)\b.*\b(?:open|close|hours|available|online)|几点|营业时间|上班|下班"
        ),
        Expected.TIME,
    ),
    (
        re.compile(
            r"\bhow (?:many|big|heavy|tall|wide|deep|large|thick)\b|多大(?!码)|多重|多高|多长(?!时间)|多宽|几个|几层|多少(?:克|毫升|瓦|厘米)"
        ),
        Expected.NUMBER,
    ),
)
_UNIT_OF_TIME = (
    r"(?:business |working )?(?:days?|hours?|weeks?|months?|years?|minutes?)|个?工作日|天|个?小时|日|周|个?月|年|分钟"
)
_NUMBER = r"(?:\d+(?:\.\d+)?|one|two|three|five|seven|ten|[一二两三四五六七八九十]+)"
_HOLDS: Final = {
    Expected.DURATION: re.compile(
        rf"{_NUMBER}\s*(?:(?:-|–|—|~|～|to|至|到)\s*{_NUMBER}\s*)?(?:{_UNIT_OF_TIME})|same day|next (?:business )?day|当天|次日|隔天|第二天"
    ),
    Expected.AMOUNT: re.compile(r"[$¥￥€£]\s*\d|\d\s*(?:元|块|usd|cny|dollars?)|\bfree\b|免费|包邮|免运费|运费由|不收"),
    Expected.TIME: re.compile(r"\d{1,2}[:：]\d{2}|\d\s*(?:a\.?m|p\.?m)\b|\d\s*点|24\s*(?:小时|hours)"),
    Expected.NUMBER: re.compile(r"\d|[一二两三四五六七八九十]"),
}

_WH: Final = re.compile(
    r"\b(?:what|which|who|whose|when|where|why|how)\b|什么|怎么|怎样|如何|多少|多久|哪|谁|几[天点个时]|多[大长重高宽厚]"
)
_YES_OR_NO: Final = re.compile(
    r"^(?:(?:and|so|but|also|ok|okay|hi|hello|hey)\b[,\s]*)*"
    r"(?:is|are|isn't|aren't|was|were|does|do|doesn't|don't|did|can|could|will|would|has|have|should|may)\b"
    r"|[,;.]\s*(?:is|are|does|do|can|will|has)\s+(?:it|this|that|these|those|they|the)\b"
    r"|[吗嘛]\s*[?？]?\s*$|([是能会有可行要])不\1|有没有|是不是|能不能|可不可以|可否|能否|是否|[不没]\s*[?？]?\s*$"
)
# "Is it A or B" is answered by the one that holds, not by yes.
_ALTERNATIVE: Final = re.compile(r"\bor\b(?!\s+(?:not|no)\b)|还是|或者?")


def asks_yes_or_no(question: str) -> bool:
    """Tell whether a question is answered by yes or no."""
    folded = fold(question).strip()
    return not _WH.search(folded) and not _ALTERNATIVE.search(folded) and _YES_OR_NO.search(folded) is not None


def asks_for_more(question: str) -> bool:
    """Tell whether a question asks for more than a yes or no: what, where, how long."""
    return _WH.search(fold(question)) is not None


def expected_answer(question: str) -> Expected | None:
    """Return the kind of thing a question asks for; None for an open or a yes/no question."""
    folded = fold(question)
    return next((kind for pattern, kind in _ASKS if pattern.search(folded)), None)


def holds(text: str, kind: Expected) -> bool:
    """Tell whether a text holds a thing of this kind."""
    return _HOLDS[kind].search(fold(text)) is not None
