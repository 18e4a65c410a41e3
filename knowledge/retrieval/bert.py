"""A BERT as plain matrix products: its layers as numpy arrays, without torch (Devlin et al., NAACL 2019).

A question is a dozen tokens. At that length a library for tensors of any shape spends more time on its
own way than on the numbers; here the tokens of all texts lie in one matrix, so that the weights are read
once for all and nothing is computed for padding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

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
class Linear:
    """A product with weights of shape ``(inputs, outputs)``, and what is added to it."""

    weights: Matrix
    bias: Matrix

    def __call__(self, rows: Matrix) -> Matrix:
        out: Matrix = rows @ self.weights
        out += self.bias
        return out


@dataclass(frozen=True, slots=True)
class Norm:
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
class Layer:
    """One layer; ``asked`` gives queries, keys and values side by side, the queries scaled."""

    asked: Linear
    attended: Linear
    after_attention: Norm
    widened: Linear
    narrowed: Linear
    after_widening: Norm

    @classmethod
    def read(cls, kept: Mapping[str, Matrix], under: str, *, heads: int, epsilon: np.float32) -> Layer:
        """Return the layer whose weights stand under a name.

        Raises:
            KeyError: They are not there.
        """
        asked = [linear(kept, f"{under}attention.self.{name}") for name in ("query", "key", "value")]
        scale = np.float32((heads / len(asked[0].weights)) ** 0.5)
        asked[0] = Linear(asked[0].weights * scale, asked[0].bias * scale)
        return cls(
            Linear(np.concatenate([one.weights for one in asked], axis=1), np.concatenate([one.bias for one in asked])),
            linear(kept, f"{under}attention.output.dense"),
            norm(kept, f"{under}attention.output.LayerNorm", epsilon),
            linear(kept, f"{under}intermediate.dense"),
            linear(kept, f"{under}output.dense"),
            norm(kept, f"{under}output.LayerNorm", epsilon),
        )

    def onwards(self, rows: Matrix, taken: Matrix) -> Matrix:
        """Return the rows after this layer.

        Args:
            rows: Of the tokens, as they entered.
            taken: What each took from those that it attends to.
        """
        attended = self.attended(taken)
        attended += rows
        rows = self.after_attention(attended)
        out = self.narrowed(gelu(self.widened(rows)))
        out += rows
        return self.after_widening(out)


def softmax(shares: Matrix) -> Matrix:
    """Return shares that sum to 1 over the last axis, in place."""
    shares -= shares.max(axis=-1, keepdims=True)
    np.exp(shares, out=shares)
    shares /= shares.sum(axis=-1, keepdims=True)
    return shares


def gelu(rows: Matrix) -> Matrix:
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


def linear(kept: Mapping[str, Matrix], name: str) -> Linear:
    """Return the linear map whose weights stand under a name, shape ``(outputs, inputs)`` there."""
    return Linear(np.ascontiguousarray(kept[f"{name}.weight"].T), kept[f"{name}.bias"])


def norm(kept: Mapping[str, Matrix], name: str, epsilon: np.float32) -> Norm:
    """Return the norm whose gain and bias stand under a name."""
    return Norm(kept[f"{name}.weight"], kept[f"{name}.bias"], epsilon)
