"""The figures of `evals.benchmarks.retrieval` on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.benchmarks.retrieval_quality import MRR, RECALL
from evals.benchmarks.retrieval_systems import LIMIT
from evals.machine import in_words

_NAME_WIDTH = 24


def as_text(result: Mapping[str, Any]) -> str:
    """Return the figures as lines."""
    lines = [f"retrieval: the first {LIMIT} products; quality on the shipped retrieval cases"]
    for group, systems in result["quality"].items():
        n = int(next(iter(systems.values()))["n"])
        lines.append(f"\n{group} ({n} cases)".ljust(_NAME_WIDTH + 1) + f"{RECALL:>12}{MRR:>12}")
        lines += [f"{name:{_NAME_WIDTH}}{row[RECALL]:>12.3f}{row[MRR]:>12.3f}" for name, row in systems.items()]
    for place in result["speed"]:
        lines += _place(place)
    lines.append("")
    lines += [f"skipped: {told}" for told in result["skipped"]]
    lines.append(
        "Synthetic shops: the demo shops' products crossed with each other; vectors of the crossed ones are their "
        "parents' with noise. Each system in a process of its own; memory is growth beyond the encoders; build is from "
        "the database to the first answer, vectors already computed. ×: the product's figure by this peer's."
    )
    lines.append(in_words(result["machine"]))
    lines.append(", ".join(f"{package} {number}" for package, number in result["versions"].items()))
    return "\n".join(lines)


def _place(place: Mapping[str, Any]) -> list[str]:
    head = f"{place['place']} ({place['vectors']} vectors, {place['queries']} queries)"
    parts = ("p50", "p95", "p99")
    columns = [*(f"search {part}" for part in parts), "×", *(f"+embed {part}" for part in parts), "×"]
    lines = [
        "",
        head,
        " " * _NAME_WIDTH + "".join(f"{one:>11}" for one in [*columns, "MiB", "×", "build s", "×", "load"]),
    ]
    for name, row in place["systems"].items():
        by = place["ratios"].get(name, {})
        cells = [
            *(f"{row['search'][part]:.2f}" for part in parts),
            _shown(by.get("search_p95")),
            *(f"{row['with_embedding'][part]:.2f}" for part in parts),
            _shown(by.get("with_embedding_p95")),
            _shown(row["memory_mib"], 1),
            _shown(by.get("memory")),
            f"{row['build_seconds']:.2f}",
            _shown(by.get("build")),
            _shown(row["load"], 1),
        ]
        lines.append(f"{name:{_NAME_WIDTH}}" + "".join(f"{cell:>11}" for cell in cells))
    return lines


def _shown(value: float | None, places: int = 2) -> str:
    return "" if value is None else f"{value:.{places}f}"
