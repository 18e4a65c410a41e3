"""What stands beside an advised size: what of it is sold out, and the neighbour for another taste."""

from __future__ import annotations

from dataclasses import replace

from assistant.agent.draft import Sources
from assistant.agent.results import SizeFound
from assistant.agent.sizes import size_text
from assistant.size_rules import ProductRules
from knowledge.catalog import Availability, Product, Variant
from tests.test_assistant.test_sizing import CHEST, GAPS, a_product, ruled


def coloured(*sold_out: tuple[str, str]) -> Product:
    """The tee in two colours and two sizes, some of which are sold out."""
    every = [(colour, size) for colour in ("Red", "Blue") for size in ("S", "M")]
    variants = tuple(
        Variant(
            key=f"{colour}-{size}",
            options=(("Color", colour), ("Size", size)),
            availability=Availability.OUT_OF_STOCK if (colour, size) in sold_out else Availability.IN_STOCK,
        )
        for colour, size in every
    )
    return replace(a_product("S", "M"), variants=variants)


def told_of(product: Product, preference: str | None = None) -> str:
    result = ruled(GAPS, "chest 88 cm", ProductRules((CHEST,)), ("S", "M"))
    assert result.size == "M"
    return size_text(SizeFound(product, result, preference), "en", Sources())


def test_an_advised_size_that_is_sold_out_says_so_with_what_lies_beside_it() -> None:
    assert "sold out" not in told_of(coloured())
    some = told_of(coloured(("Red", "M")))
    assert "size M is sold out in Red; in stock in Blue" in some
    none_left = told_of(coloured(("Red", "M"), ("Blue", "M")))
    assert "size M is sold out at the moment; beside it S is in stock" in none_left


def test_a_taste_that_the_chart_knows_nothing_of_names_the_neighbour() -> None:
    assert "for a closer fit the next size down is S; by the chart you are a M" in told_of(coloured(), "closer")
    assert "for a looser fit" not in told_of(coloured(), "looser")  # nothing larger is sold
