"""Filters over columns, held against the filter's own word on each product; and items kept as bytes."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalog import Availability, Handle, Product, Variant
from knowledge.retrieval.content import product_bytes, product_of
from knowledge.retrieval.facts import ProductFacts
from knowledge.retrieval.id_sets import Ids, ids_of
from knowledge.retrieval.offers import Offer, offer_of
from knowledge.retrieval.query import ProductFilter
from tests.library import product, variant

COLOURS, SIZES = ("Red", "Blue", "羊毛白"), ("S", "L", "XL")
prices = st.none() | st.sampled_from(["19.99", "20", "20.0001", "50", "99999.5"])
variants = st.builds(
    lambda colour, size, price, state: variant(
        "K", price, options=[("Color", colour), ("Size", size)], availability=state
    ),
    st.sampled_from(COLOURS),
    st.sampled_from(SIZES),
    prices,
    st.sampled_from(Availability),
)
products = st.builds(
    lambda n, title, found: product(
        f"p{n}", title, variants=found, options=[("Color", [v.options[0][1] for v in found])]
    ),
    st.integers(0, 5),
    st.sampled_from(["Wool scarf", "Linen shirt", "Umbrella stand", "羊毛围巾", "Nothing known"]),
    st.lists(variants, max_size=4),
)
values = st.frozensets(st.sampled_from([value.casefold() for value in (*COLOURS, *SIZES)]), max_size=2)
filters = st.builds(
    ProductFilter,
    min_price=st.none() | st.sampled_from([Decimal("19.995"), Decimal(20), Decimal(50)]),
    max_price=st.none() | st.sampled_from([Decimal("19.99"), Decimal("20.00005"), Decimal(50)]),
    options=st.lists(values, max_size=2).map(tuple),
    excluded=values,
    in_stock=st.booleans(),
    handles=st.none() | st.frozensets(st.sampled_from(["p0", "p1", "p5", "p9"])),
    kinds=st.sampled_from([frozenset(), frozenset({"scarf"}), frozenset({"shirt", "scarf"}), frozenset({"unknown"})]),
)
steps = st.lists(
    st.tuples(st.dictionaries(st.integers(1, 9), products, max_size=4), st.sets(st.integers(1, 9))), max_size=4
)


@settings(max_examples=150, deadline=None)
@given(steps, filters)
def test_after_any_changes_the_columns_let_through_exactly_what_the_filter_accepts(
    changes: list[tuple[dict[int, Product], set[int]]], wanted: ProductFilter
) -> None:
    facts, held = ProductFacts.of_nothing(), dict[int, Product]()
    for put, gone in changes:
        facts = facts.changed(ids_of({*put, *gone}), offers_of(put))
        held = {key: one for key, one in held.items() if key not in gone} | put

    def with_handles(handles: object) -> Ids:
        assert handles == wanted.handles
        return ids_of(key for key, one in held.items() if one.handle in (wanted.handles or ()))

    allowed = facts.allowed(wanted, with_handles)
    found = set(facts.ids.tolist() if allowed is None else allowed.tolist())
    of_kind = {key for key, one in held.items() if not wanted.kinds or facts_of(one).kinds_sold & wanted.kinds}
    assert found == {key for key, one in held.items() if wanted.accepts(one)} & of_kind
    assert facts.kinds_sold == frozenset().union(*(facts_of(one).kinds_sold for one in held.values()))


def offers_of(held: dict[int, Product]) -> dict[int, Offer]:
    return {key: offer_of(one) for key, one in held.items()}


def facts_of(one: Product) -> ProductFacts:
    return ProductFacts.of_nothing().changed(ids_of(()), offers_of({1: one}))


def test_a_search_that_holds_the_former_facts_sees_the_former_state() -> None:
    before = ProductFacts.of_nothing().changed(
        ids_of(()), offers_of({1: product("a", "Scarf", variants=[variant("A", "10")])})
    )
    after = before.changed(
        ids_of({1}), offers_of({1: product("a", "Scarf", variants=[variant("A", "90", options=[("Color", "New")])])})
    )
    cheap = ProductFilter(max_price=Decimal(20))
    assert before.variants.products(cheap).tolist() == [1]
    assert after.variants.products(cheap).tolist() == []
    assert before.variants.products(ProductFilter(options=(frozenset({"new"}),))).tolist() == []


def test_options_are_counted_by_products_and_forgotten_with_the_last_one() -> None:
    offers = [product(f"p{n}", "Shirt", options=[("Color", ["Navy", "Red"][: n + 1])]) for n in range(2)]
    facts = ProductFacts.of_nothing().changed(ids_of(()), offers_of(dict(enumerate(offers))))
    assert dict(facts.offered) == {"navy": 2, "red": 1}
    assert dict(facts.changed(ids_of({1}), {}).offered) == {"navy": 1}


texts = st.text(max_size=20)
amounts = st.decimals(min_value=0, max_value=10**6, places=2)


@settings(max_examples=60, deadline=None)
@given(
    texts,
    st.lists(st.tuples(texts, texts), max_size=3),
    st.none() | amounts,
    st.none() | st.integers(0, 9),
    st.booleans(),
)
def test_a_product_comes_back_from_its_bytes_as_it_was(
    text: str, pairs: list[tuple[str, str]], price: Decimal | None, quantity: int | None, published: bool
) -> None:
    one = variant("K", None if price is None else str(price), options=pairs)
    full = Variant(
        text, tuple(pairs), text, text, one.price, one.price, quantity=quantity, weight_grams=price, image=text
    )
    whole = product(
        text, text, text, variants=[one, full], options=[(text, [text])], attributes=pairs, published=published
    )
    assert product_of(product_bytes(whole)) == whole
    assert product_of(product_bytes(whole)).handle == Handle(text)
