"""What a shop's files say, for checking what a reply claims about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from evals.wording import folded, numbers_in
from knowledge.catalog import Product, ShopId
from knowledge.database import Database
from knowledge.orders import Order
from knowledge.size_charts import SizeChart, SizeRow
from knowledge.store import KnowledgeStore

_WORD = re.compile(r"[\w.]+")


@dataclass(frozen=True, slots=True)
class ShopSources:
    """The texts behind one shop's citations, as imported.

    Attributes:
        documents: Text by file name.
        descriptions: Description by product handle; a span of a product's citation points into it.
        titles: Of all products.
        products: All that is said of a product, folded, by handle.
        charts: By chart id the numbers of each size, smallest size first.
        chart_texts: All that is said in a chart, folded, by chart id.
        orders: What may be told of an order, folded, by its number; of these only what a reply shows counts.
        written: Everything in one text, folded.
        numbers: Every number in it.
    """

    documents: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    products: Mapping[str, str] = field(default_factory=dict)
    charts: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    chart_texts: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    written: str = ""
    numbers: frozenset[str] = frozenset()

    def holds(self, citation: Mapping[str, Any]) -> bool | None:
        """Tell whether the named source says what a citation quotes.

        A span must be verbatim. Of a typed fact every word must be the product's; a size chart's
        row is written in the shopper's language, so of it every number must be that row's.

        Returns:
            None when sources of this kind cannot be checked here.
        """
        kind, name, quote = str(citation["kind"]), str(citation["id"]), str(citation["quote"])
        start, end = citation["start"], citation["end"]
        if kind == "document":
            return _spans(self.documents.get(name), quote, start, end)
        if kind == "product" and start is not None:
            return _spans(self.descriptions.get(name), quote, start, end)
        if kind == "product":
            said = self.products.get(name)
            return said is not None and all(word in said for word in _WORD.findall(folded(quote)))
        if kind == "order":
            said = self.orders.get(name)
            return said is not None and all(word in said for word in _WORD.findall(folded(quote)))
        if kind == "size_chart":
            return self._chart_holds(name, str(citation["passage"]), quote)
        return None

    def _chart_holds(self, chart_id: str, size: str, quote: str) -> bool:
        if folded(quote) in self.chart_texts.get(chart_id, ""):
            return True
        rows = self.charts.get(chart_id, {})
        among = [rows[size]] if size in rows else list(rows.values())
        return any(all(_is_among(number, row) for number in numbers_in(quote)) for row in among)


def _is_among(number: str, row: Iterable[str]) -> bool:
    """Tell whether a row has this number, rounded as far as it is shown: inches become 185.42 cm."""
    shown = Decimal(number)
    return any(shown in (Decimal(stored), round(Decimal(stored), 1), round(Decimal(stored))) for stored in row)


def _spans(text: str | None, quote: str, start: int | None, end: int | None) -> bool:
    if text is None or not quote:
        return False
    return quote in text if start is None else text[start:end] == quote


async def shop_sources(database: Database, shop: str) -> ShopSources:
    """Read a shop's texts from the database into which its files were imported."""
    store = KnowledgeStore(database)
    shop_id = ShopId(shop)
    documents = {document.name: document.text for document in await store.documents(shop_id)}
    products = list((await store.products(shop_id)).values())
    charts = await store.size_charts(shop_id)
    product_texts = {str(product.handle): folded(_product_text(product)) for product in products}
    chart_texts = {chart.chart_id: folded(_chart_text(chart)) for chart in charts}
    orders = {order.order_no: folded(_order_text(order)) for order in await store.orders(shop_id)}
    written = "\n".join((*map(folded, documents.values()), *product_texts.values(), *chart_texts.values()))
    return ShopSources(
        documents,
        {str(product.handle): product.description for product in products},
        tuple(product.title for product in products),
        product_texts,
        {c.chart_id: {row.size: frozenset(numbers_in(_row_text(row))) for row in c.rows} for c in charts},
        chart_texts,
        orders,
        written,
        frozenset(numbers_in(written)),
    )


def _product_text(product: Product) -> str:
    said = [product.title, product.description, product.brand or "", product.category or "", *product.tags]
    said += [f"{attribute.name} {attribute.value}" for attribute in product.attributes]
    said += [f"{option.name} {' '.join(option.values)}" for option in product.options]
    said.append(product.availability)
    for variant in product.variants:
        said += [f"{variant.price or ''} {variant.list_price or ''} {variant.availability} {variant.sku or ''}"]
        said += [f"{variant.price.amount} {variant.price.currency}"] if variant.price else []
        said += [f"{variant.weight_grams.normalize():f} g 克"] if variant.weight_grams else []
    return "\n".join(said)


def _order_text(order: Order) -> str:
    days = (order.order_date, order.ship_date, order.delivered_date)
    said = [order.order_no, order.status_text, str(order.total or ""), order.carrier or "", order.tracking_number or ""]
    said += [day.isoformat() for day in days if day is not None]
    said += [f"{line.title} {' '.join(line.options)} {line.quantity}" for line in order.lines]
    return "\n".join([*said, order.note])


def _chart_text(chart: SizeChart) -> str:
    said = [chart.chart_id, chart.note, chart.brand or "", chart.category or ""]
    return "\n".join([*said, *(_row_text(row) for row in chart.rows)])


def _row_text(row: SizeRow) -> str:
    return " ".join([row.size, *(f"{name} {span.low} {span.high}" for name, span in row.ranges.items())])
