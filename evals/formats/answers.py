"""What a run has kept of the replies, in the pieces that other frameworks' metrics ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from evals.cases import Case
from evals.results import CaseResult, TurnResult


def said(turn: TurnResult) -> str | None:
    """Return the reply's text, None where no reply came."""
    return None if turn.reply is None else str(turn.reply.get("text") or "")


def quotes(turn: TurnResult) -> list[str]:
    """Return the words of the shop's files that the reply cites."""
    return [str(citation.get("quote") or "") for citation in _citations(turn)]


def cited_ids(turn: TurnResult) -> list[str]:
    """Return what is cited, beside `quotes`: documents by file name, products and charts by id."""
    return [PurePosixPath(str(citation.get("id"))).name for citation in _citations(turn)]


def tool_calls(turn: TurnResult) -> list[tuple[str, dict[str, Any], str]]:
    """Return name, arguments and the summary of the result of each tool call."""
    return [
        (str(tool.get("tool") or "tool"), dict(tool.get("arguments") or {}), str(tool.get("summary") or ""))
        for tool in turn.tools
    ]


def told(result: CaseResult) -> dict[str, Any]:
    """Return what no other framework has a field for: actions, confidence, times in ms, errors."""
    turns = [
        {
            "action": turn.action,
            "confidence": (turn.reply or {}).get("confidence"),
            "took_ms": turn.took_ms,
            "tools_called": [name for name, _, _ in tool_calls(turn)],
        }
        for turn in result.turns
    ]
    return {"turns": turns, "passed": result.passed, **({"error": result.error} if result.error else {})}


def cases_of(results: Iterable[CaseResult], known: Mapping[str, Case]) -> tuple[Case, ...]:
    """Return the cases that a run has asked.

    Args:
        results: The run's.
        known: Cases by id, where their file is at hand. One is taken only if the run asked just that.

    Returns:
        A run keeps the shopper's words and what was expected; proof and note are in the file alone.
    """
    return tuple(_of(result, known.get(result.id)) for result in results)


def _of(result: CaseResult, known: Case | None) -> Case:
    turns: list[dict[str, Any]] = []
    for turn in result.turns:
        values: dict[str, Any] = {"text": turn.text}
        if turn.page_product is not None:
            values["context"] = {"product": turn.page_product}
        if turn.expect is not None:
            values["expect"] = turn.expect
        turns.append(values)
    expect = turns[-1].pop("expect", {})
    values = {"id": result.id, "shop": result.shop, "lang": result.lang, "category": result.category}
    values |= {"turns": turns, "expect": expect}
    values |= {"tags": result.tags} if result.tags else {}
    values |= {"pair": result.pair} if result.pair else {}
    asked = Case.model_validate(values)
    return known if known is not None and _same(known, asked) else asked


def _same(one: Case, other: Case) -> bool:
    def judged(case: Case) -> list[Any]:
        turns: list[Any] = [(case.shop, turn.text, turn.page_product) for turn in case.turns]
        return turns + [(n, e.model_dump(exclude_unset=True)) for n, e in case.expectations()]

    return judged(one) == judged(other)


def _citations(turn: TurnResult) -> list[Mapping[str, Any]]:
    found = (turn.reply or {}).get("citations") or ()
    return [citation for citation in found if isinstance(citation, Mapping)]
