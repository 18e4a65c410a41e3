"""Column names as merchants write them, matched by alias in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from knowledge.text import fold

_GAPS: Final = re.compile(r"[\s_\-]+")
_ENDS: Final = " *:.?!。:？"

Aliases = Mapping[str, tuple[str, ...]]


def plain(header: str) -> str:
    """Return a header in one form: no case, no underscores, full-width characters resolved."""
    return _GAPS.sub(" ", fold(header)).strip(_ENDS)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which of the merchant's columns holds which field.

    Attributes:
        names: The merchant's column by our field.
        unknown: Columns that no alias knows, in their order.
    """

    names: Mapping[str, str]
    unknown: tuple[str, ...]

    def __contains__(self, field: str) -> bool:
        return field in self.names

    def __getitem__(self, field: str) -> str | None:
        return self.names.get(field)

    def shown(self, field: str) -> str:
        """Return the merchant's name of the field for a message, ours when there is no such column."""
        return self.names.get(field, field)


def match(columns: Iterable[str], aliases: Aliases) -> Columns:
    """Match columns to fields; of two columns for one field the earlier alias wins."""
    by_plain: dict[str, str] = {}
    for column in columns:
        by_plain.setdefault(plain(column), column)
    names: dict[str, str] = {}
    used: set[str] = set()
    for field, known in aliases.items():
        for alias in (field, *known):
            found = by_plain.get(plain(alias))
            if found is not None and found not in used:
                names[field] = found
                used.add(found)
                break
    aliased = {plain(alias) for field, known in aliases.items() for alias in (field, *known)}
    return Columns(names, tuple(c for c in columns if c not in used and plain(c) not in aliased))
