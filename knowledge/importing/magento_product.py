"""One Magento product, from its own row and those of its variants."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from knowledge.catalog import Attribute, Availability, Handle, Product, Source, Variant
from knowledge.importing.assembly import Skus, options_of, with_keys
from knowledge.importing.attributes import ATTRIBUTES_LIMIT, attribute_name, attributes_of
from knowledge.importing.cells import (
    ATTRIBUTE_VALUE_LIMIT,
    DESCRIPTION_LIMIT,
    KEY_LIMIT,
    NAME_LIMIT,
    TITLE_LIMIT,
    read_flag,
    tidy,
)
from knowledge.importing.html import plain_text
from knowledge.importing.reader import Content, Context
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.money import Money
from knowledge.text import language_of

ALIASES: Final = {
    "sku": (),
    "store_view": ("store_view_code",),
    "set": ("attribute_set_code",),
    "kind": ("product_type",),
    "categories": (),
    "name": (),
    "description": (),
    "short_description": (),
    "weight": (),
    "online": ("product_online",),
    "visibility": (),
    "price": (),
    "special_price": (),
    "special_from": ("special_price_from_date",),
    "special_to": ("special_price_to_date",),
    "base_image": ("image",),
    "small_image": (),
    "thumbnail_image": ("thumbnail",),
    "more_images": ("additional_images",),
    "attributes": ("additional_attributes",),
    "quantity": ("qty",),
    "backorders": ("allow_backorders",),
    "default_backorders": ("use_config_backorders",),
    "in_stock": ("is_in_stock",),
    "manage_stock": (),
    "default_manage": ("use_config_manage_stock",),
    "variations": ("configurable_variations",),
    "labels": ("configurable_variation_labels",),
    "bundle": ("bundle_values",),
    "members": ("associated_skus",),
    "brand": ("manufacturer",),
    "country": ("country_of_manufacture",),
    "barcode": ("gtin", "ean", "upc"),
}  # fmt: skip
UNUSED: Final = re.compile(
    r"product websites|website id|url key|meta .*|tax class name|.*image label.*|created at|updated at|"
    r"new (?:from|to) date|news .*|display product options in|map .*|msrp.*|gift .*|custom .*|page layout|"
    r"product options container|options container|out of stock qty|(?:min|max) cart qty|use config .*|"
    r"is qty decimal|notify on stock below|qty increments|enable qty increments|is decimal divided|"
    r"deferred stock update|configurable variation prices|hide from product page|"
    r"(?:related|crosssell|upsell) (?:skus|position)|downloadable .*|samples title|links .*|bundle .*|swatch .*|"
    r"has options|required options|ts dimensions .*|shipment type|price (?:type|view)|sku type|weight type"
)
# Codes that Magento keeps for itself among a product's attributes.
_SYSTEM: Final = re.compile(
    r"has_options|required_options|options_container|.*_image_label|tax_class.*|gift_.*|url_.*|ts_.*"
)
_BRANDS: Final = ("brand", "manufacturer")
_PAIR: Final = re.compile(r"[,;](?=\s*[\"']?[A-Za-z_][\w-]*=)")
_SHORT_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})(?!\d)")
_IMAGES: Final = ("base_image", "small_image", "thumbnail_image")
_CHILD_ONLY: Final = "not visible individually"


@dataclass(frozen=True, slots=True)
class Variation:
    """One entry of ``configurable_variations``: the variant's SKU and its options by attribute code."""

    sku: str
    options: tuple[tuple[str, str], ...]


def pairs_of(cell: str) -> list[tuple[str, str]]:
    """Split ``size=XS,color=Black``; a comma inside a value is no border unless a name and ``=`` follow it."""
    pairs = []
    for part in _PAIR.split(cell):
        name, mark, value = part.strip().strip("\"'").partition("=")
        if mark and name.strip() and value.strip():
            pairs.append((name.strip(), value.strip().strip('"')))
    return pairs


def variations_of(row: RowReader) -> list[Variation]:
    """Return the variants that a configurable product names."""
    found: dict[str, Variation] = {}
    for entry in re.split(r"\|(?=\s*sku=)|\n", row.raw("variations")):
        named = dict(pairs_of(entry))
        sku = named.pop("sku", "")
        if sku:
            found.setdefault(sku, Variation(sku, tuple(named.items())))
    return list(found.values())


