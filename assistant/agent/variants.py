"""Two choices of one product set side by side: "small or large", 30ml和50ml哪个."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.agent.phrases import AVAILABILITY, say
from assistant.facts import price_text
from knowledge.catalog import Product, Variant
from knowledge.text import Lang, fold, has_han


@dataclass(frozen=True, slots=True)
class Choices:
    """Values of one option of a product that a shopper sets against each other, in the merchant's order."""

    product: Product
    option: str
    values: tuple[str, ...]

    def variants(self, value: str) -> tuple[Variant, ...]:
        """Return the variants with one of the values."""
        return tuple(v for v in self.product.variants if (self.option, value) in v.options)


def choices_in(text: str, product: Product) -> Choices | None:
    """Return the choices that a message names, at least two of one option; else None."""
    folded = fold(text)
    for option in product.options:
        named = tuple(value for value in option.values if _names(fold(value), folded))
        if len(named) > 1:
            return Choices(product, option.name, named)
    return None


def choices_text(choices: Choices, lang: Lang) -> str:
    """Return price, stock and weight of each choice, a line for each."""
    return "\n".join(_line(value, choices.variants(value), lang) for value in choices.values)


def _line(value: str, variants: Sequence[Variant], lang: Lang) -> str:
    best = next((v for v in variants if v.availability.can_be_bought), variants[0] if variants else None)
    parts = [price_text(tuple(variants)) or say("not_given", lang)]
    parts += [AVAILABILITY[best.availability][lang]] if best is not None else []
    grams = {v.weight_grams for v in variants if v.weight_grams}
    if len(grams) == 1:
        parts.append(f"{grams.pop().normalize():f} {'克' if lang == 'zh' else 'g'}")
    return f"- {value}{'：' if lang == 'zh' else ': '}{('，' if lang == 'zh' else ', ').join(parts)}"


def _names(value: str, folded: str) -> bool:
    if has_han(value):
        return value in folded
    return re.search(rf"(?<![a-z0-9.]){re.escape(value)}(?![a-z0-9])", folded) is not None
