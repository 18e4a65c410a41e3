"""The shop's checkout asks whether an offer holds, and redeems it; nobody else may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from assistant.reply import Offer
from knowledge.money import Money
from knowledge.promotions import BargainRule, BargainTerms
from tests.test_api.conftest import Caller, World

PATH = "/v1/shops/maple/offers/DGABCDEF"
RULE = BargainRule("coat", Money(Decimal(200), "USD"), Money(Decimal(150), "USD"), Decimal(25))


async def made(world: World) -> Caller:
    expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    offer = Offer("coat", Money(Decimal(180), "USD"), "DGABCDEF", expires)
    book = world.server.services.offers
    assert await book.reserve("maple", "cv_1", None, offer, Decimal(200), RULE, BargainTerms())
    return Caller(world.server.client, world.lin.token, PATH)


async def test_a_checkout_checks_an_offer_and_redeems_it_once(world: World) -> None:
    checkout = await made(world)
    seen = (await checkout.get("")).json()
    assert (seen["state"], seen["price"], seen["product"]) == (
        "offered",
        {"amount": "180.00", "currency": "USD"},
        "coat",
    )
    assert "floor" not in str(seen)
    body = {"product": "coat", "order_ref": "order-1"}
    assert (await checkout.post("/redeem", body)).json()["state"] == "redeemed"
    assert (await checkout.post("/redeem", body)).status_code == 200
    second = await checkout.post("/redeem", {**body, "order_ref": "order-2"})
    assert (second.status_code, second.json()["code"]) == (409, "offer_redeemed")


async def test_shoppers_and_strangers_redeem_nothing(world: World) -> None:
    await made(world)
    body = {"product": "coat", "order_ref": "order-1"}
    assert (await world.server.client.post(f"{PATH}/redeem", json=body)).status_code == 401
    shopper = await world.shopper()
    as_shopper = Caller(world.server.client, shopper.token, PATH)
    assert (await as_shopper.post("/redeem", body)).status_code == 403
    assert (await as_shopper.get("")).status_code == 403


async def test_what_does_not_exist_or_does_not_fit_is_told_apart(world: World) -> None:
    checkout = await made(world)
    wrong = await checkout.post("/redeem", {"product": "hat", "order_ref": "o"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "offer_other_product")
    other = Caller(world.server.client, world.lin.token, "/v1/shops/maple/offers/DGNONE")
    assert ((await other.get("")).status_code, (await other.get("")).json()["code"]) == (404, "offer_not_found")
    assert (await checkout.post("/redeem", {"product": "coat"})).status_code == 422
