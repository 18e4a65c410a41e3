"""Replies about products: what was found, what is in stock, how two compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.agent.draft import Sources, card
from assistant.agent.phrases import AVAILABILITY, say
from assistant.agent.results import FoundProduct, ProductsFound
from assistant.confidence import SUPPORTED
from assistant.facts import Fact, FactKind, price_text, product_facts, reduced_from
from assistant.reply import ProductCard
from assistant.understanding.question import Question
from knowledge.catalog import Product, Variant
from knowledge.text import Lang, has_han

# More sold-out variants than this are better seen on the product's page.
MOST_VARIANTS: Final = 6
# A demand of this weight is worth naming when nothing meets it.
TELLING: Final = 0.6


def found_text(found: ProductsFound, lang: Lang, sources: Sources) -> tuple[str, list[ProductCard]]:
    """Return the list of what a search found, with its cards."""
    most = found.constraints.most
    if most is not None and found.products[0].measured is not None:
        key = "found_most" if most.direction == "most" else "found_least"
        lead = say(key, lang, label=found.products[0].measured.label)
    elif found.relaxed:
        lead = say(
            "found_relaxed", lang, wanted=("、" if lang == "zh" else ", ").join([*found.relaxed, *_unmet(found)])
        )
    elif found.constraints.sort == "price_asc":
        lead = say("found_cheapest", lang)
    elif found.constraints.sort == "price_desc":
        lead = say("found_dearest", lang)
    elif missing := _unmet(found):
        lead = say("found_near", lang, missing=("、" if lang == "zh" else ", ").join(missing))
    else:
        lead = say("found_one" if len(found.products) == 1 else "found", lang)
    lines = [_line(f, lang) + _measure(f, lang, sources) for f in found.products]
    cards = [card(f.product, _why(found, f, lang), f.variants) for f in found.products]
    return "\n".join([lead, *lines]), cards


def _unmet(found: ProductsFound) -> list[str]:
    """Return the demands that even the best find says nothing about, when they are telling."""
    best = found.products[0].match
    if best.probability >= SUPPORTED:
        return []
    return ["".join(u.words) if has_han(u.text) else u.text for u in best.missing if u.weight >= TELLING][:2]


def _line(found: FoundProduct, lang: Lang) -> str:
    best = max((v.availability for v in found.variants), key=lambda a: a.can_be_bought, default=None)
    return say(
        "line",
        lang,
        title=found.product.title,
        price=price_text(found.variants) or say("not_given", lang),
        state=AVAILABILITY[best or found.product.availability][lang],
    )


def _measure(found: FoundProduct, lang: Lang, sources: Sources) -> str:
    if found.measured is None:
        return ""
    between = "，" if lang == "zh" else ", "
    colon = "：" if lang == "zh" else ": "
    return f"{between}{found.measured.label}{colon}{found.measured.text}{sources.cite(found.measured)}"


def _why(found: ProductsFound, one: FoundProduct, lang: Lang) -> str:
    """Return which of the shopper's demands the product meets."""
    demands = found.constraints
    met = [] if found.relaxed else list(demands.wanted)
    if demands.max_price is not None:
        met.append(f"≤ {demands.max_price.normalize():f}")
    if demands.min_price is not None:
        met.append(f"≥ {demands.min_price.normalize():f}")
    if demands.in_stock:
        met.append("现货" if lang == "zh" else "in stock")
    if not met and one.product.category:
        met.append(one.product.category.split(">")[-1].strip())
    return " · ".join(met)


def typed_text(product: Product, variants: Sequence[Variant], question: Question, lang: Lang, sources: Sources) -> str:
    """Return stock and price of the variants that are meant, from typed data."""
    facts = {fact.kind: fact for fact in product_facts(product)}
    if not variants:
        return _not_offered(product, question, lang, sources)
    if len(variants) < len(product.variants):
        return _named_variants(product, tuple(variants), lang) + _cite(facts, FactKind.AVAILABILITY, sources)
    price = price_text(product.variants)
    text = (
        say("price", lang, title=product.title, price=price)
        if price
        else say("price_unknown", lang, title=product.title)
    )
    if (was := reduced_from(product.variants)) is not None:
        text += say("price_was", lang, price=was)
    state = AVAILABILITY[product.availability][lang]
    text += ("，" if lang == "zh" else ", ") + state
    out = [v for v in product.variants if not v.availability.can_be_bought]
    if out and len(out) < len(product.variants):
        names = ("、" if lang == "zh" else ", ").join(_name(v) for v in out[:MOST_VARIANTS])
        text += say("sold_out_variants", lang, variants=names + ("…" if len(out) > MOST_VARIANTS else ""))
    return text + _cite(facts, FactKind.PRICE, sources)


def _named_variants(product: Product, variants: tuple[Variant, ...], lang: Lang) -> str:
    buyable = [v for v in variants if v.availability.can_be_bought]
    if buyable:
        lines = [
            say(
                "variant_yes",
                lang,
                title=product.title,
                variant=_name(v),
                state=AVAILABILITY[v.availability][lang],
                price=v.price or say("not_given", lang),
            )
            for v in buyable[:1]
        ]
        others = [_name(v) for v in variants if v not in buyable]
        if len(buyable) > 1:
            also = ("、" if lang == "zh" else ", ").join(_name(v) for v in buyable[1:MOST_VARIANTS])
            lines[0] += f"；同样有货：{also}" if lang == "zh" else f"; also in stock: {also}"
        if others:
            lines[0] += say(
                "sold_out_variants", lang, variants=("、" if lang == "zh" else ", ").join(others[:MOST_VARIANTS])
            )
        return lines[0]
    first = variants[0]
    return say(
        "variant_no",
        lang,
        title=product.title,
        variant=("、" if lang == "zh" else ", ").join(_name(v) for v in variants[:MOST_VARIANTS]),
        state=AVAILABILITY[first.availability][lang],
    )


def _not_offered(product: Product, question: Question, lang: Lang, sources: Sources) -> str:
    own = [fact for fact in product_facts(product) if fact.kind is FactKind.OPTIONS]
    options = ("；" if lang == "zh" else "; ").join(f"{fact.label} {fact.text}" for fact in own)
    text = say(
        "variant_none",
        lang,
        title=product.title,
        wanted=("、" if lang == "zh" else ", ").join(question.constraints.wanted),
        options=options or say("not_given", lang),
    )
    return text + "".join(sources.cite(fact) for fact in own[:2])


def _name(variant: Variant) -> str:
    return " / ".join(value for _, value in variant.options) or (variant.sku or variant.key)


def _cite(facts: dict[FactKind, Fact], kind: FactKind, sources: Sources) -> str:
    return sources.cite(facts[kind]) if kind in facts else ""
