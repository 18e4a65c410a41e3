"""The figures of `evals.benchmarks.scale` as text, as a table for a README, and as a plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Final

from evals.machine import in_words

Row = Mapping[str, Any]

_COLUMNS: Final[tuple[tuple[str, Callable[[Row], str]], ...]] = (
    ("items", lambda row: f"{row['items']:,} {row['kind']}"),
    ("build s / CPU s", lambda row: f"{row['build_seconds']:.0f} / {row['build_cpu_seconds']:.1f}"),
    ("start s", lambda row: f"{row['start_seconds']:.2f}"),
    ("memory / of it mapped MiB", lambda row: _memory(row)),
    ("files MiB", lambda row: f"{row['files_mib']:.0f}"),
    ("query p50 / p95 ms", lambda row: _pair(row["query"], "wall_ms")),
    ("of it CPU", lambda row: _pair(row["query"], "cpu_ms")),
    ("filtered CPU p95", lambda row: f"{row['filtered']['cpu_ms']['p95']:.1f}" if "filtered" in row else ""),
    ("change found s", lambda row: f"{row['found_after_seconds']:.2f}" if "found_after_seconds" in row else ""),
    ("recall@10", lambda row: " / ".join(f"{one['recall@10']:.3f}" for one in row["recall"].values())),
)
_NOTE: Final = (
    "Synthetic: the demo shop's English products crossed with each other, and vectors in families of 50 (48 latent "
    "dimensions, noise) in two spaces of 512 and 384 numbers. One core; embedding apart; build is words, facts and "
    "vectors into the index; start is from files to the first answer; memory is growth of the resident memory of the "
    "process, mapped files included, which the system takes back when it needs the room; recall is against exact "
    "search, by space."
)


def as_text(result: Mapping[str, Any]) -> str:
    """Return the figures as lines of Markdown, readable on a terminal."""
    lines = ["| " + " | ".join(name for name, _ in _COLUMNS) + " |", "|" + "---|" * len(_COLUMNS)]
    lines += ["| " + " | ".join(shown(row) for _, shown in _COLUMNS) + " |" for row in result["sizes"]]
    loads = [row["load"] for row in result["sizes"] if row["load"] is not None]
    load = f"; load while asking {min(loads)} to {max(loads)}" if loads else ""
    return "\n".join(["", *lines, "", _NOTE, in_words(result["machine"]) + load])


def _memory(row: Row) -> str:
    return "" if row["memory_mib"] is None else f"{row['memory_mib']:.0f} / {row['mapped_mib']:.0f}"


def _pair(times: Mapping[str, Mapping[str, float]], kind: str) -> str:
    return f"{times[kind]['p50']:.1f} / {times[kind]['p95']:.1f}"


_WIDTH, _HEIGHT = 300, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 22, 40, 40
_COLOURS: Final = ("#1f6feb", "#d1242f", "#1a7f37")


def as_svg(result: Mapping[str, Any]) -> str:
    """Return three plots over the number of products, both axes logarithmic: latency, memory, time."""
    rows = [row for row in result["sizes"] if row["kind"] == "products"]
    panels: list[tuple[str, dict[str, list[float | None]]]] = [
        (
            "a query, processor time in ms",
            {"p50": [r["query"]["cpu_ms"]["p50"] for r in rows], "p95": [r["query"]["cpu_ms"]["p95"] for r in rows]},
        ),
        ("MiB", {"memory": [r["memory_mib"] for r in rows], "files": [r["files_mib"] for r in rows]}),
        (
            "seconds",
            {
                "build, CPU": [r["build_cpu_seconds"] for r in rows],
                "start": [r["start_seconds"] for r in rows],
                "change found": [r.get("found_after_seconds") for r in rows],
            },
        ),
    ]
    items = [int(row["items"]) for row in rows]
    drawn = [_panel(number, title, items, lines) for number, (title, lines) in enumerate(panels)]
    size = f'width="{_WIDTH * len(panels)}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH * len(panels)} {_HEIGHT}"'
    style = "text{font:11px system-ui,sans-serif;fill:#333}.grid{stroke:#ddd}.axis{stroke:#666;fill:none}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="The index by number of products">'
        f'<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}</svg>\n'
    )


def _panel(number: int, title: str, items: Sequence[int], lines: Mapping[str, Sequence[float | None]]) -> str:
    values = [value for line in lines.values() for value in line if value]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    first, last = math.log10(items[0]), max(math.log10(items[-1]), math.log10(items[0]) + 1)

    def x(count: float) -> float:
        return round(_LEFT + (math.log10(count) - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - (math.log10(value) - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM), 1)

    parts = [f'<text x="{_LEFT}" y="16" font-weight="600">{escape(title)}</text>']
    for power in range(low, high + 1):
        parts.append(f'<path class="grid" d="M{_LEFT} {y(10**power)}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y(10**power) + 4}" text-anchor="end">{10.0**power:g}</text>')
    parts += [f'<text x="{x(n)}" y="{_HEIGHT - 20}" text-anchor="middle">{_short(n)}</text>' for n in items]
    parts.append(f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 5}" text-anchor="middle">products</text>')
    parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - _RIGHT}"/>')
    for place, ((name, line), colour) in enumerate(zip(lines.items(), _COLOURS, strict=False)):
        there = [(x(count), y(value)) for count, value in zip(items, line, strict=True) if value]
        points = " ".join(f"{left},{top}" for left, top in there)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{left}" cy="{top}" r="3" fill="{colour}"/>' for left, top in there]
        parts.append(f'<text x="{_LEFT + 6 + 78 * place}" y="32" style="fill:{colour}">{escape(name)}</text>')
    return f'<g transform="translate({number * _WIDTH} 0)">{"".join(parts)}</g>'


def _short(count: int) -> str:
    return f"{count // 1_000_000} M" if count >= 1_000_000 else f"{count // 1000} k" if count >= 1000 else str(count)
