"""Magento 2's product export: a row per product and store view; configurable products name their variants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from knowledge.catalog import Product
from knowledge.importing.assembly import Skus
from knowledge.importing.attributes import attribute_name
from knowledge.importing.headers import match, plain
from knowledge.importing.issues import Notes
from knowledge.importing.magento_product import ALIASES, UNUSED, MagentoProduct, Variation, variations_of
from knowledge.importing.packed_rows import TableRow
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.importing.table import Table

# One of these stands in every export and in no other shop's.
_TELLING: Final = frozenset(
    ["attribute set code", "store view code", "configurable variations", "additional attributes"]
)
_DEFAULT_VIEWS: Final = frozenset(["", "admin", "default", "all"])


@dataclass(slots=True)
class _Rows:
    """The rows of an export, by SKU."""

    by_sku: dict[str, RowReader] = field(default_factory=dict)
    lost: int = 0
    repeated: int = 0
    views_ignored: int = 0


def _views(table: Table, column: str | None, sku: str | None, context: Context) -> tuple[list[TableRow], int]:
    """Return a row per product: the default one, over which a view in the shop's own language is laid.

    Rows of other views say the same in other languages; how many were left out is returned too.
    """
    base: dict[str, TableRow] = {}
    rows: list[TableRow] = []
    views: list[TableRow] = []
    for row in table.rows:
        if row[column].casefold() in _DEFAULT_VIEWS:
            rows.append(row)
            base.setdefault(row[sku], row)
        else:
            views.append(row)
    ignored = 0
    for row in views:
        own = base.get(row[sku])
        if own is None:
            base[row[sku]] = row
            rows.append(row)
        elif _speaks(row[column], context.shop.locale):
            own.cells.update({name: cell for name, cell in row.cells.items() if name != column})
        else:
            ignored += 1
    return rows, ignored


def _speaks(view: str, locale: str) -> bool:
    code = view.casefold().replace("-", "_")
    wanted = locale.casefold().replace("-", "_")
    return code in (wanted, wanted.split("_")[0]) or (code in ("cn", "chinese") and wanted.startswith("zh"))


def _rows(table: Table, context: Context, notes: Notes) -> _Rows:
    columns = match(table.columns, ALIASES)
    chosen, ignored = _views(table, columns["store_view"], columns["sku"], context)
    found = _Rows(views_ignored=ignored)
    for row in (RowReader(row, columns, context, notes) for row in chosen):
        try:
            sku = row.key("sku")
            if not sku:
                raise row.reject("value_missing", "sku")
        except RowError:
            found.lost += 1
            continue
        if sku in found.by_sku:
            row.note("key_repeated", "sku", sku)
            found.repeated += 1
            continue
        found.by_sku[sku] = row
    return found


def _attributes(table: Table, notes: Notes) -> tuple[tuple[str, str], ...]:
    unknown = [c for c in match(table.columns, ALIASES).unknown if not UNUSED.fullmatch(plain(c))]
    named = [(column, attribute_name(column.replace("_", " "))) for column in unknown]
    if kept := [column for column, name in named if name]:
        notes.add("columns_unknown", value=", ".join(kept))
    if unused := [column for column, name in named if not name]:
        notes.add("columns_unused", value=", ".join(unused))
    return tuple((column, name.capitalize()) for column, name in named if name)


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    table = content.table or Table((), ())
    extra = _attributes(table, notes)
    rows = _rows(table, context, notes)
    if rows.views_ignored:
        notes.add("store_views_ignored", count=rows.views_ignored)
    variations = {sku: variations_of(row) for sku, row in rows.by_sku.items() if row.raw("variations")}
    inside = {variation.sku for listed in variations.values() for variation in listed}
    titles = {sku: row.raw("name") for sku, row in rows.by_sku.items()}
    products: list[Product] = []
    rejected = rows.lost + rows.repeated + table.misshapen
    rejected_keys: set[str] = set()
    skus = Skus()
    pictures_lost = 0
    for sku, row in rows.by_sku.items():
        if sku in inside and sku not in variations:
            continue
        children = _children(row, variations.get(sku, ()), rows)
        draft = MagentoProduct(sku, row, children, extra, titles, content, context, skus)
        try:
            products.append(draft.read())
        except RowError:
            rejected_keys.add(sku)
            rejected += 1 + len(children)
            continue
        rejected += draft.rejected
        pictures_lost += draft.pictures_lost
    if pictures_lost:
        notes.add("pictures_by_path", count=pictures_lost)
    keys_lost = rows.lost + table.misshapen > 0
    return Reading(tuple(products), rejected, frozenset(rejected_keys), keys_lost)


def _children(parent: RowReader, listed: Iterable[Variation], rows: _Rows) -> list[tuple[Variation, RowReader]]:
    """Return the variants' rows; one without a row has no price, and is left out."""
    found: list[tuple[Variation, RowReader]] = []
    for variation in listed:
        row = rows.by_sku.get(variation.sku)
        if row is None:
            parent.note("variation_missing", "variations", variation.sku)
        else:
            found.append((variation, row))
    return found


def _recognises(content: Content) -> bool:
    if content.table is None:
        return False
    columns = match(content.table.columns, ALIASES)
    telling = _TELLING & {plain(column) for column in content.table.columns}
    return bool(telling) and all(name in columns for name in ("sku", "name")) and "price" in columns


READER: Final = Reader(Kind.PRODUCT, "magento", _recognises, _read)
