"""How a shop's promotions are laid out as JSON in their table, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from knowledge.catalog import Source
from knowledge.money import Money
from knowledge.promotions import BargainRule, BargainTerms, BargainWho, Coupon, CouponType, Promotions
from knowledge.rows import Values, day_of, decimal_of, digits_of, money_of


def promotions_values(promotions: Promotions) -> Values:
    """Return the promotions as JSON; amounts are decimal strings in ``currency``."""
    return {
        "currency": promotions.currency,
        "never_below_floor": promotions.never_below_floor,
        "stack_with_coupon": promotions.stack_with_coupon,
        "one_bargain_per_order": promotions.one_bargain_per_order,
        "terms": _terms_values(promotions.terms),
        "bargains": [
            {
                "product": rule.product,
                "list_price": digits_of(rule.list_price.amount),
                "floor_price": digits_of(rule.floor_price.amount),
                "max_discount_percent": digits_of(rule.max_discount_percent),
                "steps": None if rule.steps is None else [digits_of(step) for step in rule.steps],
                "budget": digits_of(rule.budget),
                "expires": rule.expires.isoformat() if rule.expires else None,
                "row": rule.source_row,
            }
            for rule in promotions.bargains
        ],
        "no_bargain": list(promotions.no_bargain),
        "coupons": [_coupon_values(coupon) for coupon in promotions.coupons],
    }


def _terms_values(terms: BargainTerms) -> Values:
    return {
        "steps": [digits_of(step) for step in terms.steps],
        "budget": digits_of(terms.budget),
        "expires": terms.expires.isoformat() if terms.expires else None,
        "offer_hours": terms.offer_hours,
        "who": terms.who.value,
        "per_customer": terms.per_customer,
        "per_days": terms.per_days,
    }


def _terms_of(content: Mapping[str, Any] | None) -> BargainTerms:
    """Return the terms; a file that was imported before there were any has the usual ones."""
    if content is None:
        return BargainTerms()
    return BargainTerms(
        steps=tuple(Decimal(step) for step in content["steps"]),
        budget=decimal_of(content["budget"]),
        expires=day_of(content["expires"]),
        offer_hours=content["offer_hours"],
        who=BargainWho(content["who"]),
        per_customer=content["per_customer"],
        per_days=content["per_days"],
    )


def _coupon_values(coupon: Coupon) -> Values:
    return {
        "code": coupon.code,
        "type": coupon.type.value,
        "value": digits_of(coupon.value),
        "min_spend": digits_of(coupon.min_spend.amount) if coupon.min_spend else None,
        "expires": coupon.expires.isoformat() if coupon.expires else None,
        "budget_total": digits_of(coupon.budget_total),
        "budget_remaining": digits_of(coupon.budget_remaining),
        "per_customer": coupon.per_customer,
        "excludes_sale_items": coupon.excludes_sale_items,
        "row": coupon.source_row,
    }


def _coupon_of(content: Mapping[str, Any], currency: str) -> Coupon:
    return Coupon(
        code=content["code"],
        type=CouponType(content["type"]),
        value=Decimal(content["value"]),
        min_spend=money_of(decimal_of(content["min_spend"]), currency),
        expires=day_of(content["expires"]),
        budget_total=decimal_of(content["budget_total"]),
        budget_remaining=decimal_of(content["budget_remaining"]),
        per_customer=content["per_customer"],
        excludes_sale_items=content["excludes_sale_items"],
        source_row=content.get("row"),
    )


def said(content: Mapping[str, Any]) -> Values:
    """Return of `promotions_values` what the merchant said, without where it stood: what a change is told by."""
    entries = {
        key: [{name: value for name, value in one.items() if name != "row"} for one in content[key]]
        for key in ("bargains", "coupons")
    }
    return {**content, **entries}


def promotions_of(
    content: Mapping[str, Any], as_of: datetime | None = None, source: Source | None = None
) -> Promotions:
    """Return the promotions of a stored file."""
    currency = content["currency"]
    return Promotions(
        currency=currency,
        never_below_floor=content["never_below_floor"],
        stack_with_coupon=content["stack_with_coupon"],
        one_bargain_per_order=content["one_bargain_per_order"],
        terms=_terms_of(content.get("terms")),
        bargains=tuple(
            BargainRule(
                product=rule["product"],
                list_price=Money(Decimal(rule["list_price"]), currency),
                floor_price=Money(Decimal(rule["floor_price"]), currency),
                max_discount_percent=Decimal(rule["max_discount_percent"]),
                steps=tuple(Decimal(step) for step in rule["steps"]) if rule.get("steps") else None,
                budget=decimal_of(rule.get("budget")),
                expires=day_of(rule.get("expires")),
                source_row=rule.get("row"),
            )
            for rule in content["bargains"]
        ),
        no_bargain=tuple(content["no_bargain"]),
        coupons=tuple(_coupon_of(coupon, currency) for coupon in content["coupons"]),
        as_of=as_of,
        source=source,
    )
