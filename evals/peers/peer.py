"""What every retrieval peer does: search its items by key, as one would assemble it from known libraries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, Protocol

from knowledge.retrieval.encoders import Encoder, Vectors

# How deep each part of a fusion is read; the product's own depth, so that none has an advantage.
DEPTH: Final = 50
PIP_LINE: Final = "pip install 'daogou[peers]'"


class Peer(Protocol):
    """Another retriever over the same items.

    Attributes:
        name: As the tables show it.
    """

    name: str

    def search(self, query: str, limit: int, allowed: Collection[str] | None = None) -> list[str]:
        """Return the keys of the best items, best first; what does not match at all may be left out.

        Args:
            allowed: Keys that may be returned; None allows every one.
        """
        ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """Items in the space of an encoder.

    Attributes:
        vectors: Unit vectors of shape ``(len(texts), dim)``, in the order of the texts.
    """

    encoder: Encoder
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a corpus: one text each.

    Raises:
        ValueError: Keys and texts are not of the same number.
    """

    keys: Sequence[str]
    texts: Sequence[str]

    def __post_init__(self) -> None:
        if len(self.keys) != len(self.texts):
            raise ValueError(f"{len(self.keys)} keys and {len(self.texts)} texts")


def missing(*packages: str) -> str | None:
    """Return how to install what a peer needs and is not there; None when all of it is."""
    absent = [package for package in packages if find_spec(package) is None]
    return f"{', '.join(absent)} not installed: {PIP_LINE}" if absent else None
