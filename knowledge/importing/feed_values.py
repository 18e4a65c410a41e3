"""What the cells of product feeds say: availability, the days of a sale, details, shipping, weights."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from knowledge.catalog import Availability
from knowledge.importing.cell_error import CellError
from knowledge.importing.cells import read_day, read_weight, tidy
from knowledge.importing.feed_item import said

_AVAILABILITY: Final = {
    **dict.fromkeys(("instock", "availablefororder", "limitedavailability", "limitedstock", "instoreonly", "onlineonly",
                     "lowstock", "available", "true", "有货", "现货", "有库存"), Availability.IN_STOCK),
    **dict.fromkeys(("outofstock", "soldout", "discontinued", "unavailable", "reserved", "false", "缺货", "无货",
                     "售罄", "已售罄", "下架"), Availability.OUT_OF_STOCK),
    **dict.fromkeys(("preorder", "presale", "预售", "预订", "预购"), Availability.PREORDER),
    **dict.fromkeys(("backorder", "onbackorder", "madetoorder", "缺货可订"), Availability.BACKORDER),
    **dict.fromkeys(("unknown", "pending"), Availability.UNKNOWN),
}  # fmt: skip
AVAILABILITY_CHOICES: Final = "in_stock, out_of_stock, preorder, backorder"
_WEIGHT: Final = re.compile(r"([\d.,]+)\s*([a-z斤克公千]+)", re.IGNORECASE)
_UNITS: Final = {
    **dict.fromkeys(("g", "gr", "gram", "grams", "grm", "克"), "g"),
    **dict.fromkeys(("kg", "kgs", "kgm", "kilogram", "kilograms", "公斤", "千克"), "kg"),
    **dict.fromkeys(("lb", "lbs", "lbr", "pound", "pounds"), "lb"),
    **dict.fromkeys(("oz", "onz", "ounce", "ounces"), "oz"),
    "斤": "斤",
}  # fmt: skip
_LONGEST_DATE: Final = 100
_QUESTION: Final = re.compile(r"(?:^|\s)(?:Q|问)\s*[:：]\s*", re.IGNORECASE)
_ANSWER: Final = re.compile(r"(?:^|\s)(?:A|答)\s*[:：]\s*", re.IGNORECASE)


def read_availability(text: str) -> Availability | None:
    """Return what ``in stock``, ``in_stock`` and ``https://schema.org/InStock`` mean; None for another word."""
    word = re.sub(r"[\s_-]+", "", text.strip().rstrip("/").rpartition("/")[2]).casefold()
    return _AVAILABILITY.get(word)


def read_moment(text: str, zone: tzinfo, *, month_first: bool, ends: bool = False) -> datetime | None:
    """Read a moment in ISO 8601 or a day in a usual writing; None for an empty text.

    Args:
        text: Such as ``2026-11-20T13:00-0800``, ``2026-11-20`` or ``11/20/2026``.
        zone: Of a moment that names none.
        month_first: As in `read_day`.
        ends: A bare day means its end.

    Raises:
        CellError: ``date_unreadable``.
    """
    text = text[:_LONGEST_DATE].strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(re.sub(r"(?<=\d) ?([+-]\d{4})$", r"\1", text)) if len(text) > 10 else None
    except ValueError:
        found = None
    try:
        if found is None:
            day = read_day(text, month_first=month_first)
            assert day is not None
            found = datetime.combine(day, time.min) + (timedelta(days=1) if ends else timedelta())
        return found if found.tzinfo is not None else found.replace(tzinfo=zone)
    except OverflowError:
        raise CellError("date_unreadable") from None


def read_span(text: str, zone: tzinfo, *, month_first: bool) -> tuple[datetime | None, datetime | None]:
    """Read ``start/end``, either of which may be missing.

    Raises:
        CellError: ``date_unreadable``.
    """
    parts = re.split(r"\s*/\s*(?=\d{4})|\s+(?:to|-|至)\s+|^\s*/|/\s*$", text[:_LONGEST_DATE].strip())
    start, end = (parts[0], "/".join(parts[1:])) if len(parts) > 1 else (text, "")
    return read_moment(start, zone, month_first=month_first), read_moment(end, zone, month_first=month_first, ends=True)


