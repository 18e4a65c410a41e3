from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.agent.coupons import coupon_text
from assistant.coupons.asked import coupon_meant, pieces
from assistant.coupons.worth import Line, Standing, worth
from assistant.turn import PastMessage
from knowledge.money import Money
from knowledge.promotions import Coupon, CouponType

TODAY = date(2026, 11, 20)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def coupon(code: str = "SAVE15", **values: Any) -> Coupon:
    terms: dict[str, Any] = {
        "type": CouponType.AMOUNT_OFF,
        "value": Decimal(15),
        "min_spend": usd("120"),
        "expires": date(2026, 12, 15),
        "budget_total": None,
        "budget_remaining": None,
        "per_customer": 1,
        "excludes_sale_items": False,
    }
    return Coupon(code, **terms | values)


def percent(value: str, **values: Any) -> Coupon:
    return coupon("TEN", type=CouponType.PERCENT_OFF, value=Decimal(value), **{"min_spend": None} | values)


SHIRT = Line("Shirt", usd("78"))
REDUCED = Line("Dress", usd("79"), reduced=True)


def test_an_amount_is_taken_off_with_its_derivation() -> None:
    worked = worth(coupon(), [Line("Shirt", usd("78"), 2)], TODAY, "USD")
    assert (worked.standing, worked.total, worked.pays) == (Standing.APPLIES, usd("156"), usd("141"))
    assert worked.formula == "2 × $78 = $156; $156 − $15 = $141"


def test_the_least_spend_is_met_to_the_cent_and_what_is_missing_is_told() -> None:
    exact = worth(coupon(), [Line("Coat", usd("120"))], TODAY, "USD")
    below = worth(coupon(), [Line("Coat", usd("119.99"))], TODAY, "USD")
    assert exact.standing is Standing.APPLIES
    assert (below.standing, below.short, below.pays) == (Standing.BELOW_MINIMUM, usd("0.01"), usd("119.99"))


def test_a_share_is_rounded_to_the_smallest_coin() -> None:
    worked = worth(percent("10"), [Line("Towel", usd("10.05"))], TODAY, "USD")
    assert worked.pays == usd("9.04")  # 1.005 is taken for 1.01
    yen = worth(percent("10"), [Line("Towel", Money(Decimal(1005), "JPY"))], TODAY, "JPY")
    assert yen.pays == Money(Decimal(904), "JPY")


def test_items_on_sale_count_neither_for_the_discount_nor_for_the_least_spend() -> None:
    strict = percent("10", excludes_sale_items=True, min_spend=usd("100"))
    assert worth(strict, [REDUCED], TODAY, "USD").standing is Standing.REDUCED_ITEMS
    assert worth(strict, [SHIRT, REDUCED], TODAY, "USD").standing is Standing.BELOW_MINIMUM
    both = worth(strict, [Line("Coat", usd("100")), REDUCED], TODAY, "USD")
    assert (both.total, both.pays) == (usd("179"), usd("169"))


def test_no_coupon_takes_off_more_than_there_is() -> None:
    assert worth(coupon(min_spend=None), [Line("Mug", usd("9"))], TODAY, "USD").pays == usd("0")


@pytest.mark.parametrize(
    ("gone", "standing"),
    [
        (coupon(expires=date(2026, 11, 19)), Standing.OVER),
        (coupon(budget_remaining=Decimal(0)), Standing.USED_UP),
    ],
)
def test_a_coupon_past_its_date_or_without_budget_is_said_to_be_gone(gone: Coupon, standing: Standing) -> None:
    worked = worth(gone, [SHIRT], TODAY, "USD")
    assert worked.standing is standing
    assert "no longer valid" in coupon_text(worked, "en")
    assert "不能用" in coupon_text(worked, "zh")


def test_it_holds_on_its_last_day() -> None:
    assert worth(coupon(min_spend=None, expires=TODAY), [SHIRT], TODAY, "USD").standing is Standing.APPLIES


def test_without_a_certain_price_its_terms_are_told_and_nothing_is_worked_out() -> None:
    told = coupon_text(worth(coupon(), [], TODAY, "USD"), "en")
    assert told == "SAVE15 is valid. Its terms: $15 off, from $120, until 2026-12-15, 1 per customer."


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("HARBOR15 on two linen shirts", 2),
        ("what about 3?", 3),
        ("那买两件呢？", 2),
        ("三双一起买", 3),
        ("第二件", None),
        ("is 10% off possible", None),
        ("the 65W charger for $80", None),
        ("a coat", None),
    ],
)
def test_pieces_are_counted_and_other_numbers_are_not(text: str, counted: int | None) -> None:
    assert pieces(text) == counted


def test_numbers_of_a_name_count_nothing() -> None:
    assert pieces("HARBOR15 for the Kettle 2 please", "Kettle 2") is None


def replied(code: str) -> PastMessage:
    return PastMessage("assistant", "…", {"citations": [{"kind": "promotion", "id": code}]})


def test_the_code_is_the_one_named_or_the_one_spoken_of() -> None:
    known = (coupon("SAVE15"), coupon("SAVE150"))
    said = PastMessage("shopper", "does save150 work on coats?")
    assert coupon_meant("用SAVE15多少钱", (), known) == known[0]
    assert coupon_meant("is it cheaper with the coupon?", (said,), known) == known[1]
    assert coupon_meant("what about three?", (said, replied("SAVE150")), known) == known[1]
    assert coupon_meant("what about returns?", (said, replied("SAVE150")), known) is None
    assert coupon_meant("meh. 95 and we're done", (said, replied("SAVE150")), known) is None
    assert coupon_meant("那买20件呢", (said, replied("SAVE150")), known) == known[1]
    assert coupon_meant("for 15 pieces?", (said, replied("SAVE150")), known) == known[1]
    assert coupon_meant("k 10 off it is", (said, replied("SAVE150")), known) is None
    assert coupon_meant("SAVE15 and SAVE150 together?", (), known) is None
