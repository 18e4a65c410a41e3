"""Coupons: what code has worked out of the merchant's terms."""

from __future__ import annotations

from assistant.agent.verdict import PLAINLY_SAID, TYPED, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.coupons.worth import Standing
from assistant.escalation import Step
from assistant.understanding.question import Question


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Tell what a coupon takes off, when the message asks about one."""
    coupon = findings.context.coupon
    if coupon is None or question is not findings.context.understanding.questions[0]:
        return None
    if not coupon.named and any(s.probability >= PLAINLY_SAID for s in findings.in_documents(question)[:1]):
        # "Can coupons be combined?" is asked of the shop's rules, whatever code was spoken of before.
        return None
    gone = coupon.standing in (Standing.OVER, Standing.USED_UP)
    return Verdict(question, Step.DECLINE if gone else Step.ANSWER, TYPED, coupon=coupon)
