"""Size charts, with the headers and units of both languages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.size_charts import Interval, Measure
from tests.test_knowledge.merchant import SHOP, codes, merchant


def between(low: str | None, high: str | None) -> Interval:
    return Interval(Decimal(low) if low else None, Decimal(high) if high else None)


async def test_the_documented_columns_make_a_chart(tmp_path: Path) -> None:
    text = (
        "chart_id,brand,category,unit,size,height_min,height_max,weight_min_kg,weight_max_kg,bust_min,bust_max,note\n"
        "tops,Maple,Tops,cm,S,155,165,45,55,80,,Chest decides.\n"
        "tops,Maple,Tops,cm,M,165,175,55,65,88,96,Chest decides.\n"
    )
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("sizes.csv", text)
        (chart,) = await shop.store.size_charts(SHOP)
    assert codes(report) == []
    assert (chart.chart_id, chart.brand, chart.category, chart.note) == ("tops", "Maple", "Tops", "Chest decides.")
    assert [row.size for row in chart.rows] == ["S", "M"]
    assert chart.rows[0].ranges == {
        Measure.HEIGHT: between("155", "165"),
        Measure.WEIGHT: between("45", "55"),
        Measure.CHEST: between("80", None),
    }
    assert chart.rows[1].source_row == 3


@pytest.mark.parametrize(
    ("header", "cells", "measure", "interval"),
    [
        ("unit,waist_min,waist_max", "inch,30,32", Measure.WAIST, between("76.20", "81.28")),
        ("unit,waist_min_cm,waist_max_cm", "inch,76,81", Measure.WAIST, between("76", "81")),
        ("unit,weight_min_lb,weight_max_lb", "cm,100,120", Measure.WEIGHT, between("45.36", "54.43")),
        ("单位,体重(斤)", ",90-110", Measure.WEIGHT, between("45", "55")),
        ("单位,胸围最小(cm),胸围最大(cm)", "厘米,80,84", Measure.CHEST, between("80", "84")),
        ("unit,脚长", "cm,24.5", Measure.FOOT, between("24.5", "24.5")),
        ("unit,Height Min (in),Height Max (in)", "cm,60,65", Measure.HEIGHT, between("152.40", "165.10")),
    ],
)
async def test_units_come_from_the_column_before_the_row(
    tmp_path: Path, header: str, cells: str, measure: Measure, interval: Interval
) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("sizes.csv", f"尺码表,尺码,{header}\nx,S,{cells}\n")
        (chart,) = await shop.store.size_charts(SHOP)
    assert chart.rows[0].ranges == {measure: interval}


async def test_broken_rows_of_a_chart_are_named(tmp_path: Path) -> None:
    text = (
        "chart_id,size,chest_min,chest_max\nt,S,80,84\nt,M,90,85\nt,L,wide,99\nt,XL,900,950\n"
        "t,S,80,84\n,XS,1,2\nt,,80,84\n"
    )
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("sizes.csv", text)
        (chart,) = await shop.store.size_charts(SHOP)
    assert [row.size for row in chart.rows] == ["S"]
    assert [(i.row, i.code) for i in report.issues] == [
        (3, "range_reversed"),
        (4, "measure_unreadable"),
        (5, "range_implausible"),
        (6, "key_repeated"),
        (7, "value_missing"),
        (8, "value_missing"),
    ]
