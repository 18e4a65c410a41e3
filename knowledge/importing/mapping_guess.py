"""Guesses from names and values which column of an unknown table holds which field of a product."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Final

from knowledge.importing.attributes import attribute_name
from knowledge.importing.cell_error import CellError
from knowledge.importing.cells import read_flag, read_money, read_number, valid_gtin
from knowledge.importing.guess import Guess
from knowledge.importing.headers import plain
from knowledge.importing.mapping import ATTRIBUTE, FIELDS, LEFT_OUT, OPTION
from knowledge.importing.shopify import ALIASES
from knowledge.importing.table import Table
from knowledge.text import has_han

# Confidences are shares in [0, 1] set by hand: a known name is nearly certain, a name that contains
# a known word or differs by a few letters is likely, values alone never suffice to be sure.
_SAME_NAME: Final = 0.9
_INSIDE: Final = 0.7
_SIMILAR: Final = 0.6
_SIMILAR_RATIO: Final = 0.84
_LEAST: Final = 0.45
_ROWS: Final = 500
_COLUMNS: Final = 300  # nobody would confirm more, and each is held against every name of every field
_SAMPLES: Final = 3  # enough to recognise a column by
_MOSTLY: Final = 0.9
_MORE_NAMES: Final = {
    "title": ("item", "item name", "article", "product", "designation", "bezeichnung", "artikelname", "artikel",
              "nom", "nom du produit", "libellé", "nombre", "producto", "商品", "产品", "品名", "货品名称",
              "宝贝", "宝贝标题"),
    "price": ("retail price", "unit price", "selling price", "amount", "rrp", "preis", "prix",
              "precio", "零售价", "标价", "到手价", "一口价"),
    "list_price": ("was", "regular price", "original price", "msrp", "listenpreis", "uvp", "prix barré", "建议零售价"),
    "sku": ("item code", "item no", "item number", "article number", "part number", "product code", "code", "ref",
            "reference", "nummer", "artikelnummer", "référence", "referencia", "编码", "编号", "型号"),
    "description": ("details", "text", "long description", "beschreibung", "descripción", "简介", "卖点", "说明"),
    "brand": ("maker", "manufacturer", "label", "marke", "hersteller", "marque", "marca", "厂家", "制造商"),
    "category": ("department", "family", "group", "range", "kategorie", "gruppe", "catégorie", "categoría", "种类",
                 "大类"),
    "quantity": ("qty", "on hand", "in stock", "units", "bestand", "lagerbestand", "cantidad", "数量", "现货"),
    "image": ("picture", "photo", "img", "bild", "foto", "photo url", "图", "照片"),
    "url": ("web page", "page", "product page", "网址", "详情链接"),
    "tags": ("keywords", "labels", "关键词"),
}  # fmt: skip
_OPTION_NAMES: Final = frozenset(
    ["color", "colour", "size", "shade", "finish", "flavour", "flavor", "farbe", "größe", "taille", "couleur",
     "talla", "颜色", "尺码", "尺寸", "规格", "款式", "口味", "色号"]
)  # fmt: skip
_SIZE: Final = re.compile(
    r"(?:\d{0,2}X{0,3}[SML]|\d?X{1,4}L|[2-5]\d(?:[.,]5)?|\d{2,3}\s?(?:ml|cm|g|寸|码)|均码|one size)", re.I
)
_IMAGE: Final = re.compile(r"\.(?:jpe?g|png|webp|gif|svg|avif)(?:\?.*)?$", re.IGNORECASE)
_CODE: Final = re.compile(r"(?=.*\d)[A-Za-z0-9][\w./-]{2,39}")


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of a column that are not empty."""

    values: tuple[str, ...]
    rows: int

    def share(self, accepts: Callable[[str], bool]) -> float:
        return sum(map(accepts, self.values)) / len(self.values) if self.values else 0.0

    @property
    def distinct(self) -> float:
        return len(set(self.values)) / len(self.values) if self.values else 0.0

    @property
    def length(self) -> float:
        return sum(map(len, self.values)) / len(self.values) if self.values else 0.0


def _reads(read: Callable[[str], object]) -> Callable[[str], bool]:
    def accepts(value: str) -> bool:
        try:
            return read(value) is not None
        except CellError:
            return False

    return accepts


_IS_PRICE: Final = _reads(lambda value: read_money(value, "USD"))
_IS_NUMBER: Final = _reads(read_number)


def _worded(value: str) -> bool:
    return has_han(value) or re.search(r"[^\W\d_]{3}", value) is not None


def _price(v: _Values) -> float:
    if v.share(_IS_PRICE) < _MOSTLY:
        return 0.0
    if v.share(lambda value: re.search(r"[$€£¥￥元]|[A-Z]{3}\b", value) is not None) > _MOSTLY:
        return 0.8
    return 0.55 if v.share(lambda value: re.search(r"\d[.,]\d{1,2}$", value) is not None) > 0.5 else 0.2


def _title(v: _Values) -> float:
    short = v.share(lambda value: 2 <= len(value) <= 200 and not value.startswith("http")) > _MOSTLY
    worded = v.share(_worded) > _MOSTLY and v.share(lambda x: " " in x or has_han(x) or len(x) > 12) > 0.5
    return 0.5 * min(1.0, v.distinct + 0.3) if short and worded and v.length <= 80 else 0.0


def _few(v: _Values) -> bool:
    return v.rows >= 4 and v.distinct <= 0.5 and v.share(_worded) > _MOSTLY and v.length < 40


