"""What a reply tells although it is older than the merchant wished is said to be so, with its date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from assistant.reply import Reply
from knowledge.catalog import Availability
from knowledge.freshness import Freshness, Group
from knowledge.text import Lang

_WORDS: Final[dict[Group, dict[Lang, str]]] = {
    Group.PRICE: {"en": "price", "zh": "价格"},
    Group.STOCK: {"en": "stock", "zh": "库存"},
    Group.ORDER: {"en": "order status", "zh": "订单状态"},
    Group.EVERYTHING: {"en": "shop information", "zh": "店铺资料"},
}
_KINDS: Final = {"order": Group.ORDER, "promotion": Group.PRICE}
# Labels of a product's typed facts, see `assistant.facts`.
_TYPED: Final = {"price": Group.PRICE, "availability": Group.STOCK}
# Of so recent a fact the hour matters: "as of 10:32".
_HOURS_MATTER: Final = timedelta(hours=48)
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """A fact that the reply tells: what it is about, of what, and when the shop last said so."""

    group: Group
    title: str
    as_of: datetime


def date_notice(reply: Reply, freshness: Freshness, now: datetime, zone: ZoneInfo) -> str:
    """Return the dates of what is too old in a reply, a line for each date; empty when all is fresh."""
    if not freshness.limits:
        return ""
    lang: Lang = "zh" if reply.lang == "zh" else "en"
    old = [told for told in _told(reply) if freshness.verdict(told.group, told.as_of, now) is not None]
    dated: dict[str, dict[str, dict[Group, None]]] = {}  # date → title → groups
    for one in old:
        of_date = dated.setdefault(_day(one.as_of.astimezone(zone), now, lang), {})
        of_date.setdefault(one.title, {})[one.group] = None
    # Where one date holds for all, it need not be said of what.
    if len(dated) == 1:
        day, of_titles = next(iter(dated.items()))
        groups = dict.fromkeys(group for found in of_titles.values() for group in found)
        return _line(list(groups), "", day, lang)
    return "\n".join(
        _line(list(groups), title, day, lang) for day, titles in dated.items() for title, groups in titles.items()
    )


def _told(reply: Reply) -> Iterator[_Told]:
    for card in reply.products:
        if not card.as_of:
            continue
        as_of = datetime.fromisoformat(card.as_of)
        if card.price is not None:
            yield _Told(Group.PRICE, card.title, as_of)
        if card.availability is not Availability.UNKNOWN:
            yield _Told(Group.STOCK, card.title, as_of)
    for citation in reply.citations:
        group = _KINDS.get(citation.kind, Group.EVERYTHING)
        if citation.kind == "product":
            group = _TYPED.get(citation.passage, group)
        yield _Told(group, citation.title, datetime.fromisoformat(citation.as_of))
    if reply.order is not None:
        yield _Told(Group.ORDER, reply.order.order_no, datetime.fromisoformat(reply.order.as_of))


def _line(groups: list[Group], title: str, day: str, lang: Lang) -> str:
    words = [_WORDS[group][lang] for group in Group if group in groups]
    if lang == "zh":
        return f"{f'「{title}」' if title else ''}{'、'.join(words)}截至{day}。"
    named = " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"{named.capitalize()}{f' of {title}' if title else ''} as of {day}."


def _day(as_of: datetime, now: datetime, lang: Lang) -> str:
    hour = f"{as_of:%H:%M}" if now - as_of <= _HOURS_MATTER else ""
    if lang == "zh":
        return f"{as_of.year}年{as_of.month}月{as_of.day}日{hour}"
    return f"{as_of.day} {_MONTHS[as_of.month - 1]} {as_of.year}{f', {hour}' if hour else ''}"
