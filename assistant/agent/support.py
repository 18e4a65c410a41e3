"""What stands behind one sentence of a model: which source says it, and whether of the right product."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.agent.context import TurnContext
from assistant.agent.finish import known_texts
from assistant.agent.results import SizeFound, ToolResult
from assistant.amounts import KnownAmounts, without_amounts
from assistant.denial import clauses, denies
from assistant.facts import Fact, FactKind
from assistant.overstating import overstated
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.tokens import content_words
from knowledge.text import fold

# A sentence of a model is believed when the facts speak about this much of it.
SUPPORTED: Final = 0.5
# The same for a clause about a product, by one fact of its page.
SUPPORTED_BY_ONE: Final = 0.6
# Two clauses that share so much speak of the same matter.
SAME_CLAUSE: Final = 0.75
# Products that a sentence may name without having been read; beyond the nearest few it names none.
NEAREST: Final = 5


@dataclass(frozen=True, slots=True)
class Known:
    """The amounts that may stand in a sentence: the shop's alone, and with the shopper's own."""

    by_the_shop: KnownAmounts
    by_anybody: KnownAmounts


def known_about(context: TurnContext, sentence: str, facts: Sequence[Fact], results: Sequence[ToolResult]) -> Known:
    """Return what may be repeated in a sentence: of the products that it names only their own."""
    named = _named(sentence, facts)
    meant = [f for f in facts if f.source_kind != "product" or not named or f.source_title in named]
    products = [context.index.by_handle(h) for h in {f.source_id for f in meant if f.source_kind == "product"}]
    variants = [variant for product in products if product for variant in product.variants]
    prices = [str(price) for v in variants for price in (v.price, v.list_price) if price is not None]
    options = [value for v in variants for _, value in v.options]
    sizes = [r for r in results if isinstance(r, SizeFound)]

    def known(*, own_words: bool) -> KnownAmounts:
        texts = known_texts(context, meant, sizes if named else results, None, own_words=own_words)
        return KnownAmounts([*texts, *prices, *options])

    return Known(known(own_words=False), known(own_words=True))


def strange_product(context: TurnContext, sentence: str, read: Collection[str]) -> str | None:
    """Return the name of a product in a sentence of which this turn has read nothing.

    Args:
        read: The titles of what was read.
    """
    lang = context.understanding.lang
    said, known = fold(sentence), [fold(title) for title in read]
    for hit in context.index.search_products(SearchQuery(sentence, lang, limit=NEAREST)):
        title = fold(hit.product.title)
        # "Linen Shirt" also stands in "Linen Shirt Dress", which was read.
        if title in said and title not in known and not any(title in one and one in said for one in known):
            return hit.product.title
    return None


def facts_behind(context: TurnContext, sentence: str, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts of the one source that supports a sentence; of several when it names them.

    All that was read, taken together, speaks about nearly everything; one source does not. The
    names of products are left out of what has to be supported, for a product's page has its name
    whatever is said of it; so are amounts, which are held against the facts one by one.
    """
    if not content_words(sentence):
        return []  # "Sure!" is said by no source, and everything would bear it out
    sources: dict[tuple[str, str, int | None], list[Fact]] = {}
    for fact in facts:
        place = fact.start if fact.kind is FactKind.PASSAGE else None
        sources.setdefault((fact.source_kind, fact.source_id, place), []).append(fact)
    named = _named(sentence, facts)
    candidates = list(sources.values())
    claim = sentence
    if named:
        # A sentence about products rests on these, on the chart that one of them was read in, or on a
        # rule that names one.
        pages = [f for f in facts if f.source_title in named or f.kind is FactKind.SIZE_CHART]
        rules = [s for s in sources.values() if s[0].kind is FactKind.PASSAGE and any(t in s[0].text for t in named)]
        candidates = [pages, *rules]
        claim = _without(claim, named)
    claim = without_amounts(claim)
    supported = context.grounding.supported_share
    share, place = max(((supported(claim, source), -i) for i, source in enumerate(candidates)), default=(0.0, 0))
    if share < SUPPORTED:
        return []
    # A page speaks of nearly everything that one may say of its product; one of its facts does not.
    behind = candidates[-place]
    # A chart is read as a whole, and its sizes are checked one by one.
    pieces = clauses(claim) if named and all(fact.kind is not FactKind.SIZE_CHART for fact in behind) else ()
    # Which size or colour is meant may stand beside any of them.
    choices = [fact for fact in behind if fact.kind is FactKind.OPTIONS]
    told = all(max(supported(piece, [fact, *choices]) for fact in behind) >= SUPPORTED_BY_ONE for piece in pieces)
    return behind if told else []


def contradicted(context: TurnContext, sentence: str, facts: Sequence[Fact]) -> bool:
    """Tell whether a clause denies what its source affirms, or affirms what it denies.

    Args:
        facts: Those that support the sentence.
    """
    share = context.grounding.supported_share
    told = [(clause, fact) for fact in facts for clause in clauses(fact.text)]
    titles = [fold(fact.source_title) for fact in facts]
    for claim in clauses(sentence):
        about = [title for title in titles if title in claim]
        if about and denies(claim) and not content_words(_without(claim, about)):
            # "A is made in Portugal, while B is not": no source denies what is not said in the clause.
            return True
        held = [(share(claim, [replace(fact, text=clause, label="", about="")]), clause) for clause, fact in told]
        best = max(held, default=(0.0, ""))
        if best[0] < SAME_CLAUSE:
            continue
        # Of clauses that say as much any may be the source.
        if all(denies(clause) != denies(claim) for found, clause in held if found == best[0]):
            return True
    return False


def overstates(context: TurnContext, sentence: str, facts: Sequence[Fact]) -> bool:
    """Tell whether a clause leaves nothing out where the fact that says it does not: "pure wool" of 70 % wool.

    Args:
        facts: Those that support the sentence.
    """
    share = context.grounding.supported_share
    # 纯棉T恤 is a name.
    for claim in clauses(_without(sentence, {fact.source_title for fact in facts})):
        held = [(share(claim, [fact]), fact) for fact in facts]
        best = max(found for found, _ in held)
        if overstated(claim, [f"{fact.label} {fact.text}" for found, fact in held if found == best]):
            return True
    return False


def _without(text: str, titles: Collection[str]) -> str:
    for title in sorted(titles, key=len, reverse=True):
        text = text.replace(title, " ")
    return text


def _named(sentence: str, facts: Sequence[Fact]) -> set[str]:
    return {fact.source_title for fact in facts if fact.source_kind == "product" and fact.source_title in sentence}
