"""Is the recommended size the right one, or one beside it?"""

from __future__ import annotations

from evals.scorers.score import UNSCORED, Exchange, Score
from evals.wording import folded


def size_exact(exchange: Exchange) -> Score:
    """Return 1 for the expected size, or for no size where none may be recommended."""
    if not exchange.expect.judges("size"):
        return UNSCORED
    wanted, got = exchange.expect.size, _label(exchange)
    if wanted is None:
        return Score(float(got is None), "" if got is None else f"recommended {got}, where nothing may be")
    if got is not None and folded(got) == folded(wanted):
        return Score(1.0)
    return Score(0.0, f"{got or 'no size'} instead of {wanted}")


def size_within_one(exchange: Exchange) -> Score:
    """Return 1 for the expected size or a neighbour of it in the chart that the reply names.

    Only where a size is expected; without the chart's rows (a foreign server) unscored unless exact.
    """
    wanted, got = exchange.expect.size, _label(exchange)
    if wanted is None:
        return UNSCORED
    if got is None or folded(got) == folded(wanted):
        return size_exact(exchange)
    if exchange.sources is None:
        return UNSCORED
    chart = [folded(size) for size in exchange.sources.charts.get(str(exchange.reply["size"]["chart"]), {})]
    if folded(got) not in chart or folded(wanted) not in chart:
        return Score(0.0, f"{got} and {wanted} are not sizes of one chart")
    distance = abs(chart.index(folded(got)) - chart.index(folded(wanted)))
    return Score(float(distance <= 1), f"{got}, {distance} from {wanted}")


def _label(exchange: Exchange) -> str | None:
    size = exchange.reply.get("size") or {}
    return str(size["label"]) if size.get("label") is not None else None
