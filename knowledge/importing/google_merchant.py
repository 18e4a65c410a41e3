"""Google Merchant Center's product feed: RSS 2.0 and Atom with the ``g:`` namespace, and tables with the same names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from knowledge.importing.feed_fields import AGENTIC_ONLY, GOOGLE_ONLY, field_of, plain_name
from knowledge.importing.feed_item import Item, item_of
from knowledge.importing.feed_products import products_of
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.table import Table
from knowledge.importing.xml_items import xml_items

_HEAD: Final = 400_000
_NAMESPACE: Final = re.compile(r"base\.google\.com/c?ns/1\.0")
# A table needs this many of Google's own columns: "link" alone stands in many a merchant's sheet.
_TELLING: Final = 2


def _items(content: Content, notes: Notes) -> Iterator[Item]:
    if content.table is not None:
        yield from table_items(content.table)
        return
    names: dict[str, str] = {}
    for line, pairs in xml_items(content.text, notes):
        yield item_of(pairs, line, names=names)


def table_items(table: Table) -> Iterator[Item]:
    """Yield the rows of a table whose columns are named as a feed's fields are."""
    names: dict[str, str] = {}
    for row in table.rows:
        yield item_of(row.cells.items(), row.line, names=names)


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    misshapen = content.table.misshapen if content.table is not None else 0
    if content.table is not None and not any(field == "price" for field in _fields(content.table.columns)):
        notes.add("price_column_missing")
    return products_of(_items(content, notes), content, context, notes, lost=misshapen)


def _fields(names: Iterable[str]) -> set[str]:
    return {found[0] for name in names if (found := field_of(name)) is not None}


def is_feed(names: Iterable[str]) -> bool:
    """Whether the names are those of a product feed, and not of some table with an id and a title."""
    names = list(names)
    fields = _fields(names)
    return {"id", "title"} <= fields and len(fields & GOOGLE_ONLY) >= _TELLING


def is_agentic(names: Iterable[str]) -> bool:
    """Whether the names hold one that only OpenAI's feed has."""
    return any(plain_name(name) in AGENTIC_ONLY for name in names)


def _recognises(content: Content) -> bool:
    if content.table is not None:
        return is_feed(content.table.columns) and not is_agentic(content.table.columns)
    if content.form != "xml":
        return False
    first = next(xml_items(content.text[:_HEAD], Notes(content.name, "en")), None)
    if first is None:
        return _NAMESPACE.search(content.text[:_HEAD]) is not None
    fields = _fields(name for name, _ in first[1])
    return ({"id", "title", "price"} <= fields) or bool(
        _NAMESPACE.search(content.text[:_HEAD]) and fields & {"id", "title"}
    )


READER: Final = Reader(Kind.PRODUCT, "google_merchant", _recognises, _read)
