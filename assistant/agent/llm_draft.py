"""What of an LLM's words may leave: each sentence checked and cited, the whole judged by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.agent.claims import (
    announces_person,
    echoes,
    is_markup,
    speaks,
    strange_amounts,
    strange_links,
    strange_sizes,
    without_markers,
)
from assistant.agent.composer import facts_of
from assistant.agent.context import TurnContext
from assistant.agent.draft import Draft, Sources, card
from assistant.agent.finish import known_texts
from assistant.agent.judge import Judge
from assistant.agent.orders import order_shown
from assistant.agent.phrases import HANDOFF
from assistant.agent.reasons import reasons_together
from assistant.agent.results import (
    ChangeAnswered,
    DocumentsFound,
    HandedOver,
    ProductRead,
    ProductsFound,
    SizeFound,
    ToolResult,
)
from assistant.agent.sizes import chart_fact, size_advice
from assistant.agent.support import contradicted, facts_behind, known_about, overstates, strange_product
from assistant.agent.sureness import confidence_of, told_signals
from assistant.agent.verdict import Verdict
from assistant.escalation import Step
from assistant.fact_check import Checked, check_sentences, numbers_in, strange_numbers
from assistant.facts import Fact, FactKind
from assistant.quoting import excerpt
from assistant.reply import Action, ProductCard
from assistant.understanding.question import Question
from knowledge.text import sentence_spans

MOST_DETAIL: Final = 500


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an LLM has looked up so far, and what code makes of it.

    Attributes:
        facts: Every fact that it has been shown, the rows of size charts included.
        verdicts: On each question, the judgement that the embedded mind works by too.
    """

    context: TurnContext
    results: Sequence[ToolResult]
    facts: Sequence[Fact]
    verdicts: Sequence[Verdict]

    @classmethod
    def of(cls, context: TurnContext, results: Sequence[ToolResult]) -> Evidence:
        # The cache of `Judge.verdicts` belongs to the embedded mind, whose turn it may still be.
        questions = context.understanding.questions
        verdicts = [Judge(context, _in_own_words(question, results)).verdict(question) for question in questions]
        return cls(context, results, facts_read(context, results), verdicts)

    @property
    def handed_over(self) -> HandedOver | None:
        return next((result for result in self.results if isinstance(result, HandedOver)), None)

    @property
    def answers(self) -> bool:
        """Whether checked sentences may be shown at once: the facts answer, or a person is called."""
        if any(isinstance(result, ChangeAnswered) for result in self.results):
            return False  # code words what is asked or told of a change
        return self._steps == {Step.ANSWER} or self.handed_over is not None

    def allows(self, *, asks: bool) -> bool:
        """Tell whether an answer, or where the facts leave it open a question back, is in place."""
        return self._steps <= {Step.ANSWER, Step.ASK_WHICH} and (asks or self._steps == {Step.ANSWER})

    @property
    def asks_which(self) -> bool:
        return Step.ASK_WHICH in self._steps

    @property
    def _steps(self) -> set[Step]:
        return {verdict.step for verdict in self.verdicts}


def draft_from_text(evidence: Evidence, text: str) -> Draft | None:
    """Turn an LLM's words into a draft; None when they must not leave.

    Sentences that the turn's facts do not support are taken out and the rest is cited. Whether
    there is an answer at all, and how sure it is, is code's judgement of the facts: what they do
    not answer, an LLM has not answered either.
    """
    context, handed, lang = evidence.context, evidence.handed_over, evidence.context.understanding.lang
    checked = checked_text(evidence, text)
    asks = is_question(checked.text)
    if handed is None and not (checked.text and evidence.allows(asks=asks)):
        return None
    cited, sources = _cited(context, checked.text, evidence.facts)
    if handed is None and not asks and not sources.citations:
        return None
    called = [HANDOFF[handed.reason][lang]] if handed else []
    asking = asks and (evidence.asks_which or not sources.citations)
    sizes = [advice for r in evidence.results if isinstance(r, SizeFound) and (advice := size_advice(r, lang))]
    return Draft(
        text="\n\n".join([part for part in [cited, *called] if part]),
        action=Action.HANDOFF if handed else Action.CLARIFY if asking else Action.ANSWER,
        confidence=confidence_of(evidence.verdicts, context),
        citations=tuple(sources.citations),
        products=tuple(_cards(checked.text, evidence.results)),
        size=sizes[0] if sizes else None,
        order=next((order_shown(verdict.order) for verdict in evidence.verdicts if verdict.order), None),
        reasons=reasons_together(evidence.verdicts, context),
        signals=tuple(told_signals(evidence.verdicts, context)),
        handoff=(handed.reason, _detail(evidence, handed)) if handed else None,
        refused=len(checked.refused),
        unanswered=tuple(verdict.question.text for verdict in evidence.verdicts if verdict.is_open),
    )


