"""Places by name in both languages, and what lies in what: 乌鲁木齐 in 新疆, Hawaii in the US.

`places.tsv` holds the countries with their names from the Unicode CLDR, and by hand the provinces, states,
larger cities and the groups in which shops speak of them ("contiguous US", 江浙沪).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from knowledge.text import has_han

WORLD: Final = "world"
# "us" and "uk" are words or nothing in small letters.
SHORT: Final = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that a text names.

    Attributes:
        spelt: As the text writes it.
    """

    place: str
    spelt: str
    start: int
    end: int


class Gazetteer:
    """The places.

    Args:
        names: Each name's place.
        within: For each place those that hold it, one step up.
    """

    def __init__(self, names: Mapping[str, str], within: Mapping[str, frozenset[str]]) -> None:
        self._within = within
        self._exact = dict(names)
        self._folded = {name.casefold(): place for name, place in names.items() if len(name) >= SHORT or has_han(name)}
        longest_first = sorted(names, key=len, reverse=True)
        self._long = _alternatives([name for name in longest_first if name.casefold() in self._folded], re.IGNORECASE)
        self._short = _alternatives([name for name in longest_first if name.casefold() not in self._folded], 0)

    def mentions(self, text: str) -> list[Mention]:
        """Return the places that a text names, in their order; of names within names the longest."""
        found = sorted(self._found(text), key=lambda mention: (mention.start, -mention.end))
        out: list[Mention] = []
        for mention in found:
            if not out or mention.start >= out[-1].end:
                out.append(mention)
        return out

    def around(self, place: str) -> dict[str, int]:
        """Return the place and all that hold it, each with how many steps up it is."""
        steps, edge = {place: 0}, [place]
        while edge:
            here = edge.pop(0)
            for outer in self._within.get(here, ()):
                if outer not in steps:
                    steps[outer] = steps[here] + 1
                    edge.append(outer)
        return steps

    def _found(self, text: str) -> Iterator[Mention]:
        for match in self._long.finditer(text):
            yield Mention(self._folded[match[0].casefold()], match[0], *match.span())
        for match in self._short.finditer(text):
            yield Mention(self._exact[match[0]], match[0], *match.span())


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the places of `places.tsv`."""
    lines = files("assistant.rules").joinpath("places.tsv").read_text("utf-8").splitlines()[1:]
    names: dict[str, str] = {}
    within: dict[str, frozenset[str]] = {}
    for place, outer, called in (line.split("\t") for line in lines):
        within[place] = frozenset(filter(None, outer.split(",")))
        for name in filter(None, called.split("|")):
            names.setdefault(name, place)
    return Gazetteer(names, within)


def _alternatives(names: list[str], flags: int) -> re.Pattern[str]:
    """Return what finds any of the names; a Latin one as a word of its own."""
    written = [re.escape(name) if has_han(name) else rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])" for name in names]
    return re.compile("|".join(written), flags)
