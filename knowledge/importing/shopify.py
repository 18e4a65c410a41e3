"""Product tables in Shopify's form, of both header generations, and plain ones with a row per variant."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from knowledge.catalog import Availability, Handle, Product, Source, Variant
from knowledge.importing.assembly import Skus, VariantKeys, handle_from, options_of, words_of
from knowledge.importing.attributes import attribute_name, attributes_of, is_foreseen
from knowledge.importing.cells import DESCRIPTION_LIMIT, KEY_LIMIT, NAME_LIMIT, TITLE_LIMIT, read_flag, tidy
from knowledge.importing.headers import Columns, match, plain
from knowledge.importing.html import plain_text
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError, RowReader, is_plain_key
from knowledge.importing.table import Table
from knowledge.text import language_of

ALIASES: Final = {
    "handle": ("url handle", "product handle", "商品编号", "商品编码", "商品id", "商品货号", "款号", "spu"),
    "title": ("product title", "product name", "商品标题", "商品名称", "标题", "品名", "产品名称", "name", "名称"),
    "description": ("body (html)", "body html", "body", "商品描述", "描述", "商品详情", "详情", "产品描述"),
    "brand": ("vendor", "品牌", "品牌名称"),
    "category": ("product category", "standard product type", "商品类目", "商品分类", "类目", "分类", "品类"),
    "type": ("product type", "custom product type", "商品类型", "类型"),
    "tags": ("标签", "商品标签"),
    "published": ("published on online store", "上架", "是否上架"),
    "status": ("状态", "商品状态"),
    "sku": ("variant sku", "sku编码", "规格编码", "货号", "商家编码"),
    "price": ("variant price", "价格", "售价", "销售价", "现价", "单价"),
    "list_price": ("variant compare at price", "compare at price", "原价", "划线价", "市场价", "吊牌价"),
    "quantity": ("variant inventory qty", "inventory quantity", "inventory qty", "qty", "stock", "库存", "库存数量"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "policy": ("variant inventory policy", "inventory policy", "continue selling when out of stock"),
    "grams": ("variant grams", "weight value (grams)", "重量(克)", "重量(g)"),
    "barcode": ("variant barcode", "gtin", "ean", "upc", "条码", "条形码"),
    "image": ("image src", "product image url", "image url", "图片", "主图", "图片链接", "商品图片"),
    "image_position": ("image position",),
    "variant_image": ("variant image", "variant image url", "规格图"),
    "url": ("link", "product url", "链接", "商品链接"),
    "google_category": ("google shopping / google product category",),
}  # fmt: skip
_OPTION: Final = re.compile(r"(?:option|选项|规格)\s?(\d+)\s?(name|value|名称|名|值)")
_LOOSE_OPTIONS: Final = frozenset(["color", "colour", "size", "颜色", "尺码", "尺寸", "规格", "款式"])
_UNUSED: Final = re.compile(
    r"^(?:(?:variant )?(?:fulfillment service|requires shipping|taxable|tax code|weight unit(?: for display)?|id|"
    r"inventory item id)|charge tax|image alt text|gift card|seo title|seo description|template suffix|"
    r"option\d+ linked to|(?:price|compare at price|included) /.*|unit price.*|.*cost per item|"
    r"(?:variant )?(?:total amount|base) (?:value|measure).*)$"
)

_MARKET: Final = re.compile(r"^(?:price|compare at price) / ")


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one table is laid out: options by number with (name column, value column, fixed name)."""

    columns: Columns
    options: Mapping[int, tuple[str | None, str, str | None]]
    attributes: tuple[tuple[str, str], ...]


def _layout(table: Table, notes: Notes) -> _Layout:
    columns = match(table.columns, ALIASES)
    found: dict[int, dict[str, str]] = {}
    for column in columns.unknown:
        if part := _OPTION.fullmatch(plain(column)):
            found.setdefault(int(part[1]), {})["value" if part[2] in ("value", "值") else "name"] = column
    options: dict[int, tuple[str | None, str, str | None]] = {
        number: (parts.get("name"), parts["value"], None) for number, parts in sorted(found.items()) if "value" in parts
    }
    if not options:
        loose = [column for column in columns.unknown if plain(column) in _LOOSE_OPTIONS]
        options = {number: (None, column, column) for number, column in enumerate(loose, start=1)}
    taken = {column for name, value, _ in options.values() for column in (name, value)}
    rest = [
        c for c in columns.unknown if c not in taken and not _OPTION.fullmatch(plain(c)) and not _UNUSED.match(plain(c))
    ]
    # Nobody knows of a shopper in which market they buy, nor does the table say in which currency.
    if markets := [column for column in columns.unknown if _MARKET.match(plain(column))]:
        notes.add("market_prices_unused", value=", ".join(markets))
    named = [(column, attribute_name(column)) for column in rest]
    if unknown := [column for column, name in named if name and not is_foreseen(column)]:
        notes.add("columns_unknown", value=", ".join(unknown))
    if unused := [column for column, name in named if not name and not is_foreseen(column)]:
        notes.add("columns_unused", value=", ".join(unused))
    return _Layout(columns, options, tuple((column, name) for column, name in named if name))