_BY_VALUES: Final[dict[str, Callable[[_Values], float]]] = {
    "title": _title,
    "handle": lambda v: (
        0.2 if v.share(lambda x: re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", x) is not None) > 0.9 else 0.0
    ),
    "sku": lambda v: 0.55 if v.distinct > 0.98 and v.share(lambda x: _CODE.fullmatch(x) is not None) > 0.9 else 0.0,
    "price": _price,
    "list_price": lambda v: _price(v) * 0.5,
    "description": lambda v: 0.6 if v.length > 80 and v.share(_worded) > 0.9 else 0.0,
    "brand": lambda v: 0.2 if _few(v) and v.length < 20 else 0.0,
    "category": lambda v: (0.6 if v.share(lambda x: " > " in x or " / " in x) > 0.5 else 0.3) if _few(v) else 0.0,
    "tags": lambda v: 0.3 if v.share(lambda x: len(re.findall(r"[,，、;]", x)) > 0) > 0.8 and v.length < 80 else 0.0,
    "quantity": lambda v: 0.3 if v.share(lambda x: re.fullmatch(r"-?\d{1,5}", x) is not None) > 0.95 else 0.0,
    "barcode": lambda v: 0.95 if v.share(lambda x: valid_gtin(x.lstrip("'"))) > 0.9 else 0.0,
    "image": lambda v: 0.9 if v.share(lambda x: _IMAGE.search(x) is not None) > 0.9 else 0.0,
    "url": lambda v: 0.85 if v.share(lambda x: x.startswith("http") and not _IMAGE.search(x)) > 0.9 else 0.0,
    "grams": lambda v: 0.1 if v.share(_IS_NUMBER) > _MOSTLY else 0.0,
    "published": lambda v: 0.15 if v.share(lambda x: read_flag(x) is not None) > 0.95 else 0.0,
}
# What these fields hold can be checked, so that a name alone does not carry a column whose values say otherwise.
_CHECKED: Final = frozenset(["price", "list_price", "quantity", "barcode", "image", "url", "grams", "published"])


@cache
def _names(target: str) -> tuple[str, ...]:
    return tuple(plain(name) for name in (target, *ALIASES.get(target, ()), *_MORE_NAMES.get(target, ())))


def _by_name(column: str, target: str) -> float:
    name = re.sub(r"\(.*?\)|（.*?）|\b(?:usd|eur|gbp|cny|rmb)\b", " ", plain(column)).strip() or plain(column)
    best = 0.0
    for known in _names(target):
        if name == known:
            return _SAME_NAME
        words = name.split()
        if known in words or (has_han(known) and len(known) > 1 and known in name) or f" {known} " in f" {name} ":
            # The last word says what a thing is: an "image title" is a title, a "title image" is none.
            best = max(best, _INSIDE if name.endswith(known) else _INSIDE - 0.15)
        elif len(known) > 4 and name.endswith(known):
            best = max(best, _INSIDE)  # German writes "Verkaufspreis"
        elif len(known) > 4 and SequenceMatcher(None, name, known).ratio() >= _SIMILAR_RATIO:
            best = max(best, _SIMILAR)
    return best


def _confidence(column: str, values: _Values, target: str) -> float:
    by_name, by_values = _by_name(column, target), _BY_VALUES[target](values)
    if target in _CHECKED and not by_values:
        return by_name * 0.2
    return 1 - (1 - by_name) * (1 - by_values)


def guess_products(table: Table) -> tuple[Guess, ...] | None:
    """Guess the columns of a table; None when it does not look like a table of products."""
    if len(table.columns) > _COLUMNS:
        return None
    rows = table.rows[:_ROWS]
    values = {c: _Values(tuple(row[c] for row in rows if row[c]), len(rows)) for c in table.columns}
    free = [c for c in table.columns if values[c].values and attribute_name(c) is not None]
    scores = [(_confidence(c, values[c], target), c, target) for c in free for target in FIELDS]
    chosen: dict[str, tuple[str, float]] = {}
    for confidence, column, target in sorted(scores, key=lambda s: (-s[0], FIELDS.index(s[2]))):
        if confidence >= _LEAST and column not in chosen and all(target != known for known, _ in chosen.values()):
            chosen[column] = (target, confidence)
    found = {target: (column, confidence) for column, (target, confidence) in chosen.items()}
    if not _is_catalog(found):
        return None
    repeats = values[found["title"][0]].distinct < 1 or ("handle" in found and values[found["handle"][0]].distinct < 1)
    for column in table.columns:
        if column not in chosen:
            chosen[column] = _rest(column, values[column], repeats=repeats)
    return tuple(
        Guess(column, chosen[column][0], _samples(values[column].values), chosen[column][1]) for column in table.columns
    )


def _samples(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:_SAMPLES]


def _is_catalog(found: dict[str, tuple[str, float]]) -> bool:
    """A product has a name, and a price or a number; one of the two must be more than likely by its own column."""
    keys = [found[target][1] for target in ("price", "sku", "handle", "barcode") if target in found]
    return "title" in found and bool(keys) and max(keys) >= 0.5 and found["title"][1] + max(keys) >= 1.2


def _rest(column: str, values: _Values, *, repeats: bool) -> tuple[str, float]:
    """Tell an option, which differs between the rows of one product, from an attribute."""
    if attribute_name(column) is None or not values.values:
        return LEFT_OUT, 0.9
    named = plain(column) in _OPTION_NAMES
    sizes = values.share(lambda x: _SIZE.fullmatch(x.strip()) is not None) > _MOSTLY
    # A row without the option could not be chosen, so an option has a value in every row.
    if repeats and len(values.values) == values.rows and (named or sizes):
        return OPTION, 0.9 if named and sizes else 0.75
    return ATTRIBUTE, 0.5
