"""The models that a process has loaded, and how the slow ones are asked: in threads, within a budget."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from knowledge.errors import Unavailable
from knowledge.retrieval.encoders import Encoder, Vectors
from knowledge.retrieval.models import SearchModels
from knowledge.retrieval.rerank import Reranker

# A question that has no vector by then is searched for without.
QUERY_SECONDS: Final = 2.5
RECENT: Final = 256

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class LoadedModels:
    """What of the models is loaded in this process; grows while in use.

    Attributes:
        encoders: By key of their space.
        reranker: None when there is none, or not yet.
    """

    choice: SearchModels = field(default_factory=SearchModels)
    encoders: dict[str, Encoder] = field(default_factory=dict)
    reranker: Reranker | None = None
    _recent: dict[tuple[str, str], Vectors] = field(default_factory=dict)

    async def slow_vectors(self, text: str) -> dict[str, Vectors]:
        """Return a question in the spaces that are not at hand, each of shape ``(dim,)``; none of one that fails."""
        found = {}
        for space in self.choice.spaces:
            encoder = self.encoders.get(space.key)
            if space.at_hand or encoder is None:
                continue
            key = (text, encoder.name)
            if key not in self._recent:
                try:
                    vectors = await asyncio.wait_for(asyncio.to_thread(encoder.encode_queries, [text]), QUERY_SECONDS)
                except (Unavailable, TimeoutError) as error:
                    logger.info("a question is searched for without %s: %r", encoder.name, error)
                    continue
                if len(self._recent) >= RECENT:
                    self._recent.clear()
                self._recent[key] = vectors[0]
            found[space.key] = self._recent[key]
        return found

    @property
    def rerank_depth(self) -> int:
        """How many of the first hits are read again; 0 without a reranker."""
        return self.choice.reranker.depth if self.choice.reranker and self.reranker else 0

    async def rerank_scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the reranker's scores of as many of the first texts as its budget allows; none when it fails."""
        choice, reranker = self.choice.reranker, self.reranker
        if choice is None or reranker is None or len(texts) < 2:
            return []
        until = time.monotonic() + choice.budget_seconds
        try:
            found = await asyncio.to_thread(reranker.scores, question, texts, until)
        except (RuntimeError, ValueError, IndexError) as error:
            logger.warning("%s failed, the hits stay in their order: %r", reranker.name, error)
            return []
        if len(found) < len(texts):
            logger.warning(
                "%s read %d of %d hits in its %.2f s; the others stay in their order",
                reranker.name,
                len(found),
                len(texts),
                choice.budget_seconds,
            )
        return found
