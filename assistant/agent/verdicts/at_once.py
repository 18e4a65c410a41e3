"""What needs a person before anything is looked up: the first table of `assistant.handoff_rules`."""

from __future__ import annotations

from assistant.agent.context import TurnContext
from assistant.agent.verdict import TYPED, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.handoff_rules import BEFORE_LOOKING_UP, Rule, Situation, called_by
from assistant.reply import HandoffReason
from assistant.understanding.question import Question
from assistant.understanding.topics import topic_of


def rule_for(question: Question, context: TurnContext, *, failed: bool = False) -> Rule | None:
    """Return the rule that calls a person whatever could be looked up.

    Args:
        failed: Whether a tool that should have answered did not.
    """
    topic = topic_of(question.text, context.request.shop.policy.topics, context.index.likeness)
    return called_by(Situation(question.guess, topic=topic, failed=failed), BEFORE_LOOKING_UP)


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Call a person at once, or return None."""
    failure = findings.failure
    rule = rule_for(question, findings.context, failed=failure is not None)
    if rule is None:
        return None
    if failure is not None and rule.reason is HandoffReason.TOOL_FAILED:
        return Verdict(question, Step.CALL_PERSON, 0.0, reason=rule.reason, detail=failure.message)
    return Verdict(question, Step.CALL_PERSON, TYPED, reason=rule.reason, detail=question.text)
