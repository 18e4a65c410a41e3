"""One product of a feed: the items that share a group, and what varies between them."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from knowledge.catalog import Attribute, Availability, Handle, Product, Source, Variant
from knowledge.importing import feed_values
from knowledge.importing.assembly import Skus, options_of, with_keys, words_of
from knowledge.importing.attributes import ATTRIBUTES_LIMIT, attribute_name, readable
from knowledge.importing.cell_error import CellError
from knowledge.importing.cells import ATTRIBUTE_VALUE_LIMIT, DESCRIPTION_LIMIT, KEY_LIMIT, NAME_LIMIT, TITLE_LIMIT, tidy
from knowledge.importing.feed_fields import label, worded
from knowledge.importing.feed_item import ItemReader
from knowledge.importing.feed_titles import product_title, title_remainders
from knowledge.importing.headers import plain
from knowledge.importing.html import plain_text
from knowledge.importing.reader import Context
from knowledge.importing.row_reader import RowError
from knowledge.money import Money
from knowledge.text import Lang, language_of

# What may be chosen at purchase, in the order in which shoppers are asked.
_CHOICES: Final = ("color", "size", "material", "pattern", "size_type", "age_group", "gender", "condition")
_DESCRIBING: Final = (*_CHOICES, "size_system", "mpn", "multipack", "length", "width", "height", "dimensions",
                      "delivery", "return_policy", "warning", "age_restriction", "price_range")  # fmt: skip
_VALUES_LIMIT: Final = 20
CUSTOM_OPTION: Final = "custom_variant"  # custom_variant1_category and custom_variant1_option, up to three

Pairs = tuple[tuple[str, str], ...]


class FeedGroup:
    """The items of one product.

    Attributes:
        rejected: Items that were not usable, once it was read.
        hidden: Items that the feed keeps out of search, once it was read.
    """

    def __init__(self, handle: str, rows: list[ItemReader], skus: Skus, context: Context) -> None:
        self.handle = handle
        self.rejected = 0
        self.hidden = 0
        self._all = rows
        self._rows = rows
        self._skus = skus
        self._context = context

    def read(self, file: str) -> Product:
        """Build the product.

        Raises:
            RowError: None of its items is usable.
        """
        first = self._all[0]
        titles = [row.text("title", TITLE_LIMIT) for row in self._all]
        named = next((t for row in self._all if (t := row.text("group_title", TITLE_LIMIT))), "")
        if not named and not any(titles):
            raise first.reject("title_missing", "title", self.handle)
        published = self._leave_out_hidden()
        chosen = [
            [row.text(field, KEY_LIMIT) for field in ("color", "size", "material", "pattern")] for row in self._all
        ]
        title = named or product_title(titles, chosen)
        lang = language_of(title)
        options = self._options(title, lang)
        variants = self._variants(options)
        if not variants:
            raise first.reject("product_rejected", value=self.handle)
        if not any(variant.price for variant in variants) and not any(r.raw("price_range") for r in self._rows):
            first.note("price_missing", "price", title=title)
        used = {name for variant in variants for name, _ in variant.options}
        description = self._description()
        types = [tidy(html.unescape(t), KEY_LIMIT) for row in self._all[:1] for t in row.item.texts("type")]
        category = self._category(types)
        return Product(
            shop_id=self._context.shop.id,
            handle=Handle(self.handle),
            title=title,
            as_of=self._context.now,
            source=Source(file, first.line or None),
            description=description,
            brand=next((brand for row in self._all if (brand := row.text("brand", NAME_LIMIT))), None),
            category=category,
            tags=words_of("，".join(t for t in types if t != category)) if len(types) > 1 else (),
            published=published,
            options=options_of(variants),
            variants=with_keys(variants),
            attributes=self._attributes(used, lang),
            images=self._images(),
            url=self._url(),
            lang=language_of(f"{title}\n{description}"),
        )

    def _leave_out_hidden(self) -> bool:
        """Leave out the items that must not be found; return whether any is left."""
        shown = []
        for row in self._rows:
            expired = self._moment(row, "expires")
            if row.flag("searchable") is False or (expired is not None and expired <= self._context.now):
                self.hidden += 1
            else:
                shown.append(row)
        self._rows = shown or self._rows
        return bool(shown)

    def _moment(self, row: ItemReader, field: str) -> datetime | None:
        zone, month_first = ZoneInfo(self._context.shop.timezone), self._context.month_first
        try:
            return feed_values.read_moment(row.raw(field), zone, month_first=month_first, ends=True)
        except CellError:
            row.note("date_unread", field, row.raw(field))
            return None

    def _options(self, title: str, lang: Lang) -> list[Pairs]:
        """Return the options of each item, of those that vary or that the feed names as such."""
        named = [self._named(row, lang) for row in self._rows]
        taken = {plain(name) for pairs in named for name, _ in pairs}
        fields = [f for f in _CHOICES if f not in taken and plain(label(f, lang)) not in taken and self._varies(f)]
        found: list[Pairs] = []
        for row, pairs in zip(self._rows, named, strict=True):
            own = [(label(f, lang), worded(f, v, lang)) for f in fields if (v := row.text(f, KEY_LIMIT))]
            found.append((*own, *pairs))
        if len(set(found)) < len(found):
            titles = [row.text("title", TITLE_LIMIT) for row in self._rows]
            whole = [] if any(found) else [titles]
            for rest in (title_remainders(titles, title), *whole):
                if not all(rest) or len(set(zip(found, rest, strict=True))) < len(found):
                    continue
                return [
                    (*pairs, (label("version", lang), left[:KEY_LIMIT]))
                    for pairs, left in zip(found, rest, strict=True)
                ]
        return found

    def _named(self, row: ItemReader, lang: Lang) -> list[tuple[str, str]]:
        pairs = feed_values.option_pairs(row.item.values("options"))
        written = dict(row.item.others)
        for number in range(1, 4):
            name = written.get(f"{CUSTOM_OPTION}{number}_category", "")
            if name and (value := written.get(f"{CUSTOM_OPTION}{number}_option", "")):
                pairs.append((tidy(name, 100), tidy(value, KEY_LIMIT)))
        known = {field: label(field, lang) for field in _CHOICES}
        return list({known.get(plain(n).replace(" ", "_"), n): (known.get(plain(n).replace(" ", "_"), n), v)
                     for n, v in pairs}.values())  # fmt: skip

    def _varies(self, field: str) -> bool:
        return len({value for row in self._rows if (value := row.text(field, KEY_LIMIT))}) > 1

    def _variants(self, options: list[Pairs]) -> list[Variant]:
        variants: list[Variant] = []
        seen: set[Pairs] = set()
        chosen = any(options)
        for row, pairs in zip(self._rows, options, strict=True):
            if chosen and not pairs and row.item.text("id") == self.handle and len(self._rows) > 1:
                continue  # the group's own item describes it, and cannot be bought
            try:
                if chosen and not pairs:
                    raise row.reject("option_missing", "size" if row.item.text("color") else "color")
                if pairs in seen:
                    raise row.reject("variant_repeated", value=" / ".join(v for _, v in pairs) or row.item.text("id"))
                variant = self._variant(row, pairs)
            except RowError:
                self.rejected += 1
                continue
            seen.add(pairs)
            variants.append(variant)
        return variants

    def _variant(self, row: ItemReader, options: Pairs) -> Variant:
        price, list_price = self._price(row)
        sku = row.key("sku") or row.key("id")
        self._skus.check(row, sku)
        return Variant(
            key="",
            options=options,
            sku=sku,
            gtin=row.gtin("gtin"),
            price=price,
            list_price=list_price,
            availability=self._availability(row),
            quantity=row.quantity("quantity"),
            weight_grams=self._weight(row),
            image=row.raw("image") or None if len(self._rows) > 1 else None,
            source_row=row.line or None,
        )

    def _price(self, row: ItemReader) -> tuple[Money | None, Money | None]:
        """Return the price of now, and the one it is reduced from."""
        price, sale, listed = row.money("price"), row.money("sale_price"), row.money("list_price")
        if sale is not None and (price is None or _is_below(sale, price)) and self._sale_is_on(row):
            return sale, price
        return price, listed if price is not None and listed is not None and _is_below(price, listed) else None

    def _sale_is_on(self, row: ItemReader) -> bool:
        """A sale whose days cannot be read may be over, so its price is not promised."""
        zone, month_first = ZoneInfo(self._context.shop.timezone), self._context.month_first
        try:
            start, end = feed_values.read_span(row.raw("sale_dates"), zone, month_first=month_first)
            start = start or feed_values.read_moment(row.raw("sale_start"), zone, month_first=month_first)
            end = end or feed_values.read_moment(row.raw("sale_end"), zone, month_first=month_first, ends=True)
        except CellError:
            field = next((f for f in ("sale_dates", "sale_start", "sale_end") if row.raw(f)), "sale_dates")
            row.note("sale_dates_unread", field, row.raw(field))
            return False
        now = self._context.now
        return (start is None or start <= now) and (end is None or now < end)

    def _availability(self, row: ItemReader) -> Availability:
        text = row.raw("availability")
        if not text:
            quantity = row.quantity("quantity")
            if quantity is None:
                return Availability.UNKNOWN
            return Availability.IN_STOCK if quantity else Availability.OUT_OF_STOCK
        found = feed_values.read_availability(text)
        if found is None:
            row.note("value_unread", "availability", text, choices=feed_values.AVAILABILITY_CHOICES)
        if found is Availability.IN_STOCK and row.quantity("quantity") == 0:
            return Availability.OUT_OF_STOCK  # of two statements the one that promises less
        return found or Availability.UNKNOWN

    def _weight(self, row: ItemReader) -> Decimal | None:
        try:
            return feed_values.read_grams(row.raw("weight"))
        except CellError:
            row.note("number_unread", "weight", row.raw("weight"))
            return None

    def _description(self) -> str:
        fields = [(row, field) for field in ("group_description", "description") for row in self._all if row.raw(field)]
        row, field = fields[0] if fields else (self._all[0], "description")
        text = plain_text(row.raw(field))
        highlights = feed_values.highlights_of(row.item.values("highlights"))
        lines = "\n".join(f"- {line}" for line in highlights if line not in text)
        questions = "\n\n".join(feed_values.questions_of(row.item.values("questions")))
        text = "\n\n".join(filter(None, (text, lines, questions)))
        if len(text) > DESCRIPTION_LIMIT:
            row.note("shortened", "description", text, limit=DESCRIPTION_LIMIT)
        return text[:DESCRIPTION_LIMIT]

    def _category(self, types: list[str]) -> str | None:
        """Return the merchant's own path; of Google's categories a number says nothing to shoppers."""
        if types:
            return max(types, key=lambda path: path.count(">"))
        google = self._all[0].text("category", TITLE_LIMIT)
        return None if not google or google.isdecimal() else google

    def _images(self) -> tuple[str, ...]:
        mains = [row.raw("image") for row in self._rows]
        more = [image for row in self._rows for image in feed_values.addresses(row.item.texts("images"))]
        own = [*self._all[0].item.texts("group_images"), self._all[0].raw("image")]
        return tuple(dict.fromkeys(image for image in [*own, *mains, *more] if image))

    def _url(self) -> str | None:
        fields = ("canonical", "link") if len(self._rows) > 1 else ("link", "canonical")
        found = (self._all[0].raw(field) for field in fields)
        return next((url for url in found if url.startswith(("https://", "http://"))), None)

    def _attributes(self, used: set[str], lang: Lang) -> tuple[Attribute, ...]:
        found: dict[str, dict[str, None]] = {}

        def add(name: str, value: str) -> None:
            if name and value and name not in used:
                found.setdefault(name, {})[value] = None

        for field in _DESCRIBING:
            for raw in dict.fromkeys(row.raw(field) for row in self._rows):
                if raw:
                    add(label(field, lang), worded(field, readable(raw), lang))
        for row in self._rows:
            self._add_from(row, lang, add)
        joined = ((name, "; ".join(list(values)[:_VALUES_LIMIT])) for name, values in found.items())
        return tuple(Attribute(name, value[:ATTRIBUTE_VALUE_LIMIT]) for name, value in joined)[:ATTRIBUTES_LIMIT]

    def _add_from(self, row: ItemReader, lang: Lang, add: Callable[[str, str], None]) -> None:
        for name, value in feed_values.details_of(row.item.values("details")):
            add(attribute_name(name) or "", tidy(value, ATTRIBUTE_VALUE_LIMIT))
        for line in feed_values.shipping_lines(row.item.values("shipping")):
            add(label("shipping", lang), tidy(line, 200))
        if (moment := row.raw("available_from")) and self._availability_word(row):
            add(label("available_from", lang), moment.partition("T")[0])
        if days := row.raw("return_days"):
            add(label("return_days", lang), f"{days} {'天' if lang == 'zh' else 'days'}" if days.isdecimal() else days)
        if rating := row.raw("rating"):
            count = row.raw("reviews")
            add(label("rating", lang), f"{rating} ({count})" if count else rating)
        for name, value in row.item.others:
            if not name.startswith(CUSTOM_OPTION):
                add(attribute_name(name.replace("_", " ")) or "", readable(value))

    @staticmethod
    def _availability_word(row: ItemReader) -> bool:
        found = feed_values.read_availability(row.raw("availability"))
        return found in (Availability.PREORDER, Availability.BACKORDER)


def _is_below(lower: Money, higher: Money) -> bool:
    return lower.currency == higher.currency and lower.amount < higher.amount
