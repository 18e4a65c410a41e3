"""RentTheRunway's fit reports (Misra, Wan, McAuley, RecSys 2018), read and split.

Of a row only what was known before the rental goes in: wearer, size, product, category, occasion.
Rating, recommendation and review date came with the report itself and are never read.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from knowledge.errors import Invalid
from knowledge.fit_reports import Fit, FitReport, Wearer, Worn

FILE: Final = "renttherunway.csv.gz"
SPLITS: Final = ("warm", "items", "users")
SHARES: Final = (0.8, 0.1, 0.1)
_KG_PER_LB: Final = 0.45359237
_CM_PER_INCH: Final = 2.54
# Column, our name, factor to our unit.
_NUMBERS: Final = (
    ("weight_lbs", "weight_kg", _KG_PER_LB),
    ("height_in", "height_cm", _CM_PER_INCH),
    ("bust_size_num", "bust_band_in", 1.0),
    ("age", "age_years", 1.0),
)
_TRAITS: Final = (("body_type", "body_type"), ("rented_for", "occasion"))
_CUPS: Final = ("aa", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j")


@dataclass(frozen=True, slots=True)
class Split:
    """Three parts of the reports; peers and ours get the same."""

    name: str
    train: list[FitReport]
    valid: list[FitReport]
    test: list[FitReport]


def found(data: Path) -> Path | None:
    """Return the file in the folder or in its ``fit``; None when it is in neither."""
    return next((path for path in (data / FILE, data / "fit" / FILE) if path.is_file()), None)


def read_reports(path: Path) -> list[FitReport]:
    """Read all reports, in the order of the file.

    Raises:
        Invalid: A row cannot be read; names it.
    """
    reports = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                reports.append(_report(row))
            except (KeyError, ValueError, Invalid) as error:
                raise Invalid(f"{path.name} row {number}: {error!r}", code="bench_row") from error
    return reports


def _report(row: dict[str, str]) -> FitReport:
    numbers = {name: float(row[column]) * factor for column, name, factor in _NUMBERS if row[column]}
    if row["bust_size_letter"]:
        numbers["cup"] = float(_CUPS.index(row["bust_size_letter"]))
    traits = {name: row[column] for column, name in _TRAITS if row[column]}
    wearer = Wearer(row["user_id"], numbers, traits)
    return FitReport(Worn(row["item_id"], row["size"], row["category"] or None, wearer), Fit.named(row["fit"]))


def split(reports: Sequence[FitReport], name: str, seed: int) -> Split:
    """Part 80/10/10: by row (``warm``), by product (``items``) or by shopper (``users``)."""
    keys = np.arange(len(reports))
    if name == "items":
        keys = _codes([report.worn.product for report in reports])
    elif name == "users":
        keys = _codes([str(report.worn.wearer.shopper) for report in reports])
    groups = int(keys.max()) + 1
    order = np.random.default_rng(seed).permutation(groups)
    edges = [round(groups * share) for share in np.cumsum((0.0, *SHARES))]
    part_of = np.zeros(groups, dtype=np.int64)
    for part, (start, end) in enumerate(pairwise(edges)):
        part_of[order[start:end]] = part
    parts: tuple[list[FitReport], ...] = ([], [], [])
    for report, key in zip(reports, keys.tolist(), strict=True):
        parts[part_of[key]].append(report)
    return Split(name, *parts)


def _codes(names: list[str]) -> np.ndarray:
    return np.unique(names, return_inverse=True)[1]
