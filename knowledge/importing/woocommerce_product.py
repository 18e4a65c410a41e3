"""One WooCommerce product, from its own row and those of its variations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from knowledge.catalog import Attribute, Availability, Handle, Product, ProductOption, Source, Variant
from knowledge.importing.assembly import Skus, options_of, with_keys, words_of
from knowledge.importing.attributes import ATTRIBUTES_LIMIT, attributes_of
from knowledge.importing.cells import DESCRIPTION_LIMIT, KEY_LIMIT, NAME_LIMIT, TITLE_LIMIT, read_flag, tidy
from knowledge.importing.headers import Columns
from knowledge.importing.html import plain_text
from knowledge.importing.reader import Context
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.money import Money
from knowledge.text import language_of

# WooCommerce writes its headers in the language of the shop's back office.
ALIASES: Final = {
    "id": (),
    "type": ("类型",),
    "sku": ("货号",),
    "gtin": ("gtin, upc, ean, or isbn", "gtin upc ean or isbn"),
    "name": ("名称", "产品名称"),
    "published": ("已发布", "发布"),
    "visibility": ("visibility in catalog", "在目录中的可见性", "目录可见性"),
    "short_description": ("short description", "简短描述", "简短说明"),
    "description": ("描述", "说明"),
    "sale_from": ("date sale price starts", "促销开始日期", "促销价开始日期"),
    "sale_to": ("date sale price ends", "促销截止日期", "促销价结束日期"),
    "in_stock": ("in stock", "有货", "有库存"),
    "stock": ("库存",),
    "backorders": ("backorders allowed", "允许缺货下单吗", "允许延期交货"),
    "sale_price": ("sale price", "促销价格", "促销价"),
    "regular_price": ("regular price", "常规售价", "正常价格", "原价"),
    "categories": ("分类", "分类目录"),
    "tags": ("标签",),
    "brand": ("brands", "品牌"),
    "images": ("图片",),
    "parent": ("父级", "父产品"),
    "grouped": ("grouped products", "分组产品", "组合产品"),
    "url": ("external url", "外部链接", "外部 url"),
    "position": ("位置",),
}  # fmt: skip
ATTRIBUTE: Final = re.compile(
    r"(?:attribute|属性)\s?(\d+)\s?(?:的)?\s?(name|value\(s\)|values|名称|名|值|visible|global|default|可见|全局|默认)"
)
MEASURES: Final = re.compile(r"(weight|length|width|height|重量|长度|宽度|高度) ?\((\w+)\)")
UNUSED: Final = re.compile(
    r"is featured|是推荐产品吗|tax status|tax class|税状态|税类|税级|low stock amount|库存不足数量|"
    r"sold individually|单独出售|"
    r"allow customer reviews|允许客户评价|purchase note|购物备注|shipping class|运费类|"
    r"download .*|下载.*|upsells|交叉销售|"
    r"cross sells|button text|按钮文本|parent id|swatches attributes"
)
_WEIGHTS: Final = ("weight", "重量")


@dataclass(frozen=True, slots=True)
class Layout:
    """How one export is laid out.

    Attributes:
        attributes: Pairs of name column and values column.
        measures: By measure (``weight``, ``length`` …) the column and its unit.
        others: Pairs of unknown column and attribute name.
    """

    columns: Columns
    attributes: tuple[tuple[str, str], ...]
    measures: Mapping[str, tuple[str, str]]
    others: tuple[tuple[str, str], ...]


def build_product(
    handle: str,
    kind: str,
    parent: RowReader | None,
    variations: Sequence[RowReader],
    layout: Layout,
    file: str,
    context: Context,
    skus: Skus,
) -> tuple[Product, int]:
    """Build a product; return it with the number of variations that were rejected.

    Raises:
        RowError: Nothing of it is usable.
    """
    first = parent or variations[0]
    title = _title(handle, parent, first)
    variants, broken = _variants(kind, parent, variations, layout, context, skus)
    if not variants and broken:
        raise first.reject("product_rejected", value=handle)
    if kind != "grouped" and not any(variant.price for variant in variants):
        first.note("price_missing", "regular_price", title=title)
    options = _options(parent, variations, variants, layout)
    description = _description(first)
    categories = words_of(first.raw("categories"), escaped=True)
    category = max(categories, key=lambda path: path.count(">"), default=None)
    product = Product(
        shop_id=context.shop.id,
        handle=Handle(handle),
        title=title,
        as_of=context.now,
        source=Source(file, first.line),
        description=description,
        brand=first.text("brand", NAME_LIMIT) or None,
        category=category,
        tags=_tags(first, categories, category),
        published=_published(first),
        options=options,
        variants=variants,
        attributes=_attributes(first, {option.name for option in options}, layout),
        images=_images(first, variants),
        url=url if (url := first.raw("url")).startswith(("https://", "http://")) else None,
        lang=language_of(f"{title}\n{description}"),
    )
    return product, broken


def _title(handle: str, parent: RowReader | None, first: RowReader) -> str:
    title = first.text("name", TITLE_LIMIT)
    if not title:
        raise first.reject("title_missing", "name", handle)
    return title if parent is not None else title.rsplit(" - ", 1)[0]  # variations are named "Hoodie - Red, No"


def _description(row: RowReader) -> str:
    """Join both descriptions; WooCommerce writes their line ends as a backslash and an n."""
    texts = [plain_text(row.raw(f).replace("\\n", "\n")) for f in ("short_description", "description")]
    text = "\n\n".join(filter(None, texts))
    if len(text) > DESCRIPTION_LIMIT:
        row.note("shortened", "description", text, limit=DESCRIPTION_LIMIT)
    return text[:DESCRIPTION_LIMIT]


def _tags(row: RowReader, categories: tuple[str, ...], category: str | None) -> tuple[str, ...]:
    """Return the tags, and the last part of every further category, so that it stays searchable."""
    further = [path.rsplit(">", 1)[-1].strip() for path in categories if path != category]
    return tuple(dict.fromkeys([*words_of(row.raw("tags"), escaped=True), *further]))


def _published(row: RowReader) -> bool:
    hidden = row.raw("visibility").casefold() in ("hidden", "隐藏")
    return not hidden and read_flag(row.raw("published")) is not False


def _images(row: RowReader, variants: Sequence[Variant]) -> tuple[str, ...]:
    own = [image.strip() for image in re.split(r",\s+|,(?=https?:)|\n", row.raw("images")) if image.strip()]
    return tuple(dict.fromkeys([*own, *(variant.image for variant in variants if variant.image)]))


def _pairs(row: RowReader, layout: Layout) -> dict[str, tuple[str, ...]]:
    """Return the row's attributes and their values."""
    found: dict[str, tuple[str, ...]] = {}
    for name_column, values_column in layout.attributes:
        if name := tidy(row.row[name_column], 100):
            found[name] = words_of(row.row[values_column], escaped=True)
    return found


