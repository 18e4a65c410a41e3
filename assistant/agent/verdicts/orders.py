"""What to do about a question on an order: tell, ask for proof, or call a person."""

from __future__ import annotations

import re
from typing import Final

from assistant.agent.orders import ASKS
from assistant.agent.verdict import PLAINLY_SAID, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.confidence import SUPPORTED
from assistant.escalation import ABOUT_ORDERS, FAINTLY, Step
from assistant.grounding import Support
from assistant.orders.claims import parse_claim
from assistant.orders.enquiry import Enquiry
from assistant.orders.verification import Proof
from assistant.reply import HandoffReason
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.text import fold

# Read from the shop's own record, for a shopper who has shown whose it is.
READ: Final = 0.93
ASKED_FOR_PROOF: Final = 0.8
_ABOUT_GOODS: Final = frozenset({Intent.SIZE_ADVICE, Intent.FIND_PRODUCTS, Intent.COMPARE, Intent.BARGAIN})
# "How do I track my parcel" asks for the way, and not where one's own is.
_THE_WAY = re.compile(r"\bhow (?:do|can|long|to)\b|怎么(?!还|没|不)|如何|多久|几天")
_OWN = re.compile(r"\bmy\b|\bmine\b|我|俺|[到走]哪|\bi ordered\b")
# From here on a message asks for an order's state though it does not say whose: "has it shipped".
CLEARLY: Final = 0.4


def about_own(question: Question) -> bool:
    """Tell whether a message asks for the state of an order of the shopper's own."""
    said = fold(question.text)
    if question.intent is not Intent.ORDER_STATUS or _THE_WAY.search(said) is not None:
        return False
    # "Check my order" and 查单 ask nothing: that is to be done.
    enough = CLEARLY if question.asks else FAINTLY
    return question.guess.lead(ABOUT_ORDERS) >= enough or _OWN.search(said) is not None


def may_be_order(question: Question) -> bool:
    """Tell whether an order may be meant: by what is asked, or by a number that no product has."""
    if question.reference.how == "code":
        return False
    # Whoever complains about an order is helped sooner when the person who is called sees it.
    about = question.intent in ABOUT_ORDERS or question.intent is Intent.COMPLAINT
    claim = parse_claim(question.text)
    # A number in a product's own name is none of an order.
    names = fold(" ".join(product.title for product in question.reference.products))
    codes = [code for code in claim.codes if fold(code) not in names]
    return about or bool(codes or claim.emails)


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Tell of an order, or ask for proof, when the question is about an order of the shopper's own."""
    enquiry, wish = findings.context.enquiry, findings.context.after_sales.wish
    if enquiry is None or not (may_be_order(question) or wish is not None):
        return None
    rules = findings.in_documents(question)
    asked_before = findings.asked_which_before
    if _asks_beyond(question, enquiry, findings):
        return None
    return order_verdict(question, enquiry, rules, wishes=wish is not None, asked_before=asked_before)


def _asks_beyond(question: Question, enquiry: Enquiry, findings: Findings) -> bool:
    """Tell whether, of an order that was just told, something is asked that it does not hold: a rule, a product.

    "And how long by credit card", asked below an order, is no wish to see the order again.
    """
    told = findings.last_reply.get("order") if findings.last_reply else None
    if not told or enquiry.order is None or enquiry.said_now or not question.asks:
        return False
    return question.guess.lead({Intent.ORDER_STATUS}) < CLEARLY and findings.context.after_sales.wish is None


def order_verdict(
    question: Question, enquiry: Enquiry, in_documents: list[Support], *, wishes: bool, asked_before: bool
) -> Verdict | None:
    """Return the verdict; None when the question is not about an order of the shopper's own.

    Args:
        in_documents: What the shop's rules say of the question, best first.
        wishes: Something is to be done with an order.
        asked_before: The assistant's last reply has asked back already.
    """
    about_orders = wishes or question.intent in ABOUT_ORDERS or (asked_before and enquiry.said_now)
    best_rule = in_documents[0].probability if in_documents else 0.0
    if enquiry.proof is Proof.SOURCE_DOWN and (about_orders or enquiry.said_now):
        reason = HandoffReason.TOOL_FAILED
        return Verdict(question, Step.CALL_PERSON, READ, phrase="source_down", reason=reason, detail=question.text)
    if enquiry.order is not None:
        return _verified(question, enquiry, in_documents) if about_orders or enquiry.said_now else None
    # A phone number beside a question about goods is no order number.
    if question.intent in _ABOUT_GOODS and not about_orders:
        return None
    if not about_orders and (not enquiry.said_now or best_rule >= SUPPORTED or enquiry.proof is Proof.TAIL_ONLY):
        return None
    if enquiry.proof is Proof.NOTHING_SAID and not wishes:
        if question.guess.lead(ABOUT_ORDERS) < FAINTLY and not asked_before:
            return None
        if best_rule >= SUPPORTED and not about_own(question):
            return None
    if enquiry.proof is Proof.WHICH_OWN:
        return Verdict(question, Step.ASK_WHICH, READ, own=enquiry.own)
    if enquiry.proof is Proof.SOURCE_DOWN:
        return None
    if enquiry.proof is Proof.LOCKED or enquiry.tries_left == 0 or (asked_before and not enquiry.said_now):
        reason = HandoffReason.NOT_VERIFIED
        phrase = "order_not_verified"
        return Verdict(question, Step.CALL_PERSON, READ, phrase=phrase, reason=reason, detail=question.text)
    return Verdict(question, Step.ASK_WHICH, ASKED_FOR_PROOF, phrase=ASKS[enquiry.proof])


def _verified(question: Question, enquiry: Enquiry, in_documents: list[Support]) -> Verdict:
    order = enquiry.order
    assert order is not None
    rules = in_documents[:1] if question.asks else []
    supports = tuple(rule for rule in rules if rule.probability >= PLAINLY_SAID)
    return Verdict(question, Step.ANSWER, READ, order=order, supports=supports)
