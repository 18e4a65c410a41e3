"""What a model may not say of its own accord: a price, a size, an address, that a person comes.

Pure checks of one sentence. A shopper may repeat any number, and a model with them; but a price
the shopper named is a wish, and a size that no chart gave is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from assistant.amounts import KnownAmounts, amounts_in
from knowledge.text import Lang, fold, language_of

_CLAUSE_END: Final = "。！？!?.；;，,、)）"
_MARKERS: Final = re.compile(
    rf"(?:^|(?<=[{_CLAUSE_END}]))\s*(?:\[\d+\])+|\s*(?:\[\d+\])+(?=\s*(?:[{_CLAUSE_END}]|$))", re.MULTILINE
)
_BRACKETED: Final = re.compile(r"\[(\d+)\]")
_NUMBER: Final = r"(?:\d[\d,]*(?:\.\d+)?|[零一二两三四五六七八九十百千]+)"
_MONEY: Final = re.compile(
    rf"(?:[¥￥$€£]|\b(?:RMB|CNY|USD|EUR|GBP))\s*{_NUMBER}"
    rf"|{_NUMBER}\s*(?:元|块|折|%|％|percent\b|dollars?\b|bucks\b|yuan\b|euros?\b|pounds?\b|RMB\b|CNY\b|USD\b)",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>()（）,，。；]+|[\w.+-]+@[\w-]+\.[\w.-]*\w", re.IGNORECASE)
_LETTER_SIZE: Final = re.compile(r"(?<![A-Za-z0-9'’])(?:[2-9]?X{1,4}[SL]|[2-9]XL|[SML])(?![A-Za-z0-9'’])")
_NUMBERED_SIZE: Final = re.compile(
    r"(?<!\d)(\d{2,3}(?:\.5)?)\s*[码号]|\b(?:size|码数|尺码)\s*[:：是]?\s*(\d{2,3}(?:\.5)?)", re.I
)
_ADVICE: Final = re.compile(
    r"建议|推荐|适合|合适|合身|刚好|正好|就行|就好|应该[选穿拿]|[选穿拿买].{0,6}码"
    r"|\b(?:recommend|suggest|advise|fits?|go (?:for|with)|should|wear|take)\b",
    re.IGNORECASE,
)
_PERSON_ZH: Final = r"(?:人工|真人|客服|同事|专员|店员|工作人员)"
_PERSON: Final = re.compile(
    rf"(?:已|正在|马上|这就|立即|现在|稍后|我会|我来|将|为[您你]|帮[您你]|给[您你]|请|让).{{0,10}}(?:转|联系|通知|安排|呼叫|叫|请|找).{{0,8}}{_PERSON_ZH}"
    rf"|{_PERSON_ZH}.{{0,8}}(?:会|将|马上|稍后|很快|正在).{{0,12}}(?:联系|回复|接待|处理|跟进|为[您你]|帮[您你])"
    r"|\b(?:I(?:['’](?:ll|ve|m))?|we(?:['’](?:ll|ve|re))?|let me)\b[^.!?]{0,40}"
    r"\b(?:transfer|connect|hand|forward|escalat|pass|notif|call|ask|contact|get)\w*\b[^.!?]{0,40}"
    r"\b(?:human|person|agent|colleague|representative|staff|someone|specialist|team|support)\b"
    r"|\b(?:human|person|agent|colleague|representative|someone|specialist|team)\b[^.!?]{0,20}"
    r"\b(?:will|is going to)\b[^.!?]{0,30}\b(?:contact|reply|answer|help|assist|join|reach|follow|be with)\b",
    re.IGNORECASE,
)


# Calls and tags that a small model writes for words.
_MARKUP: Final = re.compile(r"[{}]|</?[a-z_|]+/?>|&#?\w+;|```", re.IGNORECASE)


def is_markup(sentence: str) -> bool:
    """Tell whether a sentence is code or markup, and no words to a shopper."""
    return _MARKUP.search(sentence) is not None


def echoes(sentence: str, asked: Iterable[str]) -> bool:
    """Tell whether a sentence only repeats a question of the shopper's: it has the words of an answer, and is none."""
    said = _letters(sentence)
    return any(said == _letters(question) for question in asked)


def _letters(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())


def without_markers(text: str) -> str:
    """Return a model's text without citation marks; ours are set where its sentences are checked.

    A bracketed number within a clause is no mark: ``[88] 元`` is a price, to be checked like one.
    """
    return _BRACKETED.sub(r"\1", _MARKERS.sub("", text))


def announces_person(sentence: str) -> bool:
    """Tell whether a sentence promises that a person takes over; only code may, which has called one."""
    return _PERSON.search(sentence) is not None


def strange_amounts(sentence: str, priced: KnownAmounts) -> set[str]:
    """Return the sums, percentages and discounts that are not among the numbers the shop has given.

    Args:
        priced: The amounts that this turn has read, the shopper's words left out.
    """
    told = {amount for found in _MONEY.finditer(sentence) for amount in amounts_in(found.group())}
    return {amount.number for amount in told if not priced.has(amount)}


def strange_links(sentence: str, known: str) -> list[str]:
    """Return the addresses that stand nowhere in what this turn has read."""
    return [link for link in _LINK.findall(sentence) if link.rstrip(".") not in known]


def strange_sizes(sentence: str, allowed: Collection[str], *, about_size: bool) -> set[str]:
    """Return the sizes that a sentence advises and the chart did not.

    Args:
        allowed: Labels that the chart has given for this shopper.
        about_size: Whether the turn is about size; then every size counts as advice.
    """
    if not about_size and not _ADVICE.search(sentence):
        return set()
    lettered = set(_LETTER_SIZE.findall(sentence))
    numbered = {number for found in _NUMBERED_SIZE.findall(sentence) for number in found if number}
    return (lettered | numbered) - set(allowed)


def speaks(text: str, lang: Lang, names: Collection[str]) -> bool:
    """Tell whether a text is written in the language; names of things count for none.

    Args:
        names: Titles of products and documents, which are quoted as they are.
    """
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return language_of(text, default=lang) == lang
