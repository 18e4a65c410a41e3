"""Does the reply's text say what it must, and nothing that it must not?"""

from __future__ import annotations

from evals.scorers.score import UNSCORED, Exchange, Score
from evals.wording import says


def must_say(exchange: Exchange) -> Score:
    """Return 1 when every entry occurs; of an entry with alternatives, one is enough."""
    if not exchange.expect.must_say:
        return UNSCORED
    missing = [entry for entry in exchange.expect.must_say if not any(says(exchange.text, one) for one in entry)]
    if missing:
        return Score(0.0, "missing: " + "; ".join(_shown(entry) for entry in missing))
    return Score(1.0)


def must_not_say(exchange: Exchange) -> Score:
    """Return 1 when none of the forbidden wordings occurs."""
    if not exchange.expect.must_not_say:
        return UNSCORED
    said = [wording for wording in exchange.expect.must_not_say if says(exchange.text, wording)]
    return Score(0.0, "said: " + "; ".join(said)) if said else Score(1.0)


def _shown(entry: tuple[str, ...]) -> str:
    return " | ".join(entry[:4]) + (f" | … ({len(entry)})" if len(entry) > 4 else "")
