"""WooCommerce's product export: simple, external and grouped products; variable ones with variations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from knowledge.catalog import Attribute, Product
from knowledge.importing.assembly import Skus, handle_from
from knowledge.importing.attributes import attribute_name, is_foreseen
from knowledge.importing.headers import match, plain
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.importing.table import Table
from knowledge.importing.woocommerce_product import ALIASES, ATTRIBUTE, MEASURES, UNUSED, Layout, build_product

_TYPES: Final = {
    "simple": "simple", "variable": "variable", "variation": "variation", "grouped": "grouped", "external": "external",
    "subscription": "simple", "variable-subscription": "variable", "subscription_variation": "variation",
    "简单": "simple", "可变": "variable", "变体": "variation", "组合": "grouped", "外部": "external",
}  # fmt: skip


@dataclass(slots=True)
class _Group:
    """A product row and the variations that name it."""

    handle: str
    kind: str
    rows: list[RowReader] = field(default_factory=list)
    parent: RowReader | None = None


def _layout(table: Table, notes: Notes) -> Layout:
    columns = match(table.columns, ALIASES)
    numbered: dict[int, dict[str, str]] = {}
    measures: dict[str, tuple[str, str]] = {}
    rest: list[str] = []
    for column in columns.unknown:
        if found := ATTRIBUTE.fullmatch(plain(column)):
            part = (
                "name"
                if found[2] in ("name", "名称", "名")
                else "values"
                if found[2] in ("value(s)", "values", "值")
                else ""
            )
            numbered.setdefault(int(found[1]), {})[part] = column
        elif found := MEASURES.fullmatch(plain(column)):
            measures[found[1]] = (column, found[2])
        elif not UNUSED.fullmatch(plain(column)):
            rest.append(column)
    named = [(column, attribute_name(column)) for column in rest]
    if unknown := [column for column, name in named if name and not is_foreseen(column)]:
        notes.add("columns_unknown", value=", ".join(unknown))
    if unused := [column for column, name in named if not name and not is_foreseen(column)]:
        notes.add("columns_unused", value=", ".join(unused))
    attributes = [(p["name"], p["values"]) for _, p in sorted(numbered.items()) if "name" in p and "values" in p]
    return Layout(columns, tuple(attributes), measures, tuple((c, name) for c, name in named if name))


def _kind(row: RowReader) -> str:
    words = [word.strip().casefold() for word in row.raw("type").split(",")]
    found = next((_TYPES[word] for word in words if word in _TYPES), None)
    if found is None and any(words):
        row.note("product_type_unknown", "type", row.raw("type"))
    return found or "simple"


def _handle(row: RowReader) -> str:
    """Return the SKU; products without one are known by their id, or by their name in a file without ids."""
    if sku := row.key("sku"):
        return sku
    if number := row.key("id"):
        return f"id:{number}"
    if name := row.raw("name"):
        handle = handle_from(name)
        row.note("handle_made", "sku", handle)
        return handle
    raise row.reject("value_missing", "sku")


class _Grouping:
    """Brings variations to their parents, wherever in the file they stand."""

    def __init__(self, notes: Notes, context: Context) -> None:
        self.groups: dict[str, _Group] = {}
        self.lost = 0
        self.left_alone: set[str] = set()
        self._notes = notes
        self._context = context
        self._by_id: dict[str, str] = {}
        self._variations: list[RowReader] = []

    def add(self, row: RowReader) -> None:
        try:
            kind = _kind(row)
            if kind == "variation":
                self._variations.append(row)
                return
            handle = _handle(row)
            known = self.groups.get(handle)
            if known is not None and known.parent is not None:
                raise row.reject("handle_repeated", "sku", handle, other=known.parent.raw("name")[:80])
        except RowError:
            self.lost += 1
            return
        self.groups[handle] = _Group(handle, kind, parent=row)
        if number := row.raw("id"):
            self._by_id[number] = handle

    def finish(self) -> None:
        """Bring the variations home, in the order of their positions."""
        for row in self._variations:
            try:
                self._place(row)
            except RowError:
                self.lost += 1
        for group in self.groups.values():
            # Rows that are exported together may be shuffled by a spreadsheet; positions keep the shop's order.
            group.rows.sort(key=lambda row: int(p) if (p := row.raw("position")).isdecimal() else 0)

    def _place(self, row: RowReader) -> None:
        parent = row.key("parent")
        if not parent:
            raise row.reject("value_missing", "parent")
        handle = self._by_id.get(parent[3:].strip(), parent) if parent[:3].lower() == "id:" else parent
        group = self.groups.get(handle)
        if group is None:
            if handle in self._context.known_handles:
                self.left_alone.add(handle)
                raise row.reject("parent_elsewhere", "parent", parent)
            row.note("parent_missing", "parent", parent)
            group = self.groups[handle] = _Group(handle, "variable")
        group.rows.append(row)


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    table = content.table or Table((), ())
    layout = _layout(table, notes)
    grouping = _Grouping(notes, context)
    for row in table.rows:
        grouping.add(RowReader(row, layout.columns, context, notes))
    grouping.finish()
    products: list[Product] = []
    rejected = grouping.lost + table.misshapen
    rejected_keys = set(grouping.left_alone)
    skus = Skus()
    for group in grouping.groups.values():
        try:
            product, broken = build_product(
                group.handle, group.kind, group.parent, group.rows, layout, content.name, context, skus
            )
            products.append(product)
            rejected += broken
        except RowError:
            rejected_keys.add(group.handle)
            rejected += len(group.rows) + (group.parent is not None)
    keys_lost = grouping.lost > len(grouping.left_alone) or table.misshapen > 0
    return Reading(tuple(_with_members(products, grouping)), rejected, frozenset(rejected_keys), keys_lost)


def _with_members(products: list[Product], grouping: _Grouping) -> Iterator[Product]:
    """Replace the keys of a grouped product's members by their titles."""
    titles: dict[str, str] = {product.handle: product.title for product in products}
    for product in products:
        group = grouping.groups[product.handle]
        members = group.parent.raw("grouped") if group.parent is not None else ""
        if not members:
            yield product
            continue
        named = [titles.get(member.strip(), member.strip()) for member in members.split(",") if member.strip()]
        yield replace(product, attributes=(*product.attributes, Attribute("Includes", "; ".join(named)[:2000])))


def _recognises(content: Content) -> bool:
    if content.table is None:
        return False
    columns = match(content.table.columns, ALIASES)
    is_typed = "type" in columns and ("name" in columns or "sku" in columns)
    return is_typed and ("regular_price" in columns or "visibility" in columns or "parent" in columns)


READER: Final = Reader(Kind.PRODUCT, "woocommerce", _recognises, _read)
