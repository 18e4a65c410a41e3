"""Replies that set products side by side: what decides, what was asked, what differs, what is alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.agent.draft import Sources
from assistant.agent.labels import label_in
from assistant.agent.phrases import say
from assistant.agent.verdict import Verdict
from assistant.comparison import PRICE, Pick, Row, aligned
from assistant.facts import Fact, FactKind, product_facts
from assistant.grounding import Grounding
from assistant.quoting import as_text, excerpt
from assistant.reply import Comparison, ComparisonRow
from knowledge.catalog import Product
from knowledge.text import Lang

_MARKS: Final = "ABCD"
# The first rows tell a reader what matters; the table of the page has them all.
_TOLD_ROWS: Final = 6
_TABLE_ROWS: Final = 14


def comparison_text(verdict: Verdict, lang: Lang, sources: Sources, grounding: Grounding) -> str:
    """Return the comparison of two to four products in words.

    First what decides for the need that was named, then what the pages say of it, then the differences;
    what only one side states is told apart from them.
    """
    products = verdict.compared
    if verdict.phrase == "compare_foreign":
        return say("compare_foreign", lang, title=products[0].title, foreign=verdict.detail)
    rows = _rows(verdict, lang, grounding)
    between = "；" if lang == "zh" else "; "
    marked = list(zip(_MARKS, products, strict=False))
    lines = [say("compare", lang, named=between.join(f"{mark} {product.title}" for mark, product in marked))]
    if verdict.pick is not None:
        lines.insert(0, _picked(verdict.pick, products, lang, sources))
    elif verdict.phrase == "compare_undecided":
        lines.insert(0, say("compare_undecided", lang))
    lines += _told(verdict, lang, sources, grounding)
    different = [row for row in rows if row.is_shared and row.differs][:_TOLD_ROWS]
    lines += [f"- {_row(row, lang)}{_cited(row, products, sources)}" for row in different]
    if not different:
        lines.append(say("compare_same", lang))
    single = [row for row in rows if not row.is_shared][: _TOLD_ROWS // 2]
    if single:
        told = between.join(f"{row.label}{say('brackets', lang, what=_row(row, lang, bare=True))}" for row in single)
        lines.append(say("compare_one_sided", lang, told=told))
    alike = [f"{row.label} {_first(row)}" for row in rows if row.is_shared and not row.differs][:_TOLD_ROWS]
    if alike:
        lines.append(say("compare_alike", lang, alike=between.join(alike)))
    return "\n".join(lines)


def comparison_shown(verdict: Verdict, lang: Lang, grounding: Grounding) -> Comparison | None:
    """Return the comparison as typed data; None beside a product of another shop."""
    if len(verdict.compared) < 2:
        return None
    rows = sorted(_rows(verdict, lang, grounding), key=lambda row: (not row.is_shared, not row.differs))
    return Comparison(
        tuple(product.handle for product in verdict.compared),
        tuple(product.title for product in verdict.compared),
        tuple(ComparisonRow(row.label, row.values, row.is_shared and row.differs) for row in rows[:_TABLE_ROWS]),
        verdict.pick.product.handle if verdict.pick else None,
    )


def _rows(verdict: Verdict, lang: Lang, grounding: Grounding) -> list[Row]:
    """Return the rows, those first that the question speaks of."""
    stated = aligned(verdict.compared, say("price_label", lang))
    rows = [replace(row, label=label_in(row.label, lang)) for row in stated]
    asked = {row.key: grounding.share(verdict.question, f"{row.label} {_first(row)}") for row in rows}
    return sorted(rows, key=lambda row: -asked[row.key] if row.key != PRICE else -0.5)


def _picked(pick: Pick, products: Sequence[Product], lang: Lang, sources: Sources) -> str:
    said = [(mark, fact) for mark, fact in zip(_MARKS, pick.facts, strict=False) if fact is not None]
    between = "，" if lang == "zh" else ", "
    values = between.join(f"{mark} {fact.text}{sources.cite(fact)}" for mark, fact in said)
    label = say("price_label", lang) if said[0][1].kind is FactKind.PRICE else said[0][1].label
    gap = say("compare_gap", lang, gap=pick.gap) if pick.gap is not None else ""
    mark = _MARKS[[product.handle for product in products].index(pick.product.handle)]
    return say("compare_pick", lang, mark=mark, title=pick.product.title, label=label, values=values, gap=gap)


def _told(verdict: Verdict, lang: Lang, sources: Sources, grounding: Grounding) -> list[str]:
    """Return what pages and rules say of the need that was named ("which is warmer")."""
    colon = "：" if lang == "zh" else ": "
    mark_of: dict[str, str] = dict(zip((product.handle for product in verdict.compared), _MARKS, strict=False))
    lines = []
    for support in verdict.supports:
        fact = support.fact
        if fact.kind is FactKind.PASSAGE:
            lines.append(_passage(fact, verdict, lang, sources, grounding))
        elif fact.kind is FactKind.ATTRIBUTE:
            lines.append(f"- {mark_of[fact.source_id]}{colon}{fact.label}{colon}{fact.text}{sources.cite(fact)}")
        else:
            quoted = say("quoted", lang, text=fact.text)
            lines.append(f"- {mark_of[fact.source_id]}{colon}{quoted}{sources.cite(fact)}")
    return lines


def _passage(fact: Fact, verdict: Verdict, lang: Lang, sources: Sources, grounding: Grounding) -> str:
    chosen = excerpt(fact.text, lambda text: grounding.statement_share(verdict.question, fact.label, text))
    start, end = chosen[0].start, max(statement.end for statement in chosen)
    assert fact.start is not None
    marker = sources.cite(fact, fact.text[start:end], fact.start + start)
    lead = "" if fact.lang == lang else say("quote_other", lang) + "\n"
    return f"{lead}{as_text(chosen, fact.label.split(' › ')[-1])}{marker}"


def _row(row: Row, lang: Lang, *, bare: bool = False) -> str:
    between, colon = ("；", "：") if lang == "zh" else ("; ", ": ")
    cells = [f"{mark} {value}" for mark, value in zip(_MARKS, row.values, strict=False) if value is not None]
    if not bare:
        silent = [mark for mark, value in zip(_MARKS, row.values, strict=False) if value is None]
        cells += [f"{mark} {say('not_given', lang)}" for mark in silent]
    told = between.join(sorted(cells))
    return told if bare else f"{row.label}{colon}{told}"


def _first(row: Row) -> str:
    return next((value for value in row.values if value is not None), "")


def _cited(row: Row, products: Sequence[Product], sources: Sources) -> str:
    """Return the markers of the price's sources; the other rows stand on the product's page, with its card."""
    if row.key != PRICE:
        return ""
    prices = [next((f for f in product_facts(p) if f.kind is FactKind.PRICE), None) for p in products]
    return "".join(dict.fromkeys(sources.cite(fact) for fact in prices if fact is not None))
