"""Cells of size charts, with the units that merchants write into them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.importing.body_spans import LENGTHS, WEIGHTS, Span, read_span
from knowledge.importing.cell_error import CellError
from knowledge.size_charts import Interval, Measure
from tests.test_knowledge.merchant import SHOP, codes, merchant


def rounded(span: Span | None) -> tuple[str | None, str | None]:
    assert span is not None
    low, high = (None if end is None else f"{end.quantize(Decimal('0.01')):f}" for end in (span.low, span.high))
    return low, high


@pytest.mark.parametrize(
    ("cell", "unit", "low", "high"),
    [
        ("84-88", "cm", "84.00", "88.00"),
        ("84 cm – 88 cm", "in", "84.00", "88.00"),
        ("32-34 in", "cm", "81.28", "86.36"),
        ('32"-34"', "cm", "81.28", "86.36"),
        ("32½", "in", "82.55", "82.55"),
        ("32 1/2 in", "cm", "82.55", "82.55"),
        ("5'2\"-5'5\"", "cm", "157.48", "165.10"),
        ("5′2″ to 5′5″", "cm", "157.48", "165.10"),
        ("5 ft 8 in", "cm", "172.72", "172.72"),
        ("5'11", "cm", "180.34", "180.34"),
        ("6'", "in", "182.88", "182.88"),
        ("5英尺6英寸", "cm", "167.64", "167.64"),
        ("1米65", "cm", "165.00", "165.00"),
        ("1.65m", "cm", "165.00", "165.00"),
        ("160～165", "cm", "160.00", "165.00"),
        ("１６０至１６５厘米", "in", "160.00", "165.00"),
        ("82,5", "cm", "82.50", "82.50"),
        ("≥160", "cm", "160.00", None),
        ("160以上", "cm", "160.00", None),
        ("180+", "cm", "180.00", None),
        ("up to 90", "cm", None, "90.00"),
        ("<90cm", "in", None, "90.00"),
        ("90 以下", "cm", None, "90.00"),
        ("'165", "cm", "165.00", "165.00"),
    ],
)
def test_lengths_are_read_in_the_unit_they_name(cell: str, unit: str, low: str | None, high: str | None) -> None:
    assert rounded(read_span(cell, unit, LENGTHS)) == (low, high)


@pytest.mark.parametrize(
    ("cell", "unit", "low", "high"),
    [
        ("105~120斤", "kg", "52.50", "60.00"),
        ("90-105", "斤", "45.00", "52.50"),
        ("100 - 120 lbs", "kg", "45.36", "54.43"),
        ("8 st 5", "kg", "53.07", "53.07"),
        ("50公斤以下", "斤", None, "50.00"),
    ],
)
def test_weights_are_read_in_the_unit_they_name(cell: str, unit: str, low: str | None, high: str | None) -> None:
    assert rounded(read_span(cell, unit, WEIGHTS)) == (low, high)


@pytest.mark.parametrize("cell", ["wide", "84-88-92", "5'2\"3", "120 lb", "84 cm x", "1/0", "5 1/0 in", "-", "9" * 80])
def test_what_is_no_length_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        read_span(cell, "cm", LENGTHS)


def test_an_empty_cell_says_nothing() -> None:
    assert read_span("  ", "cm", LENGTHS) is None


async def test_a_chart_in_feet_and_pounds_becomes_centimetres_and_kilograms(tmp_path: Path) -> None:
    text = (
        "chart_id,size,height_min,height_max,weight,chest\nd,S,5'2\",5'5\",100-120 lb,32-34 in\nd,M,5'5\",5'8\",,wide\n"
    )
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("sizes.csv", text)
        (chart,) = await shop.store.size_charts(SHOP)
    assert chart.rows[0].ranges == {
        Measure.HEIGHT: Interval(Decimal("157.48"), Decimal("165.1")),
        Measure.WEIGHT: Interval(Decimal("45.36"), Decimal("54.43")),
        Measure.CHEST: Interval(Decimal("81.28"), Decimal("86.36")),
    }
    assert codes(report) == ["measure_unreadable"]