def _variants(
    kind: str,
    parent: RowReader | None,
    variations: Sequence[RowReader],
    layout: Layout,
    context: Context,
    skus: Skus,
) -> tuple[tuple[Variant, ...], int]:
    if kind == "grouped":
        return (), 0  # its members are bought, not itself
    rows = variations or ([parent] if parent is not None else [])
    found: list[Variant] = []
    broken = 0
    for row in rows:
        if row is not parent and read_flag(row.raw("published")) is False:
            continue  # a variation that is switched off
        try:
            options = () if row is parent else _chosen(row, layout)
            if any(variant.options == options for variant in found):
                raise row.reject("variant_repeated", value=" / ".join(value for _, value in options) or row.raw("sku"))
            found.append(_variant(row, parent, options, layout, context, skus))
        except RowError:
            broken += 1
    return with_keys(found), broken


def _chosen(row: RowReader, layout: Layout) -> tuple[tuple[str, str], ...]:
    """Return the variation's options; one without a value goes with every value of it."""
    pairs = tuple((name, values[0]) for name, values in _pairs(row, layout).items() if values)
    if not pairs:
        raise row.reject("option_missing", layout.attributes[0][1] if layout.attributes else "attribute 1 value(s)")
    return tuple((name, value[:KEY_LIMIT]) for name, value in pairs)


