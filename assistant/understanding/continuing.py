"""What a message continues: an earlier question of which it names another part, or what was asked back.

"And to Mexico?", 线呢, "what about the linen shirt" ask the question before once more, of something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from assistant.reply import Action
from assistant.rules.hours_asked import names_day, without_moment
from assistant.rules.places import with_place_of
from assistant.rules.when import minutes_in, with_hour_of
from assistant.turn import PastMessage
from assistant.understanding.measurements import Measurements
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.tokens import compounds, content_words
from knowledge.text import fold, has_han

# A short answer to a clarifying question continues it; a longer one is a question of its own.
CONTINUATION_WORDS: Final = 7
# So many words that carry a topic has an afterthought at most.
AFTERTHOUGHT_WORDS: Final = 3
# So many words at most stand for one of the earlier question's.
MOST_IN_PLACE: Final = 2
# Two countries, two colours, two sizes: words of one family lie this near in the multilingual space.
SAME_FAMILY: Final = 0.42
# Who or what is asked about right behind a verb: "sent it back, do you refund it", and not "cancel it, do it now".
_ASKED_ABOUT: Final = r"(?:i|you|u|it|this|that|they|we|he|she|the|there|my|your|these|those|an?|any|some(?:one|body))"
_ASKING = re.compile(
    r"[?？]|[吗呢么嘛]|[不没]\s*$|啥|咋|什么|怎么|多少|哪|有没有|能不能|可以|几[天点个]|谁|是否|(?!动不动|时不时)([㐀-鿿])[不没]\1"
    r"|^(?:is|are|do|does|did|can|could|will|would|what|how|when|where|which|why|who)\b"
    r"|(?:^|[,.;:!，。！]\s*)(?:(?:so|and|but|ok|then|or|also|hey|hi) )?(?:"
    rf"(?:is|are|do(?! it\b| that\b| this\b)|does|did|can|could|will|would)\s+{_ASKED_ABOUT}\b"
    r"|(?:what|how|why)(?:'?s)?\b(?!\s+an?\b)|whos\b|who\s+(?!is\b|was\b|i\b|has\b|had\b)[a-z]"
    rf"|(?:when|where)(?:'?s)?\s+(?:is|are|do|does|did|can|will)\b|which\s+(?:one|of)\b)"
)
_ASKS_ITSELF = re.compile(
    r"多少|几[天点个]|什么|怎么|哪|能不能|可不可以|有没有|[能会可].*吗|有现?货"
    r"|\b(?:in stock|available)\b|\b(?:how|what|when|where|which|who|why)\b|^\s*(?:is|are|do|does|did|can|will)\b"
)
_LEADS_ON = re.compile(r"^\s*(?:and\b|or\b|what about|how about|那(?!个|款|件|条|双)|还有|另外|换成)", re.IGNORECASE)
# "To Mexico?", "for kids?", 线呢, 加急的话: a part of what was asked stands in the place of another.
_IN_PLACE = re.compile(
    r"^\s*(?:(?:to|for|with|without|from)\s+(?!be\b|return\b|cancel\b|exchange\b|order\b|pay\b|get\b|send\b)[^,.!]{1,30}"
    r"|(?!我|你|人呢|客服)[^，,。！!?？\s]{1,8}呢|[^，,。！!?？\s\d]{1,8}的话)\s*[?？]?$",
    re.IGNORECASE,
)
# What goods are called, from the article, or the begin of a clause, to the last of the words for their kind.
_NOT_CALLED: Final = r"(?:the|your|ur|this|that|these|those|an?|my|on|of|for|do|does|are|is|can|about)"
_CALLED: Final = (
    rf"\b{_NOT_CALLED}\s+((?:(?!{_NOT_CALLED}\b)[\w'’-]+\s+){{{{0,3}}}}?(?:{{words}}))(?![㐀-鿿\w])",
    r"(?:^|[,，。;；])\s*((?:{words}))(?!\w*[a-z])",
)
_LED_IN: Final = re.compile(
    r"^\s*(?:(?:and|or|what about|how about)\b|那么?|还有|另外)?\s*(?:(?:for|with|on)\b)?\s*(?:(?:the|your|an?)\b)?\s*",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Tell whether a message is put as a question, or a clause of it is."""
    return _ASKING.search(fold(text)) is not None


def last_question(history: Sequence[PastMessage]) -> str | None:
    """Return what the shopper said last."""
    return next((m.text for m in reversed(history) if m.sender_type == "shopper"), None)


