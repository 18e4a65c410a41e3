from __future__ import annotations

from itertools import combinations

import pytest
from rich.console import Console

from evals.dialogues.outcome import Dialogue, Fault, Owner
from evals.dialogues.pass_k import dialogue_figures, pass_hat, pass_k
from evals.dialogues.report_parts import dialogues_table
from evals.metrics import summarise
from evals.report_page import page
from evals.results import CaseResult, TurnResult
from evals.scorers import Score
from tests.test_evals.test_report import record


def trial(scenario: str, number: int, passed: bool, owner: Owner = "assistant", lang: str = "en") -> CaseResult:
    fault = None if passed else Fault(owner=owner, reason=f"because <b>{owner}</b>")
    told = Dialogue(
        scenario=scenario, trial=number, shopper="EmbeddedShopper", agenda=1, met=int(passed), steps=(),
        ended="done" if passed else "gave_up", fault=fault,
    )  # fmt: skip
    turn = TurnResult(text=f"<i>{scenario} {number}", reply={"text": "said", "action": "answer", "confidence": 0.5},
                      scores={"must_say": Score(float(passed), "missing")})  # fmt: skip
    return CaseResult(
        id=f"{scenario}#{number}", shop="maple", lang=lang, category="size", turns=(turn, turn), dialogue=told
    )


@pytest.mark.parametrize(("passed", "trials"), [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4), (5, 8), (1, 1)])
def test_the_estimate_is_the_share_of_all_draws_that_passed(passed: int, trials: int) -> None:
    outcomes = [True] * passed + [False] * (trials - passed)
    for k in range(1, trials + 1):
        draws = list(combinations(outcomes, k))
        assert pass_hat(passed, trials, k) == pytest.approx(sum(map(all, draws)) / len(draws))


@pytest.mark.parametrize(("passed", "trials", "k"), [(5, 4, 1), (1, 4, 5), (1, 4, 0), (-1, 4, 1)])
def test_impossible_counts_are_refused(passed: int, trials: int, k: int) -> None:
    with pytest.raises(ValueError, match="trials"):
        pass_hat(passed, trials, k)


OWNERS: tuple[Owner, ...] = ("gold", "simulator", "infrastructure", "assistant")
RESULTS = [
    *(trial("steady", n, passed=True) for n in range(4)),
    *(trial("lucky", n, passed=n < 2, lang="zh") for n in range(4)),
    *(trial("broken", n, passed=False, owner=owner) for n, owner in enumerate(OWNERS)),
]


def test_pass_k_falls_where_it_was_luck() -> None:
    figures = dialogue_figures(RESULTS)
    assert figures["pass_k"] == pytest.approx({"1": 0.5, "2": (1 + 1 / 6) / 3, "3": 1 / 3, "4": 1 / 3})
    assert figures["owners"] == {"assistant": 3, "simulator": 1, "gold": 1, "infrastructure": 1}
    assert (figures["scenarios"], figures["trials"], figures["passed"], figures["turns"]) == (3, 12, 6, 2.0)
    assert figures["slices"]["lang=zh"]["pass_k"]["2"] == pytest.approx(1 / 6)
    assert figures["ended"] == {"done": 6, "gave_up": 6}


def test_a_run_without_dialogues_has_no_pass_k() -> None:
    assert pass_k([RESULTS[0].model_copy(update={"dialogue": None})]) == {}


def test_the_terminal_and_the_page_show_pass_k_owners_and_every_failed_conversation() -> None:
    console = Console(width=160, record=True)
    console.print(dialogues_table(dialogue_figures(RESULTS)))
    told = console.export_text()
    whole = next(line for line in told.splitlines() if line.startswith("all"))
    assert whole.split() == [
        "all",
        "3",
        "12",
        "50.0",
        "%",
        "38.9",
        "%",
        "33.3",
        "%",
        "33.3",
        "%",
        "2.0",
        "3",
        "1",
        "1",
        "1",
    ]
    summary = summarise(RESULTS) | {"dialogues": dialogue_figures(RESULTS)}
    html = page(record(RESULTS).model_copy(update={"summary": summary}), RESULTS)
    assert "<h2>Dialogues</h2>" in html
    for number in range(4):
        assert f"<b>broken#{number}</b>" in html
    assert "<b>lucky#2</b>" in html
    assert "<b>steady#0</b>" not in html
    assert "because &lt;b&gt;gold" in html
    assert "&lt;i&gt;broken 0" in html
    assert "<i>broken" not in html
