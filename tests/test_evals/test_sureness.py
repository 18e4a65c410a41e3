"""What a threshold trades for what, and what the confidence is worth beside simpler scores."""

from __future__ import annotations

import pytest

from evals.results import CaseResult
from evals.sureness import sureness, sureness_lines, trade_off_rows
from tests.test_evals.test_metrics import result


def at(threshold: float, results: list[CaseResult]) -> dict[str, float]:
    return next(row for row in sureness(results)["trade_off"] if row["threshold"] == threshold)


def test_a_higher_threshold_answers_less_and_calls_a_person_more() -> None:
    refuse = ("handoff", "refuse")
    results = [
        result(1, True, confidence=0.95),
        result(2, True, confidence=0.65),
        result(3, False, confidence=0.45),
        result(4, False, confidence=0.55, accepted=refuse, tags=("unanswerable",)),
        result(5, True, action="handoff", accepted=("handoff",)),
    ]
    low, high = at(0.0, results), at(0.6, results)
    assert low["answered"] == pytest.approx(4 / 5)
    assert low["wrong"] == pytest.approx(2 / 4)
    assert low["unanswerable"] == 1.0
    assert low["handed_over"] == pytest.approx(1 / 5)
    assert high["answered"] == pytest.approx(2 / 5)
    assert high["wrong"] == 0.0
    assert high["unanswerable"] == 0.0
    assert high["handed_over"] == pytest.approx(3 / 5)


def test_where_nothing_is_answered_nothing_is_said_of_it() -> None:
    figures = sureness([result(1, True, action="handoff", accepted=("handoff",))])
    assert figures["trade_off"] == []
    assert trade_off_rows(figures) == []
    assert sureness_lines(figures) == []


def test_a_confidence_that_ranks_right_is_worth_more_than_the_cosine_beside_it() -> None:
    def rested(number: int, passed: bool, confidence: float, cosine: float) -> CaseResult:
        made = result(number, passed, confidence=confidence)
        turn = made.last.model_copy(update={"signals": ({"cosine": cosine},)})
        return made.model_copy(update={"turns": (turn,)})

    results = [rested(n, n % 2 == 0, 0.9 if n % 2 == 0 else 0.2, 0.1 + 0.1 * (n % 3)) for n in range(24)]
    told = sureness(results)["beside"]
    assert told["n"] == 24
    assert told["aurc"]["confidence"] < told["aurc"]["cosine"]
    assert told["aurc"]["confidence"] < told["aurc"]["constant"]


def test_both_languages_have_a_figure_of_their_own() -> None:
    results = [result(n, True, lang="zh" if n % 2 else "en") for n in range(10)]
    lines = sureness_lines(sureness(results))
    assert [line.split(":")[0] for line in lines] == ["ECE in zh", "ECE in en"]
