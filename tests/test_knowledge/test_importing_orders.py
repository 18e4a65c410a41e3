"""Orders, with the words of both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.importing.orders import order_lines, order_status
from knowledge.money import Money
from knowledge.orders import OrderLine, OrderStatus
from tests.test_knowledge.merchant import SHOP, codes, counts, merchant


async def test_an_english_export_is_read(tmp_path: Path) -> None:
    text = (
        "Order Number,phone_last4,customer_name,items,total,status,carrier,tracking_no,"
        "order_date,ship_date,delivered_date,note\n"
        '#HL-1001,4821,Ann Lee,"Linen Shirt, White, M ×2; Cap",'
        "$99.80,In transit,UPS,1Z999,2025-11-02,11/03/2025,,gift\n"
    )
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("orders.csv", text)
        order = await shop.store.order(SHOP, " hl-1001 ")
    assert codes(report) == []
    assert order is not None
    assert order.lines == (OrderLine("Linen Shirt", ("White", "M"), 2), OrderLine("Cap", (), 1))
    assert (order.status, order.status_text) == (OrderStatus.IN_TRANSIT, "In transit")
    assert (order.total, order.phone_last4) == (Money(Decimal("99.80"), "USD"), "4821")
    assert (order.order_date, order.ship_date) == (date(2025, 11, 2), date(2025, 11, 3))


async def test_the_letters_that_all_numbers_begin_with_may_be_left_out(tmp_path: Path) -> None:
    text = (
        "order_no,phone_last4,customer_name,items,total,status\n"
        "HL-10614,4821,Ann Lee,Cap,$20,Shipped\nHL-20614,4822,Bo Lee,Cap,$20,Shipped\n"
    )
    async with merchant(tmp_path) as shop:
        await shop.imports_text("orders.csv", text)
        found = [await shop.store.order(SHOP, said) for said in ("10614", "HL-10614", "0614", "614", "HL10614")]
    assert [order.order_no if order else None for order in found] == ["HL-10614", "HL-10614", None, None, None]


async def test_a_chinese_export_is_read(tmp_path: Path) -> None:
    text = (
        "订单号,手机号后四位,收货人,商品明细,实付金额,订单状态,快递公司,快递单号,下单日期\n"
        "TM1,0821,王芳,连衣裙，红，M ×1；袜子 x3,￥199,待发货,顺丰,SF1,2025年11月2日\n"
    )
    async with merchant(tmp_path) as shop:
        await shop.imports_text("订单.csv", text, locale="zh-CN", currency="CNY")
        order = await shop.store.order(SHOP, "tm1")
    assert order is not None
    assert order.lines == (OrderLine("连衣裙", ("红", "M"), 1), OrderLine("袜子", (), 3))
    assert (order.status, order.status_text, order.name) == (OrderStatus.PENDING, "待发货", "王芳")


async def test_broken_orders_are_named_and_the_others_taken(tmp_path: Path) -> None:
    text = (
        "order_no,phone,items,total,status,order_date\n"
        "A1,821,Cap,5,Shipped,soon\n"
        "2.02512E+15,4821,Cap,5,Shipped,\n"
        "A3,4821,Cap,five,Shipped,\n"
        "a1,4821,Cap,5,Shipped,\n"
        "A5,12,Cap,5,Teleported,\n"
    )
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("orders.csv", text)
        padded = await shop.store.order(SHOP, "A1")
    assert padded is not None
    assert padded.phone_last4 == "0821"
    assert {(i.row, i.code) for i in report.issues} == {
        (2, "phone_padded"),
        (2, "date_unread"),
        (3, "key_scientific"),
        (4, "price_unreadable"),
        (5, "key_repeated"),
        (6, "phone_incomplete"),
        (6, "status_unknown"),
    }
    assert (counts(report).new, counts(report).rejected) == (2, 3)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("已签收", OrderStatus.DELIVERED),
        ("OUT_FOR_DELIVERY", OrderStatus.OUT_FOR_DELIVERY),
        ("已发货(部分)", OrderStatus.SHIPPED),
        ("Refund pending", OrderStatus.REFUND_PENDING),
        ("换货中", OrderStatus.EXCHANGE_REQUESTED),
        ("", OrderStatus.UNKNOWN),
    ],
)
def test_status_words_are_mapped(text: str, status: OrderStatus) -> None:
    assert order_status(text) is status


def test_a_size_at_the_end_of_a_title_is_no_quantity() -> None:
    assert order_lines("Poster 30x40; Sock, XL x2") == (
        OrderLine("Poster 30x40", (), 1),
        OrderLine("Sock", ("XL",), 2),
    )
