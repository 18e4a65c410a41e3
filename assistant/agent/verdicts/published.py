"""What the shop's files say to a question, whatever skill it began with; there is always a verdict."""

from __future__ import annotations

from typing import Final

from assistant.agent.verdict import Verdict
from assistant.agent.verdicts import asking, bargaining, facts, finding, overview, stock, unanswered
from assistant.agent.verdicts.findings import Findings, Skill
from assistant.understanding.question import Question

# Typed data before products found, and these before words: the first that has a verdict gives it.
SKILLS: Final[tuple[Skill, ...]] = (
    asking.between,
    asking.unnamed,
    bargaining.of_a_kind,
    stock.verdict,
    overview.verdict,
    finding.verdict,
    facts.verdict,
    bargaining.without_product,
)


def verdict(question: Question, findings: Findings) -> Verdict:
    """Answer from the product's page, the documents or a search, or say that nothing does."""
    given = (skill(question, findings) for skill in SKILLS)
    return next((found for found in given if found is not None), None) or unanswered.verdict(question, findings)
