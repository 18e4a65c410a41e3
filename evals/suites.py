"""What can be run: a category, a shop, ``all``, ``quick``, the conversation scripts, or a file of cases."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, get_args

from evals.cases import Case, Category, read_cases
from evals.dialogues.suite import scenario_counts
from evals.shipped import HELD_OUT_SHOP, case_files, script_files
from knowledge.errors import Invalid

QUICK: Final = "quick"
ALL: Final = "all"
SCRIPTS: Final = "scripts"
# A third of the held-out cases runs in seconds, and leaves each category and language a few.
_QUICK_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases to run, in order.

    Attributes:
        shipped: Over shops that ship, on the day on which these stand.
        file_hashes: SHA-256 of each file of cases, by name.
    """

    name: str
    cases: tuple[Case, ...]
    shipped: bool
    file_hashes: tuple[tuple[str, str], ...]

    @property
    def shops(self) -> tuple[str, ...]:
        return tuple(sorted({case.shop for case in self.cases}))

    def limited(self, most: int | None) -> Suite:
        """Return at most so many cases, spread evenly over the whole: the first ones are all of one category."""
        if most is None or most >= len(self.cases):
            return self
        step = len(self.cases) / most
        return replace(self, cases=tuple(self.cases[int(i * step)] for i in range(most)))


def names() -> dict[str, int]:
    """Return the names of the shipped suites with their number of cases."""
    files = case_files()
    every = {shop: read_cases(path) for shop, path in files.items()}
    counts = {QUICK: len(_quick(every.get(HELD_OUT_SHOP, ()))), ALL: sum(map(len, every.values()))}
    counts |= {shop: len(cases) for shop, cases in every.items()}
    for category in get_args(Category):
        counts[category] = sum(case.category == category for cases in every.values() for case in cases)
    scripts = {shop: len(read_cases(path)) for shop, path in script_files().items()}
    counts |= {SCRIPTS: sum(scripts.values())} | {f"{SCRIPTS}-{shop}": count for shop, count in scripts.items()}
    return counts | scenario_counts()


def find(name: str, shop: str | None = None) -> Suite:
    """Return the suite of this name, or that of a file.

    Args:
        shop: Only this shop's cases; for a file also the shop of cases that name none.

    Raises:
        Invalid: There is no such suite, or it has no case of this shop, or the file cannot be used.
    """
    scripted = name == SCRIPTS or name.startswith(f"{SCRIPTS}-")
    files = script_files() if scripted else case_files()
    path = Path(name)
    if path.suffix.lower() in (".jsonl", ".csv"):
        found = Suite(path.stem, read_cases(path, shop), shipped=False, file_hashes=((path.name, _hash(path)),))
    else:
        wanted = _scripts(name, files) if scripted else _of_name(name, files)
        folder = f"{SCRIPTS}/" if scripted else ""
        of_shops = {case.shop for case in wanted}
        hashes = tuple((f"{folder}{p.name}", _hash(p)) for s, p in files.items() if s in of_shops)
        found = Suite(name, wanted, shipped=True, file_hashes=hashes)
    if shop is not None:
        found = replace(found, cases=tuple(case for case in found.cases if case.shop == shop))
    if not found.cases:
        raise Invalid(f"{name!r} has no case of the shop {shop!r}.", code="usage_no_cases")
    return found


def _of_name(name: str, files: dict[str, Path]) -> tuple[Case, ...]:
    if name == QUICK and HELD_OUT_SHOP in files:
        return _quick(read_cases(files[HELD_OUT_SHOP]))
    if name in files:
        return read_cases(files[name])
    every = tuple(case for path in files.values() for case in read_cases(path))
    if name == ALL:
        return every
    cases = tuple(case for case in every if case.category == name)
    if not cases:
        raise Invalid(
            f"There is no suite {name!r}: give a .jsonl or .csv file, or one of {', '.join(names())}.",
            code="usage_no_suite",
        )
    return cases


def _scripts(name: str, files: dict[str, Path]) -> tuple[Case, ...]:
    shop = name.removeprefix(SCRIPTS).removeprefix("-")
    wanted = [path for of_shop, path in files.items() if shop in ("", of_shop)]
    if not wanted:
        raise Invalid(f"There are no scripts for {shop!r}; there are for {', '.join(files)}.", code="usage_no_suite")
    return tuple(case for path in wanted for case in read_cases(path))


def _quick(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return a fixed part of the cases, the same share of each category and language."""
    groups: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.category, case.lang].append(case)
    chosen: set[str] = set()
    for group in groups.values():
        # By hash: which ones are in it has nothing to do with how they turn out, nor with their order.
        # By the smaller id of a pair, so that both of its languages are in.
        group.sort(key=lambda case: hashlib.sha256(min(case.id, case.pair or case.id).encode()).digest())
        chosen |= {case.id for case in group[: math.ceil(len(group) / _QUICK_PARTS)]}
    return tuple(case for case in cases if case.id in chosen)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
