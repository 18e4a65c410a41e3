"""Text in the one form in which cases and replies are held against each other."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "`": ""})
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MARKER = re.compile(r"\[\d+\]")
_ENUMERATION = re.compile(r"(?m)^\s*\d{1,2}[.、)]\s")


def folded(text: str) -> str:
    """Return a text without what the cases do not judge: width, case, kind of apostrophe, Markdown marks."""
    return unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).replace("**", "").casefold()


def says(text: str, wanted: str) -> bool:
    """Tell whether a text has a wording, by the cases' rule for matching."""
    return folded(wanted) in folded(text)


def numbers_in(text: str) -> set[str]:
    """Return the numbers written in digits, in one writing: ``1,299.00`` and ``1299`` are the same.

    Citation marks and the numbers of a list's items are left out. This is not the assistant's own
    fact check, so that an error of that one shows here.
    """
    # A full-width comma never groups digits, but folds into one that does.
    plain = _ENUMERATION.sub(" ", _MARKER.sub(" ", text.replace("，", " ")))
    found = _NUMBER.findall(_GROUPED.sub("", unicodedata.normalize("NFKC", plain)))
    return {number if number.count(".") > 1 else f"{Decimal(number).normalize():f}" for number in found}
