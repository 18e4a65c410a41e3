"""The packaged all-MiniLM-L6-v2 as plain matrix products: the vectors of sentence-transformers, without torch.

A question is a dozen tokens. At that length a library for tensors of any shape spends more time on its
own way than on the numbers, and pads every text of a batch to the longest; here the tokens of all
texts lie in one matrix, so that the weights are read once for all and nothing is computed for padding.
Numbers agree with sentence-transformers' to 1e-6.

The model is a BERT of six layers (Devlin et al., NAACL 2019) whose last states are averaged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

_HALF: Final = np.float32(0.5)
_SQRT_HALF: Final = np.float32(0.5**0.5)
_ERF_IS_ONE_FROM: Final = np.float32(4.0)
_ERF_UPPER: Final[Matrix] = np.array(
    [
        -2.72614225801306e-10,
        2.77068142495902e-08,
        -2.10102402082508e-06,
        -5.69250639462346e-05,
        -7.34990630326855e-04,
        -2.95459980854025e-03,
        -1.60960333262415e-02,
    ],
    np.float32,
)
_ERF_LOWER: Final[Matrix] = np.array(
    [
        -1.45660718464996e-05,
        -2.13374055278905e-04,
        -1.68282697438203e-03,
        -7.37332916720468e-03,
        -1.42647390514189e-02,
    ],
    np.float32,
)


@dataclass(frozen=True, slots=True)
class _Linear:
    """A product with weights of shape ``(inputs, outputs)``, and what is added to it."""

    weights: Matrix
    bias: Matrix

    def __call__(self, rows: Matrix) -> Matrix:
        out: Matrix = rows @ self.weights
        out += self.bias
        return out


@dataclass(frozen=True, slots=True)
class _Norm:
    """Layer normalisation (Ba, Kiros and Hinton, 2016), row by row and in place."""

    gain: Matrix
    bias: Matrix
    epsilon: np.float32

    def __call__(self, rows: Matrix) -> Matrix:
        rows -= rows.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", rows, rows) / np.float32(rows.shape[1])
        rows *= (np.float32(1.0) / np.sqrt(variance + self.epsilon))[:, None]
        rows *= self.gain
        rows += self.bias
        return rows


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer; ``asked`` gives queries, keys and values side by side, the queries scaled."""

    asked: _Linear
    attended: _Linear
    after_attention: _Norm
    widened: _Linear
    narrowed: _Linear
    after_widening: _Norm


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
        self._embedded = _norm(kept, "embeddings.LayerNorm", epsilon)
        places = range(int(shape["num_hidden_layers"]))
        self._layers = [self._layer(kept, f"encoder.layer.{place}.", epsilon) for place in places]

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
            rows = self._through(layer, rows, runs)
        means = [
            rows[run.start : run.end].reshape(run.texts, run.length, self.dim).mean(axis=1, dtype=np.float32)
            for run in runs
        ]
        found = np.concatenate(means)
        vectors = np.empty_like(found)
        vectors[order] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return vectors

    def _layer(self, kept: Mapping[str, Matrix], under: str, epsilon: np.float32) -> _Layer:
        asked = [_linear(kept, f"{under}attention.self.{name}") for name in ("query", "key", "value")]
        scale = np.float32((self._heads / self.dim) ** 0.5)
        asked[0] = _Linear(asked[0].weights * scale, asked[0].bias * scale)
        return _Layer(
            _Linear(
                np.concatenate([one.weights for one in asked], axis=1), np.concatenate([one.bias for one in asked])
            ),
            _linear(kept, f"{under}attention.output.dense"),
            _norm(kept, f"{under}attention.output.LayerNorm", epsilon),
            _linear(kept, f"{under}intermediate.dense"),
            _linear(kept, f"{under}output.dense"),
            _norm(kept, f"{under}output.LayerNorm", epsilon),
        )

    def _through(self, layer: _Layer, rows: Matrix, runs: Sequence[_Run]) -> Matrix:
        attended = layer.attended(self._attention(layer.asked(rows), runs))
        attended += rows
        rows = layer.after_attention(attended)
        out = layer.narrowed(_gelu(layer.widened(rows)))
        out += rows
        return layer.after_widening(out)

    def _attention(self, asked: Matrix, runs: Sequence[_Run]) -> Matrix:
        """Return what each token takes from the tokens of its own text."""
        taken = np.empty((len(asked), self.dim), np.float32)
        for run in runs:
            parts = asked[run.start : run.end].reshape(run.texts, run.length, 3, self._heads, -1)
            queries, keys, values = parts.transpose(2, 0, 3, 1, 4)
            shares = queries @ keys.swapaxes(2, 3)
            shares -= shares.max(axis=3, keepdims=True)
            np.exp(shares, out=shares)
            shares /= shares.sum(axis=3, keepdims=True)
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


def _gelu(rows: Matrix) -> Matrix:
    """Return the Gaussian error linear unit (Hendrycks and Gimpel, 2016), in place, as the model was trained."""
    shares = _erf(rows * _SQRT_HALF)
    shares += np.float32(1.0)
    shares *= _HALF
    rows *= shares
    return rows


def _erf(places: Matrix) -> Matrix:
    """Return the error function, to 1e-6, at a quarter of the time that scipy takes to be exact.

    The quotient of two polynomials by which Eigen and XLA compute it for 32 bits.
    """
    within = np.clip(places, -_ERF_IS_ONE_FROM, _ERF_IS_ONE_FROM)
    squares = within * within
    upper = _polynomial(_ERF_UPPER, squares)
    upper *= within
    upper /= _polynomial(_ERF_LOWER, squares)
    return upper


def _polynomial(factors: Matrix, places: Matrix) -> Matrix:
    """Return the value of a polynomial, its highest power first, by Horner's rule."""
    total: Matrix = places * factors[0]
    for factor in factors[1:-1]:
        total += factor
        total *= places
    total += factors[-1]
    return total


def _linear(kept: Mapping[str, Matrix], name: str) -> _Linear:
    return _Linear(np.ascontiguousarray(kept[f"{name}.weight"].T), kept[f"{name}.bias"])


def _norm(kept: Mapping[str, Matrix], name: str, epsilon: np.float32) -> _Norm:
    return _Norm(kept[f"{name}.weight"], kept[f"{name}.bias"], epsilon)
