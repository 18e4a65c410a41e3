"""Which tools to call for a message: the embedded mind's decisions before it writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.agent.context import TurnContext
from assistant.agent.judge import Judge
from assistant.agent.order_tools import call_for
from assistant.agent.results import HandedOver, ToolResult
from assistant.agent.verdict import Verdict
from assistant.agent.verdicts.at_once import rule_for
from assistant.agent.verdicts.destinations import LIST_ASKED, destination
from assistant.agent.verdicts.orders import may_be_order
from assistant.escalation import Step
from assistant.orders.source import OrderChange
from assistant.understanding.intents import SMALL_TALK, Intent
from assistant.understanding.question import Question
from knowledge.size_charts import Measure

# Comparing more than four products helps nobody.
MOST_PRODUCTS: Final = 4


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A tool to call, with its arguments."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)


def next_calls(context: TurnContext, results: Sequence[ToolResult]) -> list[PlannedCall]:
    """Return the calls to make now; none when it is time to write.

    First everything that may answer is looked up at once, since a look-up costs milliseconds and
    a model step more; then a person is called when nothing did.
    """
    if not results:
        calls = _change_calls(context)
        calls += [PlannedCall("search_documents", {"query": context.hours.text})] if context.hours else []
        calls += [call for question in context.understanding.questions for call in _look_ups(context, question)]
        if calls:
            return _distinct(calls)
    if any(isinstance(result, HandedOver) for result in results):
        return []
    unanswered = first_unanswered(Judge(context, results).verdicts())
    if unanswered is None or unanswered.reason is None:
        return []
    return [PlannedCall("hand_over", {"reason": unanswered.reason.value, "detail": unanswered.detail[:500]})]


def first_unanswered(verdicts: Sequence[Verdict]) -> Verdict | None:
    """Return the first question that needs a person."""
    return next((v for v in verdicts if v.step is Step.CALL_PERSON), None)


def _look_ups(context: TurnContext, question: Question) -> list[PlannedCall]:
    if question.intent in SMALL_TALK or rule_for(question, context):
        return []
    if question.intent in (Intent.AFFIRM, Intent.DENY) and not question.reference.words:
        return []
    products = question.reference.products[:MOST_PRODUCTS]
    calls = [PlannedCall("search_documents", {"query": question.text})]
    if destination(question) is not None:
        calls.append(PlannedCall("search_documents", {"query": LIST_ASKED[context.understanding.lang]}))
    calls += [PlannedCall("product_details", {"handle": str(product.handle)}) for product in products]
    if may_be_order(question):
        calls.append(PlannedCall("get_order_details"))
    if question.intent is Intent.SIZE_ADVICE:
        calls.append(PlannedCall("recommend_size", _size_arguments(context, question)))
    if question.intent is Intent.FIND_PRODUCTS or not products:
        calls.append(PlannedCall("find_products", {"query": question.text}))
    return calls


def _change_calls(context: TurnContext) -> list[PlannedCall]:
    """Return the call that puts a change to the orders, and the search for the shop's rule about it."""
    after_sales = context.after_sales
    change = after_sales.confirmed.change if after_sales.confirmed else after_sales.change
    calls = [PlannedCall("search_documents", {"query": after_sales.rule.text})] if after_sales.rule else []
    if isinstance(change, OrderChange):
        calls.append(PlannedCall(*call_for(change)))
    return calls


def _size_arguments(context: TurnContext, question: Question) -> dict[str, Any]:
    product = next(iter(question.reference.products), None)
    body = context.understanding.measurements.body
    arguments: dict[str, Any] = {str(measure): float(body[measure]) for measure in Measure if measure in body}
    if product is not None:
        arguments["handle"] = str(product.handle)
    return arguments


def _distinct(calls: list[PlannedCall]) -> list[PlannedCall]:
    out: list[PlannedCall] = []
    for call in calls:
        if call not in out:
            out.append(call)
    return out
