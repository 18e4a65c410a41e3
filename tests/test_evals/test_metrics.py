from __future__ import annotations

import numpy as np
import pytest

from evals.calibration import aurc, calibration, ece, risk_coverage
from evals.compare import compare
from evals.gates import Gate, gates_for
from evals.metrics import summarise, wilson
from evals.results import CaseResult, TurnResult
from evals.scorers import Score
from evals.suites import QUICK
from knowledge.errors import Invalid


def result(
    number: int,
    passed: bool,
    *,
    action: str = "answer",
    accepted: tuple[str, ...] = ("answer",),
    confidence: float = 0.9,
    took_ms: float = 10.0,
    **values: object,
) -> CaseResult:
    turn = TurnResult(
        text="?",
        reply={"text": "!", "action": action, "confidence": confidence},
        took_ms=took_ms,
        expect={},
        scores={"must_say": Score(float(passed)), "products": Score(None)},
    )
    fields = {"shop": "maple", "lang": "en", "category": "answers", "accepted": accepted} | values
    return CaseResult.model_validate({"id": f"c-{number}", "turns": (turn,), **fields})


def test_wilson_is_the_published_interval() -> None:
    low, high = wilson(8, 10)  # Brown, Cai and DasGupta 2001: 0.49 to 0.943
    assert low == pytest.approx(0.490, abs=0.001)
    assert high == pytest.approx(0.943, abs=0.001)
    assert wilson(0, 0) == (0.0, 1.0)


def test_what_is_unscored_is_in_no_mean() -> None:
    summary = summarise([result(1, True), result(2, False)])
    assert summary["overall"]["must_say"]["value"] == 0.5
    assert summary["overall"]["must_say"]["n"] == 2
    assert "products" not in summary["overall"]


def test_abstention_and_handoff_are_counted_where_they_are_right() -> None:
    refuse = ("handoff", "refuse")
    results = [
        result(1, True, action="refuse", accepted=refuse, tags=("unanswerable",)),
        result(2, False, action="answer", accepted=refuse, tags=("unanswerable",)),
        result(3, True, action="handoff", accepted=("handoff",)),
        result(4, False, action="refuse", accepted=("handoff",)),
        result(5, False, action="handoff", accepted=("answer",)),
    ]
    overall = summarise(results)["overall"]
    assert overall["abstained"] == {"value": 0.5, "low": pytest.approx(0.095, abs=0.01),
                                    "high": pytest.approx(0.905, abs=0.01), "n": 2}  # fmt: skip
    assert overall["handoff_precision"]["value"] == 0.5
    assert overall["handoff_recall"]["value"] == 0.5
    assert overall["answered"]["value"] == 0.0
    assert summarise(results)["actions"]["answer"] == {"handoff": 1}


def test_a_pair_has_parity_when_both_languages_come_out_alike() -> None:
    pairs = [result(1, True, pair="c-2"), result(2, False, pair="c-1", lang="zh")]
    assert summarise(pairs)["overall"]["pair_parity"]["value"] == 0.0
    assert "pair_parity" not in summarise(pairs[:1])["overall"]


def test_ece_is_the_gap_of_confidence_and_accuracy() -> None:
    confidence, right = np.array([0.95, 0.95, 0.55, 0.55]), np.array([1.0, 1.0, 1.0, 0.0])
    assert ece(confidence, right) == pytest.approx((2 * 0.05 + 2 * 0.05) / 4)
    assert ece(np.full(10, 0.95), np.zeros(10)) == pytest.approx(0.95)


def test_aurc_is_small_when_the_confident_answers_are_the_right_ones() -> None:
    right = np.array([1.0, 1.0, 0.0, 0.0])
    good, bad = np.array([0.9, 0.8, 0.3, 0.2]), np.array([0.2, 0.3, 0.8, 0.9])
    assert aurc(good, right) == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)
    assert aurc(bad, right) > aurc(good, right)
    _, flat = risk_coverage(np.full(4, 0.5), right)  # nothing to choose by: the order must not matter
    assert flat.tolist() == [0.5] * 4


def test_nothing_answered_has_no_calibration() -> None:
    assert calibration([], [], 0) == {"n": 0}


def test_an_improvement_is_found_and_noise_is_not() -> None:
    before = [result(i, i % 2 == 0) for i in range(100)]
    better = compare(before, [result(i, True) for i in range(100)])
    by_slice = {(d.metric, d.slice): d for d in better.differences}
    assert by_slice["passed", "all"].verdict == "better"
    assert by_slice["passed", "all"].delta == 0.5
    assert (len(better.better), len(better.worse)) == (50, 0)
    one = compare(before, [result(i, i % 2 == 0 or i == 1) for i in range(100)])
    assert {d.verdict for d in one.differences} == {"no clear change"}
    assert [pair.after.id for pair in one.better] == ["c-1"]


def test_slower_is_worse_and_cases_of_one_run_only_are_counted() -> None:
    before = [result(i, True) for i in range(20)]
    after = [result(i, True, took_ms=30 + i) for i in range(1, 20)]
    found = compare(before, after)
    took = next(d for d in found.differences if d.metric == "took_ms" and d.slice == "all")
    assert (took.verdict, took.n, found.only_one) == ("worse", 19, 1)


def test_a_gate_is_missed_by_a_worse_figure_and_by_one_that_is_not_there() -> None:
    summary = summarise([result(1, True), result(2, False, lang="zh", took_ms=50)])
    assert Gate("must_say", 0.5).check(summary).met
    assert not Gate("must_say", 0.6).check(summary).met
    assert not Gate("must_say@lang=zh", 0.1).check(summary).met
    assert not Gate("size_exact", 0.0).check(summary).met
    assert Gate("took_ms.p95", 60).check(summary).met
    assert not Gate("took_ms.p95", 20).check(summary).met
    assert not Gate("ece", 0.1).check(summary).met
    assert Gate("errors", 0).check(summary).met


def test_the_shipped_gates_name_figures_that_exist_and_other_suites_have_none() -> None:
    summary = summarise([result(1, True)])
    gates = gates_for(QUICK)
    assert {"passed", "numbers_supported", "citations_verbatim"} <= {gate.metric for gate in gates}
    assert all(gate.check(summary) for gate in gates)
    with pytest.raises(Invalid, match="no gates"):
        gates_for("lingxi")
