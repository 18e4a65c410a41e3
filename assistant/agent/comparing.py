"""Products set side by side: what was asked first, then the differences, then what is alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.agent.draft import Sources
from assistant.agent.phrases import say
from assistant.escalation import DEFAULTS
from assistant.facts import Fact, FactKind, price_text, product_facts
from assistant.grounding import Grounding
from assistant.understanding.question import Question
from knowledge.catalog import Product
from knowledge.size_charts import CHART_ATTRIBUTES
from knowledge.text import Lang

_MARKS: Final = "ABCD"


def comparison_text(
    products: Sequence[Product], question: Question, lang: Lang, sources: Sources, grounding: Grounding
) -> str:
    """Return the comparison of two to four products, each attribute on a line of its own.

    An attribute that only one of them states is no difference, since the other may have it too.
    """
    marked = list(zip(_MARKS, products, strict=False))
    between = "；" if lang == "zh" else "; "
    named = between.join(f"{mark} {product.title}{_cited_price(product, sources)}" for mark, product in marked)
    lines = [say("compare", lang, named=named), *_asked(marked, question, lang, sources, grounding)]
    rows = _rows(products, question, lang, grounding)
    different = {label: values for label, values in rows.items() if len(set(values)) > 1}
    if not different:
        return "\n".join([*lines, say("compare_same", lang)])
    colon = "：" if lang == "zh" else ": "
    for label, values in different.items():
        aligned = between.join(f"{mark} {value}" for (mark, _), value in zip(marked, values, strict=True))
        lines.append(f"- {label}{colon}{aligned}")
    alike = [f"{label} {values[0]}" for label, values in rows.items() if label not in different]
    if alike:
        lines.append(say("compare_alike", lang, alike=between.join(alike)))
    return "\n".join(lines)


def _rows(products: Sequence[Product], question: Question, lang: Lang, grounding: Grounding) -> dict[str, list[str]]:
    """Return what at least two of the products state, by label: price, attributes, options."""
    rows = {say("price_label", lang): [price_text(p.variants) or say("not_given", lang) for p in products]}
    names = [a.name for p in products for a in p.attributes if a.name.casefold() not in CHART_ATTRIBUTES]
    stated = {name: [p.attribute(name) for p in products] for name in dict.fromkeys(names)}
    shared = [name for name, values in stated.items() if sum(value is not None for value in values) > 1]
    for name in sorted(shared, key=lambda name: -grounding.share(question, name)):
        rows[name] = [value or say("not_given", lang) for value in stated[name]]
    for name in dict.fromkeys(option.name for p in products for option in p.options):
        values = [", ".join(next((o.values for o in p.options if o.name == name), ())) for p in products]
        if all(values):
            rows.setdefault(name, values)
    return rows


def _asked(
    marked: Sequence[tuple[str, Product]], question: Question, lang: Lang, sources: Sources, grounding: Grounding
) -> list[str]:
    """Return what each page says about the need that was named ("which is warmer"), where one does."""
    if not question.units:
        return []
    colon = "：" if lang == "zh" else ": "
    lines: list[str] = []
    for mark, product in marked:
        told = [fact for fact in product_facts(product) if fact.kind is FactKind.DESCRIPTION]
        best = next(iter(grounding.of_facts(question, told)), None)
        if best is not None and best.probability >= DEFAULTS.answer:
            lines.append(f"- {mark}{colon}{best.fact.text}{sources.cite(best.fact)}")
    return lines


def _cited_price(product: Product, sources: Sources) -> str:
    facts: dict[FactKind, Fact] = {fact.kind: fact for fact in product_facts(product)}
    return sources.cite(facts[FactKind.PRICE]) if FactKind.PRICE in facts else ""
