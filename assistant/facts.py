"""The facts that a turn has read: each with its words, its source and its date."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assistant.reply import Citation
from knowledge.catalog import Availability, Product, Source, Variant
from knowledge.documents import Passage
from knowledge.money import Money
from knowledge.retrieval.query import PassageHit
from knowledge.size_charts import CHART_ATTRIBUTES
from knowledge.text import fold, sentence_spans

# Names under which merchants state a weight themselves.
WEIGHT_LABELS: Final = frozenset(["weight", "item weight", "net weight", "product weight", "重量", "净重", "商品重量"])

HEADINGS_JOINED: Final = " › "
# What stands over a sentence of a product's description.
_DESCRIPTION: Final = {"zh": "描述", "en": "Description"}


class FactKind(StrEnum):
    """What a fact is: a typed value, or words of the merchant."""

    PRICE = "price"
    AVAILABILITY = "availability"
    OPTIONS = "options"
    ATTRIBUTE = "attribute"
    DESCRIPTION = "description"
    PASSAGE = "passage"
    SIZE_CHART = "size_chart"
    FIT_REPORTS = "fit_reports"
    ORDER = "order"
    COUPON = "coupon"
    QUICK_REPLY = "quick_reply"


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement that may be repeated to the shopper.

    Attributes:
        label: What it is about, in the merchant's words.
        text: The statement, verbatim where it is the merchant's sentence.
        about: Words by which one asks for it, beyond label and text; never shown.
        source_id: Document name, product handle or chart id.
        start: Span of ``text`` in its source; None for a typed value.
        source: File and row in which the shop said it.
    """

    kind: FactKind
    label: str
    text: str
    lang: str
    source_kind: str
    source_id: str
    source_title: str
    as_of: str
    about: str = ""
    start: int | None = None
    end: int | None = None
    source: Source | None = None

    def citation(self, n: int, quote: str | None = None, start: int | None = None) -> Citation:
        """Return the citation of this fact, or of a part of it that begins at ``start``."""
        quoted = quote if quote is not None else self.text
        begin = start if start is not None else self.start
        return Citation(
            n=n,
            kind=self.source_kind,
            id=self.source_id,
            title=self.source_title,
            passage=self.label,
            quote=quoted,
            as_of=self.as_of,
            start=begin,
            end=None if begin is None else begin + len(quoted),
            source_file=self.source.file if self.source else None,
            source_row=self.source.row if self.source else None,
        )


def as_read(fact: Fact) -> str:
    """Return a text of the shop under its heading, as the reader has learnt to read texts."""
    if fact.kind is FactKind.PASSAGE:
        return _under(fact.label, fact.text)
    label = _DESCRIPTION[fact.lang] if fact.kind is FactKind.DESCRIPTION else fact.label
    return _under(f"{fact.source_title}{HEADINGS_JOINED}{label}", fact.text)


def passage_as_read(passage: Passage) -> str:
    """Return a passage as `as_read` returns it when it is a fact."""
    return _under(heading_of(passage), passage.text)


def _under(heading: str, text: str) -> str:
    return f"{heading}\n{text}"


def heading_of(passage: Passage) -> str:
    """Return the headings over a passage, the outermost first."""
    return HEADINGS_JOINED.join(passage.heading_path)


def passage_fact(hit: PassageHit) -> Fact:
    """Return a passage as a fact: a verbatim span of the shop's own document."""
    passage, document = hit.passage, hit.document
    return Fact(
        FactKind.PASSAGE,
        heading_of(passage),
        passage.text,
        passage.lang,
        "document",
        document.name,
        document.title,
        document.as_of.isoformat(),
        start=passage.start,
        end=passage.end,
        source=Source(document.name),
    )


def product_facts(product: Product) -> list[Fact]:
    """Return everything the shop says about a product, typed values first."""
    facts = [_price(product), _availability(product), *_options(product), _weight(product)]
    facts += [
        _fact(product, FactKind.ATTRIBUTE, a.name, a.value)
        for a in product.attributes
        if a.name.casefold() not in CHART_ATTRIBUTES
    ]
    facts += [
        _fact(product, FactKind.DESCRIPTION, product.title, product.description[start:end], start=start, end=end)
        for start, end in sentence_spans(product.description)
    ]
    return [fact for fact in facts if fact is not None and fact.text]


def price_text(variants: tuple[Variant, ...]) -> str:
    """Return the price of the variants as shoppers read it: ``¥199`` or ``¥199–¥259``."""
    prices = sorted({v.price for v in variants if v.price is not None})
    if not prices:
        return ""
    return str(prices[0]) if len(prices) == 1 else f"{prices[0]}–{prices[-1]}"


def reduced_from(variants: tuple[Variant, ...]) -> Money | None:
    """Return the list price when every variant has the same one."""
    found = {v.list_price for v in variants}
    return next(iter(found)) if len(found) == 1 else None


def _price(product: Product) -> Fact | None:
    return _fact(
        product,
        FactKind.PRICE,
        "price",
        price_text(product.variants),
        about="price cost how much on sale reduced 价格 价钱 多少钱 售价 特价 打折",
    )


def _availability(product: Product) -> Fact | None:
    states = {v.availability for v in product.variants}
    about = "in stock available availability inventory sold out restock 有货 库存 现货 缺货 断货"
    text = product.availability.value if states else Availability.UNKNOWN.value
    return _fact(product, FactKind.AVAILABILITY, "availability", text, about=about)


def _weight(product: Product) -> Fact | None:
    """Return the weight of the variants, unless the page states one in its own words."""
    grams = sorted({v.weight_grams for v in product.variants if v.weight_grams})
    stated = any(fold(attribute.name) in WEIGHT_LABELS for attribute in product.attributes)
    if not grams or stated:
        return None
    shown = [f"{value.normalize():f}" for value in (grams[:1] if len(grams) == 1 else [grams[0], grams[-1]])]
    unit = " 克" if product.lang == "zh" else " g"
    about = "how heavy weigh weight 多重 重量 多少克"
    label = "重量" if product.lang == "zh" else "weight"
    return _fact(product, FactKind.ATTRIBUTE, label, "–".join(shown) + unit, about=about)


def _options(product: Product) -> list[Fact | None]:
    return [
        _fact(
            product,
            FactKind.OPTIONS,
            option.name,
            ("、" if product.lang == "zh" else ", ").join(option.values),
            about=f"{option.name} which options choices come in available 哪些 什么 选择 可选 有没有",
        )
        for option in product.options
    ]


def _fact(
    product: Product,
    kind: FactKind,
    label: str,
    text: str,
    *,
    about: str = "",
    start: int | None = None,
    end: int | None = None,
) -> Fact | None:
    if not text:
        return None
    return Fact(
        kind,
        label,
        text,
        product.lang,
        "product",
        product.handle,
        product.title,
        product.as_of.isoformat(),
        about,
        start,
        end,
        product.source,
    )
