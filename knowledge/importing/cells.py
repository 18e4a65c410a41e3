"""What one cell says: text without traps, amounts, numbers, yes and no, days, weights."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from knowledge.importing.cell_error import CellError
from knowledge.importing.currencies import currency_in
from knowledge.money import Money, parse_amount
from knowledge.text import fold

P = ParamSpec("P")
T = TypeVar("T")

# Far above what real catalogs hold, and short enough that one cell cannot fill a reply or an index.
TITLE_LIMIT: Final = 500
DESCRIPTION_LIMIT: Final = 20_000
ATTRIBUTE_NAME_LIMIT: Final = 100
ATTRIBUTE_VALUE_LIMIT: Final = 2_000
KEY_LIMIT: Final = 255
NAME_LIMIT: Final = 200
# The columns are NUMERIC(14, 4).
AMOUNT_LIMIT: Final = Decimal(10) ** 10
# The prices, numbers and flags of a catalog repeat; so many different ones are remembered of each,
# and no long text, which would only fill the memory.
_REMEMBERED: Final = 8_192
_SHORT: Final = 40

# Control characters but tab and newline, lone surrogates, and direction marks, which can disguise text.
UNWANTED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_YES: Final = frozenset(
    [
        "1",
        "true",
        "yes",
        "y",
        "t",
        "on",
        "active",
        "published",
        "publish",
        "是",
        "有",
        "有货",
        "上架",
        "已上架",
        "在售",
        "已发布",
        "允许",
        "启用",
        "销售中",
    ]
)
_NO: Final = frozenset(
    [
        "0",
        "-1",
        "false",
        "no",
        "n",
        "f",
        "off",
        "draft",
        "archived",
        "unlisted",
        "private",
        "否",
        "无",
        "无货",
        "缺货",
        "下架",
        "已下架",
        "未上架",
        "停售",
        "草稿",
        "未发布",
        "禁用",
    ]
)
_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)")
_DAY_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_COMPACT_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_GRAMS: Final = {"g": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"),
                 "oz": Decimal("28.349523125"), "斤": Decimal(500)}  # fmt: skip


def _remembered(read: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
    """Read a short cell that was read before from memory."""
    known = lru_cache(_REMEMBERED)(read)

    @wraps(read)
    def remembering(cell: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if len(cell) > _SHORT:
            return read(cell, *args, **kwargs)
        return known(cell, *args, **kwargs)  # type: ignore[arg-type]  # a unit or a currency can be hashed

    return remembering


def clean_text(text: str) -> str:
    """Return the text with plain line ends and without control characters; tab and newline stay."""
    if text.isprintable():
        return text
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tidy(text: str, limit: int) -> str:
    """Return one line of text, at most ``limit`` characters."""
    # What is printable holds no white space but the space, and nothing unwanted: most cells are so.
    if text.isprintable() and "  " not in text:
        return text.strip()[:limit].strip()
    return " ".join(clean_text(text).split())[:limit].strip()


@_remembered
def read_money(cell: str, shop_currency: str) -> Money | None:
    """Read a price; None when the cell is empty.

    Raises:
        CellError: ``price_unreadable``, ``price_negative``, ``price_too_large`` or ``currency_unknown``.
    """
    cell = unicodedata.normalize("NFKC", cell).strip()
    if not cell:
        return None
    if re.search(r"\d[eE][+-]?\d", cell) or cell.startswith("="):
        raise CellError("price_unreadable")
    if cell.startswith(".") or re.match(r"\D+\.\d", cell):  # WooCommerce writes half a euro as ".5"
        cell = cell.replace(".", "0.", 1)
    amount = parse_amount(cell)
    if amount is None:
        raise CellError("price_unreadable")
    if amount < 0 or re.match(r"\(.*\)$|^-", cell):
        raise CellError("price_negative")
    if amount >= AMOUNT_LIMIT:
        raise CellError("price_too_large")
    return Money(amount, currency_in(cell, shop_currency))


@_remembered
def read_number(cell: str) -> Decimal | None:
    """Read a bare number; None when the cell is empty.

    Raises:
        CellError: ``number_unreadable``.
    """
    cell = unicodedata.normalize("NFKC", cell).strip().lstrip("'")
    if not cell:
        return None
    try:
        number = Decimal(
            cell.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", cell) else cell.replace(",", ".")
        )
    except InvalidOperation:
        raise CellError("number_unreadable") from None
    if not number.is_finite() or abs(number) >= AMOUNT_LIMIT:
        raise CellError("number_unreadable")
    return number


@_remembered
def read_flag(cell: str) -> bool | None:
    """Read yes or no; None when the cell is empty or says something else."""
    word = fold(cell).strip()
    return True if word in _YES else False if word in _NO else None


def read_day(cell: str, *, month_first: bool = False) -> date | None:
    """Read a day in the usual writings; None when the cell is empty.

    Args:
        cell: Such as ``2025-11-02``, ``2025/11/2 14:30``, ``2025年11月2日``, ``11/02/2025``.
        month_first: What ``03/04/2025`` means where both readings are possible.

    Raises:
        CellError: ``date_unreadable``.
    """
    cell = unicodedata.normalize("NFKC", cell).strip()
    if not cell:
        return None
    try:
        if found := _DAY.match(cell) or _COMPACT_DAY.fullmatch(cell):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY_LAST.match(cell):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            month, day = (first, second) if (month_first and first <= 12) or second > 12 else (second, first)
            return date(year, month, day)
    except ValueError:
        pass
    raise CellError("date_unreadable")


@_remembered
def read_weight(cell: str, unit: str) -> Decimal | None:
    """Return grams; None for an empty cell and for 0, with which shops say that they do not know.

    Raises:
        CellError: ``number_unreadable``.
    """
    number = read_number(cell)
    if number is None or number <= 0:
        return None
    return (number * _GRAMS.get(unit.casefold(), Decimal(1))).quantize(Decimal("0.01"))


def valid_gtin(digits: str) -> bool:
    """Whether the digits are a GTIN-8, -12, -13 or -14 with a right check digit (GS1 General Specifications 7.9)."""
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 12, 13, 14) or not int(digits):
        return False
    weighted = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits[:-1])))
    return (10 - weighted % 10) % 10 == int(digits[-1])
