"""What the tools of one turn found, as seen from one of its questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, TypeAlias, TypeVar

from assistant.agent.context import TurnContext
from assistant.agent.results import DocumentsFound, ProductRead, ProductsFound, SizeFound, ToolFailure, ToolResult
from assistant.agent.verdict import Verdict
from assistant.calibration import Kind, Signals
from assistant.confidence import SUPPORTED
from assistant.escalation import thresholds_of
from assistant.facts import FactKind
from assistant.grounding import TYPED as GIVEN
from assistant.grounding import TYPED_ANSWER, WHOLLY, Support
from assistant.reply import Action
from assistant.signals import signals_of
from assistant.turn import PastMessage
from assistant.understanding.question import Question
from assistant.understanding.references import CERTAIN, points
from knowledge.catalog import Product
from knowledge.retrieval.kinds import retail_kinds

# The page of the product that is meant goes before a general guide that answers about as likely.
OWN_PAGE_FIRST: Final = 0.12


Result = TypeVar("Result", bound=ToolResult)


@dataclass(frozen=True, slots=True)
class Published:
    """What the shop has published, held against one question.

    Attributes:
        products: Those that the question is about, read whole.
        search: What a search for products found; None when none was made.
        on_page: Facts of these products' pages, or of the found ones' when there are none, best first.
        in_documents: Passages, best first.
        probability: That the first of `told` answers, in [0, 1].
    """

    products: tuple[Product, ...]
    search: ProductsFound | None
    on_page: tuple[Support, ...]
    in_documents: tuple[Support, ...]
    own_page: bool = False
    probability: float = 0.0

    @property
    def told(self) -> tuple[Support, ...]:
        """What is to be quoted: the product's page or the documents."""
        return self.on_page if self.own_page else self.in_documents

    @property
    def best_on_page(self) -> float:
        return self.on_page[0].probability if self.on_page else 0.0

    @property
    def best_in_documents(self) -> float:
        return self.in_documents[0].probability if self.in_documents else 0.0


@dataclass(frozen=True, slots=True)
class _Told:
    """How likely a text answers, and what that was told from; ``signals`` is None where nothing had to be fitted."""

    probability: float
    signals: Signals | None = None
    best: Support | None = None


