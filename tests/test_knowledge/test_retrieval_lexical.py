"""The lexical index."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.schemes import LEVEL, PASSAGES, PRODUCTS, LexicalEntry, Scheme, telling_words

WORDS = ("linen", "shirt", "wool", "scarf", "羊毛", "围巾")


def index_of(*entries: LexicalEntry, scheme: Scheme = PASSAGES) -> LexicalIndex:
    index = LexicalIndex(scheme)
    index.update(entries)
    return index


def ids(found: list[tuple[int, float]]) -> list[int]:
    return [key for key, _ in found]


def test_an_update_is_visible_at_once_and_replaces_what_was_there() -> None:
    index = index_of(LexicalEntry(1, "Linen shirt", "cool"), LexicalEntry(2, "Wool scarf", "warm"))
    assert ids(index.search("linen", 10)) == [1]
    index.update([LexicalEntry(1, "Denim shirt", "sturdy")])
    assert ids(index.search("linen cool", 10)) == []
    assert ids(index.search("denim", 10)) == [1]
    assert len(index) == 2


def test_what_is_removed_is_gone_and_only_that() -> None:
    index = index_of(*(LexicalEntry(n, "Shirt", "linen") for n in range(1, 6)))
    index.update((), removed=[2, 4, 99])
    assert sorted(ids(index.search("shirt", 10))) == [1, 3, 5]
    assert len(index) == 3


def test_an_entry_may_be_removed_and_put_in_one_update() -> None:
    index = index_of(LexicalEntry(1, "Shirt", "linen"))
    index.update([LexicalEntry(1, "Shirt", "silk")], removed=[1])
    assert ids(index.search("silk", 10)) == [1]
    assert ids(index.search("linen", 10)) == []


@settings(max_examples=25, deadline=None)
@given(
    bodies=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), min_size=1, max_size=12),
    allowed=st.sets(st.integers(0, 15)),
    asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
)
def test_allowed_ids_give_exactly_the_unlimited_result_without_the_others(
    bodies: list[list[str]], allowed: set[int], asked: list[str]
) -> None:
    index = index_of(*(LexicalEntry(n, "", " ".join(body)) for n, body in enumerate(bodies)))
    everything = dict(index.search(" ".join(asked), 50))
    inside = dict(index.search(" ".join(asked), 50, allowed=allowed))
    assert inside == pytest.approx({key: score for key, score in everything.items() if key in allowed})
    assert set(everything) == {n for n, body in enumerate(bodies) if set(body) & set(asked)}


def test_a_few_allowed_ids_are_found_behind_many_better_ones() -> None:
    index = index_of(
        *(LexicalEntry(n, "shirt shirt", "shirt") for n in range(200)),
        LexicalEntry(999, "", "a long text in which a shirt is named only once among many words"),
    )
    assert ids(index.search("shirt", 3, allowed=[999])) == [999]


def test_expansions_find_what_the_words_do_not_and_rank_below_them() -> None:
    index = index_of(LexicalEntry(1, "", "refund policy"), LexicalEntry(2, "", "return policy"))
    assert ids(index.search("refund", 10)) == [1]
    assert ids(index.search("refund", 10, expansions=["return"])) == [1, 2]


def test_a_word_in_the_title_counts_more_than_one_in_the_body() -> None:
    index = index_of(LexicalEntry(1, "returns", "shipping"), LexicalEntry(2, "shipping", "returns"))
    assert ids(index.search("shipping", 10)) == [2, 1]


def test_bigrams_find_what_the_word_cut_tears_apart() -> None:
    index = index_of(LexicalEntry(1, "", "龙井茶叶"), LexicalEntry(2, "", "咖啡豆"))
    assert ids(index.search("井茶", 10)) == [1]


def test_a_question_without_words_finds_nothing() -> None:
    assert index_of(LexicalEntry(1, "a", "b")).search("?!", 10) == []


def test_document_frequency_counts_items_by_term() -> None:
    index = index_of(LexicalEntry(1, "shirt", "shirt"), LexicalEntry(2, "hat", "goes with a shirt"))
    assert [index.document_frequency(term) for term in ("shirt", "hat", "boot")] == [2, 1, 0]


def test_the_limit_is_kept_and_the_best_come_first() -> None:
    index = index_of(*(LexicalEntry(n, "", " ".join(["shirt"] * n + ["hat"] * (10 - n))) for n in range(1, 9)))
    found = index.search("shirt", 3)
    assert ids(found) == [8, 7, 6]
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_a_product_with_all_the_words_stands_before_one_that_says_one_of_them_often() -> None:
    index = index_of(
        LexicalEntry(1, "Stand stand stand stand stand", ""),
        LexicalEntry(2, "A holder of steel for desk and shelf, a stand on which any laptop up to 17 inch rests", ""),
        *(LexicalEntry(n, "Mug of stoneware", "") for n in range(3, 20)),
        scheme=PRODUCTS,
    )
    assert ids(index.search("laptop stand", 10)) == [2, 1]


def test_characters_of_a_chinese_name_count_where_every_cut_divides_it_otherwise() -> None:
    index = index_of(LexicalEntry(1, "冬季加绒女裤", ""), LexicalEntry(2, "春秋薄款男裤", ""), scheme=PRODUCTS)
    assert ids(index.search("女装裤子", 10))[0] == 1


def test_what_a_product_tells_of_itself_counts_more_than_what_else_is_known() -> None:
    index = index_of(LexicalEntry(1, "charger", "cable"), LexicalEntry(2, "cable", "charger"), scheme=PRODUCTS)
    assert ids(index.search("cable", 10)) == [2, 1]
    assert [index.document_frequency(term) for term in ("cabl", "hat")] == [2, 0]


def test_a_synonym_weighs_less_among_products_of_the_same_language_than_a_translation_across() -> None:
    index = index_of(LexicalEntry(1, "sofa", ""), LexicalEntry(2, "chair", ""), scheme=PRODUCTS)
    own, across = (dict(index.search("couch", 10, expansions=["sofa"], own=own)) for own in (True, False))
    assert own.keys() == across.keys() == {1}
    assert 0 < own[1] < across[1]


def test_the_filler_of_a_question_counts_only_where_there_is_nothing_else() -> None:
    assert telling_words("do you have a linen shirt") == ["linen", "shirt"]
    assert telling_words("do you have it") == ["do", "you", "have", "it"]


def test_a_word_of_a_product_counts_by_how_rare_it_is_however_long_the_text_and_however_often_it_is_said() -> None:
    long = " ".join(f"word{n}" for n in range(LEVEL - 10))
    index = index_of(
        LexicalEntry(1, "Merino scarf", ""),
        LexicalEntry(2, f"Merino {long}", "merino merino"),
        LexicalEntry(3, "Linen shirt", ""),
        scheme=PRODUCTS,
    )
    marks = [clause for clause in PRODUCTS.clauses("merino", (), own=True) if clause.once]
    scores = dict(index._hits(index._part(marks[0]), 3))
    assert scores.keys() == {1, 2}
    assert scores[1] == pytest.approx(scores[2])
    assert scores[1] == pytest.approx(marks[0].weight * math.log1p((3 - 2 + 0.5) / (2 + 0.5)), rel=1e-5)
