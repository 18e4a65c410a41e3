"""``daogou bench retrieval --languages``: a shop gets documents of another language, and is asked as before."""

from __future__ import annotations

import pytest

from evals.benchmarks.languages import Move, Question, compared, rankings
from evals.benchmarks.languages_report import as_text
from evals.benchmarks.retrieval_systems import OURS
from knowledge.home import Home
from knowledge.importing.documents import DraftDocument
from knowledge.importing.markdown import read_markdown

ENGLISH = """# Help

## Returns

Send a parcel back within 30 days of delivery and we refund the price.

## Shipping

Parcels leave our warehouse on the day after the order and take three days.

## Gift wrapping

We wrap presents in linen cloth for six dollars.
"""
CHINESE = """# 帮助

## 退货

签收后三十天内可以寄回,我们退还货款。

## 发货

下单次日从仓库发出,三天左右送达。

## 会员积分

每消费一元积一分,一百分抵一元。
"""


def document(name: str, text: str) -> DraftDocument:
    return read_markdown(name, text, name)


@pytest.mark.parametrize(
    ("first", "added", "asked"),
    [
        (
            ("en.md", ENGLISH),
            ("zh.md", CHINESE),
            [("How long may I send a parcel back?", "en"), ("Do you wrap presents?", "en"), ("礼物可以包装吗?", "zh")],
        ),
        (
            ("zh.md", CHINESE),
            ("en.md", ENGLISH),
            [("多久之内可以退货?", "zh"), ("积分怎么算?", "zh"), ("How do loyalty points work?", "en")],
        ),
    ],
)
async def test_what_was_found_is_found_beside_documents_of_another_language(
    home: Home, first: tuple[str, str], added: tuple[str, str], asked: list[tuple[str, str]]
) -> None:
    questions = [Question(text, lang, frozenset({first[0]})) for text, lang in asked]
    database = await home.open_database()
    try:
        found = await rankings(home, database, Move("one + other", [document(*first)], [document(*added)], questions))
    finally:
        await database.close()
    before, after = found[OURS]
    assert all(len(one) == 3 for one in before)
    assert {name for one in after for name, _ in one} == {"en.md", "zh.md"}
    figures = compared(found, questions)["all"][OURS]
    assert (figures["n"], figures["right@3"], figures["hidden@3"]) == (3, 1.0, 0.0)
    assert all(old[0] in new[:3] for old, new in zip(before, after, strict=True))


def test_what_another_language_hides_is_counted_by_the_language_of_the_question() -> None:
    one, two, three, other = ("a", 0), ("a", 9), ("b", 0), ("zh", 0)
    questions = [Question("q", "en", frozenset({"a"})), Question("问", "zh", frozenset({"b"}))]
    found = {"peer": ([[one, two, three], [three, one]], [[one, other, two], [other, other, other]])}
    figures = compared(found, questions)
    assert figures["en"]["peer"] | {"kept@3": 0.667, "hidden@1": 0.0} == figures["en"]["peer"]
    assert (
        figures["zh"]["peer"] | {"kept@3": 0.0, "right@3": 1.0, "right@3 after": 0.0, "hidden@3": 1.0}
        == (figures["zh"]["peer"])
    )
    assert figures["all"]["peer"] | {"n": 2, "kept@1": 0.5, "hidden@3": 0.5} == figures["all"]["peer"]


def test_the_report_shows_each_direction_language_and_system() -> None:
    questions = [Question("q", "en", frozenset({"a"}))]
    figures = compared({OURS: ([[("a", 0)]], [[("a", 0)]])}, questions)
    machine = {"at": "2026-11-28T07:00:00+00:00", "cores": 2, "load": [1.0, 1.0, 1.0], "system": "L", "python": "3"}
    told = as_text({"moves": {"en + zh": figures}, "skipped": ["BM25: not there"], "machine": machine})
    assert "en + zh, questions in en (1)" in told
    assert "skipped: BM25: not there" in told
