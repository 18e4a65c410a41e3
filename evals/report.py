"""A run on the terminal: the figures, then the slices, weakest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals import cost
from evals.compare import Changed, Comparison, failed
from evals.dialogues.report_parts import dialogues_table
from evals.gates import Checked
from evals.machine import in_words
from evals.metrics import METRICS
from evals.report_judge import COLUMNS, confusion_rows, judge_lines
from evals.runs import RunRecord
from evals.scorers.ranking import LISTS, MEASURES, RANKING
from evals.sureness import TRADE_OFF_HEADER, sureness_lines, trade_off_rows

# Of the slices the terminal shows these; the page has all.
_SLICE_METRICS = ("passed", "action", "must_say", "must_not_say", "numbers_supported", "citations_hold_fact")
_CASES_SHOWN = 10
RANKING_HEADER = ("ranking", "recall@1", "recall@3", "recall@5", "MRR", "nDCG@5", "cases")


def show_run(console: Console, record: RunRecord, checked: Sequence[Checked] = ()) -> None:
    """Print a run."""
    summary = record.summary or {}
    console.print(Text(f"{record.suite} · {summary['cases']} cases · {record.target} · {record.id}", style="bold"))
    console.print(_overall(summary))
    if rows := ranking_rows(summary):
        console.print(_grid(RANKING_HEADER, rows))
    console.print(_slices(summary))
    if "dialogues" in summary:
        console.print(dialogues_table(summary["dialogues"]))
    console.print(_actions(summary))
    if told := summary.get("sureness"):
        console.print(_grid(TRADE_OFF_HEADER, trade_off_rows(told)))
    lines = sureness_lines(told) if told else []
    for line in (_calibration(summary), *lines, *latencies(summary), cost.in_words(summary), untold(summary)):
        if line:
            console.print(Text(line))
    if judged := summary.get("judge"):
        console.print(_grid(["measured \\ judged", *COLUMNS], confusion_rows(judged)))
        for line in judge_lines(judged):
            console.print(Text(line))
    console.print(Text(in_words(record.machine)))
    if summary["errors"]:
        console.print(Text(f"{summary['errors']} cases got no reply", style="red"))
    for gate in checked:
        console.print(Text(str(gate), style="" if gate.met else "red"))


def _overall(summary: Mapping[str, Any]) -> Table:
    table = Table("metric", "value", "95 %", "n", box=None, pad_edge=False)
    for name in METRICS:
        row = summary["overall"].get(name)
        if row is not None and name not in RANKING:
            table.add_row(name, percent(row["value"]), f"{percent(row['low'])}–{percent(row['high'])}", str(row["n"]))
    return table


def ranking_rows(summary: Mapping[str, Any]) -> list[list[str]]:
    """Return the ranking measures, one row for what is ranked; empty when no case expects anything ranked."""
    overall = summary["overall"]
    figures = {words: [overall.get(f"{name}_{measure}") for measure in MEASURES] for name, words in LISTS.items()}
    return [
        [words, *(percent(figure["value"]) for figure in row if figure), str(row[0]["n"])]
        for words, row in figures.items()
        if row[0] is not None
    ]


def _grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    return table


def weakest_first(summary: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the slices, the one with the least passed cases first."""
    return sorted(summary["slices"].items(), key=lambda s: s[1]["metrics"].get("passed", {}).get("value", 2.0))


def _slices(summary: Mapping[str, Any]) -> Table:
    table = Table("slice, weakest first", "cases", *_SLICE_METRICS, box=None, pad_edge=False)
    for name, part in weakest_first(summary):
        figures = [part["metrics"].get(metric) for metric in _SLICE_METRICS]
        table.add_row(Text(name), str(part["cases"]), *(percent(f["value"]) if f else "" for f in figures))
    return table


def _actions(summary: Mapping[str, Any]) -> Table:
    given = sorted({action for row in summary["actions"].values() for action in row})
    table = Table("accepted action \\ given", *given, box=None, pad_edge=False)
    for expected, row in summary["actions"].items():
        table.add_row(expected, *(str(row.get(action, "")) for action in given))
    return table


