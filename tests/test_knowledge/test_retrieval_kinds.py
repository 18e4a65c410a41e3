"""What a product is, and which kind of thing a question looks for."""

from __future__ import annotations

import pytest

from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.thesaurus import retail_thesaurus
from tests.library import product


@pytest.mark.parametrize(
    ("title", "is_one", "is_none"),
    [
        ("Pier Shirt Dress", "dress", "shirt"),
        ("Linen Tea Towel, Set of 2", "towel", "tea"),
        ("Case for Phone with Strap", "phone_case", "phone"),
        ("Merino Crew Cardigan", "sweater", "skirt"),
        ("Packable Down Jacket", "outerwear", "trousers"),
        ("软糯羊毛围巾", "scarf", "sweater"),
        ("男士美丽诺羊毛衫", "top_garment", "trousers"),
        ("冰丝阔腿裤（2条装）", "trousers", "skirt"),
        ("八孔马丁靴", "boot", "bag"),
        ("亚麻衬衫裙", "dress", "trousers"),
    ],
)
def test_a_product_is_what_its_title_ends_in(title: str, is_one: str, is_none: str) -> None:
    kinds = retail_kinds().of(product("x", title, lang="zh" if not title.isascii() else "en"))
    assert is_one in kinds
    assert is_none not in kinds


def test_category_tells_where_the_title_names_no_kind_unless_it_is_a_mixed_one() -> None:
    kinds = retail_kinds()
    assert "candle" in kinds.of(product("a", "Fireside Cedar", category="Home > Candles"))
    assert not kinds.of(product("b", "Long Matches in a Jar", category="Home > Candles & Scent"))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("a warm jacket under $150", {"jacket"}),
        ("do you have a bag for my laptop", {"bag"}),
        ("any scarves or gloves?", {"scarf", "glove"}),
        ("500以内的羊毛衫", {"top_garment"}),
        ("我有条裙子，想配件外套", {"outerwear"}),
        ("有没有毛衣或者开衫", {"sweater", "cardigan"}),
        ("when do you ship", set()),
        ("包邮吗", set()),
    ],
)
def test_a_question_looks_for_the_kind_that_it_names_as_wanted(question: str, asked: set[str]) -> None:
    found = retail_kinds().asked(question)
    assert (found.kinds if found else frozenset()) == asked


def test_every_kind_is_a_concept_of_the_thesaurus() -> None:
    kinds = retail_kinds()
    concepts = set(retail_thesaurus().names)
    assert {name for name in kinds.names if name not in concepts} == set()
