"""What needs a person whatever else could be said: who asks for one, what is grave, what failed."""

from __future__ import annotations

from assistant.agent.verdict import TYPED, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step, immediate_handoff
from assistant.reply import HandoffReason
from assistant.understanding.question import Question


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Call a person at once, or return None."""
    if reason := immediate_handoff(question.guess):
        return Verdict(question, Step.CALL_PERSON, TYPED, reason=reason, detail=question.text)
    if failure := findings.failure:
        return Verdict(question, Step.CALL_PERSON, 0.0, reason=HandoffReason.TOOL_FAILED, detail=failure.message)
    return None
