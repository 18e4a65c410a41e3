"""Replies about sizes: what the chart says, why, and what is still to be measured."""

from __future__ import annotations

from decimal import Decimal

from assistant.agent.draft import Sources
from assistant.agent.phrases import enumerate_words, say
from assistant.agent.results import SizeFound
from assistant.agent.size_phrases import HOW_TO_MEASURE, MEASURES, SIZE_PHRASES
from assistant.facts import Fact, FactKind
from assistant.fit.reasons import Reason
from assistant.reply import SizeAdvice, SizeReports
from assistant.size_choice import sold_sizes
from assistant.sizing import Because, Placement, SizeEvidence, SizeResult
from assistant.understanding.measurements import CM_PER_INCH, KG_PER_POUND
from knowledge.catalog import Product, Source, Variant
from knowledge.size_charts import Measure
from knowledge.text import Lang


def size_text(found: SizeFound, lang: Lang, sources: Sources) -> str:
    """Return the advice in words, with the chart as its source."""
    product, result = found.product, found.result
    assert product is not None
    assert result is not None
    title = product.title
    if result.asks:
        # One thing at a time: the first is the one that decides.
        asked = result.missing[0]
        return say("size_missing", lang, title=title, measure=MEASURES[asked][lang], how=HOW_TO_MEASURE[asked][lang])
    marker = sources.cite(chart_fact(product, result, lang))
    if result.out_of_range:
        return _out_of_range(title, result, lang) + marker + _rule(result, lang)
    if result.unsold is not None:
        reasons = [reason(placement, result, lang) for placement in result.placements]
        return say("size_unsold", lang, title=title, size=result.unsold) + marker + "\n" + "\n".join(reasons)
    assert result.probability is not None
    text = say("size", lang, title=title, size=result.size)
    text += say("size_sure", lang, percent=round(result.probability * 100))
    text += _why(result, lang)
    if result.evidence is not None:
        marker += sources.cite(reports_fact(product, result.evidence, lang))
    lines = [*(reason(placement, result, lang) for placement in result.placements), *reported(result, lang)]
    lines += [*_other_fit(found, lang), *_stock(product, result, lang)]
    if result.missing:
        asked = result.missing[0]
        lines.append(say("size_unsure", lang, measure=MEASURES[asked][lang], how=HOW_TO_MEASURE[asked][lang]))
    return text + marker + "\n" + "\n".join(lines) + _rule(result, lang)


def _other_fit(found: SizeFound, lang: Lang) -> list[str]:
    """Return the neighbour that sits as the shopper likes it, where their taste has not decided already."""
    result, product = found.result, found.product
    assert result is not None
    if found.preference is None or product is None or result.because in (Because.PREFERENCE, Because.STEP):
        return []
    sold = list(sold_sizes(result.chart, product) or [row.size for row in result.chart.rows])
    if result.size not in sold:
        return []
    place = sold.index(result.size) + (1 if found.preference == "looser" else -1)
    if not 0 <= place < len(sold):
        return []
    return [say(f"size_{found.preference}", lang, other=sold[place], size=result.size)]


def _stock(product: Product, result: SizeResult, lang: Lang) -> list[str]:
    """Return that the advised size cannot be bought now, in which choices, and what lies beside it."""
    of_size = [v for v in product.variants if any(value == result.size for _, value in v.options)]
    out = [v for v in of_size if not v.availability.can_be_bought]
    if not out:
        return []
    if len(out) < len(of_size):
        there = [v for v in of_size if v.availability.can_be_bought]
        which, rest = (enumerate_words([_choice(v, result.size) for v in part], lang) for part in (out, there))
        return [say("size_sold_out_in", lang, size=result.size, which=which, there=rest)]
    beside = [label for label in _neighbours(result, product) if _can_be_bought(product, label)]
    more = say("size_beside", lang, sizes=enumerate_words(beside, lang)) if beside else ""
    return [say("size_sold_out", lang, size=result.size) + more]


def _neighbours(result: SizeResult, product: Product) -> list[str]:
    sold = list(sold_sizes(result.chart, product))
    if result.size not in sold:
        return []
    place = sold.index(result.size)
    return [*sold[max(place - 1, 0) : place], *sold[place + 1 : place + 2]]


def _can_be_bought(product: Product, size: str) -> bool:
    return any(v.availability.can_be_bought for v in product.variants if any(value == size for _, value in v.options))


def _choice(variant: Variant, size: str | None) -> str:
    """Return what is chosen of a variant besides its size."""
    return " / ".join(value for _, value in variant.options if value != size) or (size or "")


def _why(result: SizeResult, lang: Lang) -> str:
    """Return why this one of two sizes, or that it lies with the shopper."""
    if result.because is Because.CONVERTED and result.stands_for is not None:
        usual, measure, value = result.stands_for
        shown = _with_unit(value, measure)
        return say("size_converted", lang, usual=usual, measure=MEASURES[measure][lang], value=shown)
    if result.because is Because.USUAL:
        return say("size_usual", lang, size=result.size)
    if result.other is None:
        return ""
    labels = [row.size for row in result.chart.rows]
    up = labels.index(result.size or "") > labels.index(result.other)
    kind = result.because or "open"
    differs = result.evidence is not None and result.evidence.differs
    which = say("size_larger" if up else "size_smaller", lang)
    key = "size_against_chart" if differs else f"size_between_{kind}"
    return say(key, lang, size=result.size, other=result.other, which=which)


