"""The files of tau2-bench's retail domain, read and checked: the shop's database and the tasks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from knowledge.errors import Invalid

CENT: Final = Decimal("0.01")
_PROBLEMS_TOLD: Final = 20
_T = TypeVar("_T")


def cents(amount: Decimal) -> Decimal:
    """Return an amount in one writing, so that 180.1 and 180.10 hash alike."""
    return amount.quantize(CENT)


Amount = Annotated[Decimal, AfterValidator(cents)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PostalAddress(_Row):
    """Where an order goes, or a user lives."""

    address1: str
    address2: str
    city: str
    country: str
    state: str
    zip: str


class RetailVariant(_Row):
    """One purchasable unit; `item_id` is its key."""

    item_id: str
    options: dict[str, str]
    available: bool
    price: Amount


class RetailProduct(_Row):
    """A type of product with its variants by item id."""

    product_id: str
    name: str
    variants: dict[str, RetailVariant]


class OrderItem(_Row):
    """A line of an order; an item that was bought twice has two."""

    name: str
    product_id: str
    item_id: str
    price: Amount
    options: dict[str, str]


class Shipped(_Row):
    """A parcel."""

    tracking_id: tuple[str, ...]
    item_ids: tuple[str, ...]


class Payment(_Row):
    """One movement of money; `transaction_type` is ``payment`` or ``refund``."""

    transaction_type: str
    amount: Amount
    payment_method_id: str


class RetailOrder(_Row):
    """An order; what an action leaves on it is None before the action."""

    order_id: str
    user_id: str
    address: PostalAddress
    items: tuple[OrderItem, ...]
    status: str
    fulfillments: tuple[Shipped, ...]
    payment_history: tuple[Payment, ...]
    cancel_reason: str | None = None
    return_items: tuple[str, ...] | None = None
    return_payment_method_id: str | None = None
    exchange_items: tuple[str, ...] | None = None
    exchange_new_items: tuple[str, ...] | None = None
    exchange_payment_method_id: str | None = None
    exchange_price_difference: Amount | None = None


class PersonName(_Row):
    """A user's name."""

    first_name: str
    last_name: str


class PaymentMethod(_Row):
    """A credit card, a PayPal account or a gift card; only the last has a balance."""

    id: str
    source: str
    brand: str | None = None
    last_four: str | None = None
    balance: Amount | None = None


class RetailUser(_Row):
    """A customer's profile."""

    user_id: str
    name: PersonName
    address: PostalAddress
    email: str
    payment_methods: dict[str, PaymentMethod]
    orders: tuple[str, ...]


class RetailDatabase(_Row):
    """The whole shop, as it stands before a task."""

    products: dict[str, RetailProduct]
    users: dict[str, RetailUser]
    orders: dict[str, RetailOrder]


class _Open(BaseModel):
    """A part of a task of which only the fields that are used here are checked."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class GoldAction(_Open):
    """A tool call that a right agent makes."""

    action_id: str
    name: str
    arguments: dict[str, JsonValue]


class Criteria(_Open):
    """What a run is judged by; without an action the right agent leaves everything as it is."""

    actions: tuple[GoldAction, ...]
    communicate_info: tuple[str, ...] = ()
    nl_assertions: tuple[str, ...] | None = None
    reward_basis: tuple[str, ...] = ()


class Instructions(_Open):
    """What the shopper wants and knows."""

    task_instructions: str
    reason_for_call: str
    known_info: str | None = None
    unknown_info: str | None = None


class Scenario(_Open):
    """The shopper's side of a task."""

    instructions: Instructions


class RetailTask(_Open):
    """One task: a shopper with a wish, and the end state that a right agent reaches."""

    id: str
    user_scenario: Scenario
    evaluation_criteria: Criteria


def read_database(path: Path) -> RetailDatabase:
    """Read ``db.json``.

    Raises:
        Invalid: It cannot be used; the places of the mistakes are told (``usage_bad_data``).
    """
    return _read(path, TypeAdapter(RetailDatabase))


def read_tasks(path: Path) -> tuple[RetailTask, ...]:
    """Read ``tasks.json``.

    Raises:
        Invalid: It cannot be used; the places of the mistakes are told (``usage_bad_data``).
    """
    tasks = _read(path, TypeAdapter(tuple[RetailTask, ...]))
    twice = {task.id for task in tasks if sum(other.id == task.id for other in tasks) > 1}
    if twice or not tasks:
        told = f"ids that are not unique: {', '.join(sorted(twice))}" if twice else "no tasks"
        raise Invalid(f"{path.name}: {told}", code="usage_bad_data")
    return tasks


def _read(path: Path, shape: TypeAdapter[_T]) -> _T:
    try:
        return shape.validate_json(path.read_bytes())
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror}", code="usage_bad_data") from error
    except ValidationError as error:
        problems = [f"{_place(problem)}: {problem['msg']}" for problem in error.errors()]
        more = len(problems) - _PROBLEMS_TOLD
        told = [*problems[:_PROBLEMS_TOLD], *([f"… and {more} more"] if more > 0 else [])]
        raise Invalid("\n  ".join([f"{path.name}: cannot be used", *told]), code="usage_bad_data") from error


def _place(problem: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in problem["loc"]) or "file"
