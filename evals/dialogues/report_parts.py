"""What a report says of simulated conversations: pass^k, whose fault the failures are, and each of them in full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from rich.table import Table
from rich.text import Text

from evals.dialogues.outcome import OWNERS
from evals.dialogues.pass_k import by_owner
from evals.results import CaseResult, TurnResult

HtmlTable = Callable[[Iterable[str], Iterable[Iterable[str]]], str]
HtmlTurn = Callable[[TurnResult], str]


def header(figures: Mapping[str, Any]) -> list[str]:
    """Return the columns of the table of pass^k."""
    return ["conversations", "scenarios", "trials", *(f"pass^{k}" for k in figures["pass_k"]), "turns", *OWNERS]


def rows(figures: Mapping[str, Any]) -> list[list[str]]:
    """Return the table of pass^k: all, then the slices, the weakest first."""
    parts = sorted(figures["slices"].items(), key=lambda part: part[1]["pass_k"].get("1", 0.0))
    return [_row("all", figures, figures), *(_row(name, part, figures) for name, part in parts)]


def _row(name: str, part: Mapping[str, Any], whole: Mapping[str, Any]) -> list[str]:
    shares = [f"{part['pass_k'][k] * 100:.1f} %" if k in part["pass_k"] else "" for k in whole["pass_k"]]
    owners = [str(part["owners"][owner] or "") for owner in OWNERS]
    return [name, str(part["scenarios"]), str(part["trials"]), *shares, f"{part['turns']:.1f}", *owners]


def dialogues_table(figures: Mapping[str, Any]) -> Table:
    """Return the table for the terminal; the last columns count failed trials by whose fault they are."""
    table = Table(*header(figures), box=None, pad_edge=False)
    for row in rows(figures):
        table.add_row(*(Text(cell) for cell in row))
    return table


def dialogues_html(figures: Mapping[str, Any], results: Sequence[CaseResult], table: HtmlTable, turn: HtmlTurn) -> str:
    """Return the page's section. Every text that is not ours is escaped, here or by ``turn``."""
    parts = [
        f"<h2>Dialogues</h2><div class=scroll>{table(header(figures), rows(figures))}</div>",
        "<p><small>pass^k: chance that k trials of a scenario all pass. turns: messages of the shopper, mean. "
        "The last columns count failed trials by whose fault they are.</small></p>",
    ]
    for owner, failed in by_owner(results).items():
        if failed:
            parts.append(f"<h3>{escape(owner)} ({len(failed)})</h3>")
            parts += [_transcript(result, turn) for result in failed]
    return "".join(parts)


def _transcript(result: CaseResult, turn: HtmlTurn) -> str:
    dialogue = result.dialogue
    if dialogue is None or dialogue.fault is None:
        return ""
    told = f"{dialogue.met} of {dialogue.agenda} goals · {dialogue.ended.replace('_', ' ')}"
    head = (
        f"<b>{escape(result.id)}</b> <small>{escape(result.category)} · {escape(told)}</small>"
        f"<br>{escape(dialogue.fault.owner)}: {escape(dialogue.fault.reason)}"
    )
    return f"<details><summary>{head}</summary>{''.join(map(turn, result.turns))}</details>"
