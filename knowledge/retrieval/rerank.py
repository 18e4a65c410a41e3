"""Reranking: a cross-encoder reads question and text together, and puts the head of a list in its order."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

from knowledge.errors import Unavailable
from knowledge.retrieval.encoders import model_source, not_loaded

# So few at a time that the clock is looked at often enough.
CHUNK: Final = 4


class Reranker(Protocol):
    """Tells how well texts answer a question."""

    name: str

    def scores(self, question: str, texts: Sequence[str], until: float) -> list[float]:
        """Return the scores of as many of the first texts as there is time for; higher is better.

        Args:
            until: On the monotonic clock, in seconds.
        """
        ...


class CrossEncoderReranker:
    """Any sentence-transformers ``CrossEncoder`` with one score.

    Args:
        model: Folder of a model, or its name on the Hugging Face hub, as for an encoder.

    Raises:
        Unavailable: It cannot be loaded or has several scores (``model_not_loaded``).
    """

    def __init__(self, model: str) -> None:
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(1)
        try:
            self._model: Any = CrossEncoder(model_source(model), local_files_only=True)
        except (OSError, ValueError, KeyError, AttributeError, ImportError, RuntimeError) as error:
            raise not_loaded(model, error) from error
        if self._model.num_labels != 1:
            raise Unavailable(
                f"{model} gives {self._model.num_labels} scores to a pair: it is no reranker.", code="model_not_loaded"
            )
        self.name = model
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str], until: float) -> list[float]:
        found: list[float] = []
        # Other turns rerank as well: what is spent waiting for them is spent.
        if not self._lock.acquire(timeout=max(0.0, until - time.monotonic())):
            return found
        try:
            took = 0.0
            for start in range(0, len(texts), CHUNK):
                began = time.monotonic()
                if began + took > until:
                    break
                pairs = [(question, text) for text in texts[start : start + CHUNK]]
                found += self._model.predict(pairs, batch_size=CHUNK, show_progress_bar=False).tolist()
                took = time.monotonic() - began
        finally:
            self._lock.release()
        return found


@lru_cache(maxsize=1)
def named_reranker(model: str) -> CrossEncoderReranker:
    """Return the one reranker of this folder or name in this process."""
    return CrossEncoderReranker(model)
