"""What a message plainly holds goes before what its neighbours among the examples say.

`CORRECTIONS` is an ordered table: the first correction that applies settles the intent, and the
classifier's guess stands when none does. What rests on words alone yields to a guess that is clear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from assistant.bargaining.bids import asks_price, parse_bid
from assistant.escalation import CALLS_A_PERSON
from assistant.understanding.intents import SMALL_TALK, Intent, IntentGuess
from assistant.understanding.measurements import Measurements
from assistant.understanding.question import Question
from assistant.understanding.references import CERTAIN, compares, points
from knowledge.retrieval.tokens import words
from knowledge.text import fold

# Greetings, thanks, yes and no are short and alike: only a close neighbour is believed.
PLAIN: Final = SMALL_TALK | {Intent.AFFIRM, Intent.DENY}
PLAINLY: Final = 0.62
NEARLY_PLAINLY: Final = 0.55
BY_FAR: Final = 0.15
# A price is named in many ways; how far below the best guess bargaining may lie when one is.
NEAR_BARGAIN: Final = 0.25
SURELY_BARGAIN: Final = 0.5
# What is further from every example than the second must lead by more.
NEARLY_BARGAIN: Final = 0.4
BARGAIN_MARGIN, FAR_BARGAIN_MARGIN = 0.05, 0.2
# So near the best guess a search is one where a kind of goods is asked for.
NEAR_FINDING: Final = 0.25
# So far ahead a wish for a lower price is one, also with "any" in it: "any cheaper scarves" is not.
FAR_AHEAD: Final = 0.5
# So far ahead a guess is right in 97 of 100 messages by writers left out, and needs no correction by words.
CLEARLY: Final = 0.4
# These are about no choice of goods, though goods and their limits may be named in them.
OF_NO_CHOICE: Final = frozenset({Intent.SHOP_QUESTION, Intent.ORDER_STATUS, Intent.ORDER_CHANGE, *CALLS_A_PERSON})
# Whoever gives a measurement on the way to one of these does not ask for a size.
NOT_FOR_A_SIZE: Final = frozenset({Intent.HUMAN, Intent.COMPLAINT, Intent.SENSITIVE, Intent.FIND_PRODUCTS})


@dataclass(frozen=True, slots=True)
class Heard:
    """A question with what its correction looks at.

    Attributes:
        guess: The classifier's guess, bargaining left out where it is not plain.
        told: The measurements of this very message.
    """

    question: Question
    guess: IntentGuess
    told: Measurements

    @property
    def without_product(self) -> Intent:
        """What an uncertain question is about: the product that is known, or the shop."""
        return Intent.PRODUCT_QUESTION if self.question.reference.products else Intent.SHOP_QUESTION


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of the table: when it applies, what the intent is then, and why.

    Attributes:
        yields: Whether a clear guess that is about no choice of goods goes before it.
    """

    why: str
    applies: Callable[[Heard], bool]
    intent: Intent | Callable[[Heard], Intent]
    yields: bool = False


def settled_intent(question: Question, told: Measurements) -> Intent:
    """Return the intent of a question, corrected by what it plainly holds.

    Args:
        told: The measurements of this very message.
    """
    heard = Heard(question, _unless_plainly_bargaining(question), told)
    clearly_other = heard.guess.intent in OF_NO_CHOICE and heard.guess.margin >= CLEARLY
    for correction in CORRECTIONS:
        if correction.applies(heard) and not (correction.yields and clearly_other):
            return correction.intent if isinstance(correction.intent, Intent) else correction.intent(heard)
    return heard.guess.intent


def _unless_plainly_bargaining(question: Question) -> IntentGuess:
    """Return the guess, or the next best when it is bargaining without being plain.

    Short messages about goods all lie near each other; to talk of the price unasked is the worst guess.
    """
    guess = question.guess
    enough = BARGAIN_MARGIN if guess.score >= NEARLY_BARGAIN else FAR_BARGAIN_MARGIN
    sure = guess.score >= SURELY_BARGAIN or guess.margin >= enough
    # Who names the very product looks for none: "any wiggle room on the coat".
    seeks = question.seeks and question.reference.how not in CERTAIN and guess.margin < FAR_AHEAD
    seeks = seeks and not points(question.text)
    other = seeks or bool(question.constraints.excluded_words) or asks_price(question.text)
    if guess.intent is not Intent.BARGAIN or (sure and not other):
        return guess
    others = {intent: weight for intent, weight in guess.evidence.items() if intent is not Intent.BARGAIN}
    return replace(guess, intent=max(others, key=lambda intent: others[intent]))


def _bids(heard: Heard) -> bool:
    """Tell whether a price is named for a product, lower than what it costs."""
    question = heard.question
    if asks_price(question.text):
        return False
    near = question.guess.evidence.get(Intent.BARGAIN, -1.0) >= question.guess.strength - NEAR_BARGAIN
    budget = question.constraints.min_price is not None or question.constraints.max_price is not None
    if not near or budget or question.seeks or heard.told.body or not question.reference.products:
        return False
    price = question.reference.products[0].price_range
    bid = parse_bid(question.text, price[0].amount) if price else None
    return price is not None and bid is not None and bid < price[0].amount


