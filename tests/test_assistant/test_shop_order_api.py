"""Orders through a shop's own API, over real HTTP, also when it misbehaves."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
import pytest_asyncio

from assistant.orders.shop_api import ShopApiOrders
from assistant.orders.signing import TOLERANCE_SECONDS, is_signed, signature
from assistant.orders.source import ChangeRefused, ChangeState, CustomerQuery, OrderChange, SourceUnavailable
from knowledge.catalog import ShopId
from knowledge.money import Money
from knowledge.orders import ChangeKind, OrderStatus
from tests.order_api import SECRET, OrderApi, order_api

SHOP = ShopId("maple")
CANCEL = OrderChange("HL-2001", ChangeKind.CANCEL, reason="changed my mind")


@pytest.fixture
def api() -> Iterator[OrderApi]:
    with order_api() as running:
        yield running


@pytest_asyncio.fixture
async def orders(api: OrderApi) -> AsyncIterator[ShopApiOrders]:
    made = ShopApiOrders(api.url, SECRET, timeout_seconds=0.4)
    yield made
    await made.close()


async def test_an_order_is_read_whole_with_what_the_shop_allows(orders: ShopApiOrders) -> None:
    found = await orders.find(SHOP, "hl-2001")
    assert found is not None
    assert (found.status, found.status_text, found.phone_last4) == (OrderStatus.PENDING, "Processing", "4821")
    assert str(found.total) == "$129"
    assert isinstance(found.total, Money)
    assert found.expected_date == date(2026, 12, 2)
    assert [line.item_id for line in found.lines] == ["LS-W-M", "WH"]
    assert not found.permissions[ChangeKind.RETURN].allowed


async def test_what_is_not_there_is_none_and_not_a_fault(orders: ShopApiOrders) -> None:
    assert await orders.find(SHOP, "HL-4040") is None
    assert await orders.customer(SHOP, CustomerQuery(id="nobody")) is None


async def test_a_customers_own_orders_are_found_without_their_data_in_the_address(
    orders: ShopApiOrders, api: OrderApi
) -> None:
    found = await orders.customer(SHOP, CustomerQuery(id="c-7"))
    assert found is not None
    assert found.order_nos == ("HL-2001",)
    assert api.asked == [("POST", "/v1/customers/find")]


@pytest.mark.parametrize("fault", ["slow", "500", "html", "json", "other_order", "drip"])
async def test_a_source_that_misbehaves_is_down_within_its_time(
    orders: ShopApiOrders, api: OrderApi, fault: str
) -> None:
    api.fault = fault
    began = time.monotonic()
    with pytest.raises(SourceUnavailable):
        await orders.find(SHOP, "HL-2001")
    assert time.monotonic() - began < 2.5


async def test_a_source_that_is_not_there_is_down() -> None:
    gone = ShopApiOrders("http://127.0.0.1:9", SECRET, timeout_seconds=0.4)
    with pytest.raises(SourceUnavailable):
        await gone.find(SHOP, "HL-2001")
    await gone.close()


async def test_a_read_is_tried_again_once(orders: ShopApiOrders, api: OrderApi) -> None:
    api.fault = "busy_once"
    assert await orders.find(SHOP, "HL-2001") is not None
    assert len(api.asked) == 2


@pytest.mark.parametrize("fault", ["busy_once", "500", "html"])
async def test_a_change_is_never_tried_again_by_itself(orders: ShopApiOrders, api: OrderApi, fault: str) -> None:
    api.fault = fault
    with pytest.raises(SourceUnavailable):
        await orders.change(SHOP, CANCEL, "ch_1")
    assert len(api.asked) == 1


async def test_a_change_is_made_and_its_outcome_told(orders: ShopApiOrders, api: OrderApi) -> None:
    result = await orders.change(SHOP, CANCEL, "ch_1")
    assert result.state is ChangeState.DONE
    assert "3 days" in result.message
    assert result.order is not None
    assert result.order.status is OrderStatus.CANCELLED
    assert api.made == {"ch_1": {"action": "cancel", "reason": "changed my mind"}}


async def test_a_refusal_is_final_and_in_the_shops_words(orders: ShopApiOrders, api: OrderApi) -> None:
    api.fault = "refuse"
    with pytest.raises(ChangeRefused, match="packed already") as refused:
        await orders.change(SHOP, CANCEL, "ch_1")
    assert (refused.value.code, refused.value.retryable) == ("already_packed", False)


async def test_with_a_wrong_secret_the_shop_tells_nothing(api: OrderApi) -> None:
    wrong = ShopApiOrders(api.url, "some other secret", timeout_seconds=0.4)
    with pytest.raises(SourceUnavailable):
        await wrong.find(SHOP, "HL-2001")
    assert api.forged == len(api.asked) > 0
    await wrong.close()


def test_a_signature_covers_time_method_target_and_body() -> None:
    now = 1_790_000_000
    good = signature(SECRET, now, "POST", "/v1/orders/1/changes", b"{}")
    assert is_signed(SECRET, str(now), good, "POST", "/v1/orders/1/changes", b"{}", now + 10)
    assert not is_signed(SECRET, str(now), good, "POST", "/v1/orders/2/changes", b"{}", now)
    assert not is_signed(SECRET, str(now), good, "POST", "/v1/orders/1/changes", b"{ }", now)
    assert not is_signed(SECRET, str(now), good, "GET", "/v1/orders/1/changes", b"{}", now)
    assert not is_signed(SECRET, str(now), good, "POST", "/v1/orders/1/changes", b"{}", now + TOLERANCE_SECONDS + 1)
    assert not is_signed(SECRET, "soon", good, "POST", "/v1/orders/1/changes", b"{}", now)
    assert not is_signed(SECRET, None, None, "POST", "/v1/orders/1/changes", b"{}", now)
