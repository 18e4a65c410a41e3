"""One item of a product feed, whatever it was written in: fields by name, some of them several times."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from knowledge.importing.cells import clean_text
from knowledge.importing.feed_fields import field_of, is_unused
from knowledge.importing.headers import Columns
from knowledge.importing.issues import Notes
from knowledge.importing.packed_rows import TableRow
from knowledge.importing.reader import Context
from knowledge.importing.row_reader import RowReader

# ISO 4217: currencies whose minor unit is not a hundredth.
_MINOR_PLACES: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
                     "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip
_LONGEST_NUMBER: Final = 30
_PRICES: Final = frozenset(["price", "sale_price", "list_price"])
_BARE: Final = re.compile(r"[\d.,\s'’-]+")
_DEPTH: Final = 4

Pair = tuple[str, object]


@dataclass(slots=True)
class Item:
    """What a feed says of one thing that can be bought.

    Attributes:
        line: Line in the file; None in JSON, whose parser does not tell.
        where: How a message names the item when there is no line, such as ``products[3].``.
        said: By our field, the values in their order, as texts.
        groups: The values of the fields that hold groups, such as ``shipping`` with a country and a price.
        names: The feed's own name of a field; the items of a feed may share it.
        others: Fields that no alias knows.
    """

    line: int | None
    where: str = ""
    said: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, list[object]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    others: list[tuple[str, str]] = field(default_factory=list)

    def values(self, name: str) -> list[object]:
        """Return the values with their groups."""
        return self.groups.get(name) or list(self.said.get(name, ()))

    def texts(self, name: str) -> list[str]:
        return self.said.get(name, [])

    def text(self, name: str) -> str:
        found = self.said.get(name)
        return found[0] if found else ""


def item_of(pairs: Iterable[Pair], line: int | None, where: str = "", names: dict[str, str] | None = None) -> Item:
    """Sort what a feed says by our fields; of two names for one field the one in use goes before its elder."""
    item = Item(line, where, names={} if names is None else names)
    ranks: dict[str, int] = {}
    for name, value in pairs:
        several = value if isinstance(value, list) else [value]
        texts = [text for one in several if (text := said(one))]
        if not texts:
            continue
        known = field_of(name)
        if known is None:
            if not is_unused(name):
                item.others.append((name, "; ".join(texts)))
            continue
        ours, rank = known
        best = ranks.setdefault(ours, rank)
        if rank > best:
            continue
        if rank < best or ours not in item.said:
            item.said[ours], item.names[ours], ranks[ours] = [], name, rank
            item.groups.pop(ours, None)
        if ours in item.groups or any(isinstance(one, Mapping) for one in several):
            item.groups[ours] = [*item.values(ours), *(one for one in several if said(one))]
        item.said[ours] += texts
    return item


def shared_pairs(pairs: Iterable[Pair]) -> list[Pair]:
    """Return what a product says of itself, so that it is told apart from what its variants say."""
    own = list(pairs)
    images = [image for name, value in own if name in ("image", "images") for image in _listed(value)]
    renamed = {"description": "group_description", "link": "canonical", "url": "canonical"}
    kept = [(renamed.get(name, name), value) for name, value in own if name not in ("image", "images", "title")]
    return [*kept, ("group_images", images)]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def said(value: object, depth: int = 0) -> str:
    """Return a value of JSON or XML as text; an amount with its currency, a group as its parts."""
    if isinstance(value, str):
        return value.strip() if value.isprintable() else clean_text(value).strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return _digits(Decimal(value))
    if depth >= _DEPTH:
        return ""
    if isinstance(value, Mapping):
        money = _money(value)
        return money or " ".join(filter(None, (said(part, depth + 1) for part in value.values())))
    if isinstance(value, list):
        return ", ".join(filter(None, (said(part, depth + 1) for part in value)))
    return ""


def _digits(number: Decimal) -> str:
    """Return the number without an exponent, unless that would fill the memory."""
    exponent = number.as_tuple().exponent
    plain = isinstance(exponent, int) and abs(exponent) <= _LONGEST_NUMBER
    return f"{number:f}" if plain else str(number)


def _money(value: Mapping[str, object]) -> str | None:
    """Read ``{amount, currency}``: a whole number is in minor units (ACP), a text in major ones."""
    currency = said(value.get("currency", value.get("currencyCode", value.get("currency_code", ""))))
    if not currency:
        return None
    if (micros := value.get("amountMicros", value.get("amount_micros"))) is not None:
        return f"{_shifted(micros, 6)} {currency}"
    amount = value.get("amount")
    if isinstance(amount, int) and not isinstance(amount, bool):
        return f"{_shifted(amount, _MINOR_PLACES.get(currency.upper(), 2))} {currency}"
    major = said(amount if amount is not None else value.get("value", ""))
    return f"{major} {currency}" if major else None


def _shifted(amount: object, places: int) -> str:
    text = said(amount)
    return _digits(Decimal(text).scaleb(-places)) if re.fullmatch(r"-?\d{1,20}", text) else text


class ItemReader(RowReader):
    """Reads the fields of a feed's item, and notes what is wrong with them."""

    def __init__(self, item: Item, context: Context, notes: Notes) -> None:
        super().__init__(TableRow(item.line or 0, {}), Columns({}, ()), context, notes)
        self.item = item

    def raw(self, field: str) -> str:
        text = self.item.text(field)
        if field in _PRICES and _BARE.fullmatch(text) and (currency := self.item.text("currency")):
            return f"{text} {currency}"
        # A CSV and a JSON file are no XML, and shops write their entities all the same.
        return html.unescape(text) if "&" in text and field not in ("link", "canonical", "image") else text

    def note(self, code: str, field: str | None = None, value: str | None = None, **details: object) -> None:
        shown = None if field is None else self.item.where + self.item.names.get(field, field)
        if field is None and self.item.line is None and self.item.where:
            shown = self.item.where.rstrip(".")
        self._notes.add(code, row=self.item.line, field=shown, value=value, **details)
