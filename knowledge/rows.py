"""How domain types are laid out in table rows, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from knowledge.catalog import (
    Attribute,
    Availability,
    Handle,
    Product,
    ProductOption,
    Shop,
    ShopId,
    Source,
    Variant,
)
from knowledge.documents import Document, DocumentId, Passage, PassageId
from knowledge.fit_reports import Fit, KeptReport, Wearer
from knowledge.freshness import Freshness
from knowledge.money import Money
from knowledge.orders import Order, OrderLine, OrderStatus
from knowledge.promotions import QuickReply
from knowledge.service_policy import ServicePolicy
from knowledge.size_charts import Interval, Measure, SizeChart, SizeRow

# Files are read in a process that has no use for the database.
if TYPE_CHECKING:
    from sqlalchemy import Row

Values = dict[str, Any]


def _plain(amount: Decimal | None) -> Decimal | None:
    """Drop the zeros that a NUMERIC column appends, so that 50 is read back as 50."""
    if amount is None:
        return None
    whole = amount == amount.to_integral()
    return amount.quantize(Decimal(1)) if whole else amount.normalize()


def money_of(amount: Decimal | None, currency: str) -> Money | None:
    """Return money of what a column holds."""
    plain = _plain(amount)
    return None if plain is None else Money(plain, currency)


def digits_of(amount: Decimal | None) -> str | None:
    """Return an amount as it stands in JSON, without a rounding of floats."""
    plain = _plain(amount)
    return None if plain is None else f"{plain:f}"


def decimal_of(digits: str | None) -> Decimal | None:
    """Read what `digits_of` wrote."""
    return None if digits is None else Decimal(digits)


def shop_values(shop: Shop) -> Values:
    """Return the columns of the shop but its id and when it was created."""
    return {
        "name": shop.name,
        "locale": shop.locale,
        "currency": shop.currency,
        "timezone": shop.timezone,
        "greeting": dict(shop.greeting),
        "freshness": shop.freshness.as_json() or None,
        "policy": shop.policy.as_json() or None,
    }


def shop_of(row: Row[Any]) -> Shop:
    """Return the shop of a row."""
    return Shop(
        id=ShopId(row.id),
        name=row.name,
        locale=row.locale,
        currency=row.currency,
        timezone=row.timezone,
        greeting=dict(row.greeting),
        freshness=Freshness.of_json(row.freshness),
        policy=ServicePolicy.of_json(row.policy),
    )


def product_values(product: Product) -> Values:
    """Return what the merchant said about the product, without ``as_of`` and source; JSON lists as tuples."""
    return {
        "shop_id": product.shop_id,
        "handle": product.handle,
        "title": product.title,
        "description": product.description,
        "brand": product.brand,
        "category": product.category,
        "tags": product.tags,
        "published": product.published,
        "options": tuple((option.name, option.values) for option in product.options),
        "attributes": tuple((attribute.name, attribute.value) for attribute in product.attributes),
        "images": product.images,
        "url": product.url,
        "lang": product.lang,
    }


def variant_values(variant: Variant, currency: str) -> Values:
    """Return the variant without its source row; ``currency`` is for one that has no price."""
    priced = variant.price or variant.list_price
    return {
        "key": variant.key,
        "options": variant.options,
        "sku": variant.sku,
        "gtin": variant.gtin,
        "price": variant.price.amount if variant.price else None,
        "list_price": variant.list_price.amount if variant.list_price else None,
        "currency": priced.currency if priced else currency,
        "availability": variant.availability.value,
        "quantity": variant.quantity,
        "weight_grams": variant.weight_grams,
        "image": variant.image,
    }


def variant_of(row: Row[Any]) -> Variant:
    """Return the variant of a row."""
    return Variant(
        key=row.key,
        options=tuple((name, value) for name, value in row.options),
        sku=row.sku,
        gtin=row.gtin,
        price=money_of(row.price, row.currency),
        list_price=money_of(row.list_price, row.currency),
        availability=Availability(row.availability),
        quantity=row.quantity,
        weight_grams=_plain(row.weight_grams),
        image=row.image,
        source_row=row.source_row,
    )


def product_of(row: Row[Any], variants: Iterable[Row[Any]]) -> Product:
    """Return the product of a row and the rows of its variants."""
    return Product(
        shop_id=ShopId(row.shop_id),
        handle=Handle(row.handle),
        title=row.title,
        as_of=row.as_of,
        source=Source(row.source_file, row.source_row),
        description=row.description,
        brand=row.brand,
        category=row.category,
        tags=tuple(row.tags),
        published=row.published,
        options=tuple(ProductOption(name, tuple(values)) for name, values in row.options),
        variants=tuple(variant_of(variant) for variant in variants),
        attributes=tuple(Attribute(name, value) for name, value in row.attributes),
        images=tuple(row.images),
        url=row.url,
        lang=row.lang,
    )


def document_of(row: Row[Any]) -> Document:
    """Return the document of a row."""
    return Document(DocumentId(row.id), ShopId(row.shop_id), row.name, row.title, row.text, row.lang, row.as_of)


def passage_of(row: Row[Any]) -> Passage:
    """Return the passage of a row."""
    return Passage(
        id=PassageId(row.id),
        document_id=DocumentId(row.document_id),
        ordinal=row.ordinal,
        heading_path=tuple(row.heading_path),
        text=row.text,
        start=row.start,
        end=row.end,
        lang=row.lang,
    )


def size_chart_values(chart: SizeChart) -> Values:
    """Return the chart without its source; the rows keep theirs apart under ``row``."""
    return {
        "shop_id": chart.shop_id,
        "chart_id": chart.chart_id,
        "brand": chart.brand,
        "category": chart.category,
        "rows": [
            {
                "size": row.size,
                "row": row.source_row,
                "ranges": {m.value: [digits_of(r.low), digits_of(r.high)] for m, r in row.ranges.items()},
            }
            for row in chart.rows
        ],
        "note": chart.note,
    }


def _size_row(row: Mapping[str, Any]) -> SizeRow:
    ranges = {Measure(m): Interval(decimal_of(low), decimal_of(high)) for m, (low, high) in row["ranges"].items()}
    return SizeRow(row["size"], ranges, row["row"])


def size_chart_of(row: Row[Any]) -> SizeChart:
    """Return the size chart of a row."""
    return SizeChart(
        shop_id=ShopId(row.shop_id),
        chart_id=row.chart_id,
        brand=row.brand,
        category=row.category,
        rows=tuple(_size_row(size) for size in row.rows),
        note=row.note,
        source=Source(row.source_file, row.source_row),
        as_of=row.as_of,
    )


def order_values(order: Order, currency: str) -> Values:
    """Return the order without ``as_of`` and source; ``currency`` is for one without a total."""
    return {
        "shop_id": order.shop_id,
        "order_no": order.order_no,
        "phone_last4": order.phone_last4,
        "name": order.name,
        "lines": [{"title": x.title, "options": list(x.options), "quantity": x.quantity} for x in order.lines],
        "total": order.total.amount if order.total else None,
        "currency": order.total.currency if order.total else currency,
        "status": order.status.value,
        "status_text": order.status_text,
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "order_date": order.order_date.isoformat() if order.order_date else None,
        "ship_date": order.ship_date.isoformat() if order.ship_date else None,
        "delivered_date": order.delivered_date.isoformat() if order.delivered_date else None,
        "expected_date": order.expected_date.isoformat() if order.expected_date else None,
        "email": order.email,
        "note": order.note,
    }


def day_of(text: str | None) -> date | None:
    """Read an ISO 8601 day."""
    return date.fromisoformat(text) if text else None


def order_of(row: Row[Any]) -> Order:
    """Return the order of a row."""
    return Order(
        shop_id=ShopId(row.shop_id),
        order_no=row.order_no,
        phone_last4=row.phone_last4,
        name=row.name,
        lines=tuple(OrderLine(x["title"], tuple(x["options"]), x["quantity"]) for x in row.lines),
        total=money_of(row.total, row.currency),
        status=OrderStatus(row.status),
        status_text=row.status_text,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        order_date=day_of(row.order_date),
        ship_date=day_of(row.ship_date),
        delivered_date=day_of(row.delivered_date),
        note=row.note,
        as_of=row.as_of,
        source=Source(row.source_file, row.source_row),
        email=row.email,
        expected_date=day_of(row.expected_date),
    )


def quick_reply_of(row: Row[Any]) -> QuickReply:
    """Return the quick reply of a row."""
    source = Source(row.source_file, row.source_row) if row.source_file is not None else None
    return QuickReply(tuple(row.keywords), row.reply, row.lang, row.as_of, source)


def fit_report_values(report: KeptReport) -> Values:
    """Return the report without ``as_of`` and source."""
    wearer = report.wearer
    return {
        "shop_id": report.shop_id,
        "report_key": report.key,
        "product": report.product,
        "size": report.size,
        "fit": report.fit.name.lower(),
        "wearer": {"shopper": wearer.shopper, "numbers": dict(wearer.numbers), "traits": dict(wearer.traits)},
    }


def fit_report_of(row: Row[Any]) -> KeptReport:
    """Return the fit report of a row."""
    return KeptReport(
        shop_id=ShopId(row.shop_id),
        key=row.report_key,
        product=row.product,
        size=row.size,
        fit=Fit.named(row.fit),
        wearer=Wearer(row.wearer["shopper"], row.wearer["numbers"], row.wearer["traits"]),
        as_of=row.as_of,
        source=Source(row.source_file, row.source_row),
    )
