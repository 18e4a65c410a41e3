"""The benchmark of the fact check: its wrong sentences are wrong, and it tells what slips through."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from evals.benchmarks.wrong_replies import FALSE_WAYS, Told, falsified, plain_statements
from knowledge.catalog import Attribute, Handle, Product, ShopId, Source, Variant
from knowledge.money import Money
from knowledge.text import Lang

AT = datetime(2026, 11, 1, tzinfo=UTC)


def product(handle: str, title: str, price: str, **attributes: str) -> Product:
    variant = Variant(handle, price=Money(Decimal(price), "USD"))
    told = tuple(Attribute(name, value) for name, value in attributes.items())
    return Product(ShopId("maple"), Handle(handle), title, AT, Source("a.csv", 2), variants=(variant,), attributes=told)


KETTLE = product("kettle", "Copper Kettle", "64", Material="copper", Height="21 cm")
SCARF = product("scarf", "Wool Scarf", "38", Material="merino wool")


def made(text: str, lang: Lang = "en", about: Product | None = KETTLE) -> dict[str, str]:
    told = Told(text, lang, about, [SCARF], frozenset({"64", "30", "2026", "11", "20"}))
    return dict(falsified(told, random.Random(0)))


def test_a_fact_becomes_the_sentences_that_a_model_would_write() -> None:
    assert list(plain_statements(KETTLE, "en")) == [
        "Copper Kettle costs $64.",
        "The Material of Copper Kettle is copper.",
        "The Height of Copper Kettle is 21 cm.",
    ]


@pytest.mark.parametrize(
    ("text", "way", "kept"),
    [
        ("Copper Kettle costs $64.", "price", "Copper Kettle costs $"),
        ("You have 30 days for that.", "number", "days for that."),
        ("You have 30 days for that.", "unit", "You have 30 hours"),
        ("It arrives on 2026-11-20.", "date", "It arrives on 2026-11-"),
        ("The Material of Copper Kettle is copper.", "product", "The Material of Wool Scarf is copper."),
        ("The Material of Copper Kettle is copper.", "fact of another", "Copper Kettle"),
        ("Opened candles can be returned.", "denied", "Opened candles cannot be returned."),
    ],
)
def test_each_way_makes_one_thing_false_and_leaves_the_rest(text: str, way: str, kept: str) -> None:
    false = made(text)[way]
    assert false != text
    assert kept in false


def test_a_number_that_was_told_is_never_taken_for_a_false_one() -> None:
    assert all("$64" not in made("Copper Kettle costs $64.")["price"] for _ in range(20))


def test_what_has_nothing_to_falsify_is_left_out() -> None:
    assert made("Thank you for asking.", about=None) == {}
    assert set(FALSE_WAYS) == {"price", "number", "unit", "date", "product", "fact of another", "denied"}
