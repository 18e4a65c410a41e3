"""Orders are told to whoever shows that they are theirs, and to nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.orders.claims import parse_claim
from assistant.orders.enquiry import Enquiry, OrderDesk
from assistant.orders.identity import Identity
from assistant.orders.source import ChangeResult, Customer, CustomerQuery, OrderChange, SourceUnavailable
from assistant.orders.verification import PER_SECONDS, TRIES, TRIES_PER_ORDER, Proof
from knowledge.catalog import ShopId, Source
from knowledge.orders import Order, OrderLine, OrderStatus, order_key
from tests.library import AT

SHOP = ShopId("maple")
ORDER = Order(SHOP, "LX20261101", "4821", "Lin", (OrderLine("Red Coat", ("M",), 1),), None, OrderStatus.SHIPPED,
              "Shipped", "UPS", "1Z99", None, None, None, "", AT, Source("orders.csv", 2))  # fmt: skip
SHORT = replace(ORDER, order_no="#1001", phone_last4="1002")


class Orders:
    def __init__(self, *orders: Order) -> None:
        self._orders = {order_key(order.order_no): order for order in orders}

    async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
        return self._orders.get(order_key(order_no)) if shop_id == SHOP else None

    async def customer(self, shop_id: ShopId, query: CustomerQuery) -> Customer | None:
        mine = [one for one in self._orders.values() if query.id and one.customer_id == query.id and shop_id == SHOP]
        return Customer(query.id or "", order_nos=tuple(one.order_no for one in mine)) if mine else None

    async def change(self, shop_id: ShopId, change: OrderChange, key: str) -> ChangeResult:
        raise AssertionError("an enquiry changes nothing")


async def enquire(
    *messages: str,
    orders: Sequence[Order] = (ORDER, SHORT),
    shop: ShopId = SHOP,
    identity: Identity | None = None,
) -> Enquiry:
    return await OrderDesk(Orders(*orders), lambda: 0.0).enquire(shop, messages, identity)


@pytest.mark.parametrize(
    ("text", "codes", "tails"),
    [
        ("帮看下LX20261101，尾号4821", ("lx20261101", "4821"), ("4821",)),
        ("HL-10581, 3302. where is my rug", ("hl-10581", "3302"), ("3302",)),
        ("order #1001 phone ends 1002", ("#1001", "1002"), ("1002",)),
        ("单号lx202611141814 手机13812342716", ("lx202611141814",), ("2716",)),
        ("call me at (312) 555-0143 about HL-10581", ("hl-10581",), ("0143",)),
        ("预算1000元，身高170", (), ()),
        ("a 5000mAh one under $1200", (), ()),
    ],
)
def test_numbers_are_read_as_what_they_may_be(text: str, codes: tuple[str, ...], tails: tuple[str, ...]) -> None:
    claim = parse_claim(text)
    assert (claim.codes, claim.tails) == (codes, tails)


@pytest.mark.parametrize(
    "messages",
    [
        ["LX20261101 4821"],
        ["lx 20261101", "LX20261101", "my phone ends in 4821"],
        ["尾号4821", "订单号是LX20261101"],
        ["#1001, 1002"],
        ["订单LX20261101，手机13512344821"],
    ],
)
async def test_number_and_phone_open_the_order_whenever_they_were_said(messages: list[str]) -> None:
    found = await enquire(*messages)
    assert found.proof is Proof.VERIFIED
    assert found.order is not None


@pytest.mark.parametrize(
    ("messages", "proof"),
    [
        (["where is my order"], Proof.NOTHING_SAID),
        (["LX20261101"], Proof.NUMBER_ONLY),
        (["LX20261101, it is Lin, please"], Proof.NUMBER_ONLY),
        (["my number ends in 4821"], Proof.TAIL_ONLY),
        (["LX20261101 4812"], Proof.NO_SUCH_PAIR),
        (["LX20991231 4821"], Proof.NO_SUCH_PAIR),
        (["LX20261101 4819 4820 4821"], Proof.NUMBER_ONLY),
    ],
)
async def test_without_both_nothing_is_told_and_a_list_of_guesses_counts_as_none(
    messages: list[str], proof: Proof
) -> None:
    found = await enquire(*messages)
    assert found.proof is proof
    assert found.order is None


async def test_another_shops_order_does_not_exist_here() -> None:
    assert (await enquire("LX20261101 4821", shop=ShopId("other"))).proof is Proof.NO_SUCH_PAIR


async def test_an_order_without_a_phone_cannot_be_opened() -> None:
    assert (await enquire("LX20261101 4821", orders=[replace(ORDER, phone_last4=None)])).order is None


async def test_after_three_wrong_pairs_the_conversation_has_no_try_left() -> None:
    wrong = ["LX20261101 0001", "0002", "0003"]
    assert (await enquire(*wrong[:2])).tries_left == TRIES - 2
    assert (await enquire(*wrong)).tries_left == 0
    assert (await enquire(*wrong[:2], "when do you ship?")).tries_left == TRIES - 2


async def test_guessing_from_ever_new_conversations_locks_the_number_for_a_while() -> None:
    now = [0.0]
    desk = OrderDesk(Orders(ORDER), lambda: now[0])
    for guess in range(TRIES_PER_ORDER):
        assert (await desk.enquire(SHOP, [f"LX20261101 {guess:04}"])).proof is Proof.NO_SUCH_PAIR
    assert (await desk.enquire(SHOP, ["LX20261101 4821"])).proof is Proof.LOCKED
    now[0] += PER_SECONDS + 1
    assert (await desk.enquire(SHOP, ["LX20261101 4821"])).proof is Proof.VERIFIED


MINE = replace(ORDER, email="Lin@Example.com", customer_id="c-7")
LATER = replace(MINE, order_no="LX20261105")


@pytest.mark.parametrize(
    "messages",
    [["LX20261101, lin@example.com"], ["where is LX20261101", "my e-mail is LIN@EXAMPLE.COM"]],
)
async def test_the_email_of_the_order_proves_as_much_as_the_phone(messages: list[str]) -> None:
    assert (await enquire(*messages, orders=[MINE])).proof is Proof.VERIFIED


async def test_a_wrong_email_gets_the_same_words_as_a_number_that_does_not_exist() -> None:
    wrong = await enquire("LX20261101 eve@example.com", orders=[MINE])
    unknown = await enquire("LX20269999 eve@example.com", orders=[MINE])
    assert (wrong.proof, wrong.order, wrong.tries_left) == (unknown.proof, unknown.order, unknown.tries_left)
    assert wrong.proof is Proof.NO_SUCH_PAIR


async def test_an_email_alone_opens_nothing() -> None:
    assert (await enquire("lin@example.com", orders=[MINE])).order is None


async def test_whom_the_shop_vouches_for_need_show_nothing_more_for_orders_of_their_own() -> None:
    lin, eve = Identity(id="c-7"), Identity(id="c-8", email="eve@example.com", phone="+1 555 000 9999")
    assert (await enquire("where is LX20261101", orders=[MINE], identity=lin)).proof is Proof.VERIFIED
    assert (await enquire("where is my order", orders=[MINE], identity=lin)).order == MINE
    assert (await enquire("where is LX20261101", orders=[MINE], identity=eve)).proof is Proof.NUMBER_ONLY
    assert (await enquire("where is LX20269999", orders=[MINE], identity=eve)).proof is Proof.NUMBER_ONLY


async def test_of_several_orders_of_their_own_the_shopper_says_which() -> None:
    found = await enquire("where is my order", orders=[MINE, LATER], identity=Identity(id="c-7"))
    assert (found.proof, found.order) == (Proof.WHICH_OWN, None)
    assert {one.order_no for one in found.own} == {"LX20261101", "LX20261105"}


async def test_when_the_source_is_down_nothing_is_guessed_and_no_try_is_counted() -> None:
    class Down(Orders):
        async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
            raise SourceUnavailable("The order API does not answer.")

    found = await OrderDesk(Down(), lambda: 0.0).enquire(SHOP, ["LX20261101 4821"])
    assert (found.proof, found.order, found.tries_left) == (Proof.SOURCE_DOWN, None, TRIES)


async def test_digits_in_passing_take_nothing_back_and_prove_nothing() -> None:
    shown = "LX20261101, 4821"
    passing = await enquire(shown, "change the 2026 on it to 2027")
    assert (passing.proof, passing.order, passing.said_now) == (Proof.VERIFIED, ORDER, False)
    assert passing.tries_left == TRIES
    assert (await enquire("LX20261101, 1111", "change the 2026 on it to 2027")).order is None


async def test_guesses_at_a_number_count_together_however_it_is_written() -> None:
    class Loose(Orders):
        async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
            return await super().find(shop_id, order_no if order_no.startswith("lx") else f"lx{order_no}")

    desk = OrderDesk(Loose(ORDER), lambda: 0.0)
    for guess in range(TRIES_PER_ORDER):
        number = "LX20261101" if guess % 2 else "20261101"
        assert (await desk.enquire(SHOP, [f"{number} tail 000{guess}"])).order is None
    assert (await desk.enquire(SHOP, ["20261101 tail 4821"])).proof is Proof.LOCKED


STRANGERS = replace(ORDER, order_no="LX20269999", phone_last4="0007")


@pytest.mark.parametrize(
    "guesses",
    [
        ["LX20269999", "0001", "0002", "0003"],
        ["LX20269999 0001", "LX20269999 0002", "LX20269999 0003"],
        ["LX20269999 0001 LX20261101 4821", "LX20269999 0002 LX20261101 4821", "LX20269999 0003 LX20261101 4821"],
    ],
)
async def test_an_order_of_ones_own_hides_no_guess_at_a_strangers(guesses: list[str]) -> None:
    said = ["LX20261101 4821", *guesses]
    guessed = await enquire(*said, orders=[ORDER, STRANGERS])
    assert (guessed.tries_left, guessed.order) == (0, None)
    desk = OrderDesk(Orders(ORDER, STRANGERS), lambda: 0.0)
    for _ in range(2 * TRIES_PER_ORDER):
        for end in range(2, len(said) + 1):
            await desk.enquire(SHOP, said[:end])
    assert (await desk.enquire(SHOP, ["LX20269999 0007"])).proof is Proof.LOCKED


async def test_a_second_order_is_shown_to_who_proves_it_after_the_first() -> None:
    second = replace(ORDER, order_no="LX20261102", phone_last4="0007")
    shown = await enquire("LX20261101 4821", "and LX20261102", "0007", orders=[ORDER, second])
    assert shown.order == second


async def test_a_short_number_is_another_order_and_no_digits_in_passing() -> None:
    mine = [replace(SHORT, order_no=f"#100{place}", phone_last4="4821") for place in (1, 2, 3)]
    shown = await enquire("#1001 4821", "what about 1002", orders=mine)
    assert (shown.order, shown.said_now) == (mine[1], True)


async def test_guesses_at_a_short_number_are_counted_too() -> None:
    desk = OrderDesk(Orders(replace(SHORT, phone_last4="7777")), lambda: 0.0)
    for guess in range(TRIES_PER_ORDER):
        assert (await desk.enquire(SHOP, [f"1001 000{guess}"])).order is None
    assert (await desk.enquire(SHOP, ["#1001 7777"])).proof is Proof.LOCKED


async def test_digits_said_in_passing_stay_out_of_what_is_said_later() -> None:
    shown = await enquire("LX20261101, 4821", "change the 2026 on it to 2027", "the zip is 90210")
    assert shown.order == ORDER