def checked_text(evidence: Evidence, text: str) -> Checked:
    """Return the sentences of an LLM that the turn's facts support, without citation marks of its own."""
    context, facts, results = evidence.context, evidence.facts, evidence.results
    read_text = "\n".join(known_texts(context, facts, results, None, own_words=False))
    names = {fact.source_title for fact in facts}
    about_size = any(verdict.size is not None for verdict in evidence.verdicts)
    given = [r.result for r in results if isinstance(r, SizeFound) and r.result is not None]
    asked = [question.text for question in context.understanding.questions]
    labels = {label for size in given for label in (size.size, size.other) if label}

    def supported(sentence: str) -> bool:
        if announces_person(sentence) or not speaks(sentence, context.understanding.lang, names):
            return False
        if is_markup(sentence) or echoes(sentence, asked):
            return False
        said = known_about(context, sentence, facts, results)
        if strange_amounts(sentence, said.by_the_shop) or strange_links(sentence, read_text):
            return False
        if strange_numbers(sentence, said.by_anybody) or strange_product(context, sentence, names):
            return False
        if strange_sizes(sentence, labels, about_size=about_size):
            return False
        if is_question(sentence):
            return True
        behind = facts_behind(context, sentence, facts)
        if not behind or contradicted(context, sentence, behind):
            return False
        return not overstates(context, sentence, behind)

    return check_sentences(without_markers(text), known_texts(context, facts, results, None), supported)


def facts_read(context: TurnContext, results: Sequence[ToolResult]) -> list[Fact]:
    """Return every fact that an LLM has been shown in this turn, the rows of size charts included."""
    lang = context.understanding.lang
    charts = [
        chart_fact(r.product, r.result, lang) for r in results if isinstance(r, SizeFound) and r.product and r.result
    ]
    return [*charts, *facts_of(results, (), context)]


def _in_own_words(question: Question, results: Sequence[ToolResult]) -> list[ToolResult]:
    """Return the results as if every search had been made in the question's own words.

    A model searches in words of its own, several times, and mends a call that failed.
    """
    hits = {hit.passage.id: hit for r in results if isinstance(r, DocumentsFound) for hit in r.hits}
    searches = [r for r in results if isinstance(r, ProductsFound)]
    products = {found.product.handle: found for search in searches for found in search.products}
    read = [r for r in results if isinstance(r, ProductRead | SizeFound)]
    evidence: list[ToolResult] = [*read, DocumentsFound(question.text, tuple(hits.values()))]
    if searches:
        evidence.append(replace(searches[-1], query=question.text, products=tuple(products.values())))
    return evidence


def _detail(evidence: Evidence, handed: HandedOver) -> str:
    """Return an LLM's word to the human agent without numbers it made up; the shopper receives it too."""
    context = evidence.context
    known = known_texts(context, evidence.facts, evidence.results, None)
    checked = check_sentences(handed.detail[:MOST_DETAIL], known)
    return checked.text or context.request.text[:MOST_DETAIL]


def is_question(sentence: str) -> bool:
    """Tell whether a sentence asks, and so states nothing."""
    return sentence.rstrip().endswith(("?", "？"))


def _cited(context: TurnContext, text: str, facts: Sequence[Fact]) -> tuple[str, Sources]:
    """Put behind each sentence the fact that supports it best."""
    sources = Sources()
    out, position = "", 0
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        out += text[position:end]
        position = end
        if not is_question(sentence):
            out += _source(context, sentence, facts, sources)
    return out + text[position:], sources


def _source(context: TurnContext, sentence: str, facts: Sequence[Fact], sources: Sources) -> str:
    """Return the marker of the fact behind a sentence; of a long passage the statements that say it."""
    grounding = context.grounding
    said = numbers_in(sentence)
    best = max(
        facts_behind(context, sentence, facts),
        # Of a product's facts the one with the sentence's figures, not the one that echoes its name.
        key=lambda fact: (len(said & numbers_in(fact.text)), grounding.supported_share(sentence, [fact])),
        default=None,
    )
    if best is None:
        return ""
    if best.kind is not FactKind.PASSAGE or best.start is None:
        return sources.cite(best)
    chosen = excerpt(best.text, lambda said: grounding.supported_share(sentence, [replace(best, text=said, label="")]))
    start, end = chosen[0].start, max(statement.end for statement in chosen)
    return sources.cite(best, best.text[start:end], best.start + start)


def _cards(text: str, results: Sequence[ToolResult]) -> list[ProductCard]:
    products = [r.product for r in results if isinstance(r, ProductRead)]
    products += [r.product for r in results if isinstance(r, SizeFound) and r.product]
    products += [found.product for r in results if isinstance(r, ProductsFound) for found in r.products]
    named = [p for p in products if p.title.casefold() in text.casefold()]
    return list({p.handle: card(p, "") for p in named}.values())
