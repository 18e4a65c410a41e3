"""The pieces of a run's page: tables, and one case with its whole exchange."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from itertools import chain, groupby, repeat
from typing import Any, Final

from evals.compare import failed
from evals.report import percent
from evals.results import CaseResult, TurnResult

_LOW: Final = 0.5
_MID: Final = 0.8


def section(title: str, content: str) -> str:
    """Return a heading with what may be wider than the screen."""
    return f"<div class=block><h2>{escape(title)}</h2><div class=scroll>{content}</div></div>"


def table(header: Iterable[str], rows: Iterable[Iterable[str]], kind: str = "") -> str:
    """Return a table of plain texts.

    Args:
        header: Its first row; a name may be broken after an underscore.
        rows: One iterable of cells each.
        kind: Class of the table; ``words`` for texts instead of figures.
    """
    cells = ([cell(text) for cell, text in zip(chain([name_cell], repeat(_cell)), row, strict=False)] for row in rows)
    return raw_table(header, cells, kind)


def raw_table(header: Iterable[str], rows: Iterable[Iterable[str]], kind: str = "") -> str:
    """Return a table whose cells are ``<td>`` elements already."""
    head = "".join(f"<th>{_breakable(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table class='{kind}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _breakable(name: str) -> str:
    return escape(name).replace("_", "_<wbr>")


def name_cell(text: str) -> str:
    """Return a cell with a name, which may be broken after an underscore or an equals sign."""
    return f"<td>{_breakable(text).replace('=', '=<wbr>')}</td>"


def figure_cell(figure: Mapping[str, Any] | None) -> str:
    """Return a cell with a share and its count, marked when it is low; empty without a figure."""
    if figure is None:
        return "<td></td>"
    value = figure["value"]
    mark = "low" if value < _LOW else "mid" if value < _MID else ""
    return f"<td class='{mark}'>{percent(value)}<small>{figure['n']}</small></td>"


def cases(title: str, results: Iterable[CaseResult]) -> str:
    """Return a heading with these cases beneath it, by shop and category, each to be opened."""
    kept = sorted(results, key=_group)
    parts = [f"<h2 class=new-page>{escape(title)} ({len(kept)})</h2>"]
    for name, group in groupby(kept, key=_group):
        members = list(group)
        parts.append(f"<h3>{escape(' · '.join(name))} ({len(members)})</h3>{''.join(map(case, members))}")
    return "".join(parts)


def _group(result: CaseResult) -> tuple[str, str]:
    return result.shop, result.category


def case(result: CaseResult) -> str:
    """Return one case: what is wrong, then the exchange."""
    said = " / ".join(turn.text for turn in result.turns)
    head = f"<b>{escape(result.id)}</b> {escape(said)} <small>{escape(' '.join(result.tags))}</small>"
    wrong = "".join(f"<li>{escape(line)}</li>" for line in failed(result))
    turns = "".join(map(turn, result.turns))
    return f"<details><summary>{head}<ul class=wrong>{wrong}</ul>{_verdict(result)}</summary>{turns}</details>"


def _verdict(result: CaseResult) -> str:
    if result.judged is None:
        return ""
    verdict = result.judged.verdict
    told = f"no verdict: {result.judged.problem}" if verdict is None else verdict.reason
    word = "" if verdict is None else ("correct: " if verdict.correct else "wrong: ")
    return f"<small>judge: {escape(word + told)}</small>"


def turn(one: TurnResult) -> str:
    """Return one turn: the shopper's words, the reply with its sources, and the trace."""
    page_note = f"<br><small>on the page of {escape(one.page_product)}</small>" if one.page_product else ""
    said = f"<div class=said>{escape(one.text)}{page_note}</div>"
    if one.reply is None:
        return f"{said}<div class=reply>no reply</div>"
    reply = one.reply
    meta = f"{one.action} · confidence {reply.get('confidence')} · {one.took_ms} ms"
    cited = "".join(
        f"<li>[{escape(str(c.get('n')))}] {escape(str(c.get('id')))}: {escape(str(c.get('quote')))}</li>"
        for c in reply.get("citations") or ()
    )
    sources = f"<ul class=cited>{cited}</ul>" if cited else ""
    return (
        f"{said}<div class=reply>{escape(str(reply.get('text')))}<br><small>{escape(meta)}</small>{sources}</div>"
        f"<pre>{escape(_trace(one, reply))}</pre>"
    )


def _trace(one: TurnResult, reply: Mapping[str, Any]) -> str:
    """Return what else belongs to the turn, one entry a line: short enough to be read, and to be printed."""
    rest = {key: reply.get(key) for key in ("size", "order", "offer", "handoff", "reasons", "trace_id")}
    shown = {"expected": one.expect, **{key: value for key, value in rest.items() if value}}
    lines = [f"{key}: {_json(value)}" for key, value in shown.items()]
    lines += [f"product: {_json({k: v for k, v in card.items() if v})}" for card in reply.get("products") or ()]
    lines += [f"tool: {_json({k: v for k, v in run.items() if v is not None})}" for run in one.tools]
    return "\n".join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
