"""How often an assistant gets the same thing right every time: pass^k, and the figures beside it.

pass^k is the chance that k trials of a scenario all pass. With c of n trials passed its unbiased
estimate is C(c, k) / C(n, k); the figure is the mean over the scenarios (Yao et al. 2024, tau-bench,
https://arxiv.org/abs/2406.12045). pass^1 is the usual rate; what falls from there on is luck.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import comb
from typing import Any

from evals.dialogues.outcome import OWNERS
from evals.results import CaseResult


def pass_hat(passed: int, trials: int, k: int) -> float:
    """Return the chance that ``k`` trials drawn from these, without putting back, all passed.

    Raises:
        ValueError: More are drawn than there are, or more passed than there are.
    """
    if not 1 <= k <= trials or not 0 <= passed <= trials:
        raise ValueError(f"{k} of {trials} trials, {passed} of them passed")
    return comb(passed, k) / comb(trials, k)


def pass_k(results: Sequence[CaseResult]) -> dict[str, float]:
    """Return pass^1 … pass^n over the scenarios of these trials, n their least number of trials."""
    by_scenario: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        if result.dialogue is not None:
            by_scenario[result.dialogue.scenario].append(result.passed is True)
    if not by_scenario:
        return {}
    most = min(map(len, by_scenario.values()))
    return {
        str(k): sum(pass_hat(sum(trials), len(trials), k) for trials in by_scenario.values()) / len(by_scenario)
        for k in range(1, most + 1)
    }


def dialogue_figures(results: Sequence[CaseResult]) -> dict[str, Any]:
    """Return the figures of simulated conversations as JSON; trials are results that have a `dialogue`.

    Returns:
        ``scenarios``, ``trials``, ``passed`` (trials), ``turns`` (mean shopper messages of a trial), ``pass_k``,
        ``owners`` (failed trials by whose fault), ``ended``, ``slices`` (by language, shop and category the
        number of scenarios, turns, pass_k and owners).
    """
    trials = [result for result in results if result.dialogue is not None]
    groups: dict[str, list[CaseResult]] = defaultdict(list)
    for result in trials:
        for name in (f"shop={result.shop}", f"lang={result.lang}", f"category={result.category}"):
            groups[name].append(result)
    return _figures(trials) | {"slices": {name: _figures(group) for name, group in sorted(groups.items())}}


def _figures(trials: Sequence[CaseResult]) -> dict[str, Any]:
    dialogues = [result.dialogue for result in trials if result.dialogue is not None]
    owners = Counter(dialogue.fault.owner for dialogue in dialogues if dialogue.fault is not None)
    return {
        "scenarios": len({dialogue.scenario for dialogue in dialogues}),
        "trials": len(trials),
        "passed": sum(result.passed is True for result in trials),
        "turns": sum(len(result.turns) for result in trials) / len(trials) if trials else 0.0,
        "pass_k": pass_k(trials),
        "owners": {owner: owners[owner] for owner in OWNERS},
        "ended": dict(sorted(Counter(dialogue.ended for dialogue in dialogues).items())),
    }


def by_owner(results: Sequence[CaseResult]) -> Mapping[str, list[CaseResult]]:
    """Return the failed trials by whose fault they are."""
    found: dict[str, list[CaseResult]] = {owner: [] for owner in OWNERS}
    for result in results:
        if result.dialogue is not None and result.dialogue.fault is not None:
            found[result.dialogue.fault.owner].append(result)
    return found
