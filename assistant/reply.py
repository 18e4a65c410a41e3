"""What the assistant says in one turn, as every client receives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from knowledge.catalog import Availability
from knowledge.money import Money


class Action(StrEnum):
    """What a reply does; exactly one."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    REFUSE = "refuse"


class HandoffReason(StrEnum):
    """Why a person is called."""

    SHOPPER_ASKED = "shopper_asked"
    LOW_CONFIDENCE = "low_confidence"
    NOT_STATED = "not_stated"
    NOT_POSSIBLE_HERE = "not_possible_here"
    NOT_VERIFIED = "not_verified"
    SENSITIVE = "sensitive"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    SHOPS_RULE = "shops_rule"
    ASKED_AGAIN = "asked_again"
    HIGH_VALUE = "high_value"
    TOOL_FAILED = "tool_failed"


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer from the reply to the words that support it.

    Attributes:
        n: The number by which the reply's text refers to it: ``[1]``.
        kind: ``document``, ``product``, ``size_chart``, ``fit_reports``, ``order``, ``promotion``,
            ``quick_reply``, or ``derivation``: what was worked out of a rule, which is cited beside it.
        id: File name of the document, handle of the product (also of its fit reports), chart id, order
            number, or code of the coupon.
        passage: Where in it: the heading path or the name of the fact; of a coupon how its sums came about.
        quote: The supporting words, verbatim.
        start: First character of the quote in the source's text; None for a typed fact.
        end: One past the last character.
        as_of: When the shop's file last said so, ISO 8601.
        source_file: The merchant's file that said it.
        source_row: Row in it, 1 for the header line; None where a span tells the place.
    """

    n: int
    kind: str
    id: str
    title: str
    passage: str
    quote: str
    as_of: str
    start: int | None = None
    end: int | None = None
    source_file: str | None = None
    source_row: int | None = None


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product as the chat shows it; every value is typed data, never model text.

    Attributes:
        as_of: When the shop's file last said so, ISO 8601.
    """

    handle: str
    title: str
    price: Money | None
    availability: Availability
    why: str
    sku: str | None = None
    url: str | None = None
    list_price: Money | None = None
    image: str | None = None
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class SizeReports:
    """What buyers' fit reports say of the chart's size, for this shopper.

    Attributes:
        small, fits, large: Probabilities; they sum to 1.
        reports: On the product.
    """

    size: str
    small: float
    fits: float
    large: float
    reports: int


@dataclass(frozen=True, slots=True)
class SizeAdvice:
    """A size from the chart.

    Attributes:
        label: The size to take, None when nothing may be recommended yet.
        probability: That it fits, in [0, 1]; None without a label.
        margin: Distance of the deciding measurement from the nearer edge of its range, in that
            range's unit; negative outside; None without a label.
        missing: Measurements that the chart needs and the shopper has not given.
        reports: None where there are too few to count.
    """

    label: str | None
    chart: str
    probability: float | None
    margin: Decimal | None
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reports: SizeReports | None = None


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One line of a comparison.

    Attributes:
        values: In the order of the products; None where one does not state it.
        differs: Whether two that state it state something else.
    """

    label: str
    values: tuple[str | None, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to four products side by side; every value is the shop's own, the differences first.

    Attributes:
        products: Their handles.
        pick: The one that the shop's typed facts put first for the need that was named.
    """

    products: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]
    pick: str | None = None

    def as_json(self) -> dict[str, Any]:
        rows = [{"label": row.label, "values": list(row.values), "differs": row.differs} for row in self.rows]
        return {"products": list(self.products), "titles": list(self.titles), "rows": rows, "pick": self.pick}


@dataclass(frozen=True, slots=True)
class Offer:
    """A lower price for one product, for this conversation alone.

    Attributes:
        product: Its handle.
        coupon: The code under which the shop honours it, once.
        expires_at: ISO 8601.
    """

    product: str
    price: Money
    coupon: str
    expires_at: str

    def as_json(self) -> dict[str, Any]:
        return {
            "product": self.product,
            "price": self.price.as_json(),
            "coupon": self.coupon,
            "expires_at": self.expires_at,
        }


@dataclass(frozen=True, slots=True)
class OrderShown:
    """An order that the shopper has proved to be theirs.

    Attributes:
        status: The merchant's own word; ``state`` is ours (`knowledge.orders.OrderStatus`).
        items: Title, options and quantity of each line.
    """

    order_no: str
    status: str
    state: str
    items: tuple[tuple[str, tuple[str, ...], int], ...]
    total: Money | None
    carrier: str | None
    tracking_no: str | None
    order_date: date | None
    ship_date: date | None
    delivered_date: date | None
    note: str
    as_of: str

    def as_json(self) -> dict[str, Any]:
        days = {"order_date": self.order_date, "ship_date": self.ship_date, "delivered_date": self.delivered_date}
        return {
            "order_no": self.order_no,
            "verified": True,
            "status": self.status,
            "state": self.state,
            "items": [{"title": t, "options": list(options), "quantity": n} for t, options, n in self.items],
            "total": self.total.as_json() if self.total else None,
            "carrier": self.carrier,
            "tracking_no": self.tracking_no,
            **{key: day.isoformat() if day else None for key, day in days.items()},
            "note": self.note,
            "as_of": self.as_of,
        }


