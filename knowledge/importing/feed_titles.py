"""What a product is called when a feed names each of its variants: the title without what varies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_ENDS: Final = " \t-–—,，、/|·:：;；(（[【"
_SHORTEST: Final = 2


def product_title(titles: Sequence[str], chosen: Sequence[Sequence[str]]) -> str:
    """Return the title that fits all variants.

    Args:
        titles: One per variant, such as ``Linen Shirt - Blue / M``.
        chosen: The option values of each, such as ``("Blue", "M")``.
    """
    pairs = [(title, values) for title, values in zip(titles, chosen, strict=True) if title]
    if len({title for title, _ in pairs}) == 1:
        return pairs[0][0]
    bare = [_without(title, values) for title, values in pairs]
    if len(set(bare)) == 1 and len(bare[0]) >= _SHORTEST:
        return bare[0]
    shared = _shared(bare)
    return shared if len(shared) >= max(_SHORTEST, min(map(len, bare)) // 2) else min(bare, key=len) or pairs[0][0]


def title_remainders(titles: Sequence[str], product: str) -> list[str]:
    """Return what each title says beyond the product's; an empty text where it says nothing."""
    return [
        title[len(product) :].strip(_ENDS + ")）]】")
        if title.startswith(product)
        else title
        if title != product
        else ""
        for title in titles
    ]


def _without(title: str, values: Sequence[str]) -> str:
    """Take the values off the end of the title, where feeds write them; in its middle they may be its name."""
    left = title
    wanted = sorted({value for value in values if value}, key=len, reverse=True)
    for _ in range(len(wanted)):
        trimmed = left.rstrip(_ENDS + ")）]】")
        ending = next((v for v in wanted if _ends_with(trimmed, v)), None)
        if ending is None:
            break
        left = trimmed[: -len(ending)].rstrip(_ENDS)
    return left if len(left) >= _SHORTEST else title


def _ends_with(title: str, value: str) -> bool:
    if not title.casefold().endswith(value.casefold()) or len(title) <= len(value):
        return False
    # "Teams" does not end with size S.
    return not (
        value[0].isascii() and value[0].isalnum() and re.match(r"[a-z0-9]", title[-len(value) - 1], re.IGNORECASE)
    )


def _shared(titles: Sequence[str]) -> str:
    """Return the beginning that all share, cut at a word's end."""
    lowest, highest = min(titles), max(titles)
    length = next((i for i, (a, b) in enumerate(zip(lowest, highest, strict=False)) if a != b), len(lowest))
    prefix = lowest[:length]
    cut = [title[len(prefix) : len(prefix) + 1] for title in titles]
    if prefix and prefix[-1].isascii() and prefix[-1].isalnum() and any(c.isascii() and c.isalnum() for c in cut):
        prefix = re.sub(r"[A-Za-z0-9.]+$", "", prefix)
    return prefix.rstrip(_ENDS)
