"""A reply under construction: text with numbered citations, cards, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.facts import Fact, reduced_from
from assistant.reply import Action, Citation, Comparison, HandoffReason, Offer, OrderShown, ProductCard, SizeAdvice
from knowledge.catalog import Product, Variant


@dataclass(frozen=True, slots=True)
class Draft:
    """What a mind wrote, before the checks.

    Attributes:
        reasons: Why the confidence is what it is, in words a merchant understands.
        derived: What code has worked out of facts, such as the difference of two prices; its numbers may be said.
        verbatim: Stretches of the text that are the shop's own words, and stay as the shop wrote them.
        refused: Sentences of a language model that the checks have taken out.
        nearest: The facts nearest to the question, for the person who takes over.
        unanswered: The questions that nothing published answers.
        signals: What was known of each question, for the log (`sureness.told_signals`).
    """

    text: str
    action: Action
    confidence: float
    citations: tuple[Citation, ...] = ()
    products: tuple[ProductCard, ...] = ()
    size: SizeAdvice | None = None
    comparison: Comparison | None = None
    order: OrderShown | None = None
    change: Mapping[str, Any] | None = None
    offer: Offer | None = None
    reasons: tuple[str, ...] = ()
    handoff: tuple[HandoffReason, str] | None = None
    nearest: tuple[Fact, ...] = ()
    unanswered: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    verbatim: tuple[str, ...] = ()
    refused: int = 0
    signals: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True)
class Sources:
    """Numbers citations in the order in which they are used."""

    citations: list[Citation] = field(default_factory=list)

    def cite(self, fact: Fact, quote: str | None = None, start: int | None = None) -> str:
        """Return the marker, such as `` [1]``, under which the fact is cited."""
        made = fact.citation(len(self.citations) + 1, quote, start)
        for known in self.citations:
            if (known.kind, known.id, known.passage, known.quote) == (made.kind, made.id, made.passage, made.quote):
                return f" [{known.n}]"
        self.citations.append(made)
        return f" [{made.n}]"


def card(product: Product, why: str, variants: Sequence[Variant] = ()) -> ProductCard:
    """Return a product as the chat shows it, with the price of the variants that are meant."""
    meant = tuple(variants) or product.variants
    prices = sorted(v.price for v in meant if v.price is not None)
    skus = [v.sku for v in meant if v.sku]
    meant_product = min(meant, key=lambda v: (not v.availability.can_be_bought, meant.index(v)), default=None)
    return ProductCard(
        handle=product.handle,
        title=product.title,
        price=prices[0] if prices else None,
        availability=meant_product.availability if meant_product else product.availability,
        why=why,
        sku=skus[0] if len(skus) == 1 else None,
        url=product.url,
        list_price=reduced_from(meant),
        image=product.images[0] if product.images else None,
        as_of=product.as_of.isoformat(),
    )
