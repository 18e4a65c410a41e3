"""Money: a decimal amount and its currency, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "HKD": "HK$"}
_NO_MINOR_UNIT = {"JPY", "KRW", "VND"}
# One number with optional thousands groups and a decimal part in either convention.
_AMOUNT = re.compile(r"-?\d{1,3}(?:[ ,.'’]\d{3})+(?:[.,]\d{1,2})?|-?\d+(?:[.,]\d+)?|(?<![\w.])\.\d+")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in one currency (ISO 4217).

    Ordering compares the amount first and is meaningful within one currency only.
    """

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{_SYMBOLS.get(self.currency, self.currency + ' ')}{self.digits()}"

    def digits(self) -> str:
        """Return the amount as shoppers read it: ``199`` or ``64.50``, never ``199.00``."""
        places = 0 if self.currency in _NO_MINOR_UNIT or self.amount == self.amount.to_integral() else 2
        return f"{self.amount:.{places}f}"

    def as_json(self) -> dict[str, str]:
        """Return ``{amount, currency}`` with the amount as a decimal string."""
        places = 0 if self.currency in _NO_MINOR_UNIT else 2
        return {"amount": f"{self.amount:.{places}f}", "currency": self.currency}


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount in which a currency is paid: ``0.01``, of yen ``1``."""
    return Decimal(1) if currency in _NO_MINOR_UNIT else Decimal("0.01")


def parse_amount(text: str) -> Decimal | None:
    """Read the amount in a cell such as ``1,299.00``, ``¥199``, ``19,90`` or ``15.00 USD``.

    A comma followed by exactly three digits is read as a thousands group, a point only where there are several.

    Returns:
        The amount, or None when the cell does not hold exactly one number.
    """
    found = _AMOUNT.findall(text)
    if len(found) != 1:
        return None
    digits = re.sub(r"[ '’]", "", found[0])
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        grouped = len(digits) - last - 1 == 3 and (digits[last] == "," or digits.count(".") > 1)
        whole = re.sub(r"[.,]", "", digits if grouped else digits[:last])
        digits = whole if grouped else f"{whole}.{digits[last + 1 :]}"
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None
