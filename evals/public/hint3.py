"""Set ``hint3``: what real users of a supplements shop's bot wanted, more than half of it out of scope.

Figures: Matthews' correlation over intents with "out of scope" as one of them, at three thresholds
of the confidence: ``mcc`` at one chosen on the training file alone (`held_out`), the only one that a
shop could know; ``mcc_of_9`` at the best on the test file of 0.1, 0.2 … 0.9, as published;
``mcc_best`` at the best of all. ``auroc``: how well the confidence tells in scope from out of scope.
Intervals are at the threshold found, so the last two have none for its choice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from evals.public.embedded import kept_vectors
from evals.public.figures import SetResult, System
from evals.public.intents import (
    OUT_OF_SCOPE,
    Example,
    IntentSystem,
    best_threshold,
    held_out,
    nearest_neighbours,
    product,
    regression,
    word_regression,
)
from evals.public.published import published
from evals.public.rows import read_csv
from evals.public.sets import OnProgress
from evals.public.statistics import auroc_figure, mcc, mcc_figure
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL

TRAIN, TEST = "curekart_train.csv", "curekart_test.csv"
NO_INTENT: Final = "NO_NODES_DETECTED"
NINE: Final = tuple(tenths / 10 for tenths in range(1, 10))


class MessageRow(BaseModel):
    """A message with its intent; `NO_INTENT` when the bot has none for it."""

    model_config = ConfigDict(frozen=True)

    sentence: str = Field(min_length=1)
    label: str = Field(min_length=1)


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Measure the assistant's classifier with the set's examples in the place of its own, and its peers.

    Raises:
        Invalid: A row cannot be used, or there is too little to learn from (``usage_bad_data``).
    """
    examples = [(row.label, row.sentence) for row in read_csv(folder / TRAIN, MessageRow)]
    asked = [
        (OUT_OF_SCOPE if row.label == NO_INTENT else row.label, row.sentence)
        for row in read_csv(folder / TEST, MessageRow)
    ]
    _check(examples, asked)
    texts = [text for _, text in (*examples, *asked)]
    multilingual = await kept_vectors(home, texts, MULTILINGUAL, told)
    english = await kept_vectors(home, texts, ENGLISH, told)
    ways = (
        product(multilingual, english),
        nearest_neighbours("MiniLM, 5 nearest", english),
        regression("MiniLM + logistic regression", english),
        word_regression("TF-IDF + logistic regression"),
    )
    systems = []
    for done, way in enumerate(ways, start=1):
        systems.append(await asyncio.to_thread(_measured, way, examples, asked))
        told(done, len(ways))
    return SetResult(
        name="hint3",
        title="HINT3 Curekart: intents of real users of a shop's bot",
        measures="ExampleClassifier (how the assistant tells English intents) over the set's examples",
        items=len(asked),
        systems=(*systems, *published("hint3")),
        notes=("The assistant masks the names of the shop's products before it classifies; here is no catalog.",),
    )


def _check(examples: Sequence[Example], asked: Sequence[Example]) -> None:
    if len({intent for intent, _ in examples}) < 2 * 5:
        raise Invalid(f"{TRAIN}: fewer than ten intents leave nothing to hold out.", code="usage_bad_data")
    if len({intent == OUT_OF_SCOPE for intent, _ in asked}) < 2:
        raise Invalid(f"{TEST}: needs messages in scope and out of scope ({NO_INTENT}).", code="usage_bad_data")


def _measured(way: IntentSystem, examples: Sequence[Example], asked: Sequence[Example]) -> System:
    began = time.perf_counter()
    right = [intent for intent, _ in asked]
    unseen, wanted = held_out(way.fit, examples)
    chosen = best_threshold(unseen, _correlation(wanted))
    told = way.fit(examples)([text for _, text in asked])
    best = best_threshold(told, _correlation(right))
    of_nine = max(NINE, key=lambda threshold: _correlation(right)(told.with_threshold(threshold)))
    figures = (
        mcc_figure("mcc", right, told.with_threshold(chosen)),
        mcc_figure("mcc_of_9", right, told.with_threshold(of_nine)),
        mcc_figure("mcc_best", right, told.with_threshold(best)),
        auroc_figure("auroc", told.confidence.tolist(), [intent != OUT_OF_SCOPE for intent in right]),
    )
    seconds = time.perf_counter() - began
    note = f"thresholds {chosen:.3f}, {of_nine:.1f}, {best:.3f}; {seconds:.1f} s"
    return System(name=way.name, kind=way.kind, figures=figures, note=note)


def _correlation(right: Sequence[str]) -> Callable[[list[str]], float]:
    """Return Matthews' correlation of answers with what is right, fast enough to try every threshold."""
    number: dict[str, int] = {}
    truth = np.array([number.setdefault(label, len(number)) for label in right])
    return lambda given: mcc(truth, np.array([number.setdefault(label, len(number)) for label in given]))
