"""For whom a thing is made: women, men or children, as shoppers ask for it and shops say it.

A closed class of words in both languages, as feeds have fields for it (``gender`` and ``age_group``
of Google's product data): "men's shoes" must not find women's, although the words lie near.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from knowledge.catalog import Product
from knowledge.size_charts import SizeChart, chart_for
from knowledge.text import fold


class Audience(StrEnum):
    """Who wears or uses it."""

    WOMEN = "women"
    MEN = "men"
    CHILDREN = "children"


_WORDS: Final = {
    Audience.WOMEN: re.compile(r"\b(?:women|woman|ladies|lady|female)(?:['’]?s)?\b|女(?!儿|孩|童|宝)"),
    Audience.MEN: re.compile(r"\b(?:men|man|gentlemen|male)(?:['’]?s)?\b|男(?!孩|童|宝)"),
    Audience.CHILDREN: re.compile(
        r"\b(?:kids?|child(?:ren)?|toddlers?|bab(?:y|ies)|boys?|girls?|infants?)(?:['’]?s)?\b|儿童|童装|童鞋|男童|女童|宝宝|婴儿|小孩|孩子"
    ),
}
_ANYBODY: Final = re.compile(r"\bunisex\b|男女|中性|情侣|亲子")
# Nothing else of a page is read: a description speaks of many people ("borrowed from the boys").
_FIELDS: Final = frozenset({"gender", "age group", "age_group", "性别", "适用人群", "适用对象"})


def audiences_in(text: str) -> frozenset[Audience]:
    """Return the audiences that a text names; none where it says that anybody is meant."""
    folded = fold(text)
    if _ANYBODY.search(folded):
        return frozenset()
    return frozenset(audience for audience, pattern in _WORDS.items() if pattern.search(folded))


def words_of_audience(text: str) -> list[str]:
    """Return the words of a text that name an audience, folded."""
    return [found[0] for pattern in _WORDS.values() for found in pattern.finditer(fold(text))]


def audience_of(product: Product, charts: tuple[SizeChart, ...] = ()) -> frozenset[Audience]:
    """Return for whom a product is made; empty where its page does not say, or says anybody.

    Its name, its place in the catalog, its tags and its own field tell; else its size chart.
    """
    fields = [attribute.value for attribute in product.attributes if fold(attribute.name) in _FIELDS]
    named = "\n".join([product.title, product.category or "", *product.tags, *fields])
    if _ANYBODY.search(fold(named)):
        return frozenset()
    told = audiences_in(named)
    chart = None if told else chart_for(product, charts)
    return told or audiences_in(chart.category or "" if chart else "")


def suits(asked: frozenset[Audience], product: Product, charts: tuple[SizeChart, ...]) -> bool:
    """Tell whether a product is for those who are asked for, or for anybody."""
    made_for = audience_of(product, charts)
    return not asked or not made_for or bool(asked & made_for)
