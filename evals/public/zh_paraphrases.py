"""Set ``zh_paraphrases``: do two questions of Chinese customers mean the same?

Nothing in the assistant decides that yet; what it has to decide it with is measured: the likeness
of two texts (`ShopIndex.likeness`), and how much of one question the other speaks about
(`Coverage`), the lesser of both ways. Figure: ``auroc`` over the pairs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.peers.tokenizers import chinese_bigrams
from evals.public.embedded import KeptVectors, kept_vectors
from evals.public.figures import Kind, SetResult, System
from evals.public.rows import read_tsv
from evals.public.sets import OnProgress
from evals.public.shops import public_home
from evals.public.statistics import auroc_figure
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.retrieval.coverage import Coverage
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import MULTILINGUAL
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.loaded import LoadedModels
from knowledge.retrieval.text_vectors import TextVectors
from knowledge.retrieval.thesaurus import retail_thesaurus
from knowledge.store import KnowledgeStore

FILE = "atec.tsv.gz"
COLUMNS: Final = ("id", "left", "right", "label")
_STEP: Final = 500

Alike = Callable[[str, str], float]


class PairRow(BaseModel):
    """Two questions; ``label`` is 1 when they mean the same."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(min_length=1)
    left: str = Field(min_length=1)
    right: str = Field(min_length=1)
    label: Literal["0", "1"]


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Measure the product's likenesses and two plain ones on all pairs.

    Raises:
        Invalid: A row cannot be used, or all pairs are of one kind (``usage_bad_data``).
    """
    pairs = read_tsv(folder / FILE, PairRow, COLUMNS)
    if len({pair.label for pair in pairs}) < 2:
        raise Invalid(f"{FILE}: needs pairs that mean the same and pairs that do not.", code="usage_bad_data")
    vectors = await kept_vectors(home, [text for pair in pairs for text in (pair.left, pair.right)], MULTILINGUAL, told)
    database = await public_home(home, "zh-paraphrases").open_database()
    try:
        index = _bare_index(database, vectors)
        coverage = Coverage(index, retail_thesaurus(), TextVectors(vectors))
        ways: tuple[tuple[str, Kind, Alike], ...] = (
            ("daogou: likeness", "daogou", index.likeness),
            ("daogou: coverage both ways", "daogou", lambda a, b: _covered(coverage, a, b)),
            ("USE, cosine", "baseline", lambda a, b: float(vectors.known[a] @ vectors.known[b])),
            ("character bigrams, Jaccard", "baseline", _jaccard),
        )
        systems = [await asyncio.to_thread(_measured, *way, pairs, told) for way in ways]
    finally:
        await database.close()
    return SetResult(
        name="zh_paraphrases",
        title="ATEC: pairs of Chinese customers' questions",
        measures="ShopIndex.likeness; Coverage.units and Coverage.cover of a shop without goods",
        items=len(pairs),
        systems=tuple(systems),
        notes=("The likeness is the bare encoder's cosine; that it equals the line below shows just that.",),
    )


def _bare_index(database: Database, vectors: KeptVectors) -> ShopIndex:
    """Return the index of a shop that has nothing: words weigh as they do in general."""
    store, kept = KnowledgeStore(database), EmbeddingStore(database)
    return ShopIndex(
        ShopId("zh-paraphrases"), store, kept, LoadedModels(encoders={MULTILINGUAL: vectors}), retail_thesaurus()
    )


def _covered(coverage: Coverage, left: str, right: str) -> float:
    """Return what both say of each other: the lesser share, in [0, 1]."""
    return min(
        coverage.cover(coverage.units(left), right).share,
        coverage.cover(coverage.units(right), left).share,
    )


def _jaccard(left: str, right: str) -> float:
    mine, other = set(chinese_bigrams(left)), set(chinese_bigrams(right))
    return len(mine & other) / len(mine | other) if mine | other else 0.0


def _measured(name: str, kind: Kind, alike: Alike, pairs: Sequence[PairRow], told: OnProgress) -> System:
    began, scores = time.perf_counter(), []
    for done, pair in enumerate(pairs, start=1):
        scores.append(alike(pair.left, pair.right))
        if done % _STEP == 0 or done == len(pairs):
            told(done, len(pairs))
    figure = auroc_figure("auroc", scores, [pair.label == "1" for pair in pairs])
    return System(name=name, kind=kind, figures=(figure,), note=f"{time.perf_counter() - began:.1f} s")