class _ProductRows:
    """The rows of one product."""

    def __init__(self, handle: str, rows: list[RowReader], layout: _Layout, skus: Skus) -> None:
        self.handle = handle
        self.rows = rows
        self.rejected = 0
        self._layout = layout
        self._skus = skus
        self._first = next((row for row in rows if row.raw("title")), rows[0])
        self._option_names = self._named_options()

    def read(self, content: Content, context: Context) -> Product:
        """Build the product.

        Raises:
            RowError: None of its rows is usable.
        """
        first = self._first
        title = first.text("title", TITLE_LIMIT)
        if not title:
            self.rejected = len(self.rows)
            raise first.reject("title_missing", "title", self.handle)
        variants = self._variants()
        if not variants and self.rejected:
            self.rejected = len(self.rows)
            raise first.reject("product_rejected", value=self.handle)
        if "price" in self._layout.columns and not any(variant.price for variant in variants):
            first.note("price_missing", "price", title=title)
        description = self._description()
        options = options_of(variants)
        if len(options) > 3:
            first.note("options_many", count=len(options))
        return Product(
            shop_id=context.shop.id,
            handle=Handle(self.handle),
            title=title,
            as_of=context.now,
            source=Source(content.name, first.line),
            description=description,
            brand=first.text("brand", NAME_LIMIT) or None,
            category=self._category(),
            tags=words_of(first.raw("tags")),
            published=self._published(),
            options=options,
            variants=tuple(variants),
            attributes=attributes_of((row.row for row in self.rows), self._layout.attributes),
            images=self._images(),
            url=url if (url := first.raw("url")).startswith(("https://", "http://")) else None,
            lang=language_of(f"{title}\n{description}"),
        )

    def _description(self) -> str:
        text = plain_text(self._first.raw("description"))
        if len(text) > DESCRIPTION_LIMIT:
            self._first.note("shortened", "description", text, limit=DESCRIPTION_LIMIT)
        return text[:DESCRIPTION_LIMIT]

    def _category(self) -> str | None:
        """Shopify has a standard category and the merchant's own type; shoppers use words of both."""
        fields = [self._first.text(f, TITLE_LIMIT) for f in ("category", "google_category", "type")]
        path = fields[0] or fields[1]
        if fields[2] and fields[2].casefold() not in path.casefold():
            path = f"{path} > {fields[2]}" if path else fields[2]
        return path or None

    def _published(self) -> bool:
        flags = [read_flag(self._first.raw(field)) for field in ("published", "status")]
        return False not in flags

    def _images(self) -> tuple[str, ...]:
        found: list[tuple[float, str]] = []
        for place, row in enumerate(self.rows):
            if images := row.raw("image"):
                position = row.raw("image_position")
                rank = float(position) if position.isdecimal() else place + 1
                found += [(rank, image) for image in images.split("\n") if image]
            if image := row.raw("variant_image"):
                found.append((10_000.0 + place, image))
        return tuple(dict.fromkeys(image for _, image in sorted(found, key=lambda pair: pair[0])))

    def _named_options(self) -> dict[str, str]:
        """Return value column and option name; the names stand in the product's first row."""
        named: dict[str, str] = {}
        for number, (name_column, value_column, fixed) in self._layout.options.items():
            name = fixed or next((n for row in self.rows if (n := row.row[name_column])), "")
            if not any(row.row[value_column] for row in self.rows):
                continue
            if not name:
                name = f"Option {number}"
                self._first.note("option_nameless", value=name)
            named[value_column] = tidy(name, 100)
        return named

    def _variants(self) -> list[Variant]:
        variants: list[Variant] = []
        seen: set[tuple[tuple[str, str], ...]] = set()
        keys = VariantKeys()
        for row in self.rows:
            if not self._is_variant(row):
                continue
            try:
                variant = self._variant(row, seen, keys)
            except RowError:
                self.rejected += 1
                continue
            seen.add(variant.options)
            variants.append(variant)
        return variants

    def _is_variant(self, row: RowReader) -> bool:
        """A row with a picture and nothing else only adds the picture."""
        if row is self._first or row.raw("sku") or row.raw("price"):
            return True
        has_option = any(row.row[column] for column in self._option_names)
        return has_option or any(row.raw(f) for f in ("quantity", "barcode"))

    def _variant(self, row: RowReader, seen: Container[tuple[tuple[str, str], ...]], keys: VariantKeys) -> Variant:
        options = self._options(row)
        price, list_price = row.money("price"), row.money("list_price")
        if price and list_price and (list_price.amount <= price.amount or list_price.currency != price.currency):
            list_price = None
        quantity, availability = self._stock(row)
        sku = row.key("sku") or None
        self._skus.check(row, sku)
        gtin, weight_grams = row.gtin("barcode"), row.weight_or_none("grams", "g")
        if options in seen:
            shown = " / ".join(value for _, value in options) or sku or self.handle
            raise row.reject("variant_repeated", value=shown)
        return Variant(
            key=keys.next(sku, options),
            options=options,
            sku=sku,
            gtin=gtin,
            price=price,
            list_price=list_price if price else None,
            availability=availability,
            quantity=quantity,
            weight_grams=weight_grams,
            image=row.raw("variant_image") or None,
            source_row=row.line,
        )

    def _options(self, row: RowReader) -> tuple[tuple[str, str], ...]:
        chosen: list[tuple[str, str]] = []
        for column, name in self._option_names.items():
            value = tidy(row.row[column], KEY_LIMIT)
            if not value:
                raise row.reject("option_missing", column)
            chosen.append((name, value))
        return () if chosen == [("Title", "Default Title")] else tuple(chosen)

    def _stock(self, row: RowReader) -> tuple[int | None, Availability]:
        """Return units and availability, as Shopify's own shop page decides it.

        A shop without a tracker for the variant sells it always; a file without stock columns says
        nothing about it.
        """
        has_tracker = "tracker" in self._layout.columns
        if has_tracker and not row.raw("tracker"):
            return None, Availability.IN_STOCK
        quantity = row.quantity("quantity")
        if quantity is None:
            return None, Availability.UNKNOWN
        if quantity > 0:
            return quantity, Availability.IN_STOCK
        sells_on = row.raw("policy").casefold() == "continue" or read_flag(row.raw("policy")) is True
        return quantity, Availability.BACKORDER if sells_on else Availability.OUT_OF_STOCK


