from __future__ import annotations

import io
from html.parser import HTMLParser

from rich.console import Console

from evals.compare import compare
from evals.gates import Gate
from evals.machine import machine, versions
from evals.metrics import METRICS, summarise
from evals.report import differing, show_comparison, show_run
from evals.report_page import GROUPS, page
from evals.results import CaseResult, TurnResult
from evals.runs import RunRecord
from evals.scorers import RANKING, Score

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def result(number: int, passed: bool) -> CaseResult:
    turn = TurnResult(
        text=f"{NASTY} {number}",
        page_product=NASTY,
        reply={
            "text": f"{NASTY} said {number}",
            "action": "answer",
            "confidence": number / 10,
            "citations": [{"n": NASTY, "id": NASTY, "quote": NASTY}],
            "products": [{"handle": NASTY}],
        },
        tools=({"name": NASTY},),
        took_ms=10.0 * number,
        expect={"must_say": [[NASTY]]},
        scores={"must_say": Score(float(passed), NASTY)},
    )
    return CaseResult(id=f"{NASTY}-{number}", shop=NASTY, lang="en", category="answers", tags=(NASTY,), turns=(turn,))


RESULTS = [result(number, number % 3 > 0) for number in range(1, 10)]


def record(results: list[CaseResult], run_id: str = "r1") -> RunRecord:
    return RunRecord(
        id=run_id,
        suite=NASTY,
        target=NASTY,
        status="done",
        started_at="2026-11-20",
        cases="c",
        case_count=len(results),
        files={NASTY: NASTY},
        code="x",
        scoring="y",
        versions=versions(),
        machine=machine(),
        settings={"chat_model": NASTY},
        summary=summarise(results),
    )


class Tags(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_every_failure_with_its_trace_and_runs_nothing_of_it() -> None:
    seen = Tags()
    seen.feed(page(record(RESULTS), RESULTS))
    assert not {"script", "img", "link", "iframe"} & seen.tags
    assert not {"onerror", "src", "href"} & seen.attributes
    assert "Failures (3)" in seen.text
    for number in (3, 6, 9):
        assert f"said {number}" in seen.text
    assert "said 4" not in seen.text
    assert {"svg", "circle", "polyline", "rect"} <= seen.tags


def test_a_run_without_a_reply_still_makes_a_page() -> None:
    turn = TurnResult(text="hi", expect={}, scores={"action": Score(0.0, "no reply: down")})
    lost = [CaseResult(id="a", shop="s", lang="en", category="answers", turns=(turn,), error="down")]
    seen = Tags()
    seen.feed(page(record(lost), lost))
    assert "no reply" in seen.text


def printed(show: object) -> str:
    console = Console(file=io.StringIO(), width=200)
    assert callable(show)
    show(console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_terminal_tells_the_figures_the_weakest_slice_first_and_a_missed_gate() -> None:
    summary = summarise(RESULTS)
    checked = [Gate("passed", 0.99).check(summary), Gate("passed", 0.1).check(summary)]
    told = printed(lambda console: show_run(console, record(RESULTS), checked))
    assert "66.7 %" in told
    assert "MISSED  passed 0.6667 (≥ 0.99)" in told
    assert told.count("MISSED") == 1
    assert "p95" in told


def test_a_comparison_shows_both_replies_of_what_got_worse() -> None:
    after = [result(number, number % 3 > 0 and number != 4) for number in range(1, 10)]
    told = printed(
        lambda console: show_comparison(console, record(RESULTS), record(after, "r2"), compare(RESULTS, after))
    )
    assert "worse: 1 cases" in told
    assert told.count("said 4") == 2
    other = record(after, "r2").model_copy(update={"scoring": "z"})
    assert differing(record(RESULTS), other) == ["not the same: scoring, so that the figures do not compare"]
    assert "same cases, files, code, scoring and settings" in told


def test_every_metric_has_a_place_among_the_slices() -> None:
    placed = [name for names in GROUPS.values() for name in names]
    assert sorted([*placed, *RANKING]) == sorted(METRICS)