def size_advice(found: SizeFound, lang: Lang) -> SizeAdvice | None:
    """Return the advice in typed form; None when there is no chart."""
    result = found.result
    if result is None:
        return None
    lines = [*(reason(placement, result, lang) for placement in result.placements), *reported(result, lang)]
    reasons = [line.removeprefix("- ") for line in lines]
    said = result.evidence
    return SizeAdvice(
        label=result.size,
        chart=result.chart.chart_id,
        probability=result.probability,
        margin=result.margin if result.size else None,
        reasons=tuple(reasons),
        missing=tuple(str(measure) for measure in result.missing),
        reports=SizeReports(said.size, said.small, said.fits, said.large, said.reports) if said else None,
    )


def reported(result: SizeResult, lang: Lang) -> list[str]:
    """Return what buyers reported, as lines of the reply; nothing without enough reports."""
    evidence = result.evidence
    if evidence is None:
        return []
    told = (_reported(one, evidence, lang) for one in evidence.reasons)
    lines = [line for line in told if line][:2] or [say("size_reports_counted", lang, reports=evidence.reports)]
    if evidence.points_to is not None and evidence.points_to != result.size:
        lines.append(say("size_reports_point", lang, better=evidence.points_to))
    return lines


def _reported(one: Reason, evidence: SizeEvidence, lang: Lang) -> str | None:
    key = f"size_{one.why.value}"
    if key not in SIZE_PHRASES or not one.of:
        return None
    alike = enumerate_words([MEASURES[Measure(name)][lang] for name in one.alike], lang)
    return say(key, lang, count=one.count, of=one.of, size=evidence.size, alike=alike)


def reports_fact(product: Product, evidence: SizeEvidence, lang: Lang) -> Fact:
    """Return the buyers' reports on which the advice rests."""
    lines = [line.removeprefix("- ") for one in evidence.reasons if (line := _reported(one, evidence, lang))]
    counted = say("size_reports_counted", lang, reports=evidence.reports).removeprefix("- ")
    return Fact(
        FactKind.FIT_REPORTS,
        evidence.size,
        "; ".join([counted, *lines]),
        lang,
        "fit_reports",
        product.handle,
        product.title,
        product.as_of.isoformat(),
    )


def chart_fact(product: Product, result: SizeResult, lang: Lang) -> Fact:
    """Return the row of the chart on which the advice rests."""
    ranges = result.row.ranges if result.size else {p.measure: p.interval for p in result.placements}
    colon = "：" if lang == "zh" else ": "
    cells = [f"{MEASURES[m][lang]}{colon}{_span(i.low, i.high, m, lang)}" for m, i in ranges.items()]
    return Fact(
        FactKind.SIZE_CHART,
        result.row.size if result.size else "",
        "; ".join(cells),
        lang,
        "size_chart",
        result.chart.chart_id,
        f"{result.chart.category or ''} {result.chart.chart_id}".strip(),
        (result.chart.as_of or product.as_of).isoformat(),
        source=Source(result.chart.source.file, result.row.source_row if result.size else result.chart.source.row),
    )


def reason(placement: Placement, result: SizeResult, lang: Lang) -> str:
    """Return how one measurement of the shopper lies in the chart, as a line of the reply."""
    low, high = placement.interval.low, placement.interval.high
    return say(
        "size_reason",
        lang,
        measure=MEASURES[placement.measure][lang],
        value=_as_told(placement.value, placement.measure, result),
        size=result.row.size,
        low=_told_number(low, placement.measure, result) if low is not None else "…",
        high=_as_told(high, placement.measure, result) if high is not None else "…",
    )


def _out_of_range(title: str, result: SizeResult, lang: Lang) -> str:
    worst = min(result.placements, key=lambda p: p.margin)
    row, interval = result.row, worst.interval
    return say(
        f"size_{result.out_of_range}",
        lang,
        measure=MEASURES[worst.measure][lang],
        value=_as_told(worst.value, worst.measure, result),
        title=title,
        size=row.size,
        low=_as_told(interval.low or Decimal(0), worst.measure, result),
        high=_as_told(interval.high or Decimal(0), worst.measure, result),
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


def _as_told(value: Decimal, measure: Measure, result: SizeResult) -> str:
    """Return a value in the unit in which the shopper told the measure."""
    if (unit := result.units.get(measure)) is None:
        return _with_unit(value, measure)
    if measure is Measure.HEIGHT:
        return _told_number(value, measure, result)
    return f"{_told_number(value, measure, result)} {unit}"


def _told_number(value: Decimal, measure: Measure, result: SizeResult) -> str:
    unit = result.units.get(measure)
    if unit is None:
        return _number(value)
    told = value / (CM_PER_INCH if unit == "in" else KG_PER_POUND)
    tenth = told.quantize(Decimal("0.1"))
    quarter = (told * 4).quantize(Decimal(1)) / 4
    # Tapes are marked in quarters of an inch, charts in either; the kept tenth of a centimetre tells them apart.
    if measure is Measure.HEIGHT:
        feet, inches = divmod(round(told), 12)
        return f"{feet}'{inches}\""
    nearest = quarter if unit == "in" and abs(quarter - told) < abs(tenth - told) else tenth
    return f"{nearest.normalize():f}"
