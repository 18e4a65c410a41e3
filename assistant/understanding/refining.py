"""What a message adds to what was said before: a correction, or a further demand on a list that was shown.

"No, I meant the men's one" puts itself in the place of what was meant before; 有没有便宜点的 and "in
blue?" after a list ask for the same kind of thing with one demand more, and keep the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from assistant.turn import PastMessage
from assistant.understanding.constraints import Constraints
from assistant.understanding.references import Reference, Shown
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.tokens import content_words

# Whoever says more than this after "no" asks something of their own.
MOST_CORRECTING_WORDS: Final = 6
# How many of the shopper's messages ago the list may have been asked for.
MOST_MESSAGES_AGO: Final = 6

_MEANT: Final = r"(?:i (?:meant|mean|said|was asking about)|我(?:刚才)?(?:说|问|指|要)的是|我是[说问指]|我的意思是)"
_NO: Final = r"(?:no|nope|sorry|oops|wait|不是|不对|不|错了|[说搞弄]错了)"
_CORRECTING: Final = re.compile(
    rf"^\s*(?:{_NO}(?:\s*[,，.。!！]\s*|\s+(?=i\b|the\b|that\b|我))(?:(?:sorry|no|不是|不对)[,，]?\s*)?)(?:{_MEANT}\s*)?(?:是)?"
    rf"|^\s*{_MEANT}\s*",
    re.IGNORECASE,
)


def corrected(text: str, history: Sequence[PastMessage]) -> str | None:
    """Return what a correcting message says without its "no, I meant"; None for any other message."""
    match = _CORRECTING.match(text)
    if match is None or not history:
        return None
    rest = text[match.end() :].strip()
    return rest if 1 <= len(content_words(rest)) <= MOST_CORRECTING_WORDS else None


def refined_search(
    own: Constraints, reference: Reference, shown: Shown, history: Sequence[PastMessage], sold: Collection[str]
) -> tuple[str, ...]:
    """Return the earlier messages whose search this one refines, the one that named the kind first; or none.

    Args:
        own: The demands of this message alone, its kind of goods included.
        sold: The kinds that the shop has.
    """
    by_value = own.sort != "relevance" or own.most is not None
    # Of one product that was shown "in blue?" asks whether it comes so; of several it asks for others.
    several = len(shown.products) > 1
    narrows = bool(by_value or own.excluded_words or own.min_price or own.max_price or own.bound)
    narrows = narrows or (own.in_stock and several)
    certain = reference.how in ("named", "described", "code", "ordinal") or (
        reference.how == "pointed" and not by_value
    )
    if own.kinds or certain or not shown.products or not (narrows or (own.options and several)):
        return ()
    said = [message.text for message in reversed(history) if message.sender_type == "shopper"]
    for ago, text in enumerate(said[:MOST_MESSAGES_AGO]):
        asked = retail_kinds().asked(text)
        if asked is not None and asked.kinds & set(sold):
            return tuple(said[ago::-1])
    return ()


def with_further(before: Constraints, own: Constraints, same_option: Sequence[frozenset[str]]) -> Constraints:
    """Return the earlier demands with the new ones, which take the place of those about the same thing.

    Args:
        same_option: Those of the earlier ``options`` that the new ones speak about.
    """
    kept = [
        (values, words)
        for values, words in zip(before.options, before.wanted, strict=True)
        if values not in same_option and values not in own.options
    ]
    return replace(
        before,
        min_price=own.min_price if own.min_price is not None else before.min_price,
        max_price=own.max_price if own.max_price is not None else before.max_price,
        sort=own.sort if own.sort != "relevance" else before.sort,
        in_stock=own.in_stock or before.in_stock,
        options=(*(values for values, _ in kept), *own.options),
        wanted=(*(words for _, words in kept), *own.wanted),
        excluded=before.excluded | own.excluded,
        excluded_words=tuple(dict.fromkeys((*before.excluded_words, *own.excluded_words))),
        most=own.most or before.most,
        bound=own.bound or before.bound,
        audiences=own.audiences or before.audiences,
        used=before.used | own.used,
    )
