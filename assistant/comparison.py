"""Products side by side: what they state of the same thing, aligned by meaning and not by name.

Pure functions over the products' facts. What only one of them states is no difference: the other may
have it too, and only does not say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assistant.facts import Fact, FactKind, price_text, product_facts
from assistant.understanding.superlatives import Superlative, dimension_of, quantities, ranked
from knowledge.catalog import Product
from knowledge.money import Money
from knowledge.retrieval.thesaurus import retail_thesaurus
from knowledge.retrieval.tokens import stem, words
from knowledge.text import fold

PRICE: Final = "price"
# A cell of a table: what is longer is on the product's page.
_LONGEST: Final = 80
_GAPS: Final = re.compile(r"[\s,，、;；/·.。:：()（）\-–—]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that products state.

    Attributes:
        key: What it is about, the same for all names of it.
        label: As the first product that states it calls it.
        values: In the order of the products; None where one does not state it.
    """

    key: str
    label: str
    values: tuple[str | None, ...]

    @property
    def is_shared(self) -> bool:
        """Whether at least two of the products state it."""
        return sum(value is not None for value in self.values) > 1

    @property
    def differs(self) -> bool:
        """Whether two of those that state it state something else."""
        return len({_plain(value) for value in self.values if value is not None}) > 1


@dataclass(frozen=True, slots=True)
class Pick:
    """The product that typed facts put first for what was wanted.

    Attributes:
        facts: The deciding fact of each product, in the order of the products; None where one states none.
        gap: Between the two prices, where the price decides between two.
    """

    product: Product
    facts: tuple[Fact | None, ...]
    gap: Money | None = None


def aligned(products: Sequence[Product], price_label: str) -> list[Row]:
    """Return everything that the products state, the price first, then in the order of the pages."""
    prices = tuple(price_text(product.variants) or None for product in products)
    stated: dict[str, tuple[str, list[str | None]]] = {}
    for place, product in enumerate(products):
        for fact in product_facts(product):
            if fact.kind not in (FactKind.ATTRIBUTE, FactKind.OPTIONS):
                continue
            _, cells = stated.setdefault(meaning(fact.label), (fact.label, [None] * len(products)))
            # The page's own words come first; a feed repeats some of them as columns, for the parcel.
            cells[place] = cells[place] or fact.text
    rows = [Row(PRICE, price_label, prices)] if any(prices) else []
    for key, (label, cells) in stated.items():
        rows.append(Row(key, label, tuple(_cell(said) if said else None for said in cells)))
    return rows


def meaning(label: str) -> str:
    """Return what the name of an attribute means: one dimension, one concept, else the words themselves."""
    folded = fold(label)
    if (dimension := dimension_of(folded)) is not None:
        return dimension
    concepts = {mention.concept for mention in retail_thesaurus().mentions(folded)}
    if len(concepts) == 1:
        return concepts.pop()
    return " ".join(stem(word) for word in words(folded)) or folded


def cheapest(products: Sequence[Product]) -> Pick | None:
    """Return the cheapest, and by how much, when all state a price in one currency and they differ."""
    prices = [product.price_range for product in products]
    known = [price[0] for price in prices if price is not None]
    if len(known) < len(products) or len({price.currency for price in known}) != 1 or len(set(known)) == 1:
        return None
    low, high = min(known), max(known)
    facts = tuple(next((f for f in product_facts(p) if f.kind is FactKind.PRICE), None) for p in products)
    gap = Money(high.amount - low.amount, low.currency) if len(products) == 2 else None
    return Pick(products[known.index(low)], facts, gap)


def first_by(products: Sequence[Product], wanted: Superlative) -> Pick | None:
    """Return the product with the most or the least of something; None where the facts do not decide."""
    found = ranked(products, wanted)
    if len(found) < 2 or found[0][1].value == found[1][1].value:
        return None
    by_handle = {product.handle: value.fact for product, value in found}
    return Pick(found[0][0], tuple(by_handle.get(product.handle) for product in products))


def _cell(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    # Never within a word or a number: half a number would be another one.
    cut = max(text.rfind(mark, 0, _LONGEST) for mark in " ,，、;；。.")
    return text[: cut if cut > 0 else _LONGEST].rstrip(" ,，、;；。.") + "…"


def _plain(value: str) -> object:
    """Return a value so that two ways of writing it are the same: 0.5 kg and 500 g, S, M and S/M."""
    folded = fold(value)
    measured = quantities(folded)
    rest = _GAPS.sub("", re.sub(r"\d+(?:[.,]\d+)*\s*[a-z²%㐀-鿿]*", "", folded))
    if measured and not rest:
        return tuple((kind, Decimal(amount).normalize()) for kind, amount in measured)
    return _GAPS.sub(" ", folded).strip()
