"""Replies about an order: what may be told of it, and what has to be shown first."""

from __future__ import annotations

from typing import Final

from assistant.agent.draft import Sources
from assistant.agent.order_facts import order_facts
from assistant.agent.phrases import say
from assistant.orders.verification import Proof
from assistant.reply import OrderShown
from knowledge.orders import Order
from knowledge.text import Lang

# What is still to be shown, by what has been.
ASKS: Final = {
    Proof.NOTHING_SAID: "order_ask_both",
    Proof.NUMBER_ONLY: "order_ask_tail",
    Proof.TAIL_ONLY: "order_ask_number",
    Proof.NO_SUCH_PAIR: "order_no_such_pair",
}


def order_text(order: Order, lang: Lang, sources: Sources) -> str:
    """Return the state of an order, each fact on a line of its own."""
    colon = "：" if lang == "zh" else ": "
    facts = order_facts(order, lang)
    state, *rest = facts
    lead = say("order_state", lang, number=order.order_no, state=state.text) + sources.cite(state)
    lines = [f"- {fact.label}{colon}{fact.text}" for fact in rest]
    return "\n".join([lead, *lines])


def order_shown(order: Order) -> OrderShown:
    """Return the order as the reply carries it."""
    return OrderShown(
        order_no=order.order_no,
        status=order.status_text,
        state=order.status.value,
        items=tuple((line.title, line.options, line.quantity) for line in order.lines),
        total=order.total,
        carrier=order.carrier,
        tracking_no=order.tracking_number,
        order_date=order.order_date,
        ship_date=order.ship_date,
        delivered_date=order.delivered_date,
        note=order.note,
        as_of=order.as_of.isoformat(),
    )