def _options(
    parent: RowReader | None, variations: Sequence[RowReader], variants: Sequence[Variant], layout: Layout
) -> tuple[ProductOption, ...]:
    """Return the options in the parent's order; one that no variation fixes is open in all of them."""
    used = {option.name: option for option in options_of(variants)}
    if parent is None or not used:
        return tuple(used.values())
    varied = {name for row in variations for name in _pairs(row, layout)}
    options: list[ProductOption] = []
    for name, values in _pairs(parent, layout).items():
        named = used.pop(name, ProductOption(name, ()))
        if name in varied and (values or named.values):
            options.append(ProductOption(name, tuple(dict.fromkeys((*values, *named.values)))))
    return (*options, *used.values())


def _variant(
    row: RowReader,
    parent: RowReader | None,
    options: tuple[tuple[str, str], ...],
    layout: Layout,
    context: Context,
    skus: Skus,
) -> Variant:
    price, list_price = _price(row, context)
    quantity, availability = _stock(row, parent)
    weight = next((layout.measures[name] for name in _WEIGHTS if name in layout.measures), None)
    grams = _weight(row, weight) or (_weight(parent, weight) if parent is not None else None)
    sku = row.key("sku") or None
    skus.check(row, sku)
    images = [image.strip() for image in row.raw("images").split(", ") if image.strip()]
    return Variant(
        key="",
        options=options,
        sku=sku,
        gtin=row.gtin("gtin"),
        price=price,
        list_price=list_price,
        availability=availability,
        quantity=quantity,
        weight_grams=grams,
        image=images[0] if images and row is not parent else None,
        source_row=row.line,
    )


def _weight(row: RowReader, column: tuple[str, str] | None) -> Decimal | None:
    return row.weight_of(column[0], column[1]) if column is not None else None


def _price(row: RowReader, context: Context) -> tuple[Money | None, Money | None]:
    """Return the price of today, and the regular one when it is reduced."""
    regular, sale = row.money("regular_price"), row.money("sale_price")
    if sale is None or (regular is not None and sale.amount >= regular.amount):
        return regular, None
    start, end = row.day_or_none("sale_from"), row.day_or_none("sale_to")
    if (start or date.min) <= context.today <= (end or date.max):
        return sale, regular
    return regular, None


def _stock(row: RowReader, parent: RowReader | None) -> tuple[int | None, Availability]:
    owner = parent if parent is not None and row.raw("stock").casefold() == "parent" else row
    quantity = owner.quantity("stock")
    said = row.raw("in_stock").casefold()
    orderable = read_flag(owner.raw("backorders")) is True or owner.raw("backorders").casefold() == "notify"
    if said in ("backorder", "onbackorder"):
        return quantity, Availability.BACKORDER
    in_stock = False if said == "outofstock" else True if said == "instock" else read_flag(said)
    if quantity is not None and quantity <= 0:
        return quantity, Availability.BACKORDER if orderable else Availability.OUT_OF_STOCK
    if in_stock is None:
        return quantity, Availability.UNKNOWN if quantity is None else Availability.IN_STOCK
    return quantity, Availability.IN_STOCK if in_stock else Availability.OUT_OF_STOCK


def _attributes(row: RowReader, options: set[str], layout: Layout) -> tuple[Attribute, ...]:
    described = [
        Attribute(name, ", ".join(values))
        for name, values in _pairs(row, layout).items()
        if values and name not in options
    ]
    measured = [
        Attribute(name.capitalize(), f"{value} {unit}")
        for name, (column, unit) in layout.measures.items()
        if name not in _WEIGHTS and (value := tidy(row.row[column], 40)) not in ("", "0")
    ]
    return (*described, *measured, *attributes_of([row.row], layout.others))[:ATTRIBUTES_LIMIT]
