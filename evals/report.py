"""A run on the terminal: the figures, then the slices, weakest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.compare import Changed, Comparison, failed
from evals.gates import Checked
from evals.machine import in_words
from evals.metrics import METRICS
from evals.runs import RunRecord

# Of the slices the terminal shows these; the page has all.
_SLICE_METRICS = ("passed", "action", "must_say", "must_not_say", "numbers_supported", "citations_hold_fact")
_CASES_SHOWN = 10


def show_run(console: Console, record: RunRecord, checked: Sequence[Checked] = ()) -> None:
    """Print a run."""
    summary = record.summary or {}
    console.print(Text(f"{record.suite} · {summary['cases']} cases · {record.target} · {record.id}", style="bold"))
    console.print(_overall(summary))
    console.print(_slices(summary))
    console.print(_actions(summary))
    for line in (_calibration(summary), _latency(summary), in_words(record.machine)):
        console.print(Text(line))
    if summary["errors"]:
        console.print(Text(f"{summary['errors']} cases got no reply", style="red"))
    for gate in checked:
        console.print(Text(str(gate), style="" if gate.met else "red"))


def _overall(summary: Mapping[str, Any]) -> Table:
    table = Table("metric", "value", "95 %", "n", box=None, pad_edge=False)
    for name in METRICS:
        row = summary["overall"].get(name)
        if row is not None:
            table.add_row(name, percent(row["value"]), f"{percent(row['low'])}–{percent(row['high'])}", str(row["n"]))
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


def _latency(summary: Mapping[str, Any]) -> str:
    took = summary["took_ms"]
    if not took:
        return "no reply, so no times"
    return (
        f"took, in ms: p50 {took['p50']}, p95 {took['p95']}, p99 {took['p99']}, max {took['max']} ({took['n']} turns)"
    )


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
