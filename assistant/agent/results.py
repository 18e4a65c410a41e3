"""What the tools return, typed: the artifacts of their messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assistant.agent.order_facts import order_facts, said_fact
from assistant.facts import Fact, passage_fact, product_facts
from assistant.grounding import Match
from assistant.orders.enquiry import Enquiry
from assistant.orders.guarded import ChangeOutcome, Made, Refused
from assistant.reply import HandoffReason
from assistant.sizing import SizeResult
from assistant.understanding.constraints import Constraints
from knowledge.catalog import Product, Variant
from knowledge.orders import Order
from knowledge.retrieval.query import PassageHit
from knowledge.text import Lang

PAGES: Final = 3


@dataclass(frozen=True, slots=True)
class DocumentsFound:
    """Passages that a search of the documents found, best first."""

    query: str
    hits: tuple[PassageHit, ...]

    def facts(self) -> list[Fact]:
        return [passage_fact(hit) for hit in self.hits]


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """A product that meets the demands, with the variants that do.

    Attributes:
        measured: The fact that puts it in its place, when the most or the least of something is wanted.
    """

    match: Match
    variants: tuple[Variant, ...]
    measured: Fact | None = None

    @property
    def product(self) -> Product:
        return self.match.hit.product

    @property
    def probability(self) -> float:
        return self.match.probability


@dataclass(frozen=True, slots=True)
class ProductsFound:
    """Result of a search for products.

    Attributes:
        relaxed: What had to be given up to find any, in the shopper's words.
    """

    query: str
    constraints: Constraints
    products: tuple[FoundProduct, ...]
    relaxed: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[Product, ...]:
        """The products on whose pages an answer is looked for when none was named."""
        return tuple(found.product for found in self.products[:PAGES])

    def facts(self) -> list[Fact]:
        return [fact for found in self.products for fact in product_facts(found.product)]


@dataclass(frozen=True, slots=True)
class ProductRead:
    """A product whose whole page was read."""

    product: Product

    def facts(self) -> list[Fact]:
        return product_facts(self.product)


@dataclass(frozen=True, slots=True)
class SizeFound:
    """Result of asking the chart.

    Attributes:
        product: None when the shopper named none.
        result: None when the product has no chart.
        preference: ``looser`` or ``closer``, where the shopper said so.
    """

    product: Product | None
    result: SizeResult | None
    preference: str | None = None

    def facts(self) -> list[Fact]:
        return product_facts(self.product) if self.product else []


@dataclass(frozen=True, slots=True)
class OrderAsked:
    """An enquiry about an order.

    Attributes:
        enquiry: None when nothing in the message is about one.
        lang: Language of the reply, in which the order's facts are labelled.
    """

    enquiry: Enquiry | None
    lang: Lang

    def facts(self) -> list[Fact]:
        return order_facts(self.enquiry.order, self.lang) if self.enquiry and self.enquiry.order else []


@dataclass(frozen=True, slots=True)
class OrderRead:
    """An order that is the shopper's, read by its number."""

    order: Order
    lang: Lang

    def facts(self) -> list[Fact]:
        return order_facts(self.order, self.lang)


@dataclass(frozen=True, slots=True)
class ChangeAnswered:
    """What became of a wish to change an order."""

    outcome: ChangeOutcome
    lang: Lang

    def facts(self) -> list[Fact]:
        order = self.outcome.order
        facts = order_facts(order, self.lang) if order is not None else []
        said = ""
        if isinstance(self.outcome, Refused):
            said = self.outcome.message
        elif isinstance(self.outcome, Made):
            said = self.outcome.result.message
        return [*facts, said_fact(order, said)] if order is not None and said else facts


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person was called."""

    reason: HandoffReason
    detail: str

    def facts(self) -> list[Fact]:
        return []


@dataclass(frozen=True, slots=True)
class ToolFailure:
    """A tool that should have answered and did not."""

    tool: str
    message: str

    def facts(self) -> list[Fact]:
        return []


ToolResult = (
    DocumentsFound
    | ProductsFound
    | ProductRead
    | SizeFound
    | OrderAsked
    | OrderRead
    | ChangeAnswered
    | HandedOver
    | ToolFailure
)
