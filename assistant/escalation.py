"""When to answer, ask back, decline or call a person: thresholds and their reasons, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assistant.reply import HandoffReason
from assistant.understanding.intents import Intent, IntentGuess


class Step(StrEnum):
    """What to do with a question after looking things up."""

    ANSWER = "answer"
    ASK_WHICH = "ask_which"
    DECLINE = "decline"
    CALL_PERSON = "call_person"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities at which the assistant dares to answer.

    Attributes:
        answer: From here on a reply is given.
        sure_intent: Cosine from which an intent that calls a person at once is believed.
        sure_margin: By how much such an intent must lead.
        sensitive: The same as ``sure_intent`` where health is at stake: sooner one call too many.
        clear_score: An intent less near than that is believed too when it leads by ``clear_margin``:
            people tell of an accident in words that no example has.
    """

    answer: float = 0.4
    sure_intent: float = 0.60
    sure_margin: float = 0.02
    sensitive: float = 0.52
    clear_score: float = 0.42
    clear_margin: float = 0.07


DEFAULTS: Final = Thresholds()

# These call a person at once, whatever else could be said.
AT_ONCE: Final = {
    Intent.HUMAN: HandoffReason.SHOPPER_ASKED,
    Intent.COMPLAINT: HandoffReason.COMPLAINT,
    Intent.SENSITIVE: HandoffReason.SENSITIVE,
}
# These are about an order of the shopper's own.
ABOUT_ORDERS: Final = frozenset({Intent.ORDER_STATUS, Intent.ORDER_CHANGE})


def immediate_handoff(guess: IntentGuess, thresholds: Thresholds = DEFAULTS) -> HandoffReason | None:
    """Return the reason to call a person before anything is looked up, if there is one."""
    reason = AT_ONCE.get(guess.intent)
    needed = thresholds.sensitive if guess.intent is Intent.SENSITIVE else thresholds.sure_intent
    sure = guess.score >= needed and guess.margin >= thresholds.sure_margin
    clear = guess.score >= thresholds.clear_score and guess.margin >= thresholds.clear_margin
    return reason if reason is not None and (sure or clear) else None


def next_step(
    probability: float, *, intent: Intent, product_known: bool, about_a_product: bool, thresholds: Thresholds = DEFAULTS
) -> Step:
    """Decide on a question.

    Args:
        probability: That the best answer found is right.
        product_known: Whether the question's product is known.
        about_a_product: Whether the question can only be answered for a certain product.
    """
    if probability >= thresholds.answer:
        return Step.ANSWER
    if about_a_product and not product_known:
        return Step.ASK_WHICH
    if intent is Intent.OUT_OF_SCOPE:
        return Step.DECLINE
    return Step.CALL_PERSON
