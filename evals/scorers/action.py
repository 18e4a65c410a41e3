"""Did the reply do what it should: answer, ask back, hand over, decline?"""

from __future__ import annotations

from evals.scorers.score import UNSCORED, Exchange, Score


def action(exchange: Exchange) -> Score:
    """Return 1 when the reply's action is one of the expected ones."""
    if not exchange.expect.action:
        return UNSCORED
    if exchange.action in exchange.expect.action:
        return Score(1.0, exchange.action)
    return Score(0.0, f"{exchange.action or 'none'} instead of {' or '.join(exchange.expect.action)}")
