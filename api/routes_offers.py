"""Offers on the price, for the shop's checkout: does one hold, and it is redeemed. Staff tokens only."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.auth import ServicesDep, StaffShopDep
from api.schemas import Redeem

router = APIRouter(prefix="/v1/shops/{shop_id}/offers", tags=["offers"])

Code = Annotated[str, Path(min_length=1, max_length=32)]


@router.get("/{code}")
async def check_offer(code: Code, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Tell where an offer stands; nothing changes."""
    return (await parts.offers.find(shop.id, code)).as_json(parts.home.clock.now())


@router.post("/{code}/redeem")
async def redeem_offer(code: Code, body: Redeem, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Redeem an offer for one order, once. The same ``order_ref`` may ask again and gets the same answer."""
    customer = body.customer.key if body.customer is not None else None
    kept = await parts.offers.redeem(shop.id, code, body.product, body.order_ref, customer)
    return kept.as_json(parts.home.clock.now())
