"""The same words as another hand types them. Digits, codes and names stay what they are."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection
from typing import Final

from evals.cases import LangCode

_FULL_WIDTH: Final = str.maketrans(",?!:()", "，？！：（）")
_HALF_WIDTH: Final = str.maketrans("，？！：（）", ",?!:()")
_WIDE_DIGITS: Final = str.maketrans("0123456789", "０１２３４５６７８９")
# A long number is a code, which people paste; a short one they type, on a Chinese keyboard sometimes wide.
_SHORT_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?![\w.])", re.ASCII)
_END_MARKS: Final = "。？！?!.~～，,"
# Slips of pinyin keyboards that leave the sense as it is.
_ZH_SLIPS: Final = (("吗", "嘛"), ("在", "再"), ("哪", "那"), ("的", "得"), ("多久", "多就"), ("什么", "神马"))
# Only everyday words get a slip: a misspelt name would be another question.
_EN_SLIPS: Final = re.compile(
    r"\b(what|would|should|which|about|there|their|please|does|shipping|delivery|return|really|because|could|have)\b"
)
_POLITE: Final = {"zh": ("请问", "您好，", "麻烦问下，"), "en": ("Hi, ", "Hello! ", "Excuse me, ")}
_POLITE_END: Final = {"zh": ("，谢谢", "，谢谢啦", ""), "en": (" Thanks!", " Thank you.", " Thx")}
_ANGRY_END: Final = {
    "zh": ("！！", "，快点", "，别磨叽"),
    "en": (" Come on.", " And be quick.", " Really now!"),
}
_MIXED: Final = {
    "zh": (("尺码", "size"), ("订单", "order"), ("颜色", "color"), ("退货", "return")),
    "en": (("please", "plz"), ("size", "尺码"), ("order", "订单"), ("returns", "退货")),
}


def varied(text: str, lang: LangCode, style: Collection[str], rng: random.Random) -> str:
    """Return the text with what a hand does to it, drawn from ``rng``.

    Every number in digits is still there, and nothing is added that could be a fact.
    """
    polished = _coloured(text, lang, style, rng)
    slips = 0.6 if "typos" in style else 0.1
    changes: tuple[tuple[float, Callable[[str], str]], ...] = (
        (slips, lambda t: _slip(t, lang, rng)),
        (0.3, lambda t: t.rstrip(_END_MARKS) or t),
        (0.3, lambda t: _lowered(t)),
        (0.2, lambda t: t.translate(rng.choice((_FULL_WIDTH, _HALF_WIDTH))) if lang == "zh" else t),
        (0.05, lambda t: _SHORT_NUMBER.sub(lambda m: m[0].translate(_WIDE_DIGITS), t) if lang == "zh" else t),
        (0.05, lambda t: f"{t}\n{t}"),
    )
    for chance, change in changes:
        # Drawn whether it changes something or not: one wording more leaves the rest of a trial as it was.
        if rng.random() < chance:
            polished = change(polished)
    return polished


def _lowered(text: str) -> str:
    """Return words in lower case, but no code such as ``HL-10518``."""
    return " ".join(word if any(c.isdigit() for c in word) else word.lower() for word in text.split(" "))


def _coloured(text: str, lang: LangCode, style: Collection[str], rng: random.Random) -> str:
    if "polite" in style:
        text = rng.choice(_POLITE[lang]) + _ended(text, lang) + rng.choice(_POLITE_END[lang])
    if "angry" in style:
        text = _ended(text, lang) + rng.choice(_ANGRY_END[lang])
    if "mixed" in style:
        for word, other in _MIXED[lang]:
            if word in text:
                return text.replace(word, other, 1)
    return text


def _ended(text: str, lang: LangCode) -> str:
    """Return a text after which a phrase can follow."""
    if lang == "zh":
        return text.rstrip(_END_MARKS)
    return text if text.endswith(tuple(_END_MARKS)) else f"{text}."


def _slip(text: str, lang: LangCode, rng: random.Random) -> str:
    if lang == "zh":
        there = [pair for pair in _ZH_SLIPS if pair[0] in text]
        return text.replace(*rng.choice(there), 1) if there else text
    found = list(_EN_SLIPS.finditer(text))
    if not found:
        return text
    word = rng.choice(found)
    at = word.start() + rng.randrange(1, len(word[0]) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
