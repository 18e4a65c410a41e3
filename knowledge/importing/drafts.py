"""Makes of what a reader has read what is written: drafts, with the hash by which a change is told."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from knowledge import rows
from knowledge.catalog import Product, Shop, Source
from knowledge.fit_reports import KeptReport
from knowledge.importing.documents import DraftDocument
from knowledge.importing.draft import PROMOTIONS_KEY, Draft
from knowledge.importing.reader import Record, ShopProfile
from knowledge.orders import Order, order_key
from knowledge.promotions import Promotions, QuickReply
from knowledge.size_charts import SizeChart


def content_hash(values: object) -> str:
    """Return the hash of what the merchant said, independent of the order of keys."""
    return hashlib.sha256(_CANONICAL.encode(values).encode()).hexdigest()


@lru_cache(8_192)  # of prices, which repeat
def _hashable(value: object) -> str:
    normal = getattr(value, "normalize", None)
    return f"{normal():f}" if normal is not None else str(value)


_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_hashable)


class Drafts:
    """Makes drafts of one shop's records.

    Args:
        at: The moment of the import, which becomes ``as_of`` of what is new or changed.
    """

    def __init__(self, shop: Shop, at: datetime) -> None:
        self._shop, self._at = shop, at

    def of(self, record: Record) -> Draft:
        """Return the draft of any record."""
        if isinstance(record, Product):
            return self._product(record)
        if isinstance(record, DraftDocument):
            return self._document(record)
        if isinstance(record, SizeChart):
            return self._size_chart(record)
        if isinstance(record, Order):
            return self._order(record)
        if isinstance(record, QuickReply):
            return self._quick_reply(record)
        if isinstance(record, KeptReport):
            return self._fit_report(record)
        if isinstance(record, Promotions):
            return Draft(PROMOTIONS_KEY, {}, record, PROMOTIONS_KEY)
        assert isinstance(record, ShopProfile)
        return Draft("", {}, record)

    def _product(self, product: Product) -> Draft:
        values = rows.product_values(product)
        variants = [rows.variant_values(variant, self._shop.currency) for variant in product.variants]
        row = {**values, **self._origin(product.source), "content_hash": content_hash([values, variants])}
        lines = (variant.source_row for variant in product.variants)
        below = tuple((line, *cells.values()) for line, cells in zip(lines, variants, strict=True))
        return Draft(product.handle, row, below, product.handle, product.source.row)

    def _document(self, document: DraftDocument) -> Draft:
        values = {"shop_id": self._shop.id, "name": document.name, "title": document.title, "text": document.text}
        spans = [(p.start, p.end, p.heading_path) for p in document.passages]  # a better splitter is a change too
        digest = content_hash([values, spans])
        row = {**values, "lang": document.lang, "as_of": self._at, "content_hash": digest}
        return Draft(document.name, row, document, document.name)

    def _size_chart(self, chart: SizeChart) -> Draft:
        values = rows.size_chart_values(chart)
        told = {**values, "rows": [{k: v for k, v in row.items() if k != "row"} for row in values["rows"]]}
        row = {**values, **self._origin(chart.source), "content_hash": content_hash(told)}
        return Draft(chart.chart_id, row, None, chart.chart_id.casefold(), chart.source.row)

    def _order(self, order: Order) -> Draft:
        values = rows.order_values(order, self._shop.currency)
        row = {**values, **self._origin(order.source), "content_hash": content_hash(values)}
        return Draft(order.order_no, row, None, order_key(order.order_no), order.source.row)

    def _quick_reply(self, reply: QuickReply) -> Draft:
        values = {"shop_id": self._shop.id, "keywords": list(reply.keywords), "reply": reply.reply, "lang": reply.lang}
        digest = content_hash(values)
        origin = {**self._origin(reply.source or Source("")), "as_of": reply.as_of or self._at}
        return Draft(digest, {**values, **origin, "content_hash": digest})

    def _fit_report(self, report: KeptReport) -> Draft:
        values = rows.fit_report_values(report)
        return Draft(report.key, {**values, **self._origin(report.source), "content_hash": content_hash(values)})

    def _origin(self, source: Source) -> dict[str, Any]:
        return {"as_of": self._at, "source_file": source.file, "source_row": source.row}
