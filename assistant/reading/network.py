"""The forward pass of the reader: a text is read alone, and a question reads the text.

What a text's tokens are does not depend on the question, so that they are computed once and kept. A
question's few tokens are first read alone too, once for all texts; in the upper layers they attend to
their own and to the text's (as in MacAvaney et al., PreTTR, SIGIR 2020, but one-way). The layers are
MiniLM's, each linear map moved by a product of two narrow matrices (Hu et al., LoRA, ICLR 2022).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.retrieval.bert import Layer, Linear, Matrix, Norm, gelu, softmax

HEADS: Final = 12
# In so many layers, the lowest, a question is read alone.
ALONE: Final = 3
EPSILON: Final = np.float32(1e-12)
_MOST: Final = np.float32(127)
# Each linear map of a layer by its name in the file of weights, and MiniLM's name of it.
MAPS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
    "i": "intermediate.dense",
    "f": "output.dense",
}
NORMS: Final = {"ln1": "attention.output.LayerNorm", "ln2": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class ReadText:
    """What a text gives to a question in each upper layer: keys and values, kept as whole numbers.

    Attributes:
        given: Shape ``(layers, 2, heads, tokens, width)``.
        scale: What one of `given` stands for, shape ``(layers, 2, heads, tokens, 1)``.
    """

    given: npt.NDArray[np.int8]
    scale: Matrix

    @property
    def size(self) -> int:
        """In bytes."""
        return int(self.given.nbytes + self.scale.nbytes)

    def of_layer(self, place: int) -> Matrix:
        """Return keys and values of an upper layer, the lowest is 0, shape ``(2, heads, tokens, width)``."""
        found: Matrix = self.given[place] * self.scale[place]
        return found


class Network:
    """The reader's layers.

    Args:
        base: MiniLM's weights by their names.
        moved: The reader's own weights by their names.

    Raises:
        KeyError: A weight is not there.
    """

    def __init__(self, base: Mapping[str, Matrix], moved: Mapping[str, Matrix]) -> None:
        own = {name: np.asarray(value, np.float32) for name, value in moved.items() if value.dtype != np.int8}
        chinese = moved["chinese"].astype(np.float32) * own["chinese_scale"][:, None]
        # Half of the precision for half of the room: they are looked up, not multiplied.
        self._of_token = np.concatenate([base["embeddings.word_embeddings.weight"], chinese]).astype(np.float16)
        self._of_place, self._of_side = own["pos"], own["seg"]
        self._embedded = Norm(own["ln.weight"], own["ln.bias"], EPSILON)
        count = 1 + max(int(name.split(".")[1]) for name in own if name.startswith("layers."))
        self._layers = [_layer(base, own, place) for place in range(count)]
        self._telling = Linear(own["att.weight"].T, own["att.bias"])
        self._head = [Linear(own[f"head.{at}.weight"].T, own[f"head.{at}.bias"]) for at in (0, 3)]

    def read(self, tokens: Sequence[int]) -> ReadText:
        """Read a text.

        Args:
            tokens: At most 256.
        """
        rows = self._entered(tokens, 0)
        given = []
        for place, layer in enumerate(self._layers):
            own = _split(layer.asked(rows), 1)[0]
            if place >= ALONE:
                given.append(own[1:])
            if place + 1 < len(self._layers):
                rows = layer.onwards(rows, _joined(_taken(own)))
        told = np.array(given, np.float32)
        scale = np.abs(told).max(axis=-1, keepdims=True) / _MOST + EPSILON
        return ReadText(np.rint(told / scale).astype(np.int8), scale)

    def log_odds(self, tokens: Sequence[int], texts: Sequence[ReadText]) -> Matrix:
        """Return for each text the log-odds that it answers a question, shape ``(len(texts),)``.

        Args:
            tokens: Of the question, at most 256.
        """
        count, length = len(texts), len(tokens)
        alone = self._entered(tokens, 1)
        for layer in self._layers[:ALONE]:
            alone = layer.onwards(alone, _joined(_taken(_split(layer.asked(alone), 1)[0])))
        rows = np.tile(alone, (count, 1))
        for place, layer in enumerate(self._layers[ALONE:]):
            taken = [
                _joined(_taken(own, text.of_layer(place)))
                for own, text in zip(_split(layer.asked(rows), count), texts, strict=True)
            ]
            rows = layer.onwards(rows, np.concatenate(taken))
        return self._told(rows.reshape(count, length, -1))

    def _entered(self, tokens: Sequence[int], side: int) -> Matrix:
        rows = self._of_token[np.asarray(tokens)].astype(np.float32)
        rows += self._of_place[: len(tokens)] + self._of_side[side]
        return self._embedded(rows)

    def _told(self, states: Matrix) -> Matrix:
        """Return the log-odds from the last states of the question: its first, the telling ones, their mean."""
        shares = softmax(self._telling(states)[:, :, 0])
        telling = np.einsum("nt,ntd->nd", shares, states)
        together = np.concatenate([states[:, 0], telling, states.mean(axis=1)], axis=1)
        out: Matrix = self._head[1](gelu(self._head[0](together)))[:, 0]
        return out


def _layer(base: Mapping[str, Matrix], own: Mapping[str, Matrix], place: int) -> Layer:
    under, ours = f"encoder.layer.{place}.", f"layers.{place}."
    moved = dict(_moved(base, own, under, ours))
    layer = Layer.read(moved, under, heads=HEADS, epsilon=EPSILON)
    norms = [Norm(own[f"{ours}{name}.weight"], own[f"{ours}{name}.bias"], EPSILON) for name in NORMS]
    return replace(layer, after_attention=norms[0], after_widening=norms[1])


def _moved(
    base: Mapping[str, Matrix], own: Mapping[str, Matrix], under: str, ours: str
) -> Iterator[tuple[str, Matrix]]:
    """Yield the weights of a layer, its linear maps moved."""
    for name, of_base in MAPS.items():
        narrow, wide = own[f"{ours}{name}.a.weight"], own[f"{ours}{name}.b.weight"]
        yield f"{under}{of_base}.weight", base[f"{under}{of_base}.weight"] + wide @ narrow
        yield f"{under}{of_base}.bias", base[f"{under}{of_base}.bias"]
    for of_base in NORMS.values():
        for part in ("weight", "bias"):
            yield f"{under}{of_base}.{part}", base[f"{under}{of_base}.{part}"]


def _split(asked: Matrix, count: int) -> Matrix:
    """Return queries, keys and values by text and head, shape ``(count, 3, heads, tokens, width)``."""
    return asked.reshape(count, len(asked) // count, 3, HEADS, -1).transpose(0, 2, 3, 1, 4)


def _taken(own: Matrix, given: Matrix | None = None) -> Matrix:
    """Return what tokens take from their own and, where it is given, from a text's."""
    queries, keys, values = own
    if given is not None:
        keys = np.concatenate([keys, given[0]], axis=1)
        values = np.concatenate([values, given[1]], axis=1)
    taken: Matrix = softmax(queries @ keys.swapaxes(1, 2)) @ values
    return taken


def _joined(of_heads: Matrix) -> Matrix:
    """Return the rows of tokens from those by head."""
    heads, tokens, width = of_heads.shape
    return of_heads.transpose(1, 0, 2).reshape(tokens, heads * width)
