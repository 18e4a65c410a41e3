"""Reports as arrays: names become numbers, so that a hundred thousand are counted at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.fit_reports import FitReport, Worn

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# What is not known. As an index it is the last slot of a table, which always stays empty.
UNKNOWN: Final = -1
# The names by which rows are grouped. A cell is one size of one product; a label is the size as
# written; in a category it may lie elsewhere than in the shop at large.
KEYS: Final = ("product", "label", "category", "cell", "category_label", "shopper")


@dataclass(frozen=True, slots=True)
class Columns:
    """Reports or questions, one row each.

    Attributes:
        keys: For each of `KEYS` the number of its name, shape ``(rows,)``, or `UNKNOWN`.
        numbers: Shape ``(rows, measurements)``; NaN where not known.
        traits: Shape ``(rows, kinds of trait)``; `UNKNOWN` where not known.
        fit: `Fit` as a number, shape ``(rows,)``; `UNKNOWN` for a question.
    """

    keys: dict[str, Ints]
    numbers: Floats
    traits: Ints
    fit: Ints

    def __len__(self) -> int:
        return len(self.fit)

    def taken(self, rows: npt.NDArray[np.bool_] | Ints) -> Columns:
        """Return some of the rows."""
        keys = {name: values[rows] for name, values in self.keys.items()}
        return Columns(keys, self.numbers[rows], self.traits[rows], self.fit[rows])

    def joined(self, other: Columns) -> Columns:
        """Return these rows and then the others; both must be coded by one `Vocabulary`."""
        return replace(
            self,
            keys={name: np.concatenate([values, other.keys[name]]) for name, values in self.keys.items()},
            numbers=np.concatenate([self.numbers, other.numbers]),
            traits=np.concatenate([self.traits, other.traits]),
            fit=np.concatenate([self.fit, other.fit]),
        )


@dataclass(slots=True)
class Vocabulary:
    """The numbers of all names.

    Attributes:
        numbers, traits: Names of measurements and traits; fixed when the model is trained.
        codes: By key, the number of each name, counted from 0.
    """

    numbers: tuple[str, ...]
    traits: tuple[str, ...]
    codes: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, reports: Sequence[FitReport]) -> Vocabulary:
        """Take the measurements and traits that the reports speak of, in the order of their names."""
        numbers = sorted({name for report in reports for name in report.worn.wearer.numbers})
        traits = sorted({name for report in reports for name in report.worn.wearer.traits})
        return cls(tuple(numbers), tuple(traits))

    def size(self, key: str) -> int:
        """Return how many names a key has."""
        return len(self.codes.get(key, {}))

    def coded(self, worn: Sequence[Worn], fits: Sequence[int] | None = None, *, grow: bool = False) -> Columns:
        """Return rows as arrays.

        Args:
            fits: One for each row; None for questions.
            grow: Give new names a number; else they are `UNKNOWN`.
        """
        keys = {key: self._code(key, [_name(key, one) for one in worn], grow) for key in KEYS}
        traits = [
            self._code(f"trait:{name}", [one.wearer.traits.get(name) for one in worn], grow) for name in self.traits
        ]
        numbers = [[one.wearer.numbers.get(name, np.nan) for name in self.numbers] for one in worn]
        return Columns(
            keys,
            np.array(numbers, dtype=np.float64).reshape(len(worn), len(self.numbers)),
            np.stack(traits, axis=1) if traits else np.zeros((len(worn), 0), dtype=np.int64),
            np.full(len(worn), UNKNOWN, dtype=np.int64) if fits is None else np.array(fits, dtype=np.int64),
        )

    def _code(self, key: str, names: list[str | None], grow: bool) -> Ints:
        table = self.codes.setdefault(key, {})
        found = np.full(len(names), UNKNOWN, dtype=np.int64)
        for row, name in enumerate(names):
            if name is None:
                continue
            if grow and name not in table:
                table[name] = len(table)
            found[row] = table.get(name, UNKNOWN)
        return found


def _name(key: str, worn: Worn) -> str | None:
    label = worn.size.strip().casefold()
    category = (worn.category or "").strip().casefold()
    # The separator is a control character, which no feed carries inside a name.
    return {
        "product": worn.product,
        "label": label,
        "category": category or None,
        "cell": f"{worn.product}\x1f{label}",
        "category_label": f"{category}\x1f{label}",
        "shopper": worn.wearer.shopper,
    }[key]
