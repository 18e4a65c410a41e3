"""Cut a sequence into batches (`itertools.batched` is not there before Python 3.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield the items in order, ``size`` at a time; the last batch may be shorter."""
    rest = iter(items)
    while batch := tuple(islice(rest, size)):
        yield batch
