"""A whole topic asked for by its name: "what is your return policy" wants the page that is called so.

No single passage answers such a question better than the others, and each reads as if it spoke of something
narrower; so of the page's passages that the search found the earliest are told, in the page's own order.
"""

from __future__ import annotations

import re
from typing import Final

from assistant.agent.verdict import Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.grounding import WHOLLY, Support
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.text import fold

# The page is called as was asked; whether these passages are what is wanted is left open.
TOLD: Final = 0.6
# So many passages of the page are told.
MOST_PASSAGES: Final = 2
_OF_ALL: Final = re.compile(
    r"\b(?:polic(?:y|ies)|rules?|terms(?: and conditions)?|conditions|info(?:rmation)?|details)\b"
    r"|政策|规定|规则|条款|须知|流程"
)


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Tell the page whose title is what is asked about; None where none is, or more is asked."""
    if question.intent is not Intent.SHOP_QUESTION or question.expected is not None or question.reference.products:
        return None
    topic = [unit for unit in question.units if not _OF_ALL.fullmatch(fold(unit.text))]
    if not topic or _OF_ALL.search(fold(question.text)) is None:
        return None
    pages: dict[str, list[Support]] = {}
    for support in findings.in_documents(question):
        pages.setdefault(support.fact.source_id, []).append(support)
    covered = findings.context.grounding.covered_share
    for told in pages.values():
        if covered(topic, told[0].fact.source_title) >= WHOLLY:
            earliest = sorted(told, key=_place)[:MOST_PASSAGES]
            return Verdict(question, Step.ANSWER, TOLD, supports=tuple(earliest))
    return None


def _place(support: Support) -> int:
    return support.fact.start or 0
