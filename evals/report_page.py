"""A run as one HTML page that needs nothing else: figures, plots, slices, and every failure with its trace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from evals.compare import failed
from evals.machine import in_words
from evals.metrics import METRICS
from evals.plots import latency_plot, reliability_plot, risk_coverage_plot
from evals.report import percent, weakest_first
from evals.results import CaseResult, TurnResult
from evals.runs import RunRecord

_STYLE: Final = """
:root{color-scheme:light dark;--line:#8885;--soft:#8881;--mark:#2a6fb0}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:Canvas}
small,figcaption,.quiet{color:GrayText}
.plots{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;flex:1 1 18rem;max-width:26rem}
svg{width:100%;height:auto}svg text{font-size:11px;fill:currentColor}
.axis{fill:none;stroke:currentColor}.guide{stroke:var(--line);stroke-dasharray:4}
.curve{fill:none;stroke:var(--mark);stroke-width:2}.mark{fill:var(--mark);fill-opacity:.75}
details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;padding:.5rem .75rem;break-inside:avoid}
summary{cursor:pointer;overflow-wrap:anywhere}
.said,.reply{margin:.5rem 0;padding:.5rem .75rem;border-radius:.5rem;white-space:pre-wrap;overflow-wrap:anywhere}
.said{background:var(--soft);margin-left:10%}.reply{border:1px solid var(--line);margin-right:10%}
.wrong{margin:.25rem 0;padding-left:1.2rem;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem}
@media print{body{max-width:none}details>*{display:block}details:not([open])>:not(summary){display:block}}
"""


def page(record: RunRecord, results: Sequence[CaseResult]) -> str:
    """Return the page. Every text that is not ours is escaped: replies and shops may hold markup."""
    summary = record.summary or {}
    failures = [result for result in results if result.passed is not True and failed(result)]
    passed_with_doubt = [result for result in results if result.passed is True and failed(result)]
    title = f"{record.suite}: {summary['cases']} cases"
    parts = [
        f"<h1>{escape(title)}</h1><p class=quiet>{escape(record.target)} · {escape(in_words(record.machine))}</p>",
        _section("Figures", _figures_table(summary)),
        f"<h2>Confidence and time</h2><div class=plots>{_plots(summary, results)}</div>{_calibration(summary)}",
        _section("Slices, weakest first", _slices_table(summary)),
        _section("Actions: accepted, and given", _actions_table(summary)),
        f"<h2>Failures ({len(failures)})</h2>{''.join(map(_case, failures))}",
        f"<h2>Passed, with a remark ({len(passed_with_doubt)})</h2>{''.join(map(_case, passed_with_doubt))}",
        _section("This run", _about(record)),
    ]
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        # Nothing of a reply can run or load, even if something were not escaped.
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>"
    )


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2><div class=scroll>{content}</div>"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _figures_table(summary: Mapping[str, Any]) -> str:
    rows = [
        [name, percent(row["value"]), f"{percent(row['low'])} – {percent(row['high'])}", str(row["n"])]
        for name in METRICS
        if (row := summary["overall"].get(name)) is not None
    ]
    return _table(["metric, higher is better", "value", "95 % interval", "cases"], rows)


def _slices_table(summary: Mapping[str, Any]) -> str:
    shown = [name for name in METRICS if name in summary["overall"]]
    rows = []
    for name, part in weakest_first(summary):
        cells = [part["metrics"].get(metric) for metric in shown]
        figures = [f"{percent(cell['value'])} ({cell['n']})" if cell else "" for cell in cells]
        rows.append([name, str(part["cases"]), *figures])
    return _table(["slice", "cases", *shown], rows)


def _actions_table(summary: Mapping[str, Any]) -> str:
    given = sorted({action for row in summary["actions"].values() for action in row})
    rows = [[name, *(str(row.get(action, "")) for action in given)] for name, row in summary["actions"].items()]
    return _table(["accepted", *given], rows)


def _plots(summary: Mapping[str, Any], results: Sequence[CaseResult]) -> str:
    figures = summary["calibration"]
    took = [turn.took_ms for result in results for turn in result.turns if turn.took_ms is not None]
    curves = (
        reliability_plot(figures["reliability"]) + risk_coverage_plot(figures["risk_coverage"]) if figures["n"] else ""
    )
    return curves + latency_plot(took)


def _calibration(summary: Mapping[str, Any]) -> str:
    figures, took = summary["calibration"], summary["took_ms"]
    told = [f"{name.upper()} {figures[name]['value']:.3f} ({figures[name]['low']:.3f} – {figures[name]['high']:.3f})"
            for name in ("ece", "aurc") if figures["n"]]  # fmt: skip
    told += [f"{name} {took[name]} ms" for name in ("p50", "p95", "p99", "max") if took]
    return (
        f"<p>{escape(' · '.join(told))}<br><small>{figures['n']} answers; of all of these, lower is better</small></p>"
    )


def _case(result: CaseResult) -> str:
    head = f"<b>{escape(result.id)}</b> {escape(result.turns[-1].text)} <small>{escape(' '.join(result.tags))}</small>"
    wrong = "".join(f"<li>{escape(line)}</li>" for line in failed(result))
    turns = "".join(map(_turn, result.turns))
    return f"<details><summary>{head}<ul class=wrong>{wrong}</ul></summary>{turns}</details>"


def _turn(turn: TurnResult) -> str:
    page_note = f"<br><small>on the page of {escape(turn.page_product)}</small>" if turn.page_product else ""
    said = f"<div class=said>{escape(turn.text)}{page_note}</div>"
    if turn.reply is None:
        return f"{said}<div class=reply>no reply</div>"
    reply = turn.reply
    meta = f"{turn.action} · confidence {reply.get('confidence')} · {turn.took_ms} ms"
    cited = "".join(
        f"<li>[{escape(str(c.get('n')))}] {escape(str(c.get('id')))}: {escape(str(c.get('quote')))}</li>"
        for c in reply.get("citations") or ()
    )
    rest = {key: reply.get(key) for key in ("products", "size", "order", "offer", "handoff", "reasons", "trace_id")}
    trace = {"expected": turn.expect, **{key: value for key, value in rest.items() if value}, "tools": turn.tools}
    return (
        f"{said}<div class=reply>{escape(str(reply.get('text')))}<br><small>{escape(meta)}</small>"
        f"<ul class=wrong>{cited}</ul></div><pre>{escape(json.dumps(trace, ensure_ascii=False, indent=1))}</pre>"
    )


def _about(record: RunRecord) -> str:
    rows = [["run", record.id], ["began", record.started_at], ["ended", record.finished_at or ""]]
    rows += [["code", record.code], ["scoring", record.scoring], ["cases", record.cases], ["seed", str(record.seed)]]
    rows += [[name, value] for group in (record.versions, record.files) for name, value in group.items()]
    rows += [[name, str(value)] for name, value in record.settings.items()]
    return _table(["", ""], rows)