class MagentoProduct:
    """A product on its way to the catalog.

    Attributes:
        rejected: Variants that were not usable.
        pictures_lost: Pictures that are named by their path inside Magento, and do not lie beside the file.
    """

    def __init__(
        self,
        sku: str,
        row: RowReader,
        children: Sequence[tuple[Variation, RowReader]],
        extra: tuple[tuple[str, str], ...],
        titles: Mapping[str, str],
        content: Content,
        context: Context,
        skus: Skus,
    ) -> None:
        self.rejected = 0
        self.pictures_lost = 0
        self._sku = sku
        self._row = row
        self._children = children
        self._extra = extra
        self._titles = titles
        self._content = content
        self._context = context
        self._skus = skus
        self._labels = {code: tidy(html.unescape(label), 100) for code, label in pairs_of(row.raw("labels"))}

    def read(self) -> Product:
        """Build the product.

        Raises:
            RowError: Nothing of it is usable.
        """
        row = self._row
        title = html.unescape(row.text("name", TITLE_LIMIT))
        if not title:
            raise row.reject("title_missing", "name", self._sku)
        variants = self._variants()
        if not variants and self.rejected:
            raise row.reject("product_rejected", value=self._sku)
        kind = row.raw("kind").casefold()
        if not any(variant.price for variant in variants) and kind not in ("grouped", "bundle"):
            row.note("price_missing", "price", title=title)
        own = dict(pairs_of(row.raw("attributes")))
        description = self._description()
        category, tags = self._categories()
        return Product(
            shop_id=self._context.shop.id,
            handle=Handle(self._sku),
            title=title,
            as_of=self._context.now,
            source=Source(self._content.name, row.line),
            description=description,
            brand=row.text("brand", NAME_LIMIT) or next((tidy(own[b], NAME_LIMIT) for b in _BRANDS if b in own), None),
            category=category,
            tags=tags,
            published=self._published(),
            options=options_of(variants),
            variants=with_keys(variants),
            attributes=self._attributes(own, {name for v in variants for name, _ in v.options}),
            images=tuple(dict.fromkeys(i for r in (row, *(c for _, c in self._children)) for i in self._images(r))),
            lang=language_of(f"{title}\n{description}"),
        )

    def _published(self) -> bool:
        """A product is seen when it is online and, unless it is only part of another, visible."""
        nothing_on = bool(self._children) and all(_is_off(row) for _, row in self._children)
        return not _is_off(self._row) and not nothing_on and self._row.raw("visibility").casefold() != _CHILD_ONLY

    def _description(self) -> str:
        texts = [plain_text(self._row.raw(field)) for field in ("short_description", "description")]
        text = "\n\n".join(dict.fromkeys(filter(None, texts)))
        if len(text) > DESCRIPTION_LIMIT:
            self._row.note("shortened", "description", text, limit=DESCRIPTION_LIMIT)
        return text[:DESCRIPTION_LIMIT]

    def _categories(self) -> tuple[str | None, tuple[str, ...]]:
        """Return the deepest path without the shop's root, and the ends of the others as tags."""
        cell = html.unescape(self._row.raw("categories"))
        root = re.escape(re.split(r"[/,|]", cell, maxsplit=1)[0].strip())
        paths = [path.strip() for path in re.split(rf"[,|](?=\s?{root}(?:/|,|\||$))", cell) if path.strip()]
        parts = [[part for p in path.split("/")[1:] if (part := tidy(p, KEY_LIMIT))] for path in paths]
        deep = max(parts, key=len, default=[])
        if not deep:
            return None, ()
        others = (path[-1] for path in parts if path and path is not deep)
        return " > ".join(deep)[:TITLE_LIMIT], tuple(dict.fromkeys(others))

    def _variants(self) -> list[Variant]:
        if not self._children:
            kind = self._row.raw("kind").casefold()
            if kind == "grouped" or (kind == "configurable" and not self._row.raw("price")):
                return []
            return [self._variant(self._row, ())]
        variants: list[Variant] = []
        seen: set[tuple[tuple[str, str], ...]] = set()
        for variation, row in self._children:
            options = tuple((self._label(code), tidy(value, KEY_LIMIT)) for code, value in variation.options)
            try:
                if not options:
                    raise row.reject("option_missing", "attributes")
                if options in seen:
                    raise row.reject("variant_repeated", value=" / ".join(value for _, value in options))
                if not _is_off(row):
                    variants.append(self._variant(row, options))
            except RowError:
                self.rejected += 1
                continue
            seen.add(options)
        return variants

    def _label(self, code: str) -> str:
        return self._labels.get(code) or code.replace("_", " ").capitalize()

    def _variant(self, row: RowReader, options: tuple[tuple[str, str], ...]) -> Variant:
        price, list_price = self._price(row)
        if price is None and row is not self._row:
            price, list_price = self._price(self._row)
        quantity, availability = _stock(row)
        sku = row.key("sku")
        self._skus.check(row, sku)
        images = self._images(row) if row is not self._row else []
        return Variant(
            key="",
            options=options,
            sku=sku,
            gtin=row.gtin("barcode"),
            price=price,
            list_price=list_price,
            availability=availability,
            quantity=quantity,
            image=images[0] if images else None,
            source_row=row.line,
        )

    def _price(self, row: RowReader) -> tuple[Money | None, Money | None]:
        regular, special = row.money("price"), row.money("special_price")
        if special is None or (regular is not None and special.amount >= regular.amount):
            return regular, None
        start, start_unread = self._day(row, "special_from")
        end, end_unread = self._day(row, "special_to")
        if start_unread or end_unread:
            row.note("sale_dates_unread", "special_from" if start_unread else "special_to",
                     row.raw("special_from" if start_unread else "special_to"))  # fmt: skip
            return regular, None
        on = (start or date.min) <= self._context.today <= (end or date.max)
        return (special, regular) if on else (regular, None)

    def _day(self, row: RowReader, field: str) -> tuple[date | None, bool]:
        """Return the day, and whether one is written that cannot be read; exports write ``12/30/26, 12:00 AM``."""
        raw = row.raw(field)
        if found := _SHORT_DAY.match(raw):
            month, day, year = int(found[1]), int(found[2]), 2000 + int(found[3])
            try:
                return (date(year, month, day) if month <= 12 else date(year, day, month)), False
            except ValueError:
                return None, True
        day_read = row.day_or_none(field)
        return day_read, bool(raw) and day_read is None

    def _images(self, row: RowReader) -> list[str]:
        """Return what can be shown: web addresses, and files that lie beside the export."""
        names = [row.raw(field) for field in _IMAGES] + row.raw("more_images").split(",")
        found: list[str] = []
        for name in dict.fromkeys(name.strip() for name in names):
            if not name or name == "no_selection":
                continue
            beside = name.lstrip("/")
            if name.startswith(("https://", "http://")):
                found.append(name)
            elif len(beside) < KEY_LIMIT and _is_file(self._content, beside):
                found.append(beside)
            else:
                self.pictures_lost += row is self._row
        return found

    def _attributes(self, own: Mapping[str, str], used: set[str]) -> tuple[Attribute, ...]:
        found: dict[str, str] = {}
        for code, value in own.items():
            name = attribute_name(code.replace("_", " "))
            if name is None or _SYSTEM.fullmatch(code) or code in _BRANDS or (shown := self._label(code)) in used:
                continue
            parts = (tidy(html.unescape(plain_text(part)), ATTRIBUTE_VALUE_LIMIT) for part in value.split("|"))
            found[shown] = ", ".join(filter(None, parts))[:ATTRIBUTE_VALUE_LIMIT]
        if country := self._row.text("country", NAME_LIMIT):
            found.setdefault("Country of manufacture", country)
        if weight := self._row.text("weight", 40):
            number = weight.rstrip("0").rstrip(".") if "." in weight else weight
            if number not in ("", "0"):
                found.setdefault("Weight", number)
        if includes := self._includes():
            found.setdefault("Includes", includes)
        listed = [Attribute(tidy(name, 100), value) for name, value in found.items() if value]
        more = [a for a in attributes_of([self._row.row], self._extra) if a.name not in found and a.name not in used]
        return tuple([*listed, *more][:ATTRIBUTES_LIMIT])

    def _includes(self) -> str:
        """Name what a bundle or a grouped product is made of."""
        bundle = [dict(pairs_of(part)) for part in self._row.raw("bundle").split("|")]
        names = [part.get("name", "") for part in bundle]
        members = re.split(r"[,|]", self._row.raw("members"))
        names += [self._titles.get(sku, sku) for m in members if (sku := m.partition("=")[0].strip())]
        return "; ".join(dict.fromkeys(tidy(html.unescape(n), 200) for n in names if n))[:ATTRIBUTE_VALUE_LIMIT]


def _is_off(row: RowReader) -> bool:
    online = row.raw("online")
    return online == "2" or read_flag(online) is False or online.casefold() == "disabled"


def _is_file(content: Content, name: str) -> bool:
    try:
        return (content.path.parent / name).is_file()
    except (OSError, ValueError):
        return False


def _stock(row: RowReader) -> tuple[int | None, Availability]:
    """Return units and availability; without stock management Magento sells what is in stock by its own word."""
    quantity = row.quantity("quantity")
    in_stock = read_flag(row.raw("in_stock"))
    managed = row.flag("default_manage") is True or row.flag("manage_stock") is not False
    if in_stock is False:
        return quantity if managed else None, Availability.OUT_OF_STOCK
    if not managed:
        return None, Availability.IN_STOCK
    if quantity is None:
        return None, Availability.UNKNOWN if in_stock is None else Availability.IN_STOCK
    if quantity > 0:
        return quantity, Availability.IN_STOCK
    orderable = row.raw("backorders") in ("1", "2", "101") and row.flag("default_backorders") is not True
    return quantity, Availability.BACKORDER if orderable else Availability.OUT_OF_STOCK
