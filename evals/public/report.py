"""A measured public set on the terminal: one row a system, the product first."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.machine import in_words
from evals.public.figures import Figure, System
from evals.public.running import PublicRun

_ORDER: Final = ("daogou", "baseline", "published")


def show_public(console: Console, run: PublicRun) -> None:
    """Print a run: systems by metric, with 95 % intervals, and what has to be known to read them."""
    result = run.result
    console.print(Text(f"{result.name}: {result.title} · {result.items} items · {run.id}", style="bold"))
    console.print(Text(result.measures))
    metrics = list(dict.fromkeys(figure.metric for one in result.systems for figure in one.figures))
    shown = {figure.metric: figure for one in result.systems for figure in one.figures}
    heads = [f"{metric}{' (lower is better)' if shown[metric].lower_is_better else ''}" for metric in metrics]
    table = Table("system", "", *heads, box=None, pad_edge=False)
    for one in sorted(result.systems, key=lambda system: _ORDER.index(system.kind)):
        cells = [_cell(one.figure(metric)) for metric in metrics]
        table.add_row(Text(one.name), Text(one.kind), *cells, style="bold" if one.kind == "daogou" else "")
    console.print(table)
    for note in (*_sources(result.systems), *result.notes):
        console.print(Text(f"- {note}"))
    console.print(Text(f"{run.took_seconds} s · {in_words(run.machine)}"))


def _cell(figure: Figure | None) -> Text:
    if figure is None:
        return Text("")
    interval = f" ({figure.low:.3f}–{figure.high:.3f})" if figure.low is not None and figure.high is not None else ""
    return Text(f"{figure.value:.3f}{interval}")


def _sources(systems: tuple[System, ...]) -> list[str]:
    told = [f"{one.name}: {'; '.join(filter(None, (one.source, one.note)))}" for one in systems]
    return [line for line, one in zip(told, systems, strict=True) if one.source or one.note]
