"""What ``product_qa`` holds the product against: BM25, the bare encoder, and a regression over both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from evals.peers import bm25
from evals.peers.bm25 import Bm25
from evals.peers.peer import Items, missing
from evals.peers.tokenizers import english_stems
from evals.public.embedded import KeptVectors, kept_vectors
from evals.public.figures import Figure, Kind, System, mean_figure
from evals.public.product_qa_data import Asked, Attributes, distinct
from evals.public.sets import OnProgress
from evals.public.statistics import auroc_figure
from knowledge.catalog import Attribute
from knowledge.home import Home
from knowledge.retrieval.encoders import ENGLISH

_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a system makes of a question.

    Attributes:
        right: Whether its first attribute answers.
        score: How sure it is that something answers; comparable within one system.
    """

    right: bool
    score: float


async def peers(asked: Sequence[Asked], training: Sequence[Asked], home: Home, told: OnProgress) -> list[System]:
    """Return what the peers make of the questions; the regression only where there is training."""
    vectors = await kept_vectors(home, dict.fromkeys(_texts([*asked, *training])), ENGLISH, told)
    found = [_peer("MiniLM", asked, lambda one: _by_meaning(vectors, one))]
    if missing(*bm25.NEEDS):
        return found
    lexical = _ByWords(asked)
    found.append(_peer("BM25", asked, lexical.scores))
    if any(right for one in training for right in one.right):
        fitted = _fitted(training, vectors)
        both = _peer(
            "logistic regression over both",
            asked,
            lambda one: fitted(list(zip(lexical.scores(one), _by_meaning(vectors, one), strict=True))),
        )
        found.append(both.model_copy(update={"note": f"fitted to the training questions; {both.note}"}))
    return found


def _peer(name: str, asked: Sequence[Asked], scored: Callable[[Asked], Sequence[float]]) -> System:
    began, ranked = time.perf_counter(), []
    for one in asked:
        scores = scored(one) if one.attributes else ()
        first = max(range(len(scores)), key=scores.__getitem__, default=None)
        ranked.append(Ranked(False, 0.0) if first is None else Ranked(one.right[first], scores[first]))
    return ranked_system(name, "baseline", asked, ranked, time.perf_counter() - began)


def skipped() -> str | None:
    """Return what is left out for want of a library; None when nothing is."""
    told = missing(*bm25.NEEDS)
    return f"skipped: BM25 and the regression over it: {told}" if told else None


class _ByWords:
    """BM25 over the attributes of all products: what each product has weighs little."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        rows = [(attributes, a) for attributes in distinct(asked) for a in attributes]
        self._places: dict[Attributes, list[int]] = {}
        for place, (attributes, _) in enumerate(rows):
            self._places.setdefault(attributes, []).append(place)
        items = Items([str(place) for place in range(len(rows))], [_text(a) for _, a in rows])
        self._bm25 = Bm25("BM25", items, english_stems)

    def scores(self, one: Asked) -> list[float]:
        return [float(score) for score in self._bm25.scores(one.text)[self._places[one.attributes]]]


def _by_meaning(vectors: KeptVectors, one: Asked) -> list[float]:
    question = vectors.encode([one.text])[0]
    return [float(cosine) for cosine in vectors.encode([_text(a) for a in one.attributes]) @ question]


def _fitted(training: Sequence[Asked], vectors: KeptVectors) -> Callable[[Sequence[tuple[float, float]]], list[float]]:
    """Return the probability of a pair by its two scores, fitted to all pairs of the training file."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    lexical, rows, labels = _ByWords(training), [], []
    for one in (one for one in training if one.attributes):
        rows += list(zip(lexical.scores(one), _by_meaning(vectors, one), strict=True))
        labels += list(one.right)
    model = make_pipeline(StandardScaler(), LogisticRegression(random_state=_SEED)).fit(rows, labels)
    return lambda pairs: [float(p) for p in model.predict_proba(list(pairs))[:, 1]]


def _text(a: Attribute) -> str:
    return f"{a.name}: {a.value}"


def _texts(asked: Iterable[Asked]) -> Iterable[str]:
    for one in asked:
        yield one.text
        yield from map(_text, one.attributes)


def ranked_system(name: str, kind: Kind, asked: Sequence[Asked], ranked: Sequence[Ranked], seconds: float) -> System:
    """Return a system's figures over all questions."""
    pairs = list(zip(asked, ranked, strict=True))
    right = {one.id: float(found.right) for one, found in pairs if one.answerable}
    figures: tuple[Figure, ...] = (
        mean_figure("p@1", right),
        auroc_figure("auroc", [found.score for _, found in pairs], [one.answerable for one, _ in pairs]),
    )
    return System(name=name, kind=kind, figures=figures, per_item={"p@1": right}, note=f"{seconds:.1f} s")
