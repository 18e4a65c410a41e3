"""How sure a reply is: what its skills give it, brought to how often such replies were right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.agent.context import TurnContext
from assistant.agent.verdict import Verdict
from assistant.calibration import Kind
from assistant.confidence import together
from assistant.escalation import Step
from assistant.facts import FactKind


def kind_of(verdict: Verdict) -> Kind | None:
    """Return what an answer rests on; None for what is no answer."""
    if verdict.step is not Step.ANSWER:
        return None
    if verdict.search is not None or verdict.found:
        return Kind.PRODUCTS
    if verdict.size is not None:
        return Kind.SIZE
    if verdict.compared or verdict.choices is not None:
        return Kind.COMPARISON
    if verdict.supports and verdict.order is None:
        return Kind.DOCUMENT if verdict.supports[0].fact.kind is FactKind.PASSAGE else Kind.PAGE
    return Kind.RECORD


def confidence_of(verdicts: Sequence[Verdict], context: TurnContext) -> float:
    """Return the probability that a reply is right: as weak as its weakest part."""
    return together([_right(verdict, context) for verdict in verdicts])


def told_signals(verdicts: Sequence[Verdict], context: TurnContext) -> Iterator[dict[str, Any]]:
    """Yield what was known of each question, for the log and for fitting: plain numbers and words.

    ``kind`` and ``told`` tell of the answer that was given; the signals, of the best published text, with
    the text itself, whether or not it was told.
    """
    for verdict in verdicts:
        kind = kind_of(verdict)
        told: dict[str, Any] = {"kind": kind.value if kind else None, "told": round(verdict.probability, 4)}
        if verdict.question.text in context.signals:
            signals, best = context.signals[verdict.question.text]
            told |= {"signals": {name: round(value, 4) for name, value in signals.features().items()}}
            told |= {"cosine": round(best.cosine, 4), "label": best.fact.label, "text": best.fact.text}
        yield told


def _right(verdict: Verdict, context: TurnContext) -> float:
    kind = kind_of(verdict)
    return verdict.probability if kind is None else context.calibration.right(kind, verdict.probability)
