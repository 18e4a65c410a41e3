"""What is said in a conversation beside its matter: greetings, thanks, yes, no, and nothing at all."""

from __future__ import annotations

from dataclasses import replace

from assistant.agent.verdict import ASKED_BACK, TYPED, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.reply import Action, HandoffReason
from assistant.understanding.hearing import Stance
from assistant.understanding.intents import SMALL_TALK, Intent
from assistant.understanding.question import Question
from knowledge.retrieval.tokens import words


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Answer small talk, or return None."""
    if question.intent in SMALL_TALK:
        return Verdict(question, Step.ANSWER, TYPED, phrase=question.intent.value)
    if not any(character.isalnum() for character in question.text):
        if not findings.asked_which_before:
            return Verdict(question, Step.ASK_WHICH, ASKED_BACK, phrase="deny")
        reason = HandoffReason.LOW_CONFIDENCE
        return Verdict(question, Step.CALL_PERSON, ASKED_BACK, reason=reason, detail=question.text)
    if question.intent in (Intent.AFFIRM, Intent.DENY) and not question.reference.words:
        return _yes_or_no(question, findings)
    return None


def _yes_or_no(question: Question, findings: Findings) -> Verdict:
    """A "yes" takes up the offer of a person; a bare "no" asks for other words, once, and "no thanks" for nothing."""
    last = findings.last_reply
    action = last.get("action") if last else None
    if question.intent is Intent.AFFIRM:
        # Who cannot lower a price has offered no person; who found nothing has.
        if action == Action.REFUSE.value and last is not None and not last.get("products"):
            reason = HandoffReason.SHOPPER_ASKED
            return Verdict(question, Step.CALL_PERSON, TYPED, reason=reason, detail=question.text)
        return Verdict(question, Step.ANSWER, TYPED, phrase="affirm")
    if action == Action.CLARIFY.value:
        # What is open is what was asked before; "no" is nothing that anybody could look up.
        asked = next((text for text, _ in reversed(findings.answered_before)), question.text)
        open_one = replace(question, text=asked)
        reason = HandoffReason.LOW_CONFIDENCE
        return Verdict(open_one, Step.CALL_PERSON, ASKED_BACK, reason=reason, detail=asked)
    leaves = findings.context.hearing.stance(findings.context.reader.meaning(question.said)) is Stance.LEAVE
    if leaves and last is not None and len(words(question.said)) > 1:
        return Verdict(question, Step.ANSWER, ASKED_BACK, phrase="left")
    return Verdict(question, Step.ASK_WHICH, ASKED_BACK, phrase="deny")
