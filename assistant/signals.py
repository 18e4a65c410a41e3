"""What a turn knows of the best published text as the answer to a question: the signals of its confidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.calibration import MOST_LEAD, Signals, log_odds
from assistant.facts import FactKind
from assistant.grounding import Support
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.text import Lang

PLAIN: Final = (Intent.SHOP_QUESTION, Intent.PRODUCT_QUESTION)


def signals_of(question: Question, best: Support, others: Sequence[Support], lang: Lang) -> Signals:
    """Return the signals.

    Args:
        best: The text that would be told.
        others: All texts that were held against the question, ``best`` among them.
        lang: In which the question is asked.
    """
    odds = log_odds(best.probability)
    next_best = max((one.probability for one in others if one is not best), default=0.0)
    evidence = question.guess.evidence
    plain = max(evidence[intent] for intent in PLAIN)
    return Signals(
        support=odds,
        read=best.read or 0.0,
        lead=max(-MOST_LEAD, min(MOST_LEAD, odds - log_odds(next_best))),
        share=best.share,
        passage=best.fact.kind is FactKind.PASSAGE,
        sentence=best.fact.kind is FactKind.DESCRIPTION,
        english=best.fact.lang == lang == "en",
        finding=evidence[Intent.FIND_PRODUCTS] - plain,
        named=bool(question.reference.products),
    )
