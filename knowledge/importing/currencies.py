"""Currencies, and which one a price cell names."""

from __future__ import annotations

import re
from typing import Final

from knowledge.importing.cell_error import CellError

# ISO 4217, the codes in circulation. A feed's other three letters ("TBA") are not a currency.
_CODES: Final = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD
TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES: Final = frozenset(_CODES.split())
_DOLLAR_CODES: Final = "ARS AUD BBD BMD BND BSD BZD CAD CLP COP FJD HKD MXN NZD SGD TWD USD"
_DOLLARS: Final = frozenset(_DOLLAR_CODES.split())
_SYMBOLS: Final = (
    ("US$", "USD"), ("HK$", "HKD"), ("NT$", "TWD"), ("CA$", "CAD"), ("AU$", "AUD"), ("A$", "AUD"), ("C$", "CAD"),
    ("S$", "SGD"), ("€", "EUR"), ("£", "GBP"), ("₩", "KRW"), ("₹", "INR"), ("RMB", "CNY"), ("人民币", "CNY"),
    ("美元", "USD"), ("欧元", "EUR"), ("英镑", "GBP"), ("日元", "JPY"), ("港币", "HKD"), ("港元", "HKD"),
)  # fmt: skip
_LETTERS: Final = re.compile(r"[A-Za-z]+")


def currency_in(cell: str, shop_currency: str) -> str:
    """Return the currency that a price cell names, else the shop's.

    Raises:
        CellError: It names one that does not exist (``currency_unknown``).
    """
    if named := next((currency for symbol, currency in _SYMBOLS if symbol in cell.upper()), None):
        return named
    if words := [str(word).upper() for word in _LETTERS.findall(cell)]:
        found = next((word for word in words if word in CURRENCIES), None)
        if found is None:
            raise CellError("currency_unknown")
        return found
    if "$" in cell:
        return shop_currency if shop_currency in _DOLLARS else "USD"
    if "¥" in cell or "￥" in cell:
        return shop_currency if shop_currency in ("CNY", "JPY") else "CNY"
    return shop_currency if "元" not in cell or shop_currency in ("TWD", "HKD") else "CNY"
