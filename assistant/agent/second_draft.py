"""A second draft by the same model over the same look-ups: what both state is less likely a slip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable

from assistant.agent.budget import counted_step
from assistant.agent.claims import without_markers
from assistant.agent.draft import Draft
from assistant.agent.llm_draft import Evidence, draft_from_text
from assistant.agent.support import contradicted
from assistant.amounts import amounts_in

Model = Runnable[LanguageModelInput, AIMessage]


async def agreement(model: Model, messages: Sequence[BaseMessage], first: Draft, evidence: Evidence) -> float:
    """Return how far a second draft says the same, in [0, 1].

    Args:
        model: Writes the draft; one that varies its words, and calls no tools.
        messages: Those that the first was written from.
    """
    with counted_step(evidence.context, messages) as count:
        answered = await model.ainvoke(list(messages))
        count([answered])
    second = draft_from_text(evidence, answered.text)
    return 0.0 if second is None else agreement_of(first, second, evidence)


def agreement_of(first: Draft, second: Draft, evidence: Evidence) -> float:
    """Return the share of the first draft's facts that the second states too; 0 when one denies the other.

    Facts are typed: amounts with what they count, products, and the sources that are cited. How it is worded,
    and what the second adds, does not matter.
    """
    if _denied(first, second, evidence):
        return 0.0
    stated = _stated(first)
    return len(stated & _stated(second)) / len(stated) if stated else 1.0


def _stated(draft: Draft) -> set[tuple[object, ...]]:
    amounts = {("amount", *amount) for amount in amounts_in(without_markers(draft.text))}
    products = {("product", card.handle) for card in draft.products}
    sources = {("source", citation.kind, citation.id, citation.passage) for citation in draft.citations}
    return amounts | products | sources


def _denied(first: Draft, second: Draft, evidence: Evidence) -> bool:
    said = [replace(fact, text=without_markers(second.text), label="", about="") for fact in evidence.facts[:1]]
    return contradicted(evidence.context, without_markers(first.text), said)