def _grouped(table: Table, layout: _Layout, context: Context, notes: Notes) -> tuple[dict[str, list[int]], int]:
    """Return the places of each handle's rows, and how many rows are of no product that could be told.

    A table without handles and with options has a row per variant, so that the title is the product's
    key; without options the SKU is.
    """
    columns = layout.columns
    by_sku = "handle" not in columns and not layout.options
    groups: dict[str, list[int]] = {}
    titles: dict[str, str] = {}
    lost = 0
    # Only these two cells of each row are looked at: the rest is read product by product.
    for place, (written, title) in enumerate(
        zip(table.column(columns["handle"]), table.column(columns["title"]), strict=True)
    ):
        handle = written if written and is_plain_key(written) else ""
        if handle and (not title or titles.setdefault(handle, title) == title):
            groups.setdefault(handle, []).append(place)
            continue
        row = RowReader(table.rows[place], columns, context, notes)
        try:
            handle = row.key("handle") or (row.key("sku") if by_sku else "")
            if not handle and title:
                handle = handle_from(title)
                if handle not in groups:
                    row.note("handle_made", "handle", handle)
            if not handle:
                raise row.reject("value_missing", "handle")
            if title and titles.setdefault(handle, title) != title:
                raise row.reject("handle_repeated", "handle", handle, other=tidy(titles[handle], 80))
        except RowError:
            lost += 1
            continue
        groups.setdefault(handle, []).append(place)
    return groups, lost


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    table = content.table or Table((), ())
    layout = _layout(table, notes)
    if "price" not in layout.columns:
        notes.add("price_column_missing")
    groups, lost = _grouped(table, layout, context, notes)
    lost += table.misshapen
    reading = Reading(rejected=lost, keys_lost=lost > 0, expected=len(groups))

    def products() -> Iterator[Product]:
        skus, rejected_keys = Skus(), set[str]()
        reading.rejected_keys = rejected_keys
        for handle, places in groups.items():
            rows = [RowReader(table.rows[place], layout.columns, context, notes) for place in places]
            draft = _ProductRows(handle, rows, layout, skus)
            try:
                product = draft.read(content, context)
            except RowError:
                rejected_keys.add(handle)
                product = None
            reading.rejected += draft.rejected
            if product is not None:
                yield product

    reading.records = products()
    return reading


def _has(columns: Columns, *fields: Iterable[str]) -> bool:
    return all(any(field in columns for field in choice) for choice in fields)


def _recognises(content: Content) -> bool:
    if content.table is None:
        return False
    return _has(match(content.table.columns, ALIASES), ["title"], ["handle", "sku", "price"])


READER: Final = Reader(Kind.PRODUCT, "shopify", _recognises, _read)
