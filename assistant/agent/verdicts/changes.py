"""Changes of orders: what is asked before one is made, and what became of it."""

from __future__ import annotations

from typing import Final

from assistant.agent.results import ChangeAnswered
from assistant.agent.verdict import Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.confidence import SUPPORTED
from assistant.escalation import ABOUT_ORDERS, Step
from assistant.grounding import Support
from assistant.orders.guarded import ChangeOutcome, Made, Proposed, Unknown, is_request
from assistant.orders.wishes import Missing
from assistant.reply import HandoffReason
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.orders import ChangeKind, OrderStatus

# Code has done or asked it.
DECIDED: Final = 0.93
_OVER: Final = frozenset({OrderStatus.CANCELLED, OrderStatus.REFUNDED})


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Return the verdict when the message wants an order changed, confirms it or takes it back."""
    after_sales = findings.context.after_sales
    alone = len(findings.context.understanding.questions) == 1
    if not (alone or question.intent in (*ABOUT_ORDERS, Intent.AFFIRM, Intent.DENY)):
        return None
    outcome = findings.last(ChangeAnswered)
    if outcome is not None or after_sales.settled is not None:
        rule = after_sales.rule
        rules = findings.in_documents(rule) if rule is not None else []
        plain = tuple(one for one in rules if one.probability >= SUPPORTED)
        settled = outcome.outcome if outcome is not None else after_sales.settled
        assert settled is not None
        return outcome_verdict(question, settled, plain, rule)
    if after_sales.grave is not None:
        enquiry = findings.context.enquiry
        order = enquiry.order if enquiry is not None else None
        return Verdict(question, Step.CALL_PERSON, DECIDED, order=order, reason=after_sales.grave, detail=question.text)
    if after_sales.dropped is not None or after_sales.stale:
        return Verdict(question, Step.ANSWER, DECIDED, phrase="dropped" if after_sales.dropped else "stale")
    if isinstance(after_sales.change, Missing):
        return Verdict(question, Step.ASK_WHICH, DECIDED, missing=after_sales.change)
    return None


def outcome_verdict(
    question: Question, outcome: ChangeOutcome, rules: tuple[Support, ...], rule: Question | None
) -> Verdict:
    """Return the verdict on a wish that was put to the orders.

    Args:
        rules: What the shop's documents say about such wishes, best first.
        rule: The question to which they are the answer.
    """
    if isinstance(outcome, Proposed):
        order, kind = outcome.order, outcome.proposal.change.kind
        if kind is ChangeKind.CANCEL and order.status in _OVER:
            return Verdict(question, Step.ANSWER, DECIDED, order=order)
        # Where the shop's system has said that it may be done, its rules need no quoting.
        quoted = () if kind in order.permissions else rules[:1]
        of_rule = rule if quoted else None
        return Verdict(question, Step.ASK_WHICH, DECIDED, order=order, changed=outcome, supports=quoted, rule=of_rule)
    if isinstance(outcome, Unknown) or (isinstance(outcome, Made) and (is_request(outcome) or outcome.earlier)):
        unknown = isinstance(outcome, Unknown)
        return Verdict(
            question,
            Step.CALL_PERSON,
            DECIDED,
            order=outcome.order,
            changed=outcome,
            reason=HandoffReason.TOOL_FAILED if unknown else HandoffReason.NOT_POSSIBLE_HERE,
            detail=_detail(outcome, question),
        )
    if isinstance(outcome, Made):
        return Verdict(question, Step.ANSWER, DECIDED, order=outcome.result.order or outcome.order, changed=outcome)
    return Verdict(question, Step.DECLINE, DECIDED, order=outcome.order, changed=outcome, supports=rules[:1], rule=rule)


def _detail(outcome: Made | Unknown, question: Question) -> str:
    """Return what the person at the desk has to do, in one line."""
    change = outcome.proposal.change
    told = [change.kind.value, change.order_no, *change.items, change.details or change.reason]
    if isinstance(outcome, Unknown):
        told.insert(0, "outcome unknown, check before doing it again")
    elif outcome.earlier:
        told.insert(0, f"done, then taken back ({question.text})")
    return " · ".join(part for part in told if part)
