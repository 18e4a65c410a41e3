"""tau2-bench's gold calls put through the assistant's own guard: who is asking, and a yes before each change.

The shop is the replay environment, seen through the port by which the assistant reaches any shop's
orders. Each change is first asked about and then made under the key that was confirmed, as in two
turns of a conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from assistant.orders.change_desk import ChangeDesk
from assistant.orders.confirmation import Proposal
from assistant.orders.guarded import GuardedOrders, Made, Proposed, Refused
from assistant.orders.source import (
    ChangeRefused,
    ChangeResult,
    ChangeState,
    Customer,
    CustomerQuery,
    OrderChange,
)
from evals.tau2.data import GoldAction, RetailDatabase, RetailOrder, RetailTask, RetailUser
from evals.tau2.environment import WRITING, RetailEnvironment
from knowledge.catalog import Shop, ShopId, Source
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import DaogouError, NotFound
from knowledge.ids import IdSource
from knowledge.orders import ChangeKind, Order, OrderLine, OrderStatus
from knowledge.store import KnowledgeStore
from knowledge.text import fold

SHOP: Final = ShopId("tau2_retail")
_KINDS: Final[Mapping[str, ChangeKind]] = {
    "cancel_pending_order": ChangeKind.CANCEL,
    "return_delivered_order_items": ChangeKind.RETURN,
    "exchange_delivered_order_items": ChangeKind.EXCHANGE,
    "modify_pending_order_items": ChangeKind.ITEMS,
    "modify_pending_order_address": ChangeKind.ADDRESS,
    "modify_pending_order_payment": ChangeKind.PAYMENT,
}
_TOOLS: Final = {kind: name for name, kind in _KINDS.items()}
# The set tells no dates.
_LONG_AGO: Final = datetime(2024, 5, 15, tzinfo=UTC)
_ADDRESS: Final = ("address1", "address2", "city", "state", "country", "zip")


@dataclass(frozen=True, slots=True)
class GuardedReplay:
    """Gold calls, played through the guard.

    Attributes:
        refused: Number of the action and code, for each writing call that was not made.
        digest: Of the end state.
    """

    refused: tuple[tuple[int, str], ...]
    digest: str


class RetailOrders:
    """The replay environment as an `OrderSource`."""

    def __init__(self, environment: RetailEnvironment) -> None:
        self._environment = environment

    async def find(self, shop_id: ShopId, order_no: str) -> Order | None:
        try:
            return _as_ours(shop_id, self._environment.state.order(order_no))
        except NotFound:
            return None

    async def customer(self, shop_id: ShopId, query: CustomerQuery) -> Customer | None:
        del shop_id
        found = [user for user in self._environment.state.users() if _is_meant(user, query)]
        if len(found) != 1:
            return None
        user = found[0]
        return Customer(user.user_id, f"{user.name.first_name} {user.name.last_name}", user.email, tuple(user.orders))

    async def change(self, shop_id: ShopId, change: OrderChange, key: str) -> ChangeResult:
        del shop_id, key
        answer = self._environment.call(_TOOLS[change.kind], _arguments(change))
        if answer.error is not None:
            raise ChangeRefused(answer.content, code=answer.error)
        return ChangeResult(ChangeState.DONE, answer.content)


@dataclass(frozen=True, slots=True)
class GuardedShop:
    """What a replay needs besides the data."""

    database: Database
    clock: Clock
    ids: IdSource

    @classmethod
    async def opened(cls, database: Database, clock: Clock, ids: IdSource) -> GuardedShop:
        """Open the shop in a database, which keeps what was confirmed."""
        await KnowledgeStore(database).put_shop(Shop(SHOP, "tau2-bench retail"), clock.now())
        return cls(database, clock, ids)

    async def replay(self, data: RetailDatabase, task: RetailTask) -> GuardedReplay:
        """Play a task's gold calls over a fresh state; go on after a refused one, as tau2-bench does."""
        environment = RetailEnvironment(data)
        source = RetailOrders(environment)
        desk = ChangeDesk(self.database, source, self.clock)
        refused: list[tuple[int, str]] = []
        for number, action in enumerate(task.evaluation_criteria.actions):
            if action.name in WRITING and (code := await self._made(environment, source, desk, action)) is not None:
                refused.append((number, code))
        return GuardedReplay(tuple(refused), environment.digest())

    async def _made(
        self, environment: RetailEnvironment, source: RetailOrders, desk: ChangeDesk, action: GoldAction
    ) -> str | None:
        """Ask and then make one change; return the code of what stood against it."""
        kind = _KINDS.get(action.name)
        if kind is None:
            return "no_such_tool"  # the assistant changes orders, not profiles
        change = _as_change(kind, action.arguments)
        try:
            buyer = environment.state.user(environment.state.order(change.order_no).user_id)
            asked = await (await self._turn(source, desk, buyer)).change(change)
            if not isinstance(asked, Proposed):
                return "not_asked_first"
            outcome = await (await self._turn(source, desk, buyer, asked.proposal)).change(change)
        except DaogouError as error:
            return error.code
        if isinstance(outcome, Refused):
            return "refused_by_the_shop"
        return None if isinstance(outcome, Made) else "not_made"

    async def _turn(
        self, source: RetailOrders, desk: ChangeDesk, buyer: RetailUser, confirmed: Proposal | None = None
    ) -> GuardedOrders:
        """Return the guard of one turn, in which the shopper has told the e-mail of the account."""
        guard = GuardedOrders(
            source,
            desk,
            self.ids,
            SHOP,
            self.ids.new("cv"),
            [buyer.email],
            self.clock.now(),
            confirmed=confirmed,
            email_suffices=True,
        )
        await guard.customer(CustomerQuery(email=buyer.email))
        return guard


