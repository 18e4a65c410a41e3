"""Promotions and quick replies."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from knowledge.catalog import Source
from knowledge.clock import FrozenClock
from knowledge.money import Money
from knowledge.promotions import Coupon, CouponType, QuickReply
from knowledge.versions import Versions
from tests.test_knowledge.merchant import SHOP, START, codes, counts, merchant

GOOD = {
    "currency": "USD",
    "rules": {"default": "no bargaining", "stack_with_coupon": True},
    "bargain": [{"product_handle": "shirt", "list_price": 60, "floor_price": 48.5, "max_discount_pct": 15}],
    "no_bargain": ["cap"],
    "coupons": [
        {
            "code": "TEN",
            "type": "percent_off",
            "percent": 10,
            "min_spend": 50,
            "expires": "2025-12-31",
            "per_customer": 1,
        }
    ],
}


async def test_a_promotions_file_is_read_exactly_and_twice_is_no_change(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("promo.json", json.dumps(GOOD))
        found = await shop.store.promotions(SHOP)
        again = await shop.imports()
    assert found is not None
    assert (found.stack_with_coupon, found.never_below_floor, found.no_bargain) == (True, True, ("cap",))
    assert found.bargains[0].floor_price == Money(Decimal("48.5"), "USD")
    assert found.coupons == (
        Coupon("TEN", CouponType.PERCENT_OFF, Decimal(10), Money(Decimal(50), "USD"), date(2025, 12, 31), None, None, 1,
               excludes_sale_items=False, source_row=1),
    )  # fmt: skip
    assert counts(again).unchanged == 1


async def test_entries_that_make_no_sense_are_left_out_one_by_one(tmp_path: Path) -> None:
    bad = {
        "bargain": [
            {"product_sku": "a", "list_price": 10, "floor_price": 12, "max_discount_pct": 5},
            {"product_sku": "b", "list_price": 10, "floor_price": 8, "max_discount_pct": 150},
            {"product_sku": "c", "list_price": "ten", "floor_price": 8},
            {"product_sku": "d", "list_price": 10, "floor_price": 8},
        ],
        "coupons": [
            {"code": "A", "type": "amount_off", "amount": -5},
            {"code": "B", "type": "mystery", "amount": 5},
            {"code": "C", "type": "amount_off", "amount": 5, "expires": "soon"},
            {"code": "D", "type": "amount_off", "amount": 5},
            {"code": "d", "type": "amount_off", "amount": 6},
        ],
    }
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("promo.json", json.dumps(bad))
        found = await shop.store.promotions(SHOP)
    assert found is not None
    assert [(rule.product, rule.max_discount_percent) for rule in found.bargains] == [("d", Decimal(20))]
    assert [coupon.code for coupon in found.coupons] == ["D"]
    assert codes(report) == [
        "floor_above_list",
        "percent_out_of_range",
        "entry_invalid",
        "amount_not_positive",
        "entry_invalid",
        "entry_invalid",
        "key_repeated",
    ]
    assert report.issues[2].field == "bargain[2].list_price"


async def test_quick_replies_are_read_in_both_languages(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("a.csv", "关键词,回复,语言\n发货，什么时候发,48 小时内发货。,中文\n,无人,\n")
        report = await shop.imports_text("b.csv", 'keywords,reply,lang\n"hi; hello","Hello!",en-US\n')
        found = await shop.store.quick_replies(SHOP)
    assert found == (
        QuickReply(("发货", "什么时候发"), "48 小时内发货。", "zh", START + timedelta(hours=1), Source("a.csv", 2)),
        QuickReply(("hi", "hello"), "Hello!", "en", START + timedelta(hours=2), Source("b.csv", 2)),
    )
    assert counts(report).new == 1


async def test_promotions_know_when_and_on_which_lines_they_were_last_said(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("promo.json", json.dumps(GOOD, indent=1))
        first = await shop.store.promotions(SHOP)
        again = await shop.imports_text("promo.json", "\n\n" + json.dumps(GOOD, indent=1))
        second = await shop.store.promotions(SHOP)
    assert first is not None
    assert second is not None
    assert (first.as_of, first.source) == (START + timedelta(hours=1), Source("promo.json"))
    assert (first.bargains[0].source_row, first.coupons[0].source_row) == (8, 19)
    # The same offers on other lines are no change; they are confirmed.
    assert counts(again).unchanged == 1
    assert (second.as_of, second.bargains[0].source_row) == (START + timedelta(hours=2), 10)


async def test_a_rollback_brings_promotions_back_with_the_date_that_they_had(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("promo.json", json.dumps(GOOD))
        before = await shop.store.promotions(SHOP)
        await shop.imports_text("promo.json", json.dumps({**GOOD, "no_bargain": []}))
        versions = Versions(shop.database, FrozenClock(START + timedelta(hours=9)))
        first = min(version.id for version in await versions.of_shop(SHOP))
        await versions.rollback(SHOP, first)
        assert await shop.store.promotions(SHOP) == before


async def test_a_quick_reply_said_again_is_confirmed_with_its_new_place(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("replies.csv", "keywords,reply\nhi,Hello!\n")
        again = await shop.imports_text("replies.csv", "keywords,reply\nbye,Bye!\nhi,Hello!\n")
        hello, _ = await shop.store.quick_replies(SHOP)
    assert (counts(again).new, counts(again).unchanged) == (1, 1)
    assert (hello.as_of, hello.source) == (START + timedelta(hours=2), Source("replies.csv", 3))