@dataclass(frozen=True, slots=True)
class HandoffSummary:
    """What the human agent reads first.

    Attributes:
        sentiment: How the shopper sounds: ``upset``, ``pleased`` or ``neutral``.
        order: The order, when it is shown to be the shopper's.
        request: What the shopper has confirmed that they want done with it.
    """

    intent: str
    question: str
    asked: tuple[str, ...]
    answered: tuple[Mapping[str, str], ...]
    facts: tuple[Mapping[str, str], ...]
    products: tuple[Mapping[str, Any], ...]
    measurements: Mapping[str, str]
    language: str
    confidence: float
    reasons: tuple[str, ...]
    next_step: str
    sentiment: str = "neutral"
    order: Mapping[str, Any] | None = None
    request: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """The assistant's wish that a person takes over, with its reason."""

    reason: HandoffReason
    detail: str
    summary: HandoffSummary | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply.

    Attributes:
        lang: ``zh`` or ``en``.
        confidence: Probability that the reply is right and grounded, in [0, 1].
        reasons: Why the confidence is what it is, in words a merchant understands.
        change: A change of an order, ``{action, order_no, items, …, state}``: ``wanted`` while
            something is missing, ``proposed`` until the shopper says yes, then what became of it.
        took_ms: From the turn's start to the finished reply.
    """

    text: str
    lang: str
    action: Action
    confidence: float
    reasons: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    products: tuple[ProductCard, ...] = ()
    size: SizeAdvice | None = None
    comparison: Comparison | None = None
    order: OrderShown | None = None
    change: Mapping[str, Any] | None = None
    offer: Offer | None = None
    handoff: HandoffRequest | None = None
    trace_id: str = ""
    took_ms: int = 0

    def timed(self, trace_id: str, took_ms: int) -> Reply:
        return replace(self, trace_id=trace_id, took_ms=took_ms)

    def as_json(self) -> dict[str, Any]:
        """Return the reply in the shape of the HTTP contract.

        The handoff's summary is for the staff and stays out.
        """
        return {
            "text": self.text,
            "lang": self.lang,
            "action": self.action.value,
            "confidence": round(self.confidence, 4),
            "reasons": list(self.reasons),
            "citations": [asdict(citation) for citation in self.citations],
            "products": [_card_json(card) for card in self.products],
            "size": _size_json(self.size) if self.size else None,
            "comparison": self.comparison.as_json() if self.comparison else None,
            "offer": self.offer.as_json() if self.offer else None,
            "order": self.order.as_json() if self.order else None,
            "change": dict(self.change) if self.change else None,
            "handoff": {"reason": self.handoff.reason.value, "detail": self.handoff.detail} if self.handoff else None,
            "trace_id": self.trace_id,
            "took_ms": self.took_ms,
        }


def offers_text(reply: Mapping[str, Any]) -> bool:
    """Tell whether a reply, as JSON, shows a published text with the question whether it is what was asked for."""
    of_a_skill = any(reply.get(skill) for skill in ("size", "order", "change", "offer", "comparison"))
    return reply.get("action") == Action.CLARIFY.value and bool(reply.get("citations")) and not of_a_skill


def _card_json(card: ProductCard) -> dict[str, Any]:
    return {
        "handle": card.handle,
        "sku": card.sku,
        "title": card.title,
        "url": card.url,
        "price": card.price.as_json() if card.price else None,
        "list_price": card.list_price.as_json() if card.list_price else None,
        "availability": card.availability.value,
        "image": card.image,
        "why": card.why,
        "as_of": card.as_of or None,
    }


def _size_json(size: SizeAdvice) -> dict[str, Any]:
    return {
        "label": size.label,
        "chart": size.chart,
        "probability": None if size.probability is None else round(size.probability, 4),
        "margin": None if size.margin is None else float(size.margin),
        "reasons": list(size.reasons),
        "missing": list(size.missing),
        "reports": _reports_json(size.reports) if size.reports else None,
    }


def _reports_json(reports: SizeReports) -> dict[str, Any]:
    chances = {name: round(getattr(reports, name), 4) for name in ("small", "fits", "large")}
    return {"size": reports.size, **chances, "reports": reports.reports}
