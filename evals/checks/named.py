"""Does everything that a case names exist: file and quote, products, documents, sizes, orders, prices?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from evals.cases import Case, Expect, OrderState
from evals.checks.facts import ShopFacts, in_one_form
from evals.checks.problem import Level, Problem
from evals.wording import folded, numbers_in
from knowledge.catalog import Product
from knowledge.orders import Order


def source(case: Case, facts: ShopFacts) -> Iterator[Problem]:
    """Check that the source's file is there, and that the quote stands in it word for word."""
    if case.source is None:
        yield Problem(case.id, "source", "", "no passage proves this case", Level.WARNING)
        return
    path, quote = facts.path_of(case.source.file), in_one_form(case.source.quote)
    if path is not None:
        if quote not in in_one_form(facts.files[path]):
            yield Problem(case.id, "source.quote", case.source.quote, f"does not stand in {case.source.file}")
    elif facts.complete:
        yield Problem(case.id, "source.file", case.source.file, "is no file of the shop")
    elif folded(quote) not in in_one_form(facts.written):
        reason = "is no document of the shop, and its quote stands in nothing that was imported"
        yield Problem(case.id, "source.file", case.source.file, reason, Level.WARNING)


def products(case: Case, facts: ShopFacts) -> Iterator[Problem]:
    """Check the handles of pages, expectations and bargains."""
    named = [(f"turns.{n}.context.product", turn.page_product) for n, turn in enumerate(case.turns)]
    for where, expect in places(case):
        named += [(f"{where}.products", handle) for handle in expect.products]
        named += [(f"{where}.order.product", expect.order.product)] if expect.order else []
    for place, handle in named:
        if handle is not None and handle not in facts.products:
            yield Problem(case.id, place, handle, "the shop has no product with this handle")
        elif handle is not None and place.endswith(".products") and not facts.products[handle].published:
            yield Problem(case.id, place, handle, "this product is not published, so it must not be shown")


def documents(case: Case, facts: ShopFacts) -> Iterator[Problem]:
    """Check the names of expected documents."""
    for where, expect in places(case):
        for name in expect.documents:
            if not facts.has_document(name):
                yield Problem(case.id, f"{where}.documents", name, "the shop has no document of this name")


def sizes(case: Case, facts: ShopFacts) -> Iterator[Problem]:
    """Check that an expected size is one of the product's chart; ``null`` needs none."""
    for (where, expect), (number, _) in zip(places(case), case.expectations(), strict=True):
        if expect.size is None:
            continue
        page = next((turn.page_product for turn in reversed(case.turns[: number + 1]) if turn.page_product), None)
        # A shopper may name another product than that of the page; then the chart is that one's.
        about = expect.products[0] if expect.products else page
        there = [folded(size) for size in facts.sizes_of(about)]
        if folded(expect.size) in there:
            continue
        if folded(expect.size) in map(folded, facts.sizes_of(None)):
            reason = f"is no size of the chart of {about}"
            yield Problem(case.id, f"{where}.size", expect.size, reason, Level.WARNING)
        else:
            yield Problem(case.id, f"{where}.size", expect.size, "is a size of no chart of the shop")


def orders(case: Case, facts: ShopFacts) -> Iterator[Problem]:
    """Check order numbers with their states, and that a bargain's range lies between floor and list price."""
    for where, expect in places(case):
        state = expect.order
        if state is not None and state.order_no is not None:
            order = facts.orders.get(state.order_no)
            if order is None:
                yield Problem(case.id, f"{where}.order.order_no", state.order_no, "the shop has no such order")
            else:
                yield from _enquiry(case, f"{where}.order", state, order)
        if state is not None and state.product in facts.products:
            yield from _bargain(case, f"{where}.order", state, facts)


def _enquiry(case: Case, where: str, state: OrderState, order: Order) -> Iterator[Problem]:
    if state.status is not None and state.status != order.status_text:
        yield Problem(case.id, f"{where}.status", state.status, f"the order is {order.status_text!r}")
    said = set().union(*(numbers_in(turn.text) for turn in case.turns))
    proof = order.phone_last4 or ""
    # numbers_in drops leading zeros: a number is compared as one.
    if state.verified and proof and not numbers_in(proof) & said and not _told_name(case, order):
        reason = "the shopper gives neither the last four digits nor the name of the order"
        yield Problem(case.id, f"{where}.verified", "true", reason)


def _told_name(case: Case, order: Order) -> bool:
    name = folded(order.name or "")
    return bool(name) and any(part in folded(turn.text) for turn in case.turns for part in name.split())


def _bargain(case: Case, where: str, state: OrderState, facts: ShopFacts) -> Iterator[Problem]:
    product = str(state.product)
    rules = facts.promotions.bargains if facts.promotions else ()
    rule = next((rule for rule in rules if rule.product == product), None)
    lowest, highest = _prices(facts.products[product])
    floor = rule.floor_price.amount if rule else lowest
    for name, price in (("price_min", state.price_min), ("price_max", state.price_max)):
        if price is None or floor is None or highest is None:
            continue
        if not floor <= Decimal(str(price)) <= highest:
            yield Problem(case.id, f"{where}.{name}", f"{price:g}", f"is not within {floor} to {highest} of {product}")
    if state.price_min is not None and state.price_max is not None and state.price_min > state.price_max:
        yield Problem(case.id, f"{where}.price_min", f"{state.price_min:g}", "is above price_max")


def _prices(product: Product) -> tuple[Decimal | None, Decimal | None]:
    """Return the lowest price of any variant, and the highest that is asked or was."""
    now = [variant.price.amount for variant in product.variants if variant.price]
    before = [variant.list_price.amount for variant in product.variants if variant.list_price]
    return min(now, default=None), max(now + before, default=None)


def places(case: Case) -> Iterator[tuple[str, Expect]]:
    """Yield each expectation with where it stands in the case."""
    last = len(case.turns) - 1
    for number, expect in case.expectations():
        yield ("expect" if number == last else f"turns.{number}.expect"), expect
