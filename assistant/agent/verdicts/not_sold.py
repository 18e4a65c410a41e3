"""Something that the shop does not sell at all: a plain no, with what it does sell.

Only where nothing comes near: the tree of kinds has no product of the kind, no title has the words,
no document speaks of it, and no product that was found lies near in meaning.
"""

from __future__ import annotations

import re
from typing import Final

from assistant.agent.verdict import SAID_NO, TELLING, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.confidence import SUPPORTED
from assistant.escalation import Step
from assistant.understanding.expectations import asks_for_more
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.retrieval.kinds import KindMention, retail_kinds
from knowledge.retrieval.tokens import bigrams, stem
from knowledge.text import fold, has_han

# Cosine, in the multilingual space, of a thing's name to a product's from which they may be the same thing: things
# that a shop sells lie at .5 and above to their products' titles, others mostly below .4.
NEAR: Final = 0.45
CLOSE: Final = 3
# A thing is named in so many words; more describe it.
MOST_DEMANDS: Final = 2
_SELLS: Final = re.compile(r"\b(?:sell|stock|carry)\b|卖")
# So little of a demand may the best find meet where the kind is not one of the tree's.
HARDLY: Final = 0.3


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Say that something is not sold, or return None."""
    demands = question.constraints
    if not (question.seeks and question.asks) or demands.kinds or question.reference.products:
        return None
    if question.reference.ambiguous or demands.options or question.refines or asks_for_more(question.text):
        return None
    mention = retail_kinds().asked(question.text)
    # What is no kind of goods that the tree knows may be a service or a rule, unless it is plainly to be bought.
    bought = question.intent is Intent.FIND_PRODUCTS or _SELLS.search(fold(question.text)) is not None
    if mention is None and not bought:
        return None
    lacking = mention.words if mention is not None else _telling_words(question)
    if not lacking or _in_titles(lacking, findings) or _in_documents(mention, lacking, question, findings):
        return None
    named = _written(lacking)
    search = findings.search(question)
    found = search.products if search is not None else ()
    if mention is None and any(one.match.share >= HARDLY and one.probability >= SUPPORTED for one in found):
        return None
    likeness, kinds_of = findings.context.index.likeness, retail_kinds().of
    # A product of another kind is another thing, however near its name lies.
    unlike = [one.product for one in found if mention is None or not kinds_of(one.product)]
    if any(likeness(named, product.title) >= NEAR for product in unlike):
        return None
    return Verdict(question, Step.DECLINE, SAID_NO, phrase="not_sold", lacking=named)


def _telling_words(question: Question) -> tuple[str, ...]:
    """Return the words of what is looked for, where they are telling; several demands are a search, not a thing."""
    if not 1 <= len(question.sought) <= MOST_DEMANDS or max(unit.weight for unit in question.sought) < TELLING:
        return ()
    return tuple(word for unit in question.sought for word in unit.words)


def _in_titles(lacking: tuple[str, ...], findings: Findings) -> bool:
    """Tell whether a title has one of the words; of a longer Chinese one the last two characters say what it is."""
    terms = [frozenset(bigrams(word)[-1:] or [word]) if has_han(word) else frozenset({stem(word)}) for word in lacking]
    return any(findings.context.index.titles_with(one) > 0 for one in terms)


def _in_documents(
    mention: KindMention | None, lacking: tuple[str, ...], question: Question, findings: Findings
) -> bool:
    """Tell whether a passage that speaks of the thing may answer: gift cards are sold, and are no product."""
    for support in findings.in_documents(question)[:CLOSE]:
        lost = {word for unit in support.missing for word in unit.words}
        named = {kind for one in retail_kinds().mentions(support.fact.text) for kind in one.kinds}
        speaks = bool(named & mention.kinds) if mention is not None else not lost & set(lacking)
        if support.probability >= SUPPORTED and speaks:
            return True
    return False


def _written(lacking: tuple[str, ...]) -> str:
    return ("" if has_han(lacking[0]) else " ").join(lacking)
