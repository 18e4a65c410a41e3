"""The files of the reader: its weights, and how they were made and how well they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from evals.reading.chinese import ChinesePieces
from evals.reading.training import Figures

RECORD: Final = "reader.toml"


def write_weights(path: Path, weights: Mapping[str, np.ndarray], chinese: ChinesePieces) -> None:
    """Write the weights as `assistant.reading.reader` reads them."""
    from safetensors.numpy import save_file

    scores = np.array(chinese.scores, np.float32)
    save_file({**weights, "chinese_scores": scores}, path, metadata={"pieces": "\n".join(chinese.names)})
    # The library keeps what it writes to its owner; the package's files are everybody's to read.
    path.chmod(0o644)


def taught_before(record: Path) -> list[dict[str, Any]]:
    """Return the lessons that weights beside a record were taught already, the oldest first."""
    import tomllib

    return list(tomllib.loads(record.read_text("utf-8")).get("taught", [])) if record.is_file() else []


def lesson_told(*, shops: int, questions: int, epochs: float, sha256: str) -> dict[str, Any]:
    """Return what was taught in one run of the command."""
    today = datetime.now(UTC).date().isoformat()
    return {"on": today, "shops": shops, "questions": questions, "epochs": epochs, "sha256": sha256}


def mean_told(readers: Sequence[str]) -> dict[str, Any]:
    """Return what was done where the mean of several readers was taken, named by their fingerprints."""
    return {"on": datetime.now(UTC).date().isoformat(), "mean_of": list(readers)}


def as_toml(taught: Sequence[Mapping[str, Any]], figures: Figures, weights: str) -> str:
    """Return the text of `reader.toml`.

    Args:
        taught: Of `lesson_told`, every run in its order.
        weights: Fingerprint of the file of weights.
    """
    lines = [
        "# How assistant/reading/reader.safetensors was made; by `daogou eval fit-reader`, not by hand.",
        f'weights = "{weights}"',
        'base = "all-MiniLM-L6-v2"',
        "",
        "# Questions to texts of invented shops that were held back: AUROC of what the text answers.",
        "[held_back]",
        f"questions = {figures.questions}",
        *(f"{name} = {value:.3f}" for name, value in figures.auroc.items()),
        f"with_other_texts = {figures.of_others:.3f}",
    ]
    for one in taught:
        lines += ["", "[[taught]]", *(f"{name} = {_worded(value)}" for name, value in one.items())]
    return "\n".join(lines) + "\n"


def _worded(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
