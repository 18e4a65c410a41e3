"""OpenAI's product feed in both generations (JSON, JSONL, CSV), and the product of the ACP feed interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from knowledge.importing.feed_fields import field_of
from knowledge.importing.feed_item import Item, Pair, item_of, said, shared_pairs
from knowledge.importing.feed_products import products_of
from knowledge.importing.google_merchant import is_agentic, is_feed, table_items
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind

Object = Mapping[str, object]
_LISTS: Final = ("products", "items", "entries", "data", "feed")
_LOOKED_AT: Final = 50


def _objects(content: Content) -> Iterator[tuple[int | None, str, object]]:
    """Yield (line, name for messages, value) of what may be products."""
    parsed = content.json
    if content.form == "jsonl" and isinstance(parsed, list):
        yield from ((line, "", value) for line, value in parsed)
        return
    where = ""
    if isinstance(parsed, Mapping):
        key = next((key for key in _LISTS if isinstance(parsed.get(key), list)), None)
        if key is None:
            yield None, "", parsed
            return
        where, parsed = key, parsed[key]
    if isinstance(parsed, list):
        yield from ((None, f"{where}[{number}].", value) for number, value in enumerate(parsed))


def _items(content: Content, lost: list[int], notes: Notes) -> Iterator[Item]:
    if content.table is not None:
        yield from table_items(content.table)
        return
    names: dict[str, str] = {}
    for line, where, value in _objects(content):
        if not isinstance(value, Mapping):
            notes.add("entry_invalid", row=line, field=where.rstrip(".") or None, reason=type(value).__name__)
            lost.append(1)
        elif isinstance(value.get("variants"), list):
            yield from _of_product(value, line, where, notes)
        else:
            yield item_of(value.items(), line, where, names)


def _of_product(product: Object, line: int | None, where: str, notes: Notes) -> Iterator[Item]:
    """Yield an item per variant of an ACP product; what only the product says holds for each."""
    variants = product["variants"]
    assert isinstance(variants, list)
    shared = shared_pairs(_described(product))
    shared += [("group", product.get("id")), ("group_title", product.get("title"))]
    for number, variant in enumerate(variants):
        place = f"{where}variants[{number}]."
        if not isinstance(variant, Mapping):
            notes.add("entry_invalid", row=line, field=place.rstrip("."), reason=type(variant).__name__)
            continue
        own = {name: value for name, value in _of_variant(variant) if said(value) or isinstance(value, list)}
        own["title"] = own.get("title") or product.get("title")
        yield item_of([*own.items(), *((n, v) for n, v in shared if n not in own and v)], line, place)


def _of_variant(variant: Object) -> Iterator[Pair]:
    handled = {"description", "media", "barcodes", "availability", "categories", "variant_options", "options", "url"}
    yield from ((name, value) for name, value in variant.items() if name not in handled)
    yield from _described(variant)
    yield "options", variant.get("variant_options") or variant.get("options") or []
    for barcode in _mappings(variant.get("barcodes")):
        yield "gtin", barcode.get("value")
        break
    stock = variant.get("availability")
    if isinstance(stock, Mapping):
        yield "availability", stock.get("status") or stock.get("available")
    elif stock is not None:
        yield "availability", stock


def _described(thing: Object) -> list[Pair]:
    """Return what a product and a variant say in the same way."""
    text = thing.get("description")
    if isinstance(text, Mapping):
        text = text.get("html") or text.get("plain") or text.get("markdown")
    pictures = [m.get("url") for m in _mappings(thing.get("media")) if said(m.get("type")) in ("image", "")]
    categories = [category.get("value") for category in _mappings(thing.get("categories"))] or thing.get("categories")
    pairs: list[Pair] = [("description", text), ("url", thing.get("url")), ("type", categories)]
    return [*pairs, ("image", pictures[0] if pictures else None), ("images", pictures[1:])]


def _mappings(value: object) -> list[Object]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    broken = sum(issue.code == "json_broken" for issue in notes.issues) + notes.left_out["json_broken"]
    lost = [1] * (content.table.misshapen if content.table is not None else broken)
    items = list(_items(content, lost, notes))
    return products_of(items, content, context, notes, lost=len(lost))


def _is_product(value: object) -> bool:
    if not isinstance(value, Mapping) or "@type" in value:
        return False
    variants = value.get("variants")
    if isinstance(variants, list):
        # Shopify's products.json has variants too, and names their options by number.
        first = next(iter(_mappings(variants)), None)
        return "id" in value and first is not None and "id" in first and "title" in first and "option1" not in first
    names = [str(name) for name in value]
    fields = {found[0] for name in names if (found := field_of(name)) is not None}
    return is_feed(names) or ({"id", "title"} <= fields and is_agentic(names))


def _recognises(content: Content) -> bool:
    if content.table is not None:
        columns = content.table.columns
        fields = {found[0] for name in columns if (found := field_of(name)) is not None}
        return {"id", "title"} <= fields and is_agentic(columns)
    if content.form not in ("json", "jsonl"):
        return False
    return any(_is_product(value) for (_, _, value), _ in zip(_objects(content), range(_LOOKED_AT), strict=False))


READER: Final = Reader(Kind.PRODUCT, "agentic_feed", _recognises, _read)