def _most_of_a_kind(heard: Heard) -> bool:
    demands = heard.question.constraints
    return demands.most is not None and bool(demands.kinds) and not heard.question.reference.products


def _compares(heard: Heard) -> bool:
    question = heard.question
    if len(question.reference.products) < 2:
        return bool(question.reference.foreign)
    # "Do you have percale or sateen sheets" looks for either; it sets nothing against anything.
    return compares(question.text) or (question.reference.compared and not question.seeks)


def _hardly_small_talk(heard: Heard) -> bool:
    guess = heard.guess
    plainly = guess.score >= PLAINLY or (guess.score >= NEARLY_PLAINLY and guess.margin >= BY_FAR)
    plainly = plainly or guess.margin >= CLEARLY
    return guess.intent in PLAIN and not (plainly and words(heard.question.text))


def _finds_what_is_named(heard: Heard) -> bool:
    question = heard.question
    demands, named = question.constraints, question.reference.how in ("named", "code")
    budget = demands.kinds and (demands.min_price is not None or demands.max_price is not None)
    # "A wool scarf under 200" describes what is looked for, also where one scarf is called so.
    whole = any(fold(product.title) in fold(question.text) for product in question.reference.products)
    looks = bool(budget) and not whole and question.reference.how == "named"
    return heard.guess.intent is Intent.FIND_PRODUCTS and named and not demands.options and not looks


def _found_already(heard: Heard) -> bool:
    """Tell whether it only looks like a search: the very product is named ("mens linen shirt chest 41")."""
    return heard.guess.intent is Intent.FIND_PRODUCTS and heard.question.reference.how in ("named", "code")


def _asks_for_a_kind(heard: Heard) -> bool:
    """Tell whether it is asked whether goods of a kind are sold, and no product is spoken of."""
    question = heard.question
    likely = heard.guess.evidence.get(Intent.FIND_PRODUCTS, 0.0) >= heard.guess.strength - NEAR_FINDING
    return question.seeks and bool(question.constraints.kinds) and question.reference.how == "none" and likely


def _demands_of_a_kind(heard: Heard) -> bool:
    """Tell whether a kind of goods is named with a budget, with what it must not be, or in a size, and no product."""
    demands, reference = heard.question.constraints, heard.question.reference
    limits = demands.excluded_words or demands.min_price is not None or demands.max_price is not None or demands.bound
    in_a_size = bool(demands.options) and heard.guess.intent is Intent.SIZE_ADVICE and not heard.told.body
    return bool(demands.kinds) and reference.how in ("none", "context") and bool(limits or in_a_size)


CORRECTIONS: Final = (
    Correction(
        "Who tells more of themselves after advice on a size wants it anew.",
        lambda heard: heard.question.sizes_on,
        Intent.SIZE_ADVICE,
    ),
    Correction("A price below the product's own is a bid, however it is put.", _bids, Intent.BARGAIN),
    Correction(
        "Cheapest or dearest first is asked of a list.",
        lambda heard: heard.question.constraints.sort != "relevance",
        Intent.FIND_PRODUCTS,
        yields=True,
    ),
    Correction(
        "A further demand on a list asks for another list.",
        lambda heard: heard.question.refines,
        Intent.FIND_PRODUCTS,
    ),
    Correction(
        "A kind with limits, and no product, is looked for.", _demands_of_a_kind, Intent.FIND_PRODUCTS, yields=True
    ),
    Correction(
        "Who asks for a kind of goods that is sold looks for them.",
        _asks_for_a_kind,
        Intent.FIND_PRODUCTS,
        yields=True,
    ),
    Correction(
        "The most or least of a kind, of no certain product, is looked for.",
        _most_of_a_kind,
        Intent.FIND_PRODUCTS,
        yields=True,
    ),
    Correction(
        "Two products and a word of comparison compare them; so does one beside something of another shop.",
        _compares,
        Intent.COMPARE,
    ),
    Correction(
        "A lone quotation mark lies near to “bye” as everything short does; small talk must be plain.",
        _hardly_small_talk,
        lambda heard: heard.without_product,
    ),
    Correction(
        "Who tells their measurements wants a size.",
        lambda heard: bool(heard.told.body) and (heard.guess.intent not in NOT_FOR_A_SIZE or _found_already(heard)),
        Intent.SIZE_ADVICE,
        yields=True,
    ),
    Correction(
        "“How long is the …” wants a duration or an amount, not a list.",
        lambda heard: heard.guess.intent is Intent.FIND_PRODUCTS and heard.question.expected is not None,
        Intent.PRODUCT_QUESTION,
    ),
    Correction(
        "One product cannot be compared.",
        lambda heard: heard.guess.intent is Intent.COMPARE and len(heard.question.reference.products) < 2,
        Intent.PRODUCT_QUESTION,
    ),
    Correction("Who names a product has found it.", _finds_what_is_named, Intent.PRODUCT_QUESTION),
)
