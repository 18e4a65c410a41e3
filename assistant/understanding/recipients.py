"""For whom a present is: of no bearing on what a product's page must say."""

from __future__ import annotations

import re
from typing import Final

from knowledge.retrieval.tokens import stem, words
from knowledge.text import fold

_PEOPLE_EN: Final = (
    r"mom|mum|mother|mommy|dad|daddy|father|parents?|wife|husband|girlfriend|boyfriend|partner|fianc[eé]e?|sister|brother"
    r"|grandma|grandpa|grandmother|grandfather|aunt|uncle|cousin|friends?|colleagues?|cowo?rkers?|boss|teacher|mother-in-law"
)
_PEOPLE_ZH: Final = (
    "妈妈|母亲|老妈|爸爸|父亲|老爸|爸妈|父母|老婆|妻子|老公|丈夫|女朋友|女友|男朋友|男友|对象|姐姐|妹妹|哥哥|弟弟|奶奶|爷爷|外婆"
    "|外公|姥姥|姥爷|婆婆|公公|岳母|岳父|闺蜜|朋友|同事|领导|老师|长辈|客户"
)
_GIVEN: Final = re.compile(
    rf"\bfor (?:my|our|his|her|their|a|an|the)?\s*(?:{_PEOPLE_EN})\b|\b(?:to|as a) (?:give|gift|present)(?: to| for)? (?:my|our|a)?\s*(?:{_PEOPLE_EN})\b"
    rf"|(?:想?送|给|买给|送给)(?:我)?(?:的)?(?:{_PEOPLE_ZH})(?:的|们)?"
)


def recipient_words(text: str) -> frozenset[str]:
    """Return the stems of the words that say for whom a present is ("for my mom", 送妈妈的)."""
    return frozenset(stem(word) for found in _GIVEN.finditer(fold(text)) for word in words(found[0]))
