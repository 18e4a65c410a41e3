"""A run as one HTML page that needs nothing else: figures, plots, slices, and every failure with its trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from evals import cost
from evals.compare import failed
from evals.dialogues.report_parts import dialogues_html
from evals.machine import in_words
from evals.metrics import METRICS
from evals.page_parts import cases, figure_cell, name_cell, raw_table, section, table, turn
from evals.page_style import STYLE
from evals.plots import latency_plot, reliability_plot, risk_coverage_plot
from evals.report import RANKING_HEADER, latencies, percent, ranking_rows, untold, weakest_first
from evals.report_judge import COLUMNS, confusion_rows, judge_lines
from evals.results import CaseResult
from evals.runs import RunRecord
from evals.scorers import RANKING
from evals.sureness import TRADE_OFF_HEADER, sureness_lines, trade_off_rows

# The slices' columns, a table each; every metric but those of ranking is in one.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Outcome": ("passed", "goals", "action", "answered", "abstained", "handoff_precision", "handoff_recall"),
    "Words and sources": (
        "must_say",
        "must_not_say",
        "numbers_supported",
        "citations_verbatim",
        "citations_hold_fact",
        "reply_language",
    ),
    "Products, sizes, orders": (
        "documents",
        "products",
        "size_exact",
        "size_within_one",
        "order",
        "pair_parity",
        "pair_overlap",
    ),
}


def page(record: RunRecord, results: Sequence[CaseResult]) -> str:
    """Return the page. Every text that is not ours is escaped: replies and shops may hold markup."""
    summary = record.summary or {}
    # A failed conversation is shown among the dialogues, with whose fault it is.
    failures = [r for r in results if r.passed is not True and failed(r) and r.dialogue is None]
    passed_with_doubt = [result for result in results if result.passed is True and failed(result)]
    title = f"{record.suite}: {summary['cases']} cases"
    parts = [
        f"<h1>{escape(title)}</h1><p class=quiet>{escape(record.target)} · {escape(in_words(record.machine))}</p>",
        section("Figures", _figures_table(summary)),
        f"<h2>Confidence and time</h2><div class=plots>{_plots(summary, results)}</div>{_calibration(summary)}",
        _trade_off(summary),
        _ranking_table(summary),
        _slices_tables(summary),
        section("Actions: accepted, and given", _actions_table(summary)),
        _judge(summary, results),
        dialogues_html(summary["dialogues"], results, table, turn) if "dialogues" in summary else "",
        cases("Failures", failures),
        cases("Passed, with a remark", passed_with_doubt),
        section("This run", _about(record)),
    ]
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        # Nothing of a reply can run or load, even if something were not escaped.
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style><body>{''.join(parts)}</body></html>"
    )


def _figures_table(summary: Mapping[str, Any]) -> str:
    rows = [
        [name, percent(row["value"]), f"{percent(row['low'])} – {percent(row['high'])}", str(row["n"])]
        for name in METRICS
        if name not in RANKING and (row := summary["overall"].get(name)) is not None
    ]
    return table(["metric, higher is better", "value", "95 % interval", "cases"], rows)


def _slices_tables(summary: Mapping[str, Any]) -> str:
    """Return the slices, a table for each group of metrics: as one, it would fit no phone and no page."""
    tables = []
    for title, names in GROUPS.items():
        shown = [name for name in names if name in summary["overall"]]
        if shown:
            rows = (_slice(name, part, shown) for name, part in weakest_first(summary))
            content = raw_table(["slice", "cases", *shown], [row for row in rows if row])
            tables.append(f"<div class=block><h3>{escape(title)}</h3><div class=scroll>{content}</div></div>")
    return "<h2>Slices, weakest first</h2>" + "".join(tables)


def _slice(name: str, part: Mapping[str, Any], shown: Sequence[str]) -> list[str]:
    if not any(metric in part["metrics"] for metric in shown):
        return []
    figures = [figure_cell(part["metrics"].get(metric)) for metric in shown]
    return [name_cell(name), f"<td>{part['cases']}</td>", *figures]


def _ranking_table(summary: Mapping[str, Any]) -> str:
    rows = ranking_rows(summary)
    if not rows:
        return ""
    return (
        section("Ranking: what the reply shows, and what its searches found", table(RANKING_HEADER, rows))
        + "<p><small>mean over the cases that expect such; cases is their number; no part of passed</small></p>"
    )


def _judge(summary: Mapping[str, Any], results: Sequence[CaseResult]) -> str:
    figures = summary.get("judge")
    if not figures:
        return ""
    told = "<br>".join(escape(line) for line in judge_lines(figures))
    apart = {one["id"] for one in (*figures["disagreements"], *figures["failures"])}
    return (
        section("Judge: measured, and judged", table(["measured", *COLUMNS], confusion_rows(figures)))
        + f"<p>{told}</p>"
        + cases("Judge and measurement disagree, or no verdict", [r for r in results if r.id in apart])
    )


def _actions_table(summary: Mapping[str, Any]) -> str:
    given = sorted({action for row in summary["actions"].values() for action in row})
    rows = [[name, *(str(row.get(action, "")) for action in given)] for name, row in summary["actions"].items()]
    return table(["accepted", *given], rows)


def _plots(summary: Mapping[str, Any], results: Sequence[CaseResult]) -> str:
    figures = summary["calibration"]
    took = [turn.took_ms for result in results for turn in result.turns if turn.took_ms is not None]
    curves = (
        reliability_plot(figures["reliability"]) + risk_coverage_plot(figures["risk_coverage"]) if figures["n"] else ""
    )
    return curves + latency_plot(took)


def _trade_off(summary: Mapping[str, Any]) -> str:
    told = summary.get("sureness")
    if not told or not told["trade_off"]:
        return ""
    return section("What a threshold trades for what", table(TRADE_OFF_HEADER, trade_off_rows(told)))


def _calibration(summary: Mapping[str, Any]) -> str:
    figures = summary["calibration"]
    told = [f"{name.upper()} {figures[name]['value']:.3f} ({figures[name]['low']:.3f} – {figures[name]['high']:.3f})"
            for name in ("ece", "aurc") if figures["n"]]  # fmt: skip
    more = sureness_lines(summary["sureness"]) if summary.get("sureness") else []
    lines = [" · ".join(told), *more, *latencies(summary), cost.in_words(summary), untold(summary)]
    shown = "<br>".join(escape(line) for line in lines if line)
    return (
        f"<p>{shown}<br><small>{figures['n']} answers; of all times, tokens, ECE and AURC lower is better</small></p>"
    )


def _about(record: RunRecord) -> str:
    rows = [["run", record.id], ["began", record.started_at], ["ended", record.finished_at or ""]]
    rows += [["code", record.code], ["scoring", record.scoring], ["cases", record.cases], ["seed", str(record.seed)]]
    rows += [[name, value] for group in (record.versions, record.files) for name, value in group.items()]
    rows += [[name, str(value)] for name, value in record.settings.items()]
    return table(["", ""], rows, "words")