def read_grams(text: str) -> Decimal | None:
    """Return the grams of ``1.5 lb``; None when no unit is named.

    Raises:
        CellError: ``number_unreadable``.
    """
    found = _WEIGHT.fullmatch(text.strip())
    unit = _UNITS.get(found[2].casefold()) if found else None
    return read_weight(found[1], unit) if found and unit else None


def addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses of pictures, several of which may stand in one cell."""
    return tuple(part for text in texts for part in re.split(r"[,;|\s]{1,5}(?=https?://)", text) if part)


def option_pairs(values: Iterable[object]) -> list[tuple[str, str]]:
    """Return (name, value) of options that are named: a mapping, a list of them, ``Color: Red``, or JSON."""
    pairs: list[tuple[str, str]] = []
    for value in values:
        if isinstance(value, str):
            pairs += _written_pairs(value)
        elif isinstance(value, Mapping):
            name, choice = value.get("name"), value.get("value", value.get("label"))
            named = [(name, choice)] if name is not None and choice is not None else list(value.items())
            pairs += [(said(key), said(one)) for key, one in named]
    return [(tidy(name, 100), tidy(choice, 255)) for name, choice in pairs if name.strip() and choice.strip()]


def _written_pairs(text: str) -> list[tuple[str, str]]:
    if text[:1] in "{[":
        try:
            parsed: object = json.loads(text)
        except (ValueError, RecursionError):
            parsed = None
        if isinstance(parsed, dict | list):
            inner = parsed if isinstance(parsed, list) else [parsed]
            return option_pairs([one for one in inner if isinstance(one, Mapping)])
    parts = re.split(r"[,;|](?=[^,;|:=]+[:=])", text)
    return [(name, value) for name, mark, value in (_cut(part) for part in parts) if mark]


def _cut(part: str) -> tuple[str, str, str]:
    found = re.match(r"([^:=：]+)[:=：](.+)", part, re.DOTALL)
    return (found[1].strip(), ":", found[2].strip()) if found else (part, "", "")


def details_of(values: Iterable[object]) -> list[tuple[str, str]]:
    """Return (name, value) of Google's product details, as a group or as ``section:name:value``."""
    found: list[tuple[str, str]] = []
    for value in values:
        if isinstance(value, Mapping):
            parts = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(k)).lower(): said(v) for k, v in value.items()}
            found.append((parts.get("attribute_name", ""), parts.get("attribute_value", "")))
            continue
        # A comma begins another detail when a name with its colons follows.
        for piece in re.split(r",(?=[^,:]*:[^,:]+:)", said(value)):
            cut = piece.strip().strip('"').split(":", 2)
            if len(cut) > 1:
                found.append((cut[-2], cut[-1]))
    return [(name.strip(), value.strip()) for name, value in found if name.strip() and value.strip()]


def shipping_lines(values: Iterable[object]) -> list[str]:
    """Return each way of shipping in a line: country, region, service, price."""
    lines: list[str] = []
    for value in values:
        if isinstance(value, Mapping):
            lines.append(said({key: part for key, part in value.items() if part}))
        else:
            pieces = re.split(r",(?=\s*[A-Z]{2}:)", said(value))
            lines += [" ".join(part for part in piece.split(":") if part.strip() not in ("", "*")) for piece in pieces]
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def highlights_of(values: Iterable[object]) -> list[str]:
    """Return the highlights; in a table several stand in one cell, in quotes where they hold commas."""
    texts = [said(value) for value in values]
    if len(texts) == 1:
        texts = re.findall(r'"([^"]+)"', texts[0]) or [t for t in re.split(r"(?<=\w),(?=[A-Z])", texts[0]) if t]
    return [tidy(text, 500) for text in texts if text.strip()]


def questions_of(values: Iterable[object]) -> list[str]:
    """Return the merchant's questions and answers, ``Q: …`` above ``A: …``."""
    found: list[str] = []
    for value in values:
        if isinstance(value, Mapping):
            parts = {str(key).casefold()[:1]: said(part) for key, part in value.items()}
            if parts.get("q") and parts.get("a"):
                found.append(f"Q: {parts['q']}\nA: {parts['a']}")
            continue
        for piece in _QUESTION.split(said(value)):
            cut = _ANSWER.split(piece, maxsplit=1)
            if len(cut) == 2 and cut[0].strip():
                found.append(f"Q: {tidy(cut[0], 500)}\nA: {tidy(cut[1], 2000)}")
    return found
