"""Replies about a change of an order: the question, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from assistant.agent.order_phrases import action_of, tell
from assistant.orders.guarded import ChangeOutcome, Proposed, Refused, Unknown
from assistant.orders.source import ChangeState, OrderChange
from assistant.orders.wishes import Missing
from knowledge.orders import Order, OrderLine
from knowledge.text import Lang

_BECAME: Final = {
    ChangeState.DONE: "done",
    ChangeState.ACCEPTED: "accepted",
    ChangeState.REQUESTED: "requested",
}


def line_text(line: OrderLine) -> str:
    """Return a line of an order as it is read out."""
    return f"{' '.join((line.title, *line.options))} ×{line.quantity}"


def what_text(change: OrderChange, order: Order | None, lang: Lang) -> str:
    """Return exactly what the change concerns, each part on a line of its own."""
    comma = "；" if lang == "zh" else "; "
    known = {line.item_id: line_text(line) for line in order.lines if line.item_id} if order else {}
    items = [known.get(item, item) for item in change.items]
    if not items and order is not None:
        items = [line_text(line) for line in order.lines]
    told = [
        ("items", "items", comma.join(items)),
        ("instead", "items", comma.join(change.new_items)),
        ("payment", "method", change.payment_method or ""),
        ("address", "address", ", ".join(value for _, value in change.address if value)),
        ("details", "details", change.details or change.reason),
    ]
    return "\n".join(f"- {tell(key, lang, **{name: text})}" for key, name, text in told if text)


def outcome_text(outcome: ChangeOutcome, lang: Lang, *, makes_changes: bool) -> str:
    """Return what is said.

    Args:
        makes_changes: Whether the shop's system makes changes; else a person does.
    """
    if isinstance(outcome, Refused):
        action = action_of(outcome.change.kind, lang, outcome.order.order_no)
        return tell("refused_why" if outcome.message else "refused", lang, action=action, message=outcome.message)
    change = outcome.proposal.change
    action = action_of(change.kind, lang, change.order_no)
    if isinstance(outcome, Proposed):
        key = "propose" if makes_changes else "propose_request"
        return tell(key, lang, action=action, what=what_text(change, outcome.order, lang))
    if isinstance(outcome, Unknown):
        return tell("unknown", lang, action=action)
    if outcome.earlier and outcome.result.state is not ChangeState.REQUESTED:
        return tell("too_late", lang, action=action)
    lines = [tell(_BECAME[outcome.result.state], lang, action=action), what_text(change, outcome.order, lang)]
    if outcome.result.message:
        lines.append(tell("says", lang, message=outcome.result.message))
    return "\n".join(line for line in lines if line)


def missing_text(missing: Missing, lang: Lang) -> str:
    """Return the question for what is still to be known."""
    lines = [line_text(line) for line in missing.order.lines]
    if missing.what == "items":
        return tell("ask_items", lang, items="\n".join(f"- {line}" for line in lines))
    if missing.what == "instead":
        return tell("ask_instead", lang, items="; ".join(lines))
    return tell("ask_address", lang)


def change_shown(outcome: ChangeOutcome) -> Mapping[str, Any]:
    """Return the change as the reply carries it."""
    if isinstance(outcome, Refused):
        return {**outcome.change.as_json(), "state": "refused", "message": outcome.message}
    told = outcome.proposal.as_json()
    if isinstance(outcome, Proposed):
        return told
    if isinstance(outcome, Unknown):
        return {**told, "state": "unknown"}
    return {**told, "state": outcome.result.state.value, "message": outcome.result.message}