def _as_ours(shop_id: ShopId, order: RetailOrder) -> Order:
    status = OrderStatus.DELIVERED if order.status.startswith("delivered") else OrderStatus.UNKNOWN
    return Order(
        shop_id=shop_id,
        order_no=order.order_id,
        phone_last4=None,
        name=None,
        total=None,
        carrier=None,
        tracking_number=None,
        order_date=None,
        ship_date=None,
        delivered_date=None,
        lines=tuple(OrderLine(i.name, tuple(i.options.values()), 1, i.item_id) for i in order.items),
        status=status,
        status_text=order.status,
        note="",
        as_of=_LONG_AGO,
        source=Source("db.json"),
        customer_id=order.user_id,
    )


def _is_meant(user: RetailUser, query: CustomerQuery) -> bool:
    if query.id is not None:
        return user.user_id == query.id
    if query.email is not None:
        return fold(user.email) == fold(query.email)
    told = (query.first_name, query.last_name, query.zip)
    return tuple(map(fold, (user.name.first_name, user.name.last_name, user.address.zip))) == tuple(
        fold(part or "") for part in told
    )


def _as_change(kind: ChangeKind, given: Mapping[str, Any]) -> OrderChange:
    address = tuple(sorted((name, given[name]) for name in _ADDRESS if name in given))
    return OrderChange(
        given["order_id"],
        kind,
        tuple(given.get("item_ids", ())),
        tuple(given.get("new_item_ids", ())),
        given.get("reason", ""),
        given.get("payment_method_id"),
        address=address,
    )


def _arguments(change: OrderChange) -> dict[str, Any]:
    """Return the arguments of the environment's tool for a change."""
    order = {"order_id": change.order_no}
    items = {"item_ids": list(change.items), "payment_method_id": change.payment_method}
    by_kind: dict[ChangeKind, dict[str, Any]] = {
        ChangeKind.CANCEL: {**order, "reason": change.reason},
        ChangeKind.RETURN: {**order, **items},
        ChangeKind.EXCHANGE: {**order, **items, "new_item_ids": list(change.new_items)},
        ChangeKind.ITEMS: {**order, **items, "new_item_ids": list(change.new_items)},
        ChangeKind.ADDRESS: {**order, **dict(change.address)},
        ChangeKind.PAYMENT: {**order, "payment_method_id": change.payment_method},
    }
    return by_kind[change.kind]
