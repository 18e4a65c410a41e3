"""Offers over a real database: the budget holds under concurrency, each is redeemed once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from assistant.bargaining.offers import OfferBook, OfferState
from assistant.reply import Offer
from assistant.tables import offers
from knowledge.database import Database
from knowledge.errors import Conflict, NotFound
from knowledge.home import Home
from knowledge.money import Money
from knowledge.promotions import BargainRule, BargainTerms
from knowledge.tables import promotions
from tests.conftest import put_shops
from tests.library import AT

MARKED = Decimal(200)
RULE = BargainRule("coat", Money(MARKED, "USD"), Money(Decimal(150), "USD"), Decimal(25))


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        return self.at


@dataclass
class Shelf:
    """The book, with short ways to what tests do all the time."""

    book: OfferBook
    clock: Hands
    database: Database
    made: int = 0

    async def reserve(
        self,
        price: int = 180,
        *,
        conversation: str = "cv_1",
        customer: str | None = None,
        product: str = "coat",
        terms: BargainTerms | None = None,
        rule: BargainRule = RULE,
    ) -> str | None:
        self.made += 1
        code = f"DG{self.made:04}"
        expires = (self.clock.at + timedelta(hours=24)).isoformat()
        offer = Offer(product, Money(Decimal(price), "USD"), code, expires)
        terms = terms or BargainTerms()
        kept = await self.book.reserve("maple", conversation, customer, offer, MARKED, rule, terms)
        return code if kept else None


@pytest.fixture
async def shelf(home: Home) -> AsyncIterator[Shelf]:
    database = await home.open_database()
    await put_shops(home)
    row = {"shop_id": "maple", "content": {}, "content_hash": "x", "source_file": "promotions.json"}
    async with database.write() as connection:
        await connection.execute(insert(promotions).values(row))
    clock = Hands()
    yield Shelf(OfferBook(database, clock), clock, database)
    await database.close()


async def test_a_hundred_shoppers_at_once_never_get_more_than_the_budget(shelf: Shelf) -> None:
    terms = BargainTerms(budget=Decimal(250))
    wishes = (shelf.reserve(180, conversation=f"cv_{n}", terms=terms) for n in range(100))
    given = [code for code in await asyncio.gather(*wishes) if code]
    assert len(given) == 12  # 12 × 20 = 240; a thirteenth would need 260


async def test_what_runs_out_gives_its_share_back_and_what_is_redeemed_never_does(shelf: Shelf) -> None:
    terms = BargainTerms(budget=Decimal(40))
    first = await shelf.reserve(conversation="cv_1", terms=terms)
    assert await shelf.reserve(conversation="cv_2", terms=terms)
    assert first is not None
    assert await shelf.reserve(conversation="cv_3", terms=terms) is None
    await shelf.book.redeem("maple", first, "coat", "order-1", None)
    shelf.clock.at += timedelta(hours=25)
    assert await shelf.reserve(conversation="cv_4", terms=terms)
    assert await shelf.reserve(conversation="cv_5", terms=terms) is None


async def test_a_better_offer_in_a_conversation_takes_the_place_of_the_one_before(shelf: Shelf) -> None:
    terms = BargainTerms(budget=Decimal(30))
    first = await shelf.reserve(180, terms=terms)
    second = await shelf.reserve(170, terms=terms)
    assert first is not None
    assert second is not None
    with pytest.raises(Conflict) as refused:
        await shelf.book.redeem("maple", first, "coat", "o", None)
    assert refused.value.code == "offer_superseded"
    # What the budget does not leave room for takes nothing away from what was promised.
    assert await shelf.reserve(160, terms=terms) is None
    assert (await shelf.book.redeem("maple", second, "coat", "o", None)).state is OfferState.REDEEMED


async def test_a_product_may_have_a_budget_of_its_own(shelf: Shelf) -> None:
    rule = BargainRule("coat", RULE.list_price, RULE.floor_price, Decimal(25), budget=Decimal(20))
    assert await shelf.reserve(conversation="cv_1", rule=rule)
    assert await shelf.reserve(conversation="cv_2", rule=rule) is None
    assert await shelf.reserve(conversation="cv_3", product="hat")


async def test_a_customer_who_comes_back_in_other_conversations_meets_the_limit(shelf: Shelf) -> None:
    terms = BargainTerms(per_customer=2)
    assert await shelf.reserve(conversation="cv_1", customer="id:lin", product="coat", terms=terms)
    assert await shelf.reserve(conversation="cv_2", customer="id:lin", product="hat", terms=terms)
    assert await shelf.reserve(conversation="cv_3", customer="id:lin", product="scarf", terms=terms) is None
    assert await shelf.reserve(conversation="cv_4", customer="id:sam", product="scarf", terms=terms)


async def test_twenty_checkouts_at_once_redeem_an_offer_once(shelf: Shelf) -> None:
    code = await shelf.reserve()
    assert code is not None

    async def redeem(number: int) -> bool:
        try:
            await shelf.book.redeem("maple", code, "coat", f"order-{number}", None)
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(redeem(number) for number in range(20)))) == 1


async def test_the_same_order_may_ask_again_and_codes_are_read_as_people_type_them(shelf: Shelf) -> None:
    code = await shelf.reserve()
    assert code is not None
    first = await shelf.book.redeem("maple", f" {code.lower()} ", "coat", "order-1", None)
    assert await shelf.book.redeem("maple", code, "coat", "order-1", None) == first
    assert first.price == Money(Decimal(180), "USD")


async def test_an_offer_is_for_its_product_its_person_its_shop_and_its_time(shelf: Shelf) -> None:
    code = await shelf.reserve(customer="id:lin")
    assert code is not None
    for product, customer, expected in (("hat", "id:lin", "offer_other_product"), ("coat", "id:sam", "offer_other_customer"), ("coat", None, "offer_other_customer")):  # fmt: skip  # noqa: E501
        with pytest.raises(Conflict) as refused:
            await shelf.book.redeem("maple", code, product, "o", customer)
        assert refused.value.code == expected
    with pytest.raises(NotFound):
        await shelf.book.redeem("other", code, "coat", "o", "id:lin")
    shelf.clock.at += timedelta(hours=24)
    with pytest.raises(Conflict) as late:
        await shelf.book.redeem("maple", code, "coat", "o", "id:lin")
    assert late.value.code == "offer_expired"
    assert (await shelf.book.find("maple", code)).as_json(shelf.clock.at)["state"] == "expired"


async def test_nothing_but_offered_can_be_redeemed(shelf: Shelf) -> None:
    code = await shelf.reserve()
    async with shelf.database.write() as connection:
        await connection.execute(update(offers).values(state=OfferState.SUPERSEDED))
    assert code is not None
    with pytest.raises(Conflict):
        await shelf.book.redeem("maple", code, "coat", "o", None)


async def test_whatever_happens_at_once_open_and_redeemed_offers_stay_within_the_budget(shelf: Shelf) -> None:
    draw = random.Random(11)
    terms = BargainTerms(budget=Decimal(300))
    codes: list[str] = []

    async def one(number: int) -> None:
        if codes and draw.random() < 0.3:
            with suppress(Conflict):
                await shelf.book.redeem("maple", draw.choice(codes), "coat", f"order-{number}", None)
            return
        code = await shelf.reserve(draw.randint(150, 199), conversation=f"cv_{draw.randint(1, 40)}", terms=terms)
        codes.extend([code] if code else [])

    for wave in range(40):
        await asyncio.gather(*(one(wave * 10 + number) for number in range(10)))
        async with shelf.database.read() as connection:
            rows = (await connection.execute(select(offers))).all()
        spent = sum(
            row.marked - row.price
            for row in rows
            if row.state == OfferState.REDEEMED or (row.state == OfferState.OFFERED and row.expires_at > shelf.clock.at)
        )
        assert spent <= 300
        assert all(row.price >= 150 for row in rows)
        shelf.clock.at += timedelta(hours=draw.randint(0, 9))
    states = {row.state for row in rows}
    assert {OfferState.REDEEMED, OfferState.SUPERSEDED} <= states
