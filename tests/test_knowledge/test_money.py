"""Money and amounts in cells."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.money import Money, parse_amount


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1,299.00", "1299.00"),
        ("¥199", "199"),
        ("19,90", "19.90"),
        ("15.00 USD", "15.00"),
        ("1.299,00", "1299.00"),
        ("1 299,50", "1299.50"),
        ("1'000", "1000"),
        ("1,299", "1299"),
        ("1.299", "1.299"),
        ("12.345.678", "12345678"),
        ("-5", "-5"),
        (".99", "0.99"),
        ("$.50", "0.50"),
        ("Rs.500", "500"),
        ("0.5", "0.5"),
        ("10-20", None),
        ("1,2,3", None),
        ("free", None),
        ("", None),
    ],
)
def test_an_amount_is_read_in_either_convention(cell: str, amount: str | None) -> None:
    assert parse_amount(cell) == (None if amount is None else Decimal(amount))


@given(st.decimals(0, 10**9, places=2))
def test_what_is_written_in_groups_is_read_back(amount: Decimal) -> None:
    assert parse_amount(f"${amount:,.2f}") == amount
    assert parse_amount(f"{amount:.2f} EUR".replace(".", ",")) == amount


@pytest.mark.parametrize(
    ("money", "shown", "json"),
    [
        (Money(Decimal("199.00"), "CNY"), "¥199", "199.00"),
        (Money(Decimal("64.5"), "USD"), "$64.50", "64.50"),
        (Money(Decimal(1200), "JPY"), "¥1200", "1200"),
        (Money(Decimal("9.9"), "SEK"), "SEK 9.90", "9.90"),
    ],
)
def test_money_is_shown_without_needless_zeros_and_sent_as_a_decimal_string(
    money: Money, shown: str, json: str
) -> None:
    assert str(money) == shown
    assert money.as_json() == {"amount": json, "currency": money.currency}


def test_money_of_one_currency_is_ordered_by_its_amount() -> None:
    prices = [Money(Decimal(n), "USD") for n in ("10", "9.5", "100")]
    assert [str(price) for price in sorted(prices)] == ["$9.50", "$10", "$100"]
