"""What a run's confidence is worth: by language, beside simpler scores, and what a threshold trades for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from evals.calibration import calibration
from evals.results import CaseResult

# From the shipped threshold on; below it nothing was answered, so nothing is known.
THRESHOLDS: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
TRADE_OFF_HEADER: Final = ("answer from", "answered", "wrong of these", "unanswerable answered", "to a person")
_ANSWER: Final = "answer"


def sureness(results: Sequence[CaseResult], seed: int = 0) -> dict[str, Any]:
    """Return the figures of a run as JSON.

    ``by_lang``: as `evals.calibration.calibration`. ``beside``: the AURC of the confidence, of the cosine
    that the retrieval alone would go by, and of a constant, over the answers that rest on a text.
    ``trade_off``: for each threshold the shares of all cases that are answered and that go to a person,
    and of the answers, and of the unanswerable cases, those that are wrong to give.
    """
    return {
        "by_lang": {lang: _of([r for r in answered(results) if r.lang == lang], seed) for lang in ("zh", "en")},
        "beside": _beside(results, seed),
        "trade_off": [_at(results, threshold) for threshold in THRESHOLDS] if answered(results) else [],
    }


def answered(results: Sequence[CaseResult]) -> list[CaseResult]:
    """Return the cases whose last reply answers and was judged; the others make no claim."""
    return [
        result
        for result in results
        if result.last.reply is not None
        and result.last.action == _ANSWER
        and result.passed is not None
        and isinstance(result.last.reply.get("confidence"), int | float)
    ]


def confidence(result: CaseResult) -> float:
    """Return the confidence of a case's last reply, in [0, 1]."""
    assert result.last.reply is not None
    return float(result.last.reply["confidence"])


def trade_off_rows(figures: Mapping[str, Any]) -> list[list[str]]:
    """Return the table of `TRADE_OFF_HEADER` in words."""
    return [[f"{row['threshold']:.1f}", *(_share(row[key]) for key in _COLUMNS)] for row in figures["trade_off"]]


def sureness_lines(figures: Mapping[str, Any]) -> list[str]:
    """Return the figures besides the table in words."""
    lines = []
    for lang, told in figures["by_lang"].items():
        if told["n"]:
            value = told["ece"]
            lines.append(f"ECE in {lang}: {value['value']:.3f} ({value['low']:.3f}–{value['high']:.3f}), n {told['n']}")
    if beside := figures["beside"]:
        shown = ", ".join(f"{name} {value:.3f}" for name, value in beside["aurc"].items())
        lines.append(f"AURC of {beside['n']} answers that rest on a text: {shown}")
    return lines


_COLUMNS: Final = ("answered", "wrong", "unanswerable", "handed_over")


def _of(given: Sequence[CaseResult], seed: int) -> dict[str, Any]:
    return calibration([confidence(r) for r in given], [bool(r.passed) for r in given], seed)


def _beside(results: Sequence[CaseResult], seed: int) -> dict[str, Any] | None:
    rested = [r for r in answered(results) if r.last.signals and "cosine" in r.last.signals[0]]
    if not rested:
        return None
    right = [bool(r.passed) for r in rested]
    scores = {
        "confidence": [confidence(r) for r in rested],
        "cosine": [min(1.0, max(0.0, float(r.last.signals[0]["cosine"]))) for r in rested],
        "constant": [0.5] * len(rested),
    }
    told = {name: calibration(score, right, seed)["aurc"]["value"] for name, score in scores.items()}
    return {"n": len(rested), "aurc": told}


def _at(results: Sequence[CaseResult], threshold: float) -> dict[str, float | None]:
    given = [r for r in answered(results) if confidence(r) >= threshold]
    stopped = len(answered(results)) - len(given)
    called = sum(r.last.action == "handoff" for r in results)
    unanswerable = [r for r in results if "unanswerable" in r.tags and r.accepted and _ANSWER not in r.accepted]
    told = {r.id for r in given}
    return {
        "threshold": threshold,
        "answered": len(given) / len(results),
        "wrong": sum(not r.passed for r in given) / len(given) if given else None,
        "unanswerable": sum(r.id in told for r in unanswerable) / len(unanswerable) if unanswerable else None,
        "handed_over": (called + stopped) / len(results),
    }


def _share(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.1f} %"
