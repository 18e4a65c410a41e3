"""When to answer, ask back, decline or call a person: thresholds, as data. The rules are in `handoff_rules`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from assistant.understanding.intents import Intent, IntentGuess
from knowledge.service_policy import ServicePolicy


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
        offer: From this share of ``answer`` on a text is shown with the question whether it is what was asked for:
            it may well be, and a person called for nothing costs the shopper more than a glance.
        sure_intent: Cosine from which an intent that calls a person at once is believed.
        sure_margin: By how much such an intent must lead those that call nobody: whether somebody
            complains or disputes matters less than that they do.
        sensitive: The same as ``sure_intent`` where health is at stake: sooner one call too many.
        clear_score: An intent less near than that is believed too when it leads by ``clear_margin``:
            people tell of an accident in words that no example has. Of examples by writers left out
            97 % of those who would be given a person were to get one, and of those who were to 73 % are.
    """

    answer: float = 0.4
    offer: float = 0.6
    sure_intent: float = 0.60
    sure_margin: float = 0.02
    sensitive: float = 0.52
    clear_score: float = 0.34
    clear_margin: float = 0.15


DEFAULTS: Final = Thresholds()


def thresholds_of(policy: ServicePolicy) -> Thresholds:
    """Return a shop's thresholds: what it says, or what its costs say, and else what ships."""
    wished = policy.threshold
    return DEFAULTS if wished is None else replace(DEFAULTS, answer=wished)


# These call a person before anything is looked up.
CALLS_A_PERSON: Final = frozenset({Intent.HUMAN, Intent.SENSITIVE, Intent.DISPUTE, Intent.COMPLAINT})
# These are about an order of the shopper's own.
ABOUT_ORDERS: Final = frozenset({Intent.ORDER_STATUS, Intent.ORDER_CHANGE})
# An order that nobody has spoken of is not asked for by a message that is about as likely of something else.
FAINTLY: Final = 0.2


def is_sure(guess: IntentGuess, thresholds: Thresholds = DEFAULTS) -> bool:
    """Tell whether an intent is believed that calls a person before anything is looked up."""
    needed = thresholds.sensitive if guess.intent is Intent.SENSITIVE else thresholds.sure_intent
    lead = guess.lead(CALLS_A_PERSON)
    sure = guess.score >= needed and lead >= thresholds.sure_margin
    return sure or (guess.score >= thresholds.clear_score and lead >= thresholds.clear_margin)


def without_answer(*, intent: Intent, product_known: bool, about_a_product: bool) -> Step:
    """Decide on a question that nothing published answers.

    Args:
        product_known: Whether the question's product is known.
        about_a_product: Whether the question can only be answered for a certain product.
    """
    if about_a_product and not product_known:
        return Step.ASK_WHICH
    if intent is Intent.OUT_OF_SCOPE:
        return Step.DECLINE
    return Step.CALL_PERSON
