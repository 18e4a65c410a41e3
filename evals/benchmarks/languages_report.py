"""The figures of `evals.benchmarks.languages` on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from evals.benchmarks.languages import DEPTHS
from evals.machine import in_words

_NAME_WIDTH: Final = 24
_NOTE: Final = (
    "The demo shops' documents in one language, then the other's added. kept@k: of the first k passages before, the "
    "share still among the first k; right@k: questions with a passage of a right document among the first k, before "
    "and after; hidden@k: of those that had one, the share that has none any more."
)


def as_text(result: Mapping[str, Any]) -> str:
    """Return the figures as lines."""
    columns = [f"{name}@{k}" for k in DEPTHS for name in ("kept", "right", "after", "hidden")]
    lines = ["documents of another language beside the shop's own"]
    for title, by_lang in result["moves"].items():
        for lang, systems in by_lang.items():
            asked = int(next(iter(systems.values()))["n"])
            of = "all questions" if lang == "all" else f"questions in {lang}"
            lines += ["", f"{title}, {of} ({asked})", " " * _NAME_WIDTH + "".join(f"{one:>10}" for one in columns)]
            lines += [f"{name:{_NAME_WIDTH}}" + "".join(_cells(row)) for name, row in systems.items()]
    lines += ["", *(f"skipped: {told}" for told in result["skipped"]), _NOTE, in_words(result["machine"])]
    return "\n".join(lines)


def _cells(row: Mapping[str, float]) -> list[str]:
    shown = [row[name.format(k)] for k in DEPTHS for name in ("kept@{}", "right@{}", "right@{} after", "hidden@{}")]
    return [f"{value:>10.3f}" for value in shown]
