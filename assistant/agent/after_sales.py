"""What a message means for an order that may be changed: a wish, a yes, a no, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assistant.agent.order_phrases import ACTION_WORDS, RULE_QUESTIONS
from assistant.escalation import ABOUT_ORDERS, FAINTLY
from assistant.handoff_rules import BEFORE_LOOKING_UP, Situation, called_by
from assistant.orders.change_desk import ChangeDesk
from assistant.orders.claims import without_proofs
from assistant.orders.confirmation import Proposal, amends, confirms, declines, pending, waits_no_more
from assistant.orders.enquiry import Enquiry
from assistant.orders.guarded import ChangeOutcome, Made, Unknown
from assistant.orders.source import OrderChange, SourceUnavailable
from assistant.orders.verification import Proof
from assistant.orders.wishes import Missing, Wish, as_change, wanted
from assistant.reply import HandoffReason
from assistant.turn import TurnRequest
from assistant.understanding.hearing import Hearing, Stance
from assistant.understanding.intents import SMALL_TALK, ExampleClassifier, Intent
from assistant.understanding.message import Reader
from assistant.understanding.question import Question, Understanding
from knowledge.clock import Clock
from knowledge.orders import ChangeKind, order_key
from knowledge.retrieval.encoders import MULTILINGUAL
from knowledge.text import Lang, fold

# "Can you cancel it" asks us to; "can I cancel it" asks for the rule.
_REQUEST: Final = re.compile(
    r"\b(?:can|could|would|will) (?:you|u|someone|somebody)\b|\bplease\b|\bpls\b|帮我|帮忙|麻烦|给我|替我|请"
)


@dataclass(frozen=True, slots=True)
class AfterSales:
    """What is to be done; at most one field beside ``wish`` and ``rule`` is set.

    Attributes:
        confirmed: The shopper has said yes to this.
        dropped: They have said no to it, or to what was still to be asked about it.
        settled: It was confirmed before, and this has become of it, though they no longer want it.
        stale: They have said yes to a question that holds no more.
        grave: Beside the numbers that prove whose order it is stands what a person must hear, such as a complaint.
        wish: What they want, as far as it is known.
        change: The whole of it, once the order is verified; or what is still missing.
        rule: The question whose answer is the shop's rule for such a wish.
    """

    confirmed: Proposal | None = None
    dropped: Proposal | Wish | None = None
    settled: ChangeOutcome | None = None
    stale: bool = False
    grave: HandoffReason | None = None
    wish: Wish | None = None
    change: OrderChange | Missing | None = None
    rule: Question | None = None


NOTHING: Final = AfterSales()
# Cosine to the nearest example from which a message wants something else than what was asked back about.
PLAINLY_ANOTHER: Final = 0.6


def concerns_orders(request: TurnRequest, clock: Clock) -> bool:
    """Tell whether the last reply has left something open about an order."""
    left_open = pending(request.history, clock.now()) is not None or wanted(request.history) is not None
    return left_open or (waits_no_more(request.history) and confirms(request.text, ()))


class AfterSalesReader:
    """Reads what messages mean for orders.

    Args:
        kinds: Tells the kind of change.
        hearing: Tells who would rather leave it.
        changes: Knows what was made.
    """

    def __init__(
        self, kinds: ExampleClassifier[ChangeKind], hearing: Hearing, changes: ChangeDesk, clock: Clock
    ) -> None:
        self._kinds, self._hearing = kinds, hearing
        self._changes = changes
        self._clock = clock

    async def read(
        self, request: TurnRequest, understanding: Understanding, enquiry: Enquiry, reader: Reader
    ) -> AfterSales:
        """Return what to do."""
        asked = pending(request.history, self._clock.now())
        if asked is not None:
            answered = await self._answered(asked, request, understanding, enquiry, reader)
            if answered is not None:
                return answered
        elif waits_no_more(request.history) and confirms(request.text, ()):
            return AfterSales(stale=True)
        if enquiry.said_now:
            bare = self._bare(request, reader)
            grave = None if bare is None else called_by(Situation(bare.guess), BEFORE_LOOKING_UP)
            if grave is not None:
                return AfterSales(grave=grave.reason)
        begun = wanted(request.history)
        if begun is not None and not enquiry.said_now and self._leaves(understanding, reader):
            return AfterSales(dropped=begun)
        wish = self._wish(request, understanding, enquiry, reader)
        if asked is not None and wish is None and amends(request.text):
            told = asked.change.details or asked.change.reason
            wish = Wish(asked.change.kind, (told, request.text))
        if wish is None:
            return NOTHING
        rule = self._rule(wish, request, reader)
        change = None
        if enquiry.order is not None:
            options = reader.option_values("\n".join(wish.said))
            change = as_change(wish, enquiry.order, options)
        return AfterSales(wish=wish, change=change, rule=rule)

    async def _answered(
        self, asked: Proposal, request: TurnRequest, understanding: Understanding, enquiry: Enquiry, reader: Reader
    ) -> AfterSales | None:
        """Return what the message says to the question; None when it speaks of something else."""
        named = [asked.change.order_no, *asked.change.items, asked.change.details, asked.change.reason]
        named += ACTION_WORDS[asked.change.kind]
        if confirms(request.text, named):
            mine = enquiry.order is not None and order_key(enquiry.order.order_no) == order_key(asked.change.order_no)
            return AfterSales(confirmed=asked) if mine else None
        settled = await self._settled(asked, enquiry)
        if settled is not None:
            return AfterSales(settled=settled)
        denies = understanding.intent is Intent.DENY or self._leaves(understanding, reader)
        # Who says yes to a part leaves nothing as it is.
        if declines(request.text, named) or (denies and not amends(request.text)):
            return AfterSales(dropped=asked)
        return None

    def _leaves(self, understanding: Understanding, reader: Reader) -> bool:
        """Tell whether a message says to leave things as they are, and nothing else."""
        said = [reader.meaning(question.said) for question in understanding.questions]
        return all(self._hearing.stance(vector) is Stance.LEAVE for vector in said)

    async def _settled(self, asked: Proposal, enquiry: Enquiry) -> ChangeOutcome | None:
        """Return the outcome of a yes whose turn was cut off by this message."""
        try:
            result = await self._changes.outcome(asked)
        except SourceUnavailable:
            return Unknown(asked, enquiry.order)
        return None if result is None else Made(asked, enquiry.order, result, earlier=True)

    def _wish(
        self, request: TurnRequest, understanding: Understanding, enquiry: Enquiry, reader: Reader
    ) -> Wish | None:
        earlier = wanted(request.history)
        first = understanding.questions[0]
        if earlier is not None and first.intent not in SMALL_TALK and first.intent is not Intent.DENY:
            same = first.intent is Intent.ORDER_CHANGE or not first.asks
            bare = self._bare(request, reader)
            if bare is not None and self._another(earlier, bare):
                return Wish(self._kind(bare), (request.text,))  # what only looks like a proof may be what is wanted
            if enquiry.said_now or same:
                return Wish(earlier.kind, (*earlier.said, request.text)[-4:])
        spoken_of = enquiry.proof is not Proof.NOTHING_SAID
        asked = next((q for q in understanding.questions if _wants_change(q) and (spoken_of or _plainly(q))), None)
        if asked is None and enquiry.said_now:
            # Numbers beside a wish blur what it is near to.
            bare = self._bare(request, reader)
            asked = bare if bare is not None and _wants_change(bare) else None
            return None if asked is None else Wish(self._kind(asked), (request.text,))
        return None if asked is None else Wish(self._kind(asked), (asked.text,))

    def _kind(self, question: Question) -> ChangeKind:
        return self._kinds.classify(question.vectors[MULTILINGUAL]).intent

    def _another(self, earlier: Wish, question: Question) -> bool:
        """Tell whether a message plainly wants another kind of change than the one that was asked back about."""
        if not _wants_change(question):
            return False
        guess = self._kinds.classify(question.vectors[MULTILINGUAL])
        return guess.intent is not earlier.kind and guess.score >= PLAINLY_ANOTHER

    @staticmethod
    def _bare(request: TurnRequest, reader: Reader) -> Question | None:
        """Return the message's first question without what proves whose order it is; None when nothing is left."""
        text = without_proofs(request.text)
        if not any(character.isalnum() for character in text):
            return None
        return reader.read(TurnRequest(request.shop, "", text, "")).questions[0]

    @staticmethod
    def _rule(wish: Wish, request: TurnRequest, reader: Reader) -> Question | None:
        asked = RULE_QUESTIONS.get(wish.kind)
        if asked is None:
            return None
        shop_lang: Lang = "zh" if request.shop.locale.lower().startswith("zh") else "en"
        return reader.read(TurnRequest(request.shop, "", asked[shop_lang], "")).questions[0]


def _plainly(question: Question) -> bool:
    """Tell whether a message speaks of an order by itself: "who quotes me for a bulk order" is as likely no change."""
    return question.guess.lead(ABOUT_ORDERS) >= FAINTLY


def _wants_change(question: Question) -> bool:
    if question.intent is not Intent.ORDER_CHANGE:
        return False
    return not question.asks or _REQUEST.search(fold(question.text)) is not None
