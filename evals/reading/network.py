"""The reader in torch, as it is taught: the same numbers as `assistant.reading.network`, with gradients.

A lesson is one row: the text, then its questions one after the other. The text's tokens attend to the
text; those of a question to their own question and, in the upper layers, to the text. So a text is read
once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from assistant.reading.network import ALONE, EPSILON, HEADS, MAPS, NORMS
from assistant.reading.pieces import Pieces
from assistant.reading.reader import MOST_OF_QUESTION, MOST_OF_TEXT
from evals.reading.chinese import ChinesePieces
from evals.reading.lessons import Lesson

WIDTH: Final = 384
PLACES: Final = 256
RANK: Final = 32
INNER: Final = 256
DROPOUT: Final = 0.1
_NOTHING: Final = -1
_FAR: Final = -1e4


@dataclass(frozen=True, slots=True)
class Rows:
    """Lessons as tensors, one row a lesson, each of shape ``(lessons, tokens)``.

    Attributes:
        tokens: Numbers of the pieces.
        places: Of each token in its text or question.
        parts: 0 for the text, 1 and up for its questions, -1 for nothing.
        questions: The most that one of the lessons has.
    """

    tokens: Tensor
    places: Tensor
    parts: Tensor
    questions: int


def rows_of(lessons: Sequence[Lesson], pieces: Pieces) -> Rows:
    """Return lessons as tensors."""
    told = []
    for lesson in lessons:
        parts = [pieces.of(lesson.text, MOST_OF_TEXT)]
        parts += [pieces.of(question, MOST_OF_QUESTION) for question, _ in lesson.asked]
        told.append(parts)
    length = max(sum(map(len, parts)) for parts in told)
    shape = (len(told), length)
    rows = Rows(
        torch.zeros(shape, dtype=torch.long),
        torch.zeros(shape, dtype=torch.long),
        torch.full(shape, _NOTHING),
        max(len(parts) - 1 for parts in told),
    )
    for row, parts in enumerate(told):
        at = 0
        for number, part in enumerate(parts):
            end = at + len(part)
            rows.tokens[row, at:end] = torch.tensor(part)
            rows.places[row, at:end] = torch.arange(len(part))
            rows.parts[row, at:end] = number
            at = end
    return rows


class _Moved(nn.Module):
    """A linear map that stays, and two narrow ones that move it (Hu et al., LoRA, ICLR 2022)."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Linear(base.in_features, RANK, bias=False)
        self.b = nn.Linear(RANK, base.out_features, bias=False)
        nn.init.normal_(self.a.weight, std=base.in_features**-0.5)
        nn.init.zeros_(self.b.weight)

    def forward(self, rows: Tensor) -> Tensor:
        moved: Tensor = self.base(rows) + self.b(self.a(rows))
        return moved


