"""Set ``clinc150``: 150 intents, and messages that belong to none.

Figures: ``in_scope_accuracy``, the share of the messages in scope whose intent is told, and
``oos_recall``, the share of those out of scope that are told to be; both at the threshold with the
highest accuracy over the validation files, out of scope as an intent of its own (Larson et al. 2019,
section 3.2). ``auroc``: how well the confidence tells in scope from out of scope.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.public.embedded import kept_vectors
from evals.public.figures import SetResult, System, mean_figure
from evals.public.intents import OUT_OF_SCOPE, Example, IntentSystem, best_threshold, product, regression
from evals.public.published import published
from evals.public.sets import OnProgress
from evals.public.statistics import auroc_figure
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL

FILE = "data_full.json"

_Text = Annotated[str, Field(min_length=1)]
_Rows = Annotated[list[tuple[_Text, _Text]], Field(min_length=1)]


class Parts(BaseModel):
    """The file: pairs of message and intent, in parts; its ``oos_train`` is not used."""

    model_config = ConfigDict(frozen=True)

    train: _Rows
    val: _Rows
    test: _Rows
    oos_val: _Rows
    oos_test: _Rows


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Measure the assistant's classifier with the set's examples in the place of its own, and its peers.

    Raises:
        Invalid: The file cannot be used (``usage_bad_data``).
    """
    parts = _read(folder / FILE)
    examples = [(intent, text) for text, intent in parts.train]
    if len({intent for intent, _ in examples}) < 2:
        raise Invalid(f"{FILE}, train: needs two intents.", code="usage_bad_data")
    validation, asked = _mixed(parts.val, parts.oos_val), _mixed(parts.test, parts.oos_test)
    texts = [text for _, text in (*examples, *validation, *asked)]
    multilingual = await kept_vectors(home, texts, MULTILINGUAL, told)
    english = await kept_vectors(home, texts, ENGLISH, told)
    ways = (
        product(multilingual, english),
        regression("MiniLM + logistic regression", english),
        regression("USE + logistic regression", multilingual),
    )
    systems = []
    for done, way in enumerate(ways, start=1):
        systems.append(await asyncio.to_thread(_measured, way, examples, validation, asked))
        told(done, len(ways))
    return SetResult(
        name="clinc150",
        title="CLINC150: 150 intents and what is none of them",
        measures="ExampleClassifier (how the assistant tells English intents) over the set's examples",
        items=len(asked),
        systems=(*systems, *published("clinc150")),
    )


def _read(path: Path) -> Parts:
    try:
        return Parts.model_validate(json.loads(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ", ".join(str(part) for part in first["loc"]) or "file"
        raise Invalid(f"{path.name}, {place}: {first['msg']}", code="usage_bad_data") from error
    except (OSError, ValueError) as error:
        raise Invalid(f"{path.name}: cannot be read: {error}", code="usage_bad_data") from error


def _mixed(inside: Sequence[tuple[str, str]], outside: Sequence[tuple[str, str]]) -> list[Example]:
    return [*((intent, text) for text, intent in inside), *((OUT_OF_SCOPE, text) for text, _ in outside)]


def _measured(
    way: IntentSystem, examples: Sequence[Example], validation: Sequence[Example], asked: Sequence[Example]
) -> System:
    began = time.perf_counter()
    classify = way.fit(examples)
    threshold = best_threshold(classify([text for _, text in validation]), _accuracy(validation))
    told = classify([text for _, text in asked])
    given = list(zip((intent for intent, _ in asked), told.with_threshold(threshold), strict=True))
    per_item = {
        metric: {str(place): float(said == right) for place, (right, said) in enumerate(given) if of(right)}
        for metric, of in (("in_scope_accuracy", _is_inside), ("oos_recall", lambda right: not _is_inside(right)))
    }
    figures = (
        *(mean_figure(metric, values) for metric, values in per_item.items()),
        auroc_figure("auroc", told.confidence.tolist(), [_is_inside(right) for right, _ in given]),
    )
    note = f"threshold {threshold:.3f}; {time.perf_counter() - began:.1f} s"
    return System(name=way.name, kind=way.kind, figures=figures, per_item=per_item, note=note)


def _is_inside(intent: str) -> bool:
    return intent != OUT_OF_SCOPE


def _accuracy(rows: Sequence[Example]) -> Callable[[list[str]], float]:
    right = [intent for intent, _ in rows]
    return lambda given: sum(a == b for a, b in zip(right, given, strict=True)) / len(right)
