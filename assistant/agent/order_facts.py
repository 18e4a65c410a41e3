"""The facts of an order that may be told once it is verified."""

from __future__ import annotations

from assistant.agent.phrases import say
from assistant.facts import Fact, FactKind
from knowledge.orders import Order
from knowledge.text import Lang, language_of


def order_facts(order: Order, lang: Lang) -> list[Fact]:
    """Return what may be told of a verified order; name and phone are not among it."""
    days = (
        ("order_placed", order.order_date),
        ("order_shipped", order.ship_date),
        ("order_arrived", order.delivered_date),
        ("order_expected", order.expected_date),
    )
    parcel = " ".join(part for part in (order.carrier, order.tracking_number) if part)
    told = [
        ("order_status", order.status_text),
        ("order_items", _items(order, lang)),
        ("order_total", str(order.total) if order.total else ""),
        *((key, day.isoformat()) for key, day in days if day is not None),
        ("order_parcel", parcel),
        ("order_note", order.note),
    ]
    return [_fact(order, say(key, lang), text) for key, text in told if text]


def said_fact(order: Order, text: str) -> Fact:
    """Return what the shop's system has said about a change, as a fact of the order."""
    return _fact(order, order.order_no, text)


def _items(order: Order, lang: Lang) -> str:
    named = [f"{' '.join((line.title, *line.options))} ×{line.quantity}" for line in order.lines]
    return ("；" if lang == "zh" else "; ").join(named)


def _fact(order: Order, label: str, text: str) -> Fact:
    return Fact(
        FactKind.ORDER,
        label,
        text,
        language_of(text, "zh"),
        "order",
        order.order_no,
        order.order_no,
        order.as_of.isoformat(),
        source=order.source,
    )
