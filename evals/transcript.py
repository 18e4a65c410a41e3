"""A run as it reads: who said what, what the assistant did with it, and what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import Final

from evals.results import CaseResult, TurnResult
from evals.scorers import EXPECTED

_SHOPPER, _ASSISTANT, _MARGIN = "shopper   ", "assistant ", " " * 10
# Of a quoted passage so much shows where the answer comes from; the page of the run has all of it.
_QUOTE_SHOWN: Final = 80


def transcript(results: Sequence[CaseResult]) -> str:
    """Return the conversations of a run, one below the other.

    Under each reply stand its action, its confidence with the reasons for it, the size, order or offer
    that it holds, its sources, and of a judged turn whether all that was expected is there.
    """
    return "\n\n".join("\n".join(_conversation(result)) for result in results)


def _conversation(result: CaseResult) -> Iterator[str]:
    verdict = {True: "passed", False: "failed", None: "not judged"}[result.passed]
    yield f"## {result.id} · {result.shop} · {result.category} · {verdict}"
    for turn in result.turns:
        page = f"  (on the page of {turn.page_product})" if turn.page_product else ""
        yield f"{_SHOPPER}{turn.text}{page}"
        if turn.reply is not None:
            yield _ASSISTANT + indent(str(turn.reply.get("text") or ""), _MARGIN).lstrip()
            yield from (_MARGIN + line for line in _beside(turn))
        yield from (_MARGIN + line for line in _judged(turn))
    if result.error:
        yield f"{_MARGIN}no further reply: {result.error}"


def _beside(turn: TurnResult) -> Iterator[str]:
    """Yield what the reply tells besides its words."""
    reply = turn.reply or {}
    confidence = reply.get("confidence")
    told = [turn.action, *([f"confidence {confidence:.2f}"] if isinstance(confidence, int | float) else [])]
    for key, part in (("size", "label"), ("order", "order_no"), ("offer", "coupon")):
        if isinstance(held := reply.get(key), dict) and held.get(part):
            told.append(f"{key} {held[part]}")
    if isinstance(handoff := reply.get("handoff"), dict):
        told.append(f"reason {handoff.get('reason')}")
    yield f"[{' · '.join(told)}]"
    if reasons := reply.get("reasons"):
        yield f"why: {'; '.join(map(str, reasons))}"
    for citation in reply.get("citations") or ():
        quote = " ".join(str(citation["quote"]).split())
        shown = quote if len(quote) <= _QUOTE_SHOWN else quote[:_QUOTE_SHOWN] + "…"
        yield f"[{citation['n']}] {citation['id']}, {citation['passage']}: {shown}"


def _judged(turn: TurnResult) -> Iterator[str]:
    values = {name: score for name, score in turn.scores.items() if name in EXPECTED and score.value is not None}
    missed = [f"{name} ({score.explanation})" for name, score in values.items() if (score.value or 0.0) < 1.0]
    if missed:
        yield f"✗ {'; '.join(missed)}"
    elif values:
        yield f"✓ {', '.join(values)}"