def continued_question(text: str, history: Sequence[PastMessage]) -> str | None:
    """Return the earlier question that this message continues, if it does.

    It does when the assistant had asked something back and this is a short answer, or when it
    begins like an afterthought ("and to Canada?", 那新疆呢). After talk of a product an afterthought
    that asks for something itself stands alone: 那多少钱 wants the price, not the earlier answer too.
    """
    spoken = [m for m in history if m.sender_type != "human_agent"]
    if not spoken or spoken[-1].sender_type != "assistant" or spoken[-1].reply is None:
        return None
    before = last_question(spoken)
    if before is None:
        return None
    asked_back = spoken[-1].reply.get("action") == Action.CLARIFY.value
    short = len(content_words(text)) <= CONTINUATION_WORDS
    if asked_back and short and not asks(text):
        return before
    if len(content_words(text)) > AFTERTHOUGHT_WORDS:
        return None
    if _LEADS_ON.match(text) is None:
        return before if stands_in_place(text) else None
    asks_itself = _ASKS_ITSELF.search(_LEADS_ON.sub("", fold(text), count=1))
    return None if asks_itself and spoken[-1].reply.get("products") else before


def stands_in_place(text: str) -> bool:
    """Tell whether a message only names another part of what was asked, and asks nothing of its own."""
    return _IN_PLACE.match(text) is not None and _ASKS_ITSELF.search(fold(text)) is None


def tells_more_for_size(text: str, told: Measurements, history: Sequence[PastMessage]) -> bool:
    """Tell whether a message adds to what a size was advised by: "I like it loose", 脚有点宽, "I take a US 8"."""
    last = next((m.reply for m in reversed(history) if m.sender_type == "assistant"), None)
    adds = told.preference or told.needs or told.usual_size or told.body
    return bool(last and last.get("size") and adds) and not _ASKS_ITSELF.search(fold(text))


def joined(earlier: str, text: str, likeness: Callable[[str, str], float], *, instead: bool = False) -> str:
    """Return the earlier question with what the later one puts in another's place.

    "And to Mexico?" after a question about Canada asks about Mexico alone; 那新疆呢 after a
    question that named no place adds one.

    Args:
        likeness: Of two words, as a cosine.
        instead: Whether the later one corrects the earlier.
    """
    if not (instead or _LEADS_ON.match(text) or stands_in_place(text)):
        return f"{earlier}\n{text}"
    if place := with_place_of(earlier, text):
        return place
    if any(minutes_in(text)):  # an hour is told by several words, none of which stands for it alone
        just_an_hour = not content_words(_LEADS_ON.sub("", without_moment(text), count=1)) and not names_day(text)
        return (with_hour_of(earlier, text) if just_an_hour else None) or f"{earlier}\n{text}"
    if goods := _with_goods_of(earlier, text):
        return goods
    old = [word for word in content_words(earlier) if len(word) > 1]
    said = content_words(text)
    # Who says more than what takes the place says something of their own.
    for word in said if len(said) <= MOST_IN_PLACE else ():
        rivals = [(likeness(word, other), other) for other in old]
        nearest, rival = max(rivals, default=(0.0, ""))
        if SAME_FAMILY <= nearest < 1.0:
            # As the shopper wrote it: a capital tells a place.
            spelt = re.search(re.escape(word), text, re.IGNORECASE)
            return re.sub(re.escape(rival), spelt[0] if spelt else word, earlier, flags=re.IGNORECASE)
    return f"{earlier}\n{text}"


def _with_goods_of(earlier: str, later: str) -> str | None:
    """Return the earlier question asked of the goods that the later one names; None where one of them names none.

    The whole of what they are called changes places: of "the wool coat" nothing is left beside "the linen shirt".
    """
    before, after = retail_kinds().asked(earlier), retail_kinds().asked(later)
    if before is None or after is None or before.kinds & after.kinds:
        return None
    called = ("" if has_han(earlier) else r"\s+").join(map(re.escape, compounds(before.words)))
    found = (re.search(pattern.format(words=called), earlier, re.IGNORECASE) for pattern in _CALLED)
    old = next((match for match in found if match), None)
    new = _LED_IN.sub("", later).strip(" ?？.!。！呢")
    # Behind the name of the goods nothing else is asked: "and does the linen shirt shrink" is a question of its own.
    names_only = fold(new).endswith(compounds(after.words)[-1]) and not asks(new) and "," not in fold(new)
    return earlier[: old.start(1)] + new + earlier[old.end(1) :] if old and names_only else None
