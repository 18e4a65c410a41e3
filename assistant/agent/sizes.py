"""Replies about sizes: what the chart says, why, and what is still to be measured."""

from __future__ import annotations

from decimal import Decimal

from assistant.agent.draft import Sources
from assistant.agent.phrases import MEASURES, enumerate_words, say
from assistant.agent.results import SizeFound
from assistant.facts import Fact, FactKind
from assistant.reply import SizeAdvice
from assistant.sizing import Placement, SizeResult
from knowledge.catalog import Product
from knowledge.size_charts import Measure
from knowledge.text import Lang


def size_text(found: SizeFound, lang: Lang, sources: Sources) -> str:
    """Return the advice in words, with the chart as its source."""
    product, result = found.product, found.result
    assert product is not None
    assert result is not None
    title = product.title
    if result.missing:
        asked = enumerate_words([MEASURES[m][lang] for m in result.missing], lang)
        return say("size_missing", lang, title=title, measures=asked)
    marker = sources.cite(chart_fact(product, result, lang))
    if result.out_of_range:
        return _out_of_range(title, result, lang) + marker + _rule(result, lang)
    assert result.probability is not None
    text = say("size", lang, title=title, size=result.size)
    text += say("size_sure", lang, percent=round(result.probability * 100))
    if result.other is not None:
        text += say("size_between", lang, size=result.size, other=result.other)
    reasons = [reason(placement, result, lang) for placement in result.placements]
    return text + marker + "\n" + "\n".join(reasons) + _rule(result, lang)


def size_advice(found: SizeFound, lang: Lang) -> SizeAdvice | None:
    """Return the advice in typed form; None when there is no chart."""
    result = found.result
    if result is None:
        return None
    reasons = [reason(placement, result, lang).removeprefix("- ") for placement in result.placements]
    return SizeAdvice(
        label=result.size,
        chart=result.chart.chart_id,
        probability=result.probability,
        margin=result.margin if result.size else None,
        reasons=tuple(reasons),
        missing=tuple(str(measure) for measure in result.missing),
    )


def chart_fact(product: Product, result: SizeResult, lang: Lang) -> Fact:
    """Return the row of the chart on which the advice rests."""
    row = next((row for row in result.chart.rows if row.size == result.size), None)
    ranges = row.ranges if row else {p.measure: p.interval for p in result.placements}
    colon = "：" if lang == "zh" else ": "
    cells = [f"{MEASURES[m][lang]}{colon}{_span(i.low, i.high, m, lang)}" for m, i in ranges.items()]
    return Fact(
        FactKind.SIZE_CHART,
        result.size or "",
        "; ".join(cells),
        lang,
        "size_chart",
        result.chart.chart_id,
        f"{result.chart.category or ''} {result.chart.chart_id}".strip(),
        product.as_of.isoformat(),
    )


def reason(placement: Placement, result: SizeResult, lang: Lang) -> str:
    """Return how one measurement of the shopper lies in the chart, as a line of the reply."""
    low, high = placement.interval.low, placement.interval.high
    return say(
        "size_reason",
        lang,
        measure=MEASURES[placement.measure][lang],
        value=_with_unit(placement.value, placement.measure),
        size=result.size or result.chart.rows[0].size,
        low=_number(low) if low is not None else "…",
        high=_with_unit(high, placement.measure) if high is not None else "…",
    )


def _out_of_range(title: str, result: SizeResult, lang: Lang) -> str:
    worst = min(result.placements, key=lambda p: p.margin)
    row = result.chart.rows[0 if result.out_of_range == "below" else -1]
    interval = row.ranges[worst.measure]
    return say(
        f"size_{result.out_of_range}",
        lang,
        measure=MEASURES[worst.measure][lang],
        value=_with_unit(worst.value, worst.measure),
        title=title,
        size=row.size,
        low=_with_unit(interval.low or Decimal(0), worst.measure),
        high=_with_unit(interval.high or Decimal(0), worst.measure),
    )


def _rule(result: SizeResult, lang: Lang) -> str:
    return "\n" + say("size_rule", lang, note=result.chart.note) if result.chart.note else ""


def _span(low: Decimal | None, high: Decimal | None, measure: Measure, lang: Lang) -> str:
    del lang
    return f"{_number(low) if low is not None else '…'}–{_with_unit(high, measure) if high is not None else '…'}"


def _with_unit(value: Decimal, measure: Measure) -> str:
    return f"{_number(value)} {'kg' if measure is Measure.WEIGHT else 'cm'}"


def _number(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.1"))
    return f"{rounded.normalize():f}"
