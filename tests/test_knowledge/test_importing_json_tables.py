"""Orders, size charts and other tables that come as JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from knowledge.orders import OrderLine, OrderStatus
from knowledge.size_charts import Interval, Measure
from tests.test_knowledge.merchant import SHOP, codes, merchant

ORDERS = [
    {
        "order_no": "LX1",
        "phone_last4": "0042",
        "items": [{"title": "Linen Shirt", "options": ["Blue", "M"], "quantity": 2}, {"title": "Cap"}],
        "total": 98.5,
        "status": "In transit",
        "order_date": "2026-11-20",
    },
    {"order_no": "LX2", "phone_last4": 1234, "items": "Cap ×1", "total": "cheap", "status": "shipped"},
]


async def test_orders_come_as_json_too_with_the_line_of_each(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("orders.json", json.dumps({"orders": ORDERS}, indent=1))
        (order,) = await shop.store.orders(SHOP)
    assert order.lines == (OrderLine("Linen Shirt", ("Blue", "M"), 2), OrderLine("Cap", (), 1))
    assert (order.phone_last4, order.status, order.total and order.total.amount) == (
        "0042",
        OrderStatus.IN_TRANSIT,
        Decimal("98.5"),
    )
    assert order.source.row == 3
    assert [(i.code, i.row, i.field) for i in report.issues] == [("price_unreadable", 23, "total")]


async def test_a_size_chart_comes_as_json_or_as_one_object_a_line(tmp_path: Path) -> None:
    sizes = [{"chart_id": "t", "size": "S", "chest": "84-88"}, {"chart_id": "t", "size": "M", "chest": "88-92"}]
    async with merchant(tmp_path) as shop:
        assert codes(await shop.imports_text("sizes.json", json.dumps(sizes))) == []
        (chart,) = await shop.store.size_charts(SHOP)
        lines = "\n".join(json.dumps(size | {"chart_id": "u"}) for size in sizes)
        assert codes(await shop.imports_text("sizes.jsonl", lines)) == []
        other = next(one for one in await shop.store.size_charts(SHOP) if one.chart_id == "u")
    assert chart.rows[1].ranges == other.rows[1].ranges == {Measure.CHEST: Interval(Decimal(88), Decimal(92))}
    assert [row.source_row for row in other.rows] == [1, 2]


async def test_products_in_json_with_keys_of_the_merchants_own_are_guessed_at(tmp_path: Path) -> None:
    own = [{"Artikelnummer": "A-1", "Bezeichnung": "Wanderschuh Alpin", "Verkaufspreis": "129,90"}] * 2
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("own.json", json.dumps(own))
    assert "mapping_guessed" in codes(report)


async def test_json_that_is_no_table_is_refused_as_before(tmp_path: Path) -> None:
    values: list[object] = [
        [1, 2],
        ["a"],
        [{"title": "x", "handle": "y", "variants": [{"price": 1}]}],
        {"a": {"b": []}},
    ]
    async with merchant(tmp_path) as shop:
        for value in values:
            assert codes(await shop.imports_text("x.json", json.dumps(value))) == ["json_kind_unknown"], value
