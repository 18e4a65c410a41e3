from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from assistant.reply import Citation
from evals.cases import Expect
from evals.compare import failed
from evals.metrics import METRICS, case_values, summarise
from evals.report import RANKING_HEADER, ranking_rows
from evals.results import CaseResult, TurnResult
from evals.scorers import RANKING, scored, without_reply
from evals.scorers.ranking import ndcg, ranking, recall_at, reciprocal_rank
from tests.test_evals.world import CARD, exchange, reply


def test_the_measures_follow_their_formulas() -> None:
    ranked = ["x", "a", "y", "b"]
    assert [recall_at(depth)(["a", "b"], ranked) for depth in (1, 3, 5)] == [0.0, 0.5, 1.0]
    assert reciprocal_rank(["b", "a"], ranked) == 0.5
    assert reciprocal_rank(["z"], ranked) == 0.0
    # Gains at ranks 2 and 4, over those of an ideal order at 1 and 2.
    ideal = 1 + 1 / math.log2(3)
    assert ndcg(["a", "b"], ranked) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert ndcg(["a", "b"], ["b", "a"]) == pytest.approx(1.0)
    # What stands sixth is not seen; of six wanted ones five can be.
    assert ndcg(["f"], list("abcdef")) == 0.0
    assert ndcg(list("abcdef"), list("abcdef")) == pytest.approx(1.0)


def cited(name: str, n: int = 1) -> Citation:
    return Citation(n, "document", f"documents/{name}", "", "", "quote", "2026-11-20", 0, 5)


def test_products_and_cited_documents_are_ranked_as_the_reply_shows_them() -> None:
    cards = tuple(replace(CARD, handle=handle) for handle in ("a", "b", "b", "c"))
    sources = (cited("x.md"), replace(cited("red-coat", 2), kind="product"), cited("x.md", 3), cited("y.md", 4))
    said = reply("?", products=cards, citations=sources)
    scores = ranking(exchange(said, {"products": ["c", "a"], "documents": ["y.md"]}))
    values = {name: score.value for name, score in scores.items()}
    assert (values["products_recall_at_1"], values["products_recall_at_3"]) == (0.5, 1.0)
    assert (values["documents_mrr"], values["documents_recall_at_1"]) == (0.5, 0.0)
    assert not any(name.startswith("found") for name in scores), "this target tells no searches"


def test_what_is_not_expected_is_not_ranked_and_no_reply_has_none_of_it() -> None:
    assert ranking(exchange(reply("?"), {"action": "answer"})) == {}
    lost = without_reply(Expect.model_validate({"documents": ["a.md"]}), "down")
    assert {name for name in lost if name in RANKING} == {
        f"documents_{m}" for m in ("recall_at_1", "recall_at_3", "recall_at_5", "mrr", "ndcg_at_5")
    }
    assert {score.value for score in lost.values()} == {0.0}


def test_a_reply_of_strange_shape_is_a_failure_with_its_reason() -> None:
    said = exchange(reply("?"), {"products": ["a"]})
    broken = replace(said, answered=replace(said.answered, reply={"text": "?", "products": [7]}))
    scores = scored(broken)
    assert scores["products_mrr"].value == 0.0
    assert "could not be judged" in scores["products_mrr"].explanation


def tool(name: str, *found: str) -> dict[str, Any]:
    return {"tool": name, "arguments": {}, "ok": True, "found": found}


def test_what_the_searches_found_is_ranked_apart_one_search_after_the_other() -> None:
    said = exchange(reply("?"), {"products": ["c"], "documents": ["y.md"]})
    tools = (
        tool("find_products", "a", "b"),
        tool("search_documents", "documents/y.md"),
        tool("find_products", "b", "c"),
    )
    scores = ranking(replace(said, answered=replace(said.answered, tools=tools)))
    assert scores["found_products_mrr"].value == pytest.approx(1 / 3)
    assert scores["found_documents_mrr"].value == 1.0
    assert scores["products_mrr"].value == 0.0
    only = ranking(replace(said, answered=replace(said.answered, tools=tools[1:2])))
    assert only["found_products_recall_at_5"].value == 0.0, "it told its searches, and none was for products"


def result(case_id: str, pair: str | None, products: list[str], **scores: float) -> CaseResult:
    said = {"action": "answer", "products": [{"handle": handle} for handle in products]}
    held = {name: {"value": value} for name, value in scores.items()}
    expect = {"products": ["a"]}
    turn = TurnResult.model_validate({"text": "?", "reply": said, "expect": expect, "scores": held})
    return CaseResult(id=case_id, shop="s", lang="en", category="answers", pair=pair, turns=(turn,))


def test_a_pair_overlaps_as_far_as_both_replies_show_the_same() -> None:
    pair = [result("one", "two", ["a", "b"], action=1.0), result("two", "one", ["b", "c"], action=1.0)]
    values = case_values(pair)
    assert values["one"]["pair_overlap"] == values["two"]["pair_overlap"] == pytest.approx(1 / 3)
    assert case_values([result("one", "two", []), result("two", "one", [])])["one"]["pair_overlap"] == 0.0
    assert "pair_overlap" not in case_values([result("one", "gone", ["a"])])["one"]


def test_ranking_is_shown_apart_and_is_neither_right_nor_wrong() -> None:
    scores = dict.fromkeys((name for name in RANKING if name.startswith("products")), 0.5)
    one = result("one", None, ["b"], action=1.0, **scores)
    assert one.passed
    assert failed(one) == []
    assert set(RANKING) < set(METRICS)
    rows = ranking_rows(summarise([one]))
    assert rows == [["products shown", *["50.0 %"] * 5, "1"]]
    assert len(rows[0]) == len(RANKING_HEADER)
