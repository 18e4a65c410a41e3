"""The outcome of the look-ups for one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assistant.agent.results import FoundProduct, ProductsFound, SizeFound
from assistant.agent.variants import Choices
from assistant.bargaining.haggle import Haggled
from assistant.comparison import Pick
from assistant.coupons.worth import Worth
from assistant.escalation import Step
from assistant.grounding import Support
from assistant.orders.guarded import ChangeOutcome
from assistant.orders.wishes import Missing
from assistant.reply import HandoffReason
from assistant.understanding.question import Question
from knowledge.catalog import Product, Variant
from knowledge.orders import Order

# How sure a verdict is that weighs no texts. Typed stock and price are as sure as the shop's file;
# a comparison leaves more to the reader.
TYPED: Final = 0.93
COMPARED: Final = 0.85
# That saying "I cannot" or asking back is the right thing to do.
SAID_NO: Final = 0.8
ASKED_BACK: Final = 0.7
# From here on the words say just what was asked, so they go before asking for anything.
PLAINLY_SAID: Final = 0.8
# A unit of a question that weighs this much is its point.
TELLING: Final = 0.6
_NOTHING_PUBLISHED: Final = frozenset({HandoffReason.NOT_STATED, HandoffReason.LOW_CONFIDENCE})


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What a rule means for the shopper's case.

    Attributes:
        said: In the language of the reply.
        formula: How it was worked out, for the citation.
    """

    said: str
    formula: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one question; at most one of the answer's fields is set.

    Attributes:
        supports: Facts that answer, best first.
        decided: The yes or no that the first of them gives to a yes/no question; None when it leaves it open.
        typed: Product and variants whose stock and price answer.
        worked_out: What the first of them means for the shopper's case.
        order: A verified order that is shown, beside whatever else is said.
        choices: Choices of one product that are set side by side.
        pick: The one of the compared that typed facts put first for the need that was named.
        coupon: What a coupon takes off.
        haggled: The answer to a wish for a lower price.
        changed: What became of a wish to change an order.
        missing: What of such a wish must still be asked.
        rule: The question that ``supports`` answer, where it is not the shopper's own.
        own: Orders to choose from, of a shopper who is signed in.
        nearest: Facts nearest to a question without an answer, for the person who takes over.
        beside: Those of them that the shopper is told, as no answer.
        lacking: What is looked for and not sold, in the shopper's words.
        candidates: Products to choose from when asking back.
    """

    question: Question
    step: Step
    probability: float
    supports: tuple[Support, ...] = ()
    decided: bool | None = None
    worked_out: WorkedOut | None = None
    typed: tuple[Product, tuple[Variant, ...]] | None = None
    found: tuple[FoundProduct, ...] = ()
    search: ProductsFound | None = None
    size: SizeFound | None = None
    compared: tuple[Product, ...] = ()
    choices: Choices | None = None
    pick: Pick | None = None
    order: Order | None = None
    haggled: Haggled | None = None
    coupon: Worth | None = None
    changed: ChangeOutcome | None = None
    missing: Missing | None = None
    own: tuple[Order, ...] = ()
    rule: Question | None = None
    candidates: tuple[Product, ...] = ()
    lacking: str = ""
    phrase: str | None = None
    reason: HandoffReason | None = None
    detail: str = ""
    nearest: tuple[Support, ...] = ()
    beside: tuple[Support, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing published answers the question, so that the merchant should hear of it."""
        return self.reason in _NOTHING_PUBLISHED or self.phrase in ("found_none", "not_sold")
