"""Embeddings from an OpenAI-compatible endpoint."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np

from knowledge.errors import Unavailable
from knowledge.retrieval.encoders import Vectors

# A shopper waits for a question's vector, and nobody for those of a catalog.
QUERY_SECONDS: Final = 2.0
TEXTS_SECONDS: Final = 30.0
# With the client's doubling pauses about 4 s, or what a 429 asks for; after that the index itself tries again.
TEXTS_RETRIES: Final = 3
# After a question that got no vector the next ones do without for so long, and do not wait for nothing.
PAUSE_SECONDS: Final = 30.0
MOST_TEXTS: Final = 256
# A text that an endpoint refuses alone is too long for its model; what remains says what it is about.
SHORTEST: Final = 100

logger = logging.getLogger(__name__)


class OpenAIEncoder:
    """One model of an endpoint.

    The endpoint says how many texts it takes at once: a batch that it refuses is halved, and the size
    that it took is kept.

    Args:
        base_url: Of the endpoint, as in ``https://host/v1``; None is OpenAI's own.
        api_key: Local endpoints need none.

    Raises:
        Unavailable: It does not answer, or not with vectors (``embedding_failed``, ``embedding_dimension``).
    """

    def __init__(self, model: str, base_url: str | None, api_key: str | None) -> None:
        from openai import OpenAI

        self._model = model
        # Without a key the client refuses to be made; a local endpoint ignores it.
        self._client = OpenAI(
            api_key=api_key or "none", base_url=base_url or None, timeout=TEXTS_SECONDS, max_retries=TEXTS_RETRIES
        )
        self._most = MOST_TEXTS
        self._refused = 0
        self._silent_until = 0.0
        self.dim = 0
        self.dim = len(self._vectors(self._client, ["dimension"])[0])
        # The same name at another endpoint may be another model.
        self.name = f"openai:{model[:120]}@{urlsplit(str(self._client.base_url)).netloc[:50]}/{self.dim}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows: list[Vectors] = []
        while len(rows) < len(texts):
            rows += self._accepted(texts[len(rows) : len(rows) + self._most])
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of questions, or fail within `QUERY_SECONDS`.

        Raises:
            Unavailable: Not in time, or not just before either.
        """
        if time.monotonic() < self._silent_until:
            raise Unavailable(f"{self.name} has just failed.", code="embedding_failed")
        try:
            return np.stack(self._vectors(self._client.with_options(timeout=QUERY_SECONDS, max_retries=0), texts))
        except Unavailable as error:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("questions do without %s for %d s: %s", self.name, PAUSE_SECONDS, error)
            raise

    def _accepted(self, texts: Sequence[str]) -> list[Vectors]:
        """Return the texts' vectors, in as many requests as the endpoint wants."""
        try:
            return self._vectors(self._client, texts)
        except _Refused as refused:
            self._refused += 1
            if len(texts) == 1:
                return self._accepted([_head(texts[0], refused)])
            middle, before = len(texts) // 2, self._refused
            found = [*self._accepted(texts[:middle]), *self._accepted(texts[middle:])]
            if self._refused == before:  # both halves were taken: it was their number, and no single text
                self._most = middle
            return found

    def _vectors(self, client: Any, texts: Sequence[str]) -> list[Vectors]:
        """Ask once, with the client's own retries; return a vector of unit length for each text."""
        import openai

        try:
            # Some endpoints know floats only, where the client would ask for base64.
            answer = client.embeddings.create(model=self._model, input=list(texts), encoding_format="float")
            by_place = sorted(answer.data, key=lambda row: row.index)
            rows = [np.asarray(row.embedding, np.float32) for row in by_place]
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            raise _Refused(f"{self._model}: {error.message}", code="embedding_failed") from error
        except openai.APIStatusError as error:
            refused = error.status_code == _TOO_LARGE
            raise (_Refused if refused else Unavailable)(f"{self._model}: {error}", code="embedding_failed") from error
        except (openai.APIError, AttributeError, TypeError, ValueError) as error:
            raise Unavailable(f"{self._model}: {error!r}", code="embedding_failed") from error
        if len(rows) != len(texts):
            raise Unavailable(f"{self._model}: {len(rows)} vectors for {len(texts)} texts.", code="embedding_failed")
        wrong = next((len(row) for row in rows if len(row) != (self.dim or len(rows[0]))), None)
        if wrong is not None:
            raise Unavailable(
                f"{self._model} answers with {wrong} numbers instead of {self.dim}: it is another model now; "
                "start again to embed by it.",
                code="embedding_dimension",
            )
        return [row / (float(np.linalg.norm(row)) or 1.0) for row in rows]


_TOO_LARGE: Final = 413


class _Refused(Unavailable):
    """The endpoint will not take these texts together, or this text."""


def _head(text: str, refused: _Refused) -> str:
    if len(text) <= SHORTEST:
        raise refused
    return text[: len(text) // 2]


@lru_cache(maxsize=2)
def openai_encoder(model: str, base_url: str | None, api_key: str | None) -> OpenAIEncoder:
    """Return the one encoder of this model and endpoint in this process."""
    return OpenAIEncoder(model, base_url, api_key)
