"""Replies about coupons: what one takes off, or why it takes nothing off."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from assistant.coupons.asked import PROMOTION
from assistant.coupons.worth import Standing, Worth
from assistant.facts import Fact, FactKind
from knowledge.money import Money
from knowledge.promotions import Coupon, CouponType
from knowledge.text import Lang

_SAID: Final[dict[Standing, dict[Lang, str]]] = {
    Standing.APPLIES: {
        "en": "With the code {code} you pay {pays} instead of {total} ({goods}).",
        "zh": "用优惠码 {code}，{goods}，原需 {total}，实付 {pays}。",
    },
    Standing.BELOW_MINIMUM: {
        "en": "{code} does not apply yet: {goods} comes to {total}, {short} short of {minimum}. You would pay {pays}.",
        "zh": "还用不了 {code}：{goods}，共 {total}，离门槛 {minimum} 还差 {short}，所以仍付 {pays}。",
    },
    Standing.REDUCED_ITEMS: {
        "en": "{code} leaves out items on sale, and {title} is on sale: you pay {pays}.",
        "zh": "{code} 特价商品不可用，「{title}」正在特价，所以仍付 {pays}。",
    },
    Standing.OVER: {
        "en": "{code} expired on {expires} and is no longer valid.",
        "zh": "{code} 已于 {expires} 过期，不能用了。",
    },
    Standing.USED_UP: {
        "en": "{code} is used up and no longer valid.",
        "zh": "{code} 的额度已经用完，不能用了。",
    },
    Standing.UNPRICED: {"en": "{code} is valid.", "zh": "{code} 可以用。"},
}
_TERMS: Final[dict[str, dict[Lang, str]]] = {
    "amount": {"en": "{amount} off", "zh": "减 {amount}"},
    "percent": {"en": "{percent} % off", "zh": "优惠 {percent}%"},
    "minimum": {"en": "from {minimum}", "zh": "满 {minimum} 可用"},
    "reduced": {"en": "not on items on sale", "zh": "特价商品不可用"},
    "until": {"en": "until {expires}", "zh": "{expires} 前有效"},
    "each": {"en": "{times} per customer", "zh": "每人限用 {times} 次"},
}


def coupon_text(worked: Worth, lang: Lang) -> str:
    """Return what is said of a coupon, with its terms while it is valid."""
    coupon = worked.coupon
    counted = "{n} × {title}" if lang == "en" else "「{title}」{n} 件"
    goods = (" + " if lang == "en" else "，").join(
        counted.format(n=line.quantity, title=line.title) for line in worked.lines
    )
    said = _SAID[worked.standing][lang].format(
        code=coupon.code,
        pays=worked.pays,
        total=worked.total,
        short=worked.short,
        goods=goods,
        title=worked.lines[0].title if worked.lines else "",
        minimum=coupon.min_spend,
        expires=coupon.expires,
    )
    if worked.standing in (Standing.OVER, Standing.USED_UP):
        return said
    held = terms(coupon, worked.currency, lang)
    return f"{said} Its terms: {held}." if lang == "en" else f"{said}使用条件：{held}。"


def terms(coupon: Coupon, currency: str, lang: Lang) -> str:
    """Return the terms of a coupon as one line."""
    parts = ["amount" if coupon.type is CouponType.AMOUNT_OFF else "percent"]
    parts += ["minimum"] if coupon.min_spend is not None else []
    parts += ["reduced"] if coupon.excludes_sale_items else []
    parts += ["until"] if coupon.expires is not None else []
    parts += ["each"] if coupon.per_customer is not None else []
    values = {
        "amount": Money(coupon.value, currency),
        "percent": f"{coupon.value.normalize():f}",
        "minimum": coupon.min_spend,
        "expires": coupon.expires,
        "times": coupon.per_customer,
    }
    return ("，" if lang == "zh" else ", ").join(_TERMS[part][lang].format(**values) for part in parts)


def coupon_fact(worked: Worth, now: datetime, lang: Lang) -> Fact:
    """Return the coupon as a fact, under a label that tells how the sums came about.

    Args:
        now: What it is as of where nobody noted when the shop's file said it.
    """
    coupon = worked.coupon
    return Fact(
        FactKind.COUPON,
        worked.formula or coupon.code,
        terms(coupon, worked.currency, lang),
        lang,
        PROMOTION,
        coupon.code,
        coupon.code,
        (worked.as_of or now).isoformat(),
        source=worked.source,
    )
