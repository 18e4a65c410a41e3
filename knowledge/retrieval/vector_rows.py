"""The vectors themselves, half precision, in blocks that are written once and then mapped from their files.

FAISS above 50,000 vectors keeps eight bits a number. What it finds is scored again from here, and a
filter is answered exactly; both touch a few rows, so the rest may stay on the disk.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.files import link_or_copy

Half = npt.NDArray[np.float16]

# 16 MiB of a space of 512 numbers: what is not yet in a file stays small, and files stay few.
BLOCK: Final = 16_384


class VectorRows:
    """Rows numbered from 0 that are only ever appended.

    Args:
        folder: Where full blocks go; without one all stays in memory.
    """

    def __init__(self, dim: int, folder: Path | None = None) -> None:
        self.dim = dim
        self._folder = folder
        self._blocks: list[Half] = []
        self._tail = np.zeros((0, dim), np.float16)

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK + len(self._tail)

    def append(self, vectors: npt.NDArray[np.floating]) -> int:
        """Add rows of shape ``(n, dim)``; return the number of the first."""
        first = len(self)
        self._tail = np.concatenate([self._tail, vectors.astype(np.float16)])
        while len(self._tail) >= BLOCK:
            self._blocks.append(self._sealed(np.ascontiguousarray(self._tail[:BLOCK])))
            self._tail = self._tail[BLOCK:].copy()
        return first

    def half(self, rows: npt.NDArray[np.int64]) -> Half:
        """Return rows as they are kept, shape ``(len(rows), dim)``."""
        found = np.empty((len(rows), self.dim), np.float16)
        block, place = np.divmod(rows, BLOCK)
        for one in np.unique(block).tolist():
            mine = block == one
            found[mine] = (self._blocks[one] if one < len(self._blocks) else self._tail)[place[mine]]
        return found

    def of(self, rows: npt.NDArray[np.int64]) -> Vectors:
        return self.half(rows).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write all rows into an empty folder; blocks that are files already are linked."""
        for number, block in enumerate(self._blocks):
            here = None if self._folder is None else self._folder / _name(number)
            if here is None:
                block.tofile(folder / _name(number))
            else:
                link_or_copy(here, folder / _name(number))
        self._tail.tofile(folder / "tail.f16")

    @classmethod
    def load(cls, dim: int, folder: Path) -> VectorRows:
        """Return the rows of a folder, which becomes the place of further blocks.

        Raises:
            ValueError: A file is not of the right length.
            OSError: A file cannot be read.
        """
        rows = cls(dim, folder)
        while (path := folder / _name(len(rows._blocks))).exists():
            rows._blocks.append(np.memmap(path, np.float16, "r", shape=(BLOCK, dim)))
        rows._tail = np.fromfile(folder / "tail.f16", np.float16).reshape(-1, dim)
        return rows

    def _sealed(self, block: Half) -> Half:
        if self._folder is None:
            return block
        path = self._folder / _name(len(self._blocks))
        block.tofile(path)
        return np.memmap(path, np.float16, "r", shape=block.shape)


def _name(number: int) -> str:
    return f"block-{number:05d}.f16"
