"""The packaged all-MiniLM-L6-v2: the vectors of sentence-transformers, without torch.

Numbers agree with sentence-transformers' to 1e-6.

The model is a BERT of six layers (Devlin et al., NAACL 2019) whose last states are averaged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.retrieval.bert import Layer, Matrix, norm, softmax


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring texts of one length in the matrix of all tokens."""

    start: int
    texts: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.texts * self.length


class MiniLM:
    """The forward pass over a folder of the model's files.

    Attributes:
        dim: Length of a vector.

    Raises:
        OSError: A file of the model is not there.
        KeyError: It holds another model than a BERT.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        shape = json.loads((folder / "config.json").read_text("utf-8"))
        longest = json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))["max_seq_length"]
        self.dim = int(shape["hidden_size"])
        self._heads = int(shape["num_attention_heads"])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(longest)
        kept = load_file(folder / "model.safetensors")
        epsilon = np.float32(shape["layer_norm_eps"])
        self._of_token: Matrix = kept["embeddings.word_embeddings.weight"]
        # Every text is of the first of the two token types.
        self._of_place = (
            kept["embeddings.position_embeddings.weight"] + kept["embeddings.token_type_embeddings.weight"][0]
        )
        self._embedded = norm(kept, "embeddings.LayerNorm", epsilon)
        places = range(int(shape["num_hidden_layers"]))
        self._layers = [
            Layer.read(kept, f"encoder.layer.{place}.", heads=self._heads, epsilon=epsilon) for place in places
        ]

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return unit vectors, shape ``(len(texts), dim)``; what goes beyond 256 tokens is left out."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        runs = list(_runs([len(tokens[place]) for place in order]))
        ids = np.concatenate([tokens[place] for place in order])
        rows = self._of_token[ids]
        for run in runs:
            block = rows[run.start : run.end].reshape(run.texts, run.length, self.dim)
            block += self._of_place[: run.length]
        rows = self._embedded(rows)
        for layer in self._layers:
            rows = layer.onwards(rows, self._attention(layer.asked(rows), runs))
        means = [
            rows[run.start : run.end].reshape(run.texts, run.length, self.dim).mean(axis=1, dtype=np.float32)
            for run in runs
        ]
        found = np.concatenate(means)
        vectors = np.empty_like(found)
        vectors[order] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return vectors

    def _attention(self, asked: Matrix, runs: Sequence[_Run]) -> Matrix:
        """Return what each token takes from the tokens of its own text."""
        taken = np.empty((len(asked), self.dim), np.float32)
        for run in runs:
            parts = asked[run.start : run.end].reshape(run.texts, run.length, 3, self._heads, -1)
            queries, keys, values = parts.transpose(2, 0, 3, 1, 4)
            shares = softmax(queries @ keys.swapaxes(2, 3))
            taken[run.start : run.end] = (shares @ values).swapaxes(1, 2).reshape(-1, self.dim)
        return taken


def _runs(lengths: Sequence[int]) -> Iterator[_Run]:
    """Yield the runs of equal lengths, which are in order."""
    start = first = 0
    for place in range(1, len(lengths) + 1):
        if place == len(lengths) or lengths[place] != lengths[first]:
            run = _Run(start, place - first, lengths[first])
            yield run
            start, first = run.end, place
