"""By which key a record of an import is known."""

from __future__ import annotations

from knowledge.catalog import Product, Shop
from knowledge.fit_reports import KeptReport
from knowledge.importing.documents import DraftDocument
from knowledge.importing.reader import Record
from knowledge.importing.upsert import quick_reply_key
from knowledge.orders import Order
from knowledge.promotions import Promotions, QuickReply
from knowledge.size_charts import SizeChart
from knowledge.store import order_key


def keys_of(shop: Shop, record: Record) -> tuple[str | None, str | None]:
    """Return the key as stored, and in the form in which two count as the same."""
    if isinstance(record, Product):
        return record.handle, record.handle
    if isinstance(record, SizeChart):
        return record.chart_id, record.chart_id.casefold()
    if isinstance(record, Order):
        return record.order_no, order_key(record.order_no)
    if isinstance(record, DraftDocument):
        return record.name, record.name
    if isinstance(record, QuickReply):
        return quick_reply_key(shop, record), None
    if isinstance(record, KeptReport):
        return record.key, None
    if isinstance(record, Promotions):
        return "promotions", "promotions"
    return None, None
