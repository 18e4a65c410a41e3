"""How far an LLM judge agrees with what was measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from evals.judgement import Verdict
from evals.results import CaseResult

QUESTIONS: Final = ("correct", "grounded", "helpful")
_FAILED: Final = "no verdict"


def judge_figures(results: Sequence[CaseResult]) -> dict[str, Any]:
    """Return what the judge said beside what was measured; empty when no reply was judged.

    A judgement that failed is a *no* to each question, and told with its reason. ``agreement`` and
    Cohen's kappa (1960) are over the replies with both a verdict and a deterministic ``passed``.
    """
    judged = [(result, result.judged) for result in results if result.judged is not None]
    if not judged:
        return {}
    table: dict[str, Counter[str]] = defaultdict(Counter)
    disagreements, failures = [], []
    for result, judgement in judged:
        verdict = judgement.verdict
        if verdict is None:
            failures.append({"id": result.id, "problem": judgement.problem})
        if result.passed is None:
            continue
        table["passed" if result.passed else "not passed"][_word(verdict)] += 1
        if verdict is not None and verdict.correct != result.passed:
            disagreements.append({"id": result.id, "passed": result.passed, "reason": verdict.reason})
    shares = {
        name: sum(j.verdict is not None and bool(getattr(j.verdict, name)) for _, j in judged) / len(judged)
        for name in QUESTIONS
    }
    return {
        "models": sorted({judgement.model for _, judgement in judged}),
        "prompts": sorted({judgement.prompt for _, judgement in judged}),
        "n": len(judged),
        "failed": len(failures),
        **shares,
        "confusion": {row: dict(counts) for row, counts in sorted(table.items(), reverse=True)},
        **_agreement(table),
        "disagreements": disagreements,
        "failures": failures,
    }


def _word(verdict: Verdict | None) -> str:
    return _FAILED if verdict is None else "correct" if verdict.correct else "wrong"


def _agreement(table: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    counts = {
        (row, column): table.get(row, {}).get(column, 0)
        for row in ("passed", "not passed")
        for column in ("correct", "wrong")
    }
    both = sum(counts.values())
    if not both:
        return {}
    agreed = (counts["passed", "correct"] + counts["not passed", "wrong"]) / both
    passed = (counts["passed", "correct"] + counts["passed", "wrong"]) / both
    correct = (counts["passed", "correct"] + counts["not passed", "correct"]) / both
    by_chance = passed * correct + (1 - passed) * (1 - correct)
    # Where both always say the same one word, chance explains all of it, and kappa is not defined.
    kappa = {"kappa": (agreed - by_chance) / (1 - by_chance)} if by_chance < 1 else {}
    return {"agreement": agreed, **kappa}
