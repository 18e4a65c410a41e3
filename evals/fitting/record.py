"""The file of a fit: weights a person can read, with how they were made and how well they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.calibration import Kind
from evals.fitting.regression import PublishedFit


def as_toml(
    reading: Mapping[str, float],
    published: PublishedFit,
    kinds: Mapping[Kind, tuple[float, float]],
    *,
    encoders: Sequence[str],
    reader: str,
    shops: Sequence[str],
    questions: int,
    sha256: str,
    figures: Mapping[str, Any],
) -> str:
    """Return the text of `calibration.toml`.

    Args:
        encoders: Names of the models that the shops were searched with.
        reader: Fingerprint of the reader that read their texts.
        figures: Of `regression.left_out`.
    """
    lines = [
        "# Weights of assistant/calibration.py; made by `daogou eval fit-confidence`, not by hand.",
        "",
        "[made]",
        f"on = {datetime.now(UTC).date().isoformat()}",
        f"shops = [{', '.join(_quoted(shop) for shop in shops)}]",
        f"questions = {questions}",
        f'sha256 = "{sha256}"',
        f"encoders = [{', '.join(_quoted(name) for name in encoders)}]",
        f'reader = "{reader}"',
        "",
        "# Each shop told by a fit that has not seen it: does the best published text answer?",
        "[left_out]",
    ]
    for name, of_group in figures.items():
        fitted, cosine, constant = (of_group[key] for key in ("fitted", "cosine", "constant"))
        told = f"n = {fitted['n']}, right = {fitted['accuracy']:.3f}"
        if "ece" in fitted:
            told += f", ece = {fitted['ece']['value']:.3f}, aurc = {fitted['aurc']['value']:.3f}"
            told += f", aurc_cosine = {cosine:.3f}, aurc_constant = {constant:.3f}"
        lines.append(f"{_quoted(name)} = {{ {told} }}")
    lines += ["", "# How near a text lies, and what reading it gives.", "[reading]", *_numbers(reading)]
    lines += ["", "[published]", *_numbers(published.weights)]
    lines += ["", "# Each signal of a usual question.", "[typical]", *_numbers(published.typical)]
    lines += ["", "# What a kind of answer is given, brought to how often it was right.", "[kinds]"]
    lines += [
        f"{kind.value} = {{ slope = {slope:.4f}, shift = {shift:.4f} }}" for kind, (slope, shift) in kinds.items()
    ]
    return "\n".join(lines) + "\n"


def _numbers(values: Mapping[str, float]) -> list[str]:
    return [f"{name} = {value:.4f}" for name, value in values.items()]


def _quoted(text: str) -> str:
    return f'"{text}"'
