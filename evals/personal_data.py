"""Personal data in what a shopper wrote, replaced by stand-ins of the same kind.

A case goes into files that people share, so it must not carry a shopper's number, mail or address.
What is found here is found by its form: names, and whatever else is only personal by its meaning,
stay. Who shares a case reads it first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from knowledge.text import has_han

_HAN: Final = "一-鿿"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Letters before digits are an order or a parcel ("LX202611011037"), which a case needs.
_PHONES = (
    re.compile(r"(?<![A-Za-z\d])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<![A-Za-z\d-])0\d{2,3}-\d{7,8}(?!\d)"),
    re.compile(r"(?<![A-Za-z\d])\+\d[\d ().-]{7,17}\d(?!\d)"),
    re.compile(r"(?<![A-Za-z\d-])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\d-])"),
    re.compile(r"(?i)\b(?:phone|mobile|call)(?: number)?(?: me)?(?: is| at| on)?[: ]+\d{7,12}(?!\d)"),
    re.compile(r"(?:电话|手机)(?:号码?)?[是为：: ]{0,2}\d{7,12}(?!\d)"),
)
_CITIZEN = re.compile(r"(?<![A-Za-z\d])\d{17}[\dXx](?![A-Za-z\d])")
_CARD = re.compile(r"(?<![A-Za-z\d])\d(?:[ -]?\d){12,18}(?!\d)")
_ZH_ADDRESS = re.compile(
    rf"[{_HAN}]{{2,16}}?(?:路|街|巷|弄|道|村|小区|花园|苑|大厦|广场)[{_HAN}\w]{{0,8}}?"
    rf"\d+ ?(?:号|弄|栋|幢|座|单元|室|楼|层)(?:[{_HAN}\w-]{{0,12}}\d+ ?(?:号|栋|幢|座|单元|室|楼|层))*"
)
# Words that lead to an address and are no part of it.
_ZH_LEAD = re.compile(r"^[我们你的家住在寄送发到至给是址地收货人改成为]+")
_EN_ADDRESS = re.compile(
    r"\b\d{1,6}[A-Za-z]? +(?:[NSEW]\.? +)?"
    r"(?:(?:[A-Z][\w'.-]* +){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place"
    r"|Terrace|Square|Highway|Hwy)\b|(?:[a-z'.-]+ +){1,3}(?:street|avenue|road|boulevard|terrace|lane)\b)\.?"
    r"(?:,? *(?:[Aa]pt|[Aa]partment|[Uu]nit|[Ss]uite|[Ss]te|#)\.? *\w+)?"
    r"(?:, *[A-Z][A-Za-z .]{1,30})?(?:,? +[A-Z]{2}\b)?(?:,? +\d{5}(?:-\d{4})?\b)?"
)
_LAST_KEPT: Final = 4
_STAND_IN_MAIL: Final = "shopper@example.com"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what was found in it.

    Attributes:
        found: How many of each kind: ``e-mail``, ``phone``, ``id``, ``card``, ``address``.
    """

    text: str
    found: Counter[str]


def masked(text: str) -> Masked:
    """Replace personal data by stand-ins.

    Mail becomes one at ``example.com``, a reserved name (RFC 2606). Of a phone number the last four
    digits stay, as the shop's own orders keep them and ask for them; the others become 0. An
    address becomes ``[address]``.
    """
    found: Counter[str] = Counter()

    def replaced(pattern: re.Pattern[str], kind: str, stand_in: Callable[[str], str]) -> str:
        def one(match: re.Match[str]) -> str:
            new = stand_in(match[0])
            found[kind] += new != match[0]  # a number that is masked already is not found again
            return new

        return pattern.sub(one, text)

    text = replaced(_MAIL, "e-mail", lambda _: _STAND_IN_MAIL)
    text = replaced(_CITIZEN, "id", _zeros)
    text = replaced(_CARD, "card", lambda number: _zeros(number) if _is_card(number) else number)
    for pattern in _PHONES:
        text = replaced(pattern, "phone", lambda number: _zeros(number, keep=_LAST_KEPT))
    address = "[地址]" if has_han(text) else "[address]"
    text = replaced(_ZH_ADDRESS, "address", lambda written: _lead(written) + address)
    text = replaced(_EN_ADDRESS, "address", lambda _: address)
    return Masked(text, +found)


def _zeros(number: str, keep: int = 0) -> str:
    digits = [place for place, character in enumerate(number) if character.isdigit()]
    gone = set(digits[: len(digits) - keep])
    return "".join("0" if place in gone else character for place, character in enumerate(number))


def _is_card(number: str) -> bool:
    """Tell whether a number has the check digit of a payment card (ISO/IEC 7812-1, Luhn)."""
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = [digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0


def _lead(address: str) -> str:
    lead = _ZH_LEAD.match(address)
    return lead[0] if lead else ""
