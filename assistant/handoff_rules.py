"""When a person is called, as two ordered tables: before anything is looked up, and after.

The first rule that applies decides. A rule looks at this turn only, and at what the assistant has
said since a person last spoke; so what called a person once does not call one again after the
conversation was given back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assistant.escalation import DEFAULTS, Thresholds, is_sure
from assistant.reply import HandoffReason
from assistant.understanding.intents import Intent, IntentGuess


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at.

    Attributes:
        guess: What the message is for, before it is corrected by what it holds.
        topic: The shop's own topic that it falls under.
        failed: A tool that should have answered did not.
        told_already: The same question was answered before with the very words that would answer it now.
        changes_order: It asks for a verified order to be changed, returned or refunded.
        order_total: Of that order, in the shop's currency.
        orders_above: From which total on the shop wants a person.
    """

    guess: IntentGuess
    topic: str | None = None
    failed: bool = False
    told_already: bool = False
    changes_order: bool = False
    order_total: Decimal | None = None
    orders_above: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a table: when it applies, the reason it gives, and why it is there."""

    why: str
    applies: Callable[[Situation], bool]
    reason: HandoffReason


def _sure_of(intent: Intent, thresholds: Thresholds = DEFAULTS) -> Callable[[Situation], bool]:
    return lambda at: at.guess.intent is intent and is_sure(at.guess, thresholds)


def _high_value(at: Situation) -> bool:
    known = at.order_total is not None and at.orders_above is not None
    return at.changes_order and known and (at.order_total or 0) > (at.orders_above or 0)


# Whoever asks for a person gets one, whatever else the message says. Health stands before money,
# and both before anger: who takes over reads the graver reason.
BEFORE_LOOKING_UP: Final[tuple[Rule, ...]] = (
    Rule("Whoever wants a person gets one.", _sure_of(Intent.HUMAN), HandoffReason.SHOPPER_ASKED),
    Rule("Health is no matter for a machine.", _sure_of(Intent.SENSITIVE), HandoffReason.SENSITIVE),
    Rule(
        "Who disputes a payment or the law needs somebody who may decide.",
        _sure_of(Intent.DISPUTE),
        HandoffReason.DISPUTE,
    ),
    Rule("Who complains wants to be heard.", _sure_of(Intent.COMPLAINT), HandoffReason.COMPLAINT),
    Rule("The shop answers this topic in person.", lambda at: at.topic is not None, HandoffReason.SHOPS_RULE),
    Rule("What failed once may fail again; nobody is kept waiting.", lambda at: at.failed, HandoffReason.TOOL_FAILED),
)
AFTER_LOOKING_UP: Final[tuple[Rule, ...]] = (
    Rule("The shop decides on dear orders in person.", _high_value, HandoffReason.HIGH_VALUE),
    Rule("The same words do not help a second time.", lambda at: at.told_already, HandoffReason.ASKED_AGAIN),
)


def called_by(situation: Situation, rules: Sequence[Rule]) -> Rule | None:
    """Return the first rule that calls a person."""
    return next((rule for rule in rules if rule.applies(situation)), None)
