"""The merchant's fixed answers: which message gets which, by its words alone.

A keyword answers a message that says nothing else. "Gift wrap?" gets the merchant's words about gift
wrap; "can you gift wrap the floor lamp" asks about a lamp, and is answered from what the shop knows
of it. Spelling slips and other word orders are forgiven.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from knowledge.promotions import QuickReply
from knowledge.retrieval.tokens import content_words, stem, words
from knowledge.text import fold, has_han

# One slip is forgiven in a word of at least this length: "shiping", "wholsale"; "open" and "often" are two words.
LEAST_FORGIVEN: Final = 6
# Words with which one asks for anything: they add nothing to a keyword.
_ASKING: Final = frozenset(
    [
        *("tell", "know", "please", "want", "need", "get", "like"),
        *("请问", "想问", "想", "知道", "告诉", "一下", "怎么", "怎样", "如何", "可以", "多少", "支持"),
    ]
)


def quick_reply(text: str, replies: Sequence[QuickReply], lang: str) -> tuple[QuickReply, str] | None:
    """Return the fixed answer to a message with the keyword that called it; None when it says more than that.

    The rule with the longest keyword that is met goes first, then the earlier one in the file.

    Args:
        lang: The language of the message; a rule without a language answers in any.
    """
    met = [
        (keyword, reply)
        for reply in replies
        if reply.lang in (None, lang)
        for keyword in reply.keywords
        if _says(text, keyword) and not _beside(text, reply.keywords)
    ]
    longest = max(met, key=lambda found: len(found[0]), default=None)
    return None if longest is None else (longest[1], longest[0])


def _says(text: str, keyword: str) -> bool:
    """Tell whether all of a keyword is in a message, in any order."""
    if has_han(keyword) and fold(keyword) in fold(text):
        return True
    there = words(text)
    wanted = words(keyword)
    return bool(wanted) and all(_among(word, there) for word in wanted)


def _beside(text: str, keywords: Iterable[str]) -> list[str]:
    """Return what a message speaks of besides a rule's keywords."""
    known = [word for keyword in keywords for word in words(keyword)]
    return [
        word
        for word in content_words(text)
        if word not in _ASKING and not _among(word, known) and not any(word in fold(k) for k in keywords)
    ]


def _among(word: str, others: Iterable[str]) -> bool:
    return any(stem(word) == stem(other) or _one_slip(word, other) for other in others)


def _one_slip(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter that is missing, too much, wrong, or swapped with the next."""
    short, long = sorted((one, other), key=len)
    if len(long) < LEAST_FORGIVEN or len(long) - len(short) > 1 or not (one.isascii() and other.isascii()):
        return False
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    swapped = short[same : same + 2] == long[same : same + 2][::-1] and short[same + 2 :] == long[same + 2 :]
    return swapped or short[same + 1 :] == long[same + 1 :]
