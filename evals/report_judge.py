"""What an LLM judge said, beside what was measured: on the terminal and on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from evals.judge_figures import QUESTIONS

COLUMNS: Final = ("correct", "wrong", "no verdict")
_SHOWN: Final = 10


def judge_lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield the judge's figures in words, one line each; nothing when no reply was judged."""
    if not figures:
        return
    shares = ", ".join(f"{name} {figures[name] * 100:.1f} %" for name in QUESTIONS)
    who = f"{', '.join(figures['models'])}, prompt {', '.join(figures['prompts'])}"
    yield f"judged by {who}, beside `passed` and no part of it: {shares} of {figures['n']} replies"
    if "agreement" in figures:
        kappa = f", kappa {figures['kappa']:.2f}" if "kappa" in figures else ""
        yield f"agreement of passed and correct: {figures['agreement'] * 100:.1f} %{kappa}"
    if figures["failed"]:
        yield f"{figures['failed']} judgements failed and count as a no: {_first(figures['failures'], 'problem')}"
    if figures["disagreements"]:
        yield f"{len(figures['disagreements'])} disagreements: {_first(figures['disagreements'], 'reason')}"


def confusion_rows(figures: Mapping[str, Any]) -> list[list[str]]:
    """Return how often which verdict was given (columns) for what was measured (rows)."""
    return [[row, *(str(counts.get(name, 0)) for name in COLUMNS)] for row, counts in figures["confusion"].items()]


def _first(entries: list[Mapping[str, Any]], key: str) -> str:
    told = "; ".join(f"{entry['id']} ({entry[key]})" for entry in entries[:_SHOWN])
    return told + (f"; … and {len(entries) - _SHOWN} more" if len(entries) > _SHOWN else "")