def _calibration(summary: Mapping[str, Any]) -> str:
    figures = summary["calibration"]
    if not figures["n"]:
        return "calibration: nothing was answered"
    parts = [f"{k.upper()} {figures[k]['value']:.3f} ({figures[k]['low']:.3f}–{figures[k]['high']:.3f})"
             for k in ("ece", "aurc")]  # fmt: skip
    return f"calibration of {figures['n']} answers, lower is better: {', '.join(parts)}"


def latencies(summary: Mapping[str, Any]) -> list[str]:
    """Return the times of a run in words: to the first word, and to the end."""
    kinds = (("first_word_ms", "first word after, in ms"), ("took_ms", "took, in ms"))
    told = [(words, summary.get(key) or {}) for key, words in kinds]
    lines = [
        f"{words}: " + ", ".join(f"{p} {took[p]}" for p in ("p50", "p95", "p99", "max")) + f" ({took['n']} turns)"
        for words, took in told
        if took
    ]
    return lines or ["no reply, so no times"]


def untold(summary: Mapping[str, Any]) -> str:
    """Return what the target does not tell of its replies, so that what rests on it is unscored."""
    parts = summary.get("untold") or ()
    return f"the target does not tell, so what rests on it is unscored: {', '.join(parts)}" if parts else ""


def percent(value: float) -> str:
    """Return a share as a percentage with one digit."""
    return f"{value * 100:.1f} %"


def show_comparison(console: Console, a: RunRecord, b: RunRecord, found: Comparison) -> None:
    """Print what changed from ``a`` to ``b``: all cases together, then the slices that clearly changed."""
    console.print(Text(f"{a.id} → {b.id}", style="bold"))
    for note in differing(a, b):
        console.print(Text(note))
    table = Table("metric", "slice", "n", "a", "b", "b - a", "95 %", "", box=None, pad_edge=False)
    for d in found.differences:
        if d.slice == "all" or d.verdict != "no clear change":
            style = {"better": "green", "worse": "red"}.get(d.verdict, "")
            numbers = [_number(d.metric, value) for value in (d.a, d.b, d.delta)]
            interval = f"{_number(d.metric, d.low)} … {_number(d.metric, d.high)}"
            table.add_row(d.metric, Text(d.slice), str(d.n), *numbers, interval, Text(d.verdict, style=style))
    console.print(table)
    if found.only_one:
        console.print(f"{found.only_one} cases are in one of the runs only and not compared")
    _show_changed(console, "worse", found.worse)
    _show_changed(console, "better", found.better)


def differing(a: RunRecord, b: RunRecord) -> list[str]:
    """Return what besides the figures is not the same in two runs."""
    parts = {
        "cases": (a.cases, b.cases),
        "files": (a.files, b.files),
        "code": (a.code, b.code),
        "scoring, so that the figures do not compare": (a.scoring, b.scoring),
        "settings": (a.settings, b.settings),
        "target": (a.target, b.target),
    }
    notes = [name for name, (one, other) in parts.items() if one != other]
    return [f"not the same: {'; '.join(notes)}"] if notes else ["same cases, files, code, scoring and settings"]


def _number(metric: str, value: float) -> str:
    return f"{value:.1f} ms" if metric == "took_ms" else percent(value)


def _show_changed(console: Console, title: str, changed: Sequence[Changed]) -> None:
    if changed:
        console.print(Text(f"\n{title}: {len(changed)} cases", style="bold"))
    for pair in changed[:_CASES_SHOWN]:
        console.print(Text(f"{pair.before.id}  {' / '.join(turn.text for turn in pair.before.turns)}"))
        for name, result in (("a", pair.before), ("b", pair.after)):
            said = (result.last.reply or {}).get("text", result.error)
            console.print(Text(f"  {name} [{result.last.action}] {said}", style="dim"))
            console.print(Text("    " + "; ".join(failed(result)))) if failed(result) else None
    if len(changed) > _CASES_SHOWN:
        console.print(f"  … and {len(changed) - _CASES_SHOWN} more (all of them with --json)")
