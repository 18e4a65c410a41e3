"""What a shopper says of an order: numbers that may be its own, and what shows whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from knowledge.orders import Order, order_key
from knowledge.text import fold

# Beyond these one message is a list to try out, not somebody's order.
MOST_CODES: Final = 4
MOST_TAILS: Final = 2
MOST_EMAILS: Final = 2

_UNIT: Final = r"\s*(?:元|块|￥|cm|mm|kg|公斤|斤|克|g\b|ml|码|天|点|%|dollars?|usd|rmb|lbs?|inch|w\b|mah)"
# With a prefix (LX2026…, HL-10581, #1001) or five digits and more; a bare group of four may be either.
# Chinese stands right beside a number, so only letters, digits and signs of money bound one.
_BEFORE: Final = r"(?<![a-z0-9.$¥￥-])"
_CODE = re.compile(
    rf"{_BEFORE}(?:#\s?\d{{3,}}|[a-z]{{1,6}}[-_]?\d{{3,}}(?:-\d+)*|\d{{4,}}(?:-\d+)*)(?![a-z0-9]|\.\d)(?!{_UNIT})"
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?(\d{4})(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]\d{3}[-. ](\d{4})(?!\d)")
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_TAIL = re.compile(rf"{_BEFORE}(\d{{4}})(?![a-z0-9-]|\.\d)(?!{_UNIT})")
# What a proof is called beside it is no wish: "phone ending 4821", 手机尾号.
_LABELS: Final = re.compile(
    r"\b(?:(?:my|the) )*(?:order (?:number|no\.?|id)|phone(?: number)?(?: end(?:s|ing)(?: (?:in|with))?)?"
    r"|last (?:4|four)(?: digits)?(?: of (?:my|the) phone(?: number)?)?|tail|e-?mail(?: address)?)\b"
    r"(?:\s+(?:is|are)\b)?"
    r"|(?:我的?)?(?:订单(?:编)?号|单号|(?:手机|电话)(?:号码?)?(?:的?(?:尾号|后四位))?|尾号|后四位|邮箱)是?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OrderClaim:
    """What was said, in the order in which it was said.

    Attributes:
        codes: What may be an order number, as written but folded; a phone's last four digits may be among them.
        tails: What may be the last four digits of a phone number; empty when there are suspiciously many.
        emails: Addresses, folded; empty when there are suspiciously many.
    """

    codes: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        return bool(self.codes or self.tails or self.emails)

    def after(self, earlier: Iterable[OrderClaim]) -> OrderClaim:
        """Return this claim with what was said before, the newest first."""
        claims = [self, *reversed(list(earlier))]
        codes = dict.fromkeys(code for claim in claims for code in claim.codes)
        tails = dict.fromkeys(tail for claim in claims for tail in claim.tails)
        emails = dict.fromkeys(email for claim in claims for email in claim.emails)
        return OrderClaim(tuple(codes)[:MOST_CODES], tuple(tails)[:MOST_TAILS], tuple(emails)[:MOST_EMAILS])


def parse_claim(text: str) -> OrderClaim:
    """Read one message."""
    folded = fold(text)
    emails = tuple(dict.fromkeys(_EMAIL.findall(folded)))
    folded = _EMAIL.sub(" ", folded)
    phones = [match for pattern in (_MOBILE, _PHONE) for match in pattern.finditer(folded)]
    rest = folded
    for match in phones:
        rest = rest.replace(match[0], " ")
    codes = tuple(dict.fromkeys(match[0].replace(" ", "") for match in _CODE.finditer(rest)))
    bare = [match[1] for match in _TAIL.finditer(rest) if f"#{match[1]}" not in codes]
    tails = tuple(dict.fromkeys([*(match[1] for match in phones), *bare]))
    many = len(tails) > MOST_TAILS or len(codes) > MOST_CODES or len(emails) > MOST_EMAILS
    return OrderClaim(codes[:MOST_CODES], () if many else tails, () if many else emails)


def without_proofs(text: str) -> str:
    """Return a message without order numbers, phones and e-mails; empty when it holds nothing else."""
    claim = parse_claim(text)
    left = text
    if claim.says_something:
        left = _LABELS.sub(" ", left)
    for proof in (*claim.codes, *claim.tails, *claim.emails):
        left = re.sub(re.escape(proof), " ", left, flags=re.IGNORECASE)
    return " ".join(left.strip(" ,，。.;；:：-/#、").split())


def without_proofs_of(order: Order, text: str) -> str:
    """Return a message without what names this order and shows whose it is; every other number stays."""
    left = text
    for pattern in (_MOBILE, _PHONE):
        left = pattern.sub(lambda phone: " " if phone[1] == order.phone_last4 else phone[0], left)
    # However its number is put: with or without case, sign and the letters that all numbers begin with.
    key = order_key(order.order_no)
    written = {key, re.sub(r"^[a-z]+[-_]?", "", key)}
    codes = [code for code in parse_claim(text).codes if order_key(code) in written]
    for proof in filter(None, (order.order_no, *codes, order.phone_last4, order.email)):
        left = re.sub(rf"(?<![A-Za-z0-9]){re.escape(proof)}(?![A-Za-z0-9])", " ", left, flags=re.IGNORECASE)
    return _LABELS.sub(" ", left) if left != text else text
