"""The items of a shop as a mapping by id, read out of the index when somebody asks for one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from knowledge.retrieval.lexical import LexicalIndex

T = TypeVar("T")

# What a few conversations look at, again and again; a product takes 5 KB as objects.
KEPT: Final = 2_048


class Items(Mapping[int, T]):
    """What the indexes keep, as objects; the last ones asked for are kept as such.

    Args:
        indexes: An id is in one of them.
        made: Makes an item of its bytes.
    """

    def __init__(self, indexes: Sequence[LexicalIndex], made: Callable[[bytes], T], kept: int = KEPT) -> None:
        self._indexes, self._made, self._most = indexes, made, kept
        self._kept: OrderedDict[int, T] = OrderedDict()
        self._lock = threading.Lock()
        self._forgotten = 0

    def __getitem__(self, key: int) -> T:
        return self.many([key])[key]

    def __iter__(self) -> Iterator[int]:
        for index in self._indexes:
            yield from index.ids().tolist()

    def __len__(self) -> int:
        return sum(map(len, self._indexes))

    def many(self, keys: Iterable[int]) -> dict[int, T]:
        """Return those items that are there, in the order of the keys; far cheaper than one by one."""
        wanted = list(dict.fromkeys(keys))
        with self._lock:
            found = {key: self._kept[key] for key in wanted if key in self._kept}
            forgotten = self._forgotten
        for index in self._indexes:
            if missing := [key for key in wanted if key not in found]:
                found |= {key: self._made(content) for key, content in index.contents(missing).items()}
        with self._lock:
            # What was read before a change must not be kept after it.
            if forgotten == self._forgotten:
                self._keep(found)
        return {key: found[key] for key in wanted if key in found}

    def forget(self, keys: Iterable[int]) -> None:
        """Read these anew when they are next asked for."""
        with self._lock:
            self._forgotten += 1
            for key in keys:
                self._kept.pop(key, None)

    def _keep(self, found: Mapping[int, T]) -> None:
        for key, item in found.items():
            self._kept[key] = item
            self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
