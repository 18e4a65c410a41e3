"""Reading what a shop knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.catalog import Shop, ShopId
from knowledge.errors import NotFound
from tests.test_knowledge.merchant import SHOP, START, merchant


async def test_a_shop_is_put_changed_and_found_and_an_unknown_one_is_not(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.store.put_shop(Shop(SHOP, "Maple", greeting={"en": "Hi"}), START)
        await shop.store.put_shop(Shop(SHOP, "Maple & Co", currency="EUR"), START)
        assert await shop.store.shops() == (Shop(SHOP, "Maple & Co", currency="EUR"),)
        with pytest.raises(NotFound) as caught:
            await shop.store.shop("other")
    assert caught.value.code == "shop_not_found"


async def test_a_shop_without_anything_answers_empty(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        assert await shop.store.products(SHOP) == {}
        assert await shop.store.product(SHOP, "x") is None
        assert await shop.store.passages(SHOP, [1, 2]) == {}
        assert await shop.store.promotions(SHOP) is None
        assert await shop.store.order(SHOP, "#") is None
        assert await shop.store.last_change(SHOP) == 0


async def test_one_shop_never_reads_another(tmp_path: Path) -> None:
    other = ShopId("other")
    async with merchant(tmp_path) as shop:
        shop.write("p.csv", "Handle,Title,Variant Price\na,A,5\n")
        shop.write("a.md", "# A\n\nalpha\n")
        shop.write("o.csv", "order_no,phone_last4,status\nA1,1234,Shipped\n")
        await shop.imports()
        products, passages = await shop.store.products(SHOP), await shop.store.passages(SHOP)
        assert products
        assert passages
        assert await shop.store.products(other, products) == {}
        assert await shop.store.passages(other, passages) == {}
        assert await shop.store.order(other, "A1") is None


async def test_orders_that_differ_only_in_case_are_told_to_nobody_but_by_their_exact_number(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("a.csv", "order_no,phone_last4,status\nab1,1111,Shipped\n")
        await shop.imports_text("b.csv", "order_no,phone_last4,status\nAB1,2222,Shipped\n")
        exact, vague = await shop.store.order(SHOP, "AB1"), await shop.store.order(SHOP, "#Ab1")
    assert exact is not None
    assert (exact.phone_last4, vague) == ("2222", None)
