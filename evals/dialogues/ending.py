"""What holds for a whole conversation, judged when it is over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from evals.cases import OrderState
from evals.dialogues.scenario import Deal, End
from evals.scorers import Score
from evals.scorers.order import order_state
from evals.wording import says

Reply = Mapping[str, Any]


def end_scores(end: End, replies: Sequence[Reply], untold: Collection[str] = ()) -> dict[str, Score]:
    """Return the scores of what was expected of the whole, under the names of the scorers that judge a reply alike.

    Args:
        untold: Parts of a reply that the target cannot tell; what is judged by them is left out.
    """
    scores: dict[str, Score] = {}
    if end.must_not_say:
        said = [one for one in end.must_not_say if any(says(str(reply.get("text") or ""), one) for reply in replies)]
        scores["must_not_say"] = Score(0.0, "said in the conversation: " + "; ".join(said)) if said else Score(1.0)
    if end.handoff is not None and "action" not in untold:
        scores["action"] = _handoff(end.handoff, replies)
    if (end.judges("order") or end.deal is not None) and not {"order", "offer"} & set(untold):
        judged = ([_order(end.order, replies)] if end.judges("order") else []) + (
            [_deal(end.deal, replies)] if end.deal is not None else []
        )
        scores["order"] = min(judged, key=lambda score: score.value or 0.0)
    return scores


def _handoff(wanted: bool, replies: Sequence[Reply]) -> Score:
    called = any(reply.get("action") == "handoff" for reply in replies)
    if called == wanted:
        return Score(1.0)
    return Score(0.0, "no person was called in the conversation" if wanted else "a person was called, needlessly")


def _order(wanted: OrderState | None, replies: Sequence[Reply]) -> Score:
    """Judge each reply where nothing may be shown, else the last order that was shown."""
    if wanted is None:
        wrong = [score for reply in replies if (score := order_state(None, reply)).value == 0.0]
        return wrong[0] if wrong else Score(1.0)
    showing = [reply for reply in replies if reply.get("order")]
    return order_state(wanted, showing[-1] if showing else {})


def _deal(deal: Deal, replies: Sequence[Reply]) -> Score:
    span = OrderState(product=deal.product, price_min=deal.price_min, price_max=deal.price_max)
    offering = [reply for reply in replies if (reply.get("offer") or {}).get("price")]
    if not offering:
        return Score(0.0, "no price was agreed on")
    wrong = [score for reply in offering[:-1] if (score := order_state(_never_below(span), reply)).value == 0.0]
    return wrong[0] if wrong else order_state(span, offering[-1])


def _never_below(span: OrderState) -> OrderState:
    """Return the bound of an offer on the way: a first one may be dearer than the last."""
    return span.model_copy(update={"price_max": None})
