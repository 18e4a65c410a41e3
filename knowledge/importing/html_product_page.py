"""A page that sells a product and says more: its prose is worth a document, what the catalog says is not.

The price of today, a button and what a buyer wrote are nothing that the shop may be quoted with tomorrow. So
everything is left out that the page's own markup says for machines too, names one of its prices, or stands
in the parts of a page where goods are chosen and rated; and a page without prose besides is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import Tag

from knowledge.importing.currencies import CURRENCIES
from knowledge.importing.document_checks import is_sentence
from knowledge.importing.html import plain_text
from knowledge.importing.html_chrome import gone, words_of
from knowledge.importing.issues import Notes
from knowledge.importing.json_ld_nodes import blocks_of
from knowledge.importing.layout import Element, Grid, Heading, Items, Paragraph
from knowledge.money import parse_amount

_SELLS: Final = re.compile(
    r"[\"']@type[\"']\s*:\s*\[?\s*[\"']Product|itemtype=[\"']https?://schema\.org/Product\b|"
    r"property=[\"']og:type[\"'] content=[\"'](?:og:)?product"
)
# Words of classes and ids; of the rest of a page's chrome `html_chrome` knows.
_SELLING_WORDS: Final = frozenset(
    ["price", "prices", "cart", "quantity", "qty", "stock", "availability", "swatch", "swatches", "variant",
     "variants", "review", "reviews", "rating", "ratings", "testimonial", "testimonials", "bundle", "wishlist"]
)  # fmt: skip
_SELLING_PROPERTIES: Final = frozenset(["price", "offers", "review", "reviews", "aggregateRating", "description"])
_PRICES: Final = frozenset(["price", "lowPrice", "highPrice"])
_SIGN: Final = r"[$€£¥￥₩₹]"
_MONEY: Final = re.compile(rf"({_SIGN}|\b[A-Z]{{3}})?\s?(\d+(?:[.,]\d+)*)\s?({_SIGN}|[元块]|[A-Z]{{3}}\b)?")
# A shorter text that is repeated may be a heading or a word of its own.
_REPEATED: Final = 20
# A slogan ("Free shipping on everything!") is shorter; a Han character tells as much as two letters.
_PROSE: Final = 60
_HAN: Final = re.compile(r"[㐀-鿿]")
_DEPTH: Final = 30


@dataclass(frozen=True, slots=True)
class Offered:
    """What a page says for machines.

    Attributes:
        said: Its texts in one form, one a line.
        prices: The amounts that it names.
    """

    said: str
    prices: frozenset[Decimal]


def sells(html: str) -> bool:
    """Whether a page says for machines that it sells one product."""
    return _SELLS.search(html) is not None


def offered_on(html: str, soup: BeautifulSoup) -> Offered:
    """Return what the page says for machines, in blocks of JSON-LD or in the attributes of its tags."""
    found = list(_strings(blocks_of(html, Notes("", "en")), "", 0))
    marked = soup.find_all(["meta", "span", "div", "data", "p", "strong"], attrs={"itemprop": list(_PRICES)})
    marked += soup.find_all("meta", attrs={"property": re.compile(r"price:amount$")})
    found += [("price", str(tag.get("content") or tag.get_text())) for tag in marked]
    prices = {amount for key, text in found if key in _PRICES and (amount := parse_amount(text)) is not None}
    said = (_flat(plain_text(text)) for _, text in found if len(text) >= _REPEATED)
    return Offered("\n".join(said), frozenset(prices))


def take_out_selling(soup: BeautifulSoup) -> None:
    """Remove the parts of a page in which a product is chosen, paid and rated."""
    for tag in soup.find_all(_is_selling):
        if not gone(tag):
            tag.decompose()


def beyond(elements: Iterable[Element], offered: Offered) -> list[Element]:
    """Return what a page tells beyond its product; nothing where there is no prose in it."""
    kept = [left for element in elements if (left := _left(element, offered)) is not None]
    kept = [element for place, element in enumerate(kept) if not _is_bare(kept, place)]
    return kept if any(isinstance(e, Paragraph) and _weight(e.text) >= _PROSE for e in kept) else []


def _is_selling(tag: Tag) -> bool:
    if tag.name in ("html", "body", "main", "article") or re.fullmatch("h[1-6]", tag.name):
        return False
    return tag.get("itemprop") in _SELLING_PROPERTIES or bool(words_of(tag) & _SELLING_WORDS)


def _left(element: Element, offered: Offered) -> Element | None:
    """Return what stays of an element."""
    if isinstance(element, Heading):
        return element
    if isinstance(element, Paragraph):
        stays = (element.is_question or is_sentence(element.text)) and _is_new(element.text, offered)
        return element if stays else None
    if isinstance(element, Items):
        lines = tuple(line for line in element.lines if _is_new(line.lstrip(" -0123456789."), offered))
        return Items(lines) if lines else None
    rows = tuple(row for row in element.rows if _is_new(" ".join(row), offered))
    return Grid(rows, element.has_header) if len(rows) > 1 else None


def _is_new(text: str, offered: Offered) -> bool:
    """Whether a text says anything that the catalog does not."""
    flat = _flat(text)
    if not flat or flat in offered.said:
        return False
    return not any(
        _is_currency(found[1]) + _is_currency(found[3]) and parse_amount(found[2]) in offered.prices
        for found in _MONEY.finditer(text)
    )


def _is_currency(sign: str | None) -> bool:
    return sign is not None and (len(sign) < 3 or sign in CURRENCIES)


def _is_bare(elements: list[Element], place: int) -> bool:
    """Whether an element is a heading under which nothing is left."""
    heading = elements[place]
    if not isinstance(heading, Heading):
        return False
    for below in elements[place + 1 :]:
        if not isinstance(below, Heading):
            return False
        if below.level <= heading.level:
            return True
    return True


def _weight(text: str) -> int:
    return len(text) + len(_HAN.findall(text))


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _strings(value: object, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield every text and number of a JSON value with the key under which it stands."""
    if depth > _DEPTH:
        return
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _strings(part, str(name), depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part, key, depth + 1)
    elif isinstance(value, str | int | Decimal):
        yield key, str(value)
