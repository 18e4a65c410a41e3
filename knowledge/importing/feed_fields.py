"""The field names of product feeds, Google's and OpenAI's generations, and what each one is called in a shop."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from knowledge.importing.headers import Aliases, plain
from knowledge.text import Lang

# Names as published: Google Merchant Center's product data specification, OpenAI's product feed of
# 2025 (id, link, enable_search) and of 2026 (item_id, url, is_eligible_search), ACP's feed schema.
ALIASES: Final[Aliases] = {
    "id": ("item_id", "offer_id"),
    "group": ("item_group_id", "group_id"),
    "group_title": ("item_group_title", "group_title"),
    "group_description": (),
    "group_images": (),
    "title": ("structured_title",),
    "description": ("summary", "content", "structured_description"),
    "link": ("url", "product_url"),
    "canonical": ("canonical_link", "canonical_url"),
    "image": ("image_link", "image_url"),
    "images": ("additional_image_link", "additional_image_links", "additional_image_url", "additional_image_urls"),
    "availability": ("availability_status",),
    "available_from": ("availability_date",),
    "quantity": ("inventory_quantity", "inventory", "sell_on_google_quantity", "quantity_to_sell_on_facebook"),
    "price": ("price_value",),
    "list_price": (),
    "price_range": (),
    "currency": ("price_currency", "currency_code"),
    "sale_price": (),
    "sale_dates": ("sale_price_effective_date",),
    "sale_start": ("sale_price_effective_date_start", "sale_price_start_date", "sale_start_date"),
    "sale_end": ("sale_price_effective_date_end", "sale_price_end_date", "sale_end_date"),
    "brand": ("manufacturer",),
    "gtin": ("ean", "upc", "isbn", "barcode"),
    "mpn": (),
    "sku": (),
    "condition": (),
    "category": ("google_product_category", "product_category", "fb_product_category", "categories"),
    "type": ("product_type", "product_types"),
    "color": ("colour",),
    "size": ("sizes",),
    "material": (),
    "pattern": (),
    "gender": (),
    "age_group": (),
    "size_system": (),
    "size_type": ("size_types",),
    "options": ("variant_dict", "variant_option", "variant_options"),
    "details": ("product_detail", "product_details"),
    "highlights": ("product_highlight", "product_highlights"),
    "shipping": (),
    "weight": ("product_weight", "shipping_weight", "item_weight"),
    "length": ("product_length",),
    "width": ("product_width",),
    "height": ("product_height",),
    "dimensions": (),
    "multipack": (),
    "delivery": ("delivery_estimate",),
    "return_days": ("return_window", "return_deadline_in_days"),
    "return_policy": (),
    "rating": ("product_review_rating", "star_rating"),
    "reviews": ("product_review_count", "review_count"),
    "questions": ("q_and_a",),
    "warning": ("warning_url",),
    "age_restriction": (),
    "searchable": ("is_eligible_search", "enable_search"),
    "expires": ("expiration_date",),
}  # fmt: skip
# Fields that make a feed of Google's, beside id, title and price, which any table may have.
GOOGLE_ONLY: Final = frozenset(
    ["link", "image", "images", "availability", "group", "category", "gtin", "mpn", "condition", "age_group"]
)
AGENTIC_ONLY: Final = frozenset(
    ["is eligible search", "is eligible checkout", "enable search", "enable checkout", "variant dict", "item id"]
)
# They steer advertisements, taxes and checkout, and say nothing that a shopper could ask.
_UNUSED: Final = re.compile(
    r"(?:custom (?:label|number) \d|promotion id|ads? .*|adwords .*|display ads .*|is ads eligible|"
    r"(?:included|excluded) (?:destination|country)|shopping ads .*|mobile link|link template|mobile link template|"
    r"identifier exists|is bundle|adult|tax|tax category|shipping (?:label|length|width|height)|transit time label|"
    r"(?:min|max) handling time|handling cutoff time|ships from country|pause|external seller id|checkout .*|"
    r"(?:is eligible|enable) checkout|seller(?: .*)?|marketplace.*|store .*|target countr(?:y|ies)|popularity score|"
    r"return rate|related product id|relationship type|geo .*|video (?:link|url)|model 3d (?:link|url)|3d model .*|"
    r"virtual model link|lifestyle image link|unit pric(?:e|ing) ?.*|pickup .*|listing has variations|raw review data|"
    r"guid|pub ?date|updated|published|author|cost .*|loyalty .*|subscription cost|installment|link type|"
    r"gtin exists|content language|feed label|channel|kind|source|target country|marked for deletion)"
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SUBFIELDS: Final = re.compile(r"\s*\([\w:, ]*\)\s*$")  # a text feed's header may name them: shipping(country:price)

# A feed's field names are the format's words, not the merchant's: in a shop they go by the product's language.
_LABELS: Final = {
    "color": ("Color", "颜色"),
    "size": ("Size", "尺码"),
    "material": ("Material", "材质"),
    "pattern": ("Pattern", "图案"),
    "gender": ("Gender", "性别"),
    "age_group": ("Age group", "适用年龄"),
    "size_system": ("Size system", "尺码体系"),
    "size_type": ("Size type", "尺码类型"),
    "condition": ("Condition", "新旧程度"),
    "mpn": ("MPN", "制造商型号"),
    "available_from": ("Available from", "预计到货日期"),
    "shipping": ("Shipping", "配送"),
    "length": ("Length", "长度"),
    "width": ("Width", "宽度"),
    "height": ("Height", "高度"),
    "dimensions": ("Dimensions", "尺寸"),
    "multipack": ("Multipack", "件数"),
    "delivery": ("Delivery estimate", "预计送达"),
    "return_days": ("Return window", "退货期限"),
    "return_policy": ("Return policy", "退货政策"),
    "rating": ("Rating", "评分"),
    "warning": ("Warning", "警示"),
    "age_restriction": ("Age restriction", "年龄限制"),
    "price_range": ("Price range", "价格区间"),
    "version": ("Version", "款式"),
}  # fmt: skip
# The format's own words of choice; a Chinese product is described in Chinese.
_CHOICES_ZH: Final = {
    "male": "男", "female": "女", "unisex": "男女通用", "newborn": "新生儿", "infant": "婴儿", "toddler": "幼儿",
    "kids": "儿童", "adult": "成人", "new": "全新", "refurbished": "翻新", "used": "二手", "regular": "常规",
    "petite": "娇小", "plus": "大码", "tall": "加长", "big": "加大", "maternity": "孕妇装",
}  # fmt: skip
_CHOICE_FIELDS: Final = frozenset(["gender", "age_group", "condition", "size_type"])


def _known() -> dict[str, tuple[str, int]]:
    known: dict[str, tuple[str, int]] = {}
    for field, aliases in ALIASES.items():
        for rank, name in enumerate((field, *aliases)):
            known.setdefault(plain(name), (field, rank))
    return known


_KNOWN: Final = _known()


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Return a feed's name in one form: ``g:item_group_id``, ``itemGroupId`` and ``item group id`` are the same."""
    return plain(_CAMEL.sub(" ", _SUBFIELDS.sub("", name.removeprefix("g:"))))


@lru_cache(maxsize=4096)
def field_of(name: str) -> tuple[str, int] | None:
    """Return our field and the rank of the name among its aliases; None for a name that is not ours."""
    return _KNOWN.get(plain_name(name))


@lru_cache(maxsize=4096)
def is_unused(name: str) -> bool:
    """Whether the format provides for the field, and shoppers have no use for it."""
    return _UNUSED.fullmatch(plain_name(name)) is not None


def worded(field: str, value: str, lang: Lang) -> str:
    """Return a value as shoppers read it: ``female`` is 女 in front of Chinese ones."""
    if lang != "zh" or field not in _CHOICE_FIELDS:
        return value
    return _CHOICES_ZH.get(value.casefold(), value)


def label(field: str, lang: Lang) -> str:
    """Return what the field is called in front of shoppers."""
    return _LABELS[field][lang == "zh"] if field in _LABELS else field.replace("_", " ").capitalize()