class Findings:
    """The results of one turn, looked up by question; each is weighed once."""

    def __init__(self, context: TurnContext, results: Sequence[ToolResult]) -> None:
        self.context, self._results = context, results
        self.thresholds = thresholds_of(context.request.shop.policy)
        self._published: dict[str, Published] = {}

    @property
    def failure(self) -> ToolFailure | None:
        """The first tool that should have answered and did not."""
        return next((result for result in self._results if isinstance(result, ToolFailure)), None)

    @property
    def asked_which_before(self) -> bool:
        """Whether the assistant's last reply already asked back: never twice in a row."""
        last = self.last_reply
        return last is not None and last.get("action") == Action.CLARIFY.value and not last.get("size")

    @property
    def last_reply(self) -> Mapping[str, Any] | None:
        """The assistant's last reply, unless a person has spoken since: then the talk begins anew."""
        return next((m.reply for m in reversed(self._since_person) if m.reply is not None), None)

    @property
    def answered_before(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The shopper's earlier messages with the reply to each, since a person last spoke."""
        turns = pairwise(self._since_person)
        return [(asked.text, reply.reply) for asked, reply in turns if reply.reply is not None and asked.reply is None]

    @property
    def _since_person(self) -> Sequence[PastMessage]:
        history = self.context.request.history
        last = max((i for i, m in enumerate(history) if m.sender_type == "human_agent"), default=-1)
        return history[last + 1 :]

    def last(self, kind: type[Result]) -> Result | None:
        """Return the newest result of a kind."""
        return next((result for result in reversed(self._results) if isinstance(result, kind)), None)

    def products(self, question: Question) -> tuple[Product, ...]:
        """Return the products that the question is about and that were read."""
        read = {r.product.handle: r.product for r in self._results if isinstance(r, ProductRead)}
        return tuple(read[p.handle] for p in question.reference.products if p.handle in read)

    def size(self, question: Question) -> SizeFound | None:
        """Return what the chart says for the question's product, or for none when none was named."""
        wanted: set[str] = {p.handle for p in question.reference.products}
        sizes = (result for result in self._results if isinstance(result, SizeFound))
        return next((s for s in sizes if (s.product.handle in wanted if s.product else not wanted)), None)

    def search(self, question: Question) -> ProductsFound | None:
        """Return what was found in the question's own words."""
        return next((r for r in self._results if isinstance(r, ProductsFound) and r.query == question.text), None)

    def likely(self, question: Question) -> tuple[Product, ...]:
        """Return the products that were found for the question's words and are likely meant."""
        search = self.search(question)
        return tuple(f.product for f in search.products if f.probability >= SUPPORTED) if search else ()

    def in_documents(self, question: Question) -> list[Support]:
        """Return the passages found for the question, held against it, best first."""
        found = [r for r in self._results if isinstance(r, DocumentsFound) and r.query == question.text]
        return self.context.grounding.of_passages(question, [hit for result in found for hit in result.hits])

    def published(self, question: Question) -> Published:
        """Return everything published that may answer the question."""
        if question.text not in self._published:
            products, search = self.products(question), self.search(question)
            # Without a product of its own a question may still be answered by the pages it fits.
            pages = products or (search.pages if search and not of_an_unknown_one(question) else ())
            on_page = self._on_pages(question, pages)
            documents = tuple(self.in_documents(question))
            found = Published(products, search, on_page, documents)
            self._published[question.text] = self._weighed(question, found)
        return self._published[question.text]

    def _weighed(self, question: Question, published: Published) -> Published:
        """Return what is published with what of it is to be quoted: the page or the documents.

        What likelier answers is quoted; what that was told from stays in the context.
        """
        self.context.weighed[question.text] = (*published.on_page, *published.in_documents)
        on_page = self._answers(question, published, published.on_page)
        in_documents = self._answers(question, published, published.in_documents)
        own_page = _own_page_first(question, published.on_page, on_page.probability, in_documents.probability)
        chosen = on_page if own_page else in_documents
        if chosen.signals is not None and chosen.best is not None:
            self.context.signals[question.text] = chosen.signals, chosen.best
        return replace(published, own_page=own_page, probability=chosen.probability)

    def _answers(self, question: Question, published: Published, supports: Sequence[Support]) -> _Told:
        """Return the probability that the first of some texts answers.

        Typed data, and what is asked for by its very name, leave nothing to be fitted.
        """
        if not supports:
            return _Told(0.0)
        best, others = supports[0], [*published.on_page, *published.in_documents]
        if given(best) or _fitted_by_itself(question, best):
            return _Told(best.probability)
        signals = signals_of(question, best, others, self.context.understanding.lang)
        return _Told(self.context.calibration.answers(signals), signals, best)

    def dares(self, kind: Kind, told: float) -> bool:
        """Tell whether an answer of a kind is given, by the shop's threshold.

        Args:
            told: What its skill gives it, in [0, 1].
        """
        return self.context.calibration.right(kind, told) >= self.thresholds.answer

    @property
    def answer_from(self) -> float:
        """The probability from which a published text is told; without a fit it is a mere score, and must be higher."""
        return self.thresholds.answer if self.context.calibration.fitted else max(self.thresholds.answer, SUPPORTED)

    def _on_pages(self, question: Question, products: Sequence[Product]) -> tuple[Support, ...]:
        grounding = self.context.grounding
        held = [grounding.of_facts(question, ProductRead(product).facts()) for product in products]
        return tuple(grounding.read(question, [support for page in held for support in page]))


def of_an_unknown_one(question: Question) -> bool:
    """Tell whether a message points at one thing that nobody has named (它多重): no page is its own."""
    named = question.reference.products or question.reference.ambiguous or question.constraints.kinds
    return points(question.text) and not named and retail_kinds().asked(question.text) is None


def given(best: Support) -> bool:
    """Tell whether a fact is typed, or a product's and asked for by its very name."""
    asked_for = best.fact.kind is not FactKind.PASSAGE and best.probability >= TYPED_ANSWER
    return best.fact.kind in GIVEN or asked_for


def _fitted_by_itself(question: Question, best: Support) -> bool:
    """Tell whether a text is an attribute of the question's own product: these have a fit to public questions."""
    return best.fact.kind is FactKind.ATTRIBUTE and bool(question.reference.products)


def _own_page_first(question: Question, on_page: Sequence[Support], page: float, documents: float) -> bool:
    """Tell whether a product's page is quoted, and not a document.

    Args:
        page: How likely the first of ``on_page`` answers.
        documents: The same of the best passage.
    """
    certain = question.reference.how in CERTAIN
    wholly = certain and bool(on_page) and on_page[0].share >= WHOLLY and on_page[0].probability >= SUPPORTED
    return wholly or page + (OWN_PAGE_FIRST if certain else 0.0) >= documents


# A skill's verdict on a question in the light of what was found; None when the question is not its own.
Skill: TypeAlias = Callable[[Question, Findings], Verdict | None]
