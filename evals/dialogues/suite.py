"""Which scenarios are run: all that ship, one shop's, or a file of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from evals.dialogues.scenario import Scenario, holds_scenarios, read_scenarios
from evals.shipped import evals_folder
from knowledge.errors import Invalid

SIMULATED: Final = "simulated"


@dataclass(frozen=True, slots=True)
class ScenarioSuite:
    """Scenarios to run, in order.

    Attributes:
        shipped: Over shops that ship, on the day on which these stand.
        file_hashes: SHA-256 of each file of scenarios, by name.
    """

    name: str
    scenarios: tuple[Scenario, ...]
    shipped: bool
    file_hashes: tuple[tuple[str, str], ...]

    @property
    def shops(self) -> tuple[str, ...]:
        return tuple(sorted({scenario.shop for scenario in self.scenarios}))

    def limited(self, most: int | None) -> ScenarioSuite:
        """Return at most so many scenarios, spread evenly over the whole."""
        if most is None or most >= len(self.scenarios):
            return self
        step = len(self.scenarios) / most
        return replace(self, scenarios=tuple(self.scenarios[int(i * step)] for i in range(most)))


def scenario_files() -> dict[str, Path]:
    """Return the shipped files of scenarios by shop."""
    return {path.stem: path for path in sorted((evals_folder() / "scenarios").glob("*.jsonl"))}


def is_simulated(name: str) -> bool:
    """Tell whether a suite's name, or a file, is one of scenarios."""
    return name == SIMULATED or name.startswith(f"{SIMULATED}-") or holds_scenarios(Path(name))


def scenario_counts() -> dict[str, int]:
    """Return the names of the shipped suites of scenarios with their number of scenarios."""
    counts = {shop: len(read_scenarios(path)) for shop, path in scenario_files().items()}
    return {SIMULATED: sum(counts.values())} | {f"{SIMULATED}-{shop}": count for shop, count in counts.items()}


def find_scenarios(name: str, shop: str | None = None) -> ScenarioSuite:
    """Return the suite of this name (``simulated``, ``simulated-SHOP``), or that of a file.

    Args:
        shop: Only this shop's scenarios.

    Raises:
        Invalid: There is none, or it has no scenario of this shop, or the file cannot be used.
    """
    path = Path(name)
    if path.suffix.lower() == ".jsonl":
        found = ScenarioSuite(path.stem, read_scenarios(path), shipped=False, file_hashes=_hashes([path]))
    else:
        files = scenario_files()
        wanted = list(files.values()) if name == SIMULATED else [files[s] for s in files if name == f"{SIMULATED}-{s}"]
        if not wanted:
            known = ", ".join(scenario_counts())
            raise Invalid(f"There is no suite {name!r}: give a .jsonl file, or one of {known}.", code="usage_no_suite")
        scenarios = tuple(scenario for one in wanted for scenario in read_scenarios(one))
        found = ScenarioSuite(name, scenarios, shipped=True, file_hashes=_hashes(wanted))
    if shop is not None:
        found = replace(found, scenarios=tuple(one for one in found.scenarios if one.shop == shop))
    if not found.scenarios:
        raise Invalid(f"{name!r} has no scenario of the shop {shop!r}.", code="usage_no_cases")
    return found


def _hashes(paths: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    return tuple((f"scenarios/{path.name}", hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths)
