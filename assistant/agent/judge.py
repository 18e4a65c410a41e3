"""What the tools' results mean for each question: an answer, a question back, or a person.

Each skill has a module in `verdicts/` with one function of the same shape: it returns its verdict
on a question, or None when the question is not its own. They are tried in the order below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.agent.context import TurnContext
from assistant.agent.results import HandedOver, ToolResult
from assistant.agent.verdict import Verdict
from assistant.agent.verdicts import (
    afterwards,
    at_once,
    bargaining,
    changes,
    comparison,
    coupons,
    destinations,
    facts,
    hours,
    not_sold,
    orders,
    published,
    sizes,
    small_talk,
    stock,
)
from assistant.agent.verdicts.findings import Findings, Skill
from assistant.understanding.question import Question

# What must not wait stands first, and a yes to a change of an order or to an offer is no small talk; whoever
# bargains or asks for an order says so plainly, so these come before the skills that weigh what is
# published. That has a verdict on everything.
SKILLS: Final[tuple[Skill, ...]] = (
    at_once.verdict,
    changes.verdict,
    bargaining.to_offer,
    small_talk.verdict,
    coupons.verdict,
    hours.verdict,
    destinations.verdict,
    not_sold.verdict,
    facts.said_outright,
    bargaining.verdict,
    bargaining.price_asked,
    orders.verdict,
    comparison.of_choices,
    stock.before_measuring,
    sizes.verdict,
    comparison.verdict,
)


class Judge:
    """Weighs the results of one turn."""

    def __init__(self, context: TurnContext, results: Sequence[ToolResult]) -> None:
        self._context, self._results = context, results
        self._findings = Findings(context, results)

    def verdicts(self) -> list[Verdict]:
        """Return the verdict on each question, weighed once for the results there are."""
        judged = self._context.judged
        # A call for a person adds a result, not evidence.
        evidence = sum(not isinstance(result, HandedOver) for result in self._results)
        if evidence not in judged:
            judged[evidence] = [self.verdict(question) for question in self._context.understanding.questions]
        return judged[evidence]

    def verdict(self, question: Question) -> Verdict:
        """Return what to do about one question."""
        given = (skill(question, self._findings) for skill in SKILLS)
        found = next((verdict for verdict in given if verdict is not None), None)
        return afterwards.escalated(found or published.verdict(question, self._findings), self._findings)