class ReaderNetwork(nn.Module):
    """The reader, from MiniLM's weights.

    Args:
        base: MiniLM's weights by their names.
        chinese: The Chinese pieces; a map of them is taught too.
    """

    def __init__(self, base: Mapping[str, Tensor], chinese: ChinesePieces) -> None:
        super().__init__()
        words = base["embeddings.word_embeddings.weight"]
        self._own = len(words)
        self._table = torch.cat([words, torch.from_numpy(chinese.vectors)])
        self.hanfix = nn.Linear(WIDTH, WIDTH)
        nn.init.eye_(self.hanfix.weight)
        nn.init.zeros_(self.hanfix.bias)
        self.pos = nn.Parameter(base["embeddings.position_embeddings.weight"][:PLACES].clone())
        self.seg = nn.Parameter(base["embeddings.token_type_embeddings.weight"].clone())
        self.ln = _norm(base, "embeddings.LayerNorm")
        count = 1 + max(int(name.split(".")[2]) for name in base if name.startswith("encoder.layer."))
        self.layers = nn.ModuleList(_layer(base, f"encoder.layer.{place}.") for place in range(count))
        self.att = nn.Linear(WIDTH, 1)
        self.head = nn.Sequential(nn.Linear(3 * WIDTH, INNER), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(INNER, 1))

    def forward(self, rows: Rows) -> Tensor:
        """Return the log-odds that each text answers its questions, shape ``(lessons, questions)``."""
        parts = rows.parts
        found = self._table[rows.tokens]
        found = torch.where((rows.tokens >= self._own)[..., None], self.hanfix(found), found)
        found = found + self.pos[rows.places] + torch.where((parts > 0)[..., None], self.seg[1], self.seg[0])
        states = self._dropped(self.ln(found))
        own = (parts[:, :, None] == parts[:, None, :])[:, None]
        with_text = own | (parts[:, None, None, :] == 0)
        for place, layer in enumerate(self.layers):
            states = self._through(layer, states, own if place < ALONE else with_text)
        return self._told(states, rows)

    def chinese_vectors(self) -> Tensor:
        """Return the vectors of the Chinese pieces as they were taught."""
        taught: Tensor = self.hanfix(self._table[self._own :])
        return taught.detach()

    def _through(self, layer: nn.Module, states: Tensor, seen: Tensor) -> Tensor:
        assert isinstance(layer, nn.ModuleDict)
        count, length, _ = states.shape
        queries, keys, values = (
            layer[name](states).view(count, length, HEADS, -1).transpose(1, 2) for name in ("q", "k", "v")
        )
        # No dropout here: with it torch takes a path that made a step half as long again.
        taken = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=seen)
        taken = taken.transpose(1, 2).reshape(count, length, -1)
        states = layer["ln1"](states + self._dropped(layer["o"](taken)))
        widened = layer["f"](functional.gelu(layer["i"](states)))
        onwards: Tensor = layer["ln2"](states + self._dropped(widened))
        return onwards

    def _told(self, states: Tensor, rows: Rows) -> Tensor:
        of = (rows.parts[:, :, None] == torch.arange(1, rows.questions + 1)).float()
        shares = (self.att(states) + torch.where(of > 0, 0.0, _FAR)).softmax(1) * of
        telling = torch.einsum("ltq,ltd->lqd", shares, states)
        mean = torch.einsum("ltq,ltd->lqd", of / of.sum(1, keepdim=True).clamp(min=1), states)
        begins = of * (rows.places == 0).float()[..., None]
        first = torch.einsum("ltq,ltd->lqd", begins, states)
        odds: Tensor = self.head(torch.cat([first, telling, mean], -1)).squeeze(-1)
        return odds

    def _dropped(self, states: Tensor) -> Tensor:
        return functional.dropout(states, DROPOUT, self.training)


def minilm_weights(folder: Path) -> dict[str, Tensor]:
    """Return the weights of the packaged MiniLM by their names."""
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def as_arrays(network: ReaderNetwork) -> dict[str, np.ndarray]:
    """Return what the reader does not share with MiniLM, by name: large tables at half precision."""
    out: dict[str, np.ndarray] = {}
    for name, value in network.state_dict().items():
        if ".base." in name or name.startswith("hanfix."):
            continue
        array = value.detach().numpy()
        out[name] = np.ascontiguousarray(array.astype(np.float16 if array.size > 5_000 else np.float32))
    vectors = network.chinese_vectors()
    scale = vectors.abs().max(dim=1).values / 127
    out["chinese"] = (vectors / scale[:, None]).round().to(torch.int8).numpy()
    out["chinese_scale"] = scale.numpy()
    return out


def _layer(base: Mapping[str, Tensor], under: str) -> nn.ModuleDict:
    maps = {name: _Moved(_linear(base, f"{under}{of_base}")) for name, of_base in MAPS.items()}
    return nn.ModuleDict({**maps, **{name: _norm(base, f"{under}{of_base}") for name, of_base in NORMS.items()}})


def _linear(base: Mapping[str, Tensor], name: str) -> nn.Linear:
    weight = base[f"{name}.weight"]
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.load_state_dict({"weight": weight, "bias": base[f"{name}.bias"]})
    return made


def _norm(base: Mapping[str, Tensor], name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(WIDTH, eps=float(EPSILON))
    made.load_state_dict({"weight": base[f"{name}.weight"], "bias": base[f"{name}.bias"]})
    return made
