"""What a shop's order API answers, checked at the edge (`README.md` shows it)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from assistant.orders.source import ChangeResult, ChangeState, Customer, SourceUnavailable
from knowledge.catalog import ShopId, Source
from knowledge.importing.orders import order_status
from knowledge.money import Money
from knowledge.orders import ChangeKind, Order, OrderLine, OrderStatus, Permission

SOURCE: Final = Source("the shop's order API", None)
M = TypeVar("M", bound=BaseModel)


def _four(value: object) -> object:
    return value[-4:] if isinstance(value, str) and len(value) > 4 else value


Short = Annotated[str, StringConstraints(max_length=500)]
Long = Annotated[str, StringConstraints(max_length=2_000)]


class _Told(BaseModel):
    """Unknown fields are ignored, so that a shop may tell more to others."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _Line(_Told):
    title: Short
    options: tuple[Short, ...] = ()
    quantity: Annotated[int, Field(ge=1)] = 1
    item_id: Short | None = None


class _Amount(_Told):
    amount: Decimal
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class _Allowed(_Told):
    action: ChangeKind
    allowed: bool
    reason: Long = ""
    until: date | None = None


class _Buyer(_Told):
    id: Short | None = None
    name: Short | None = None
    email: Short | None = None
    phone_last4: Annotated[str, BeforeValidator(_four), StringConstraints(pattern=r"^\d{4}$")] | None = None


class OrderTold(_Told):
    """One order."""

    order_no: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    status_text: Short
    status: OrderStatus | None = None
    customer: _Buyer = _Buyer()
    lines: tuple[_Line, ...] = ()
    total: _Amount | None = None
    carrier: Short | None = None
    tracking_no: Short | None = None
    order_date: date | None = None
    ship_date: date | None = None
    delivered_date: date | None = None
    expected_date: date | None = None
    note: Long = ""
    changes: tuple[_Allowed, ...] = ()

    def as_order(self, shop_id: ShopId, now: datetime) -> Order:
        """Return the order; it is as fresh as the answer."""
        return Order(
            shop_id=shop_id,
            order_no=self.order_no,
            phone_last4=self.customer.phone_last4,
            name=self.customer.name,
            lines=tuple(OrderLine(x.title, x.options, x.quantity, x.item_id) for x in self.lines),
            total=Money(self.total.amount, self.total.currency) if self.total else None,
            status=self.status or order_status(self.status_text),
            status_text=self.status_text,
            carrier=self.carrier,
            tracking_number=self.tracking_no,
            order_date=self.order_date,
            ship_date=self.ship_date,
            delivered_date=self.delivered_date,
            note=self.note,
            as_of=now,
            source=SOURCE,
            email=self.customer.email,
            customer_id=self.customer.id,
            expected_date=self.expected_date,
            permissions={one.action: Permission(one.allowed, one.reason, one.until) for one in self.changes},
        )


class CustomerTold(_Told):
    """One buyer, with the numbers of their orders, the newest first."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    name: Short = ""
    email: Short | None = None
    order_nos: Annotated[tuple[Short, ...], Field(max_length=500)] = ()
    more: dict[str, Any] = {}

    def as_customer(self) -> Customer:
        return Customer(self.id, self.name, self.email, self.order_nos, self.more)


class ChangeTold(_Told):
    """What became of a change."""

    state: Literal["done", "accepted", "requested"]
    message: Long = ""
    order: OrderTold | None = None

    def as_result(self, shop_id: ShopId, now: datetime) -> ChangeResult:
        order = self.order.as_order(shop_id, now) if self.order else None
        return ChangeResult(ChangeState(self.state), self.message, order)


class _Problem(_Told):
    code: Short = "refused"
    message: Long = ""
    retryable: bool = False


class ProblemTold(_Told):
    """Why a request failed."""

    error: _Problem


def parsed(model: type[M], body: bytes) -> M:
    """Read an answer.

    Raises:
        SourceUnavailable: It is not what was agreed (``order_source_unreadable``).
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
        raise SourceUnavailable(f"The order API's answer: {where}", code="order_source_unreadable") from error
