"""What one turn carries through the agent: typed, never parsed back out of strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assistant.agent.after_sales import NOTHING, AfterSales
from assistant.agent.verdict import Verdict
from assistant.bargaining.haggle import Haggled
from assistant.calibration import Calibration, Signals
from assistant.coupons.worth import Worth
from assistant.fit.model import FitModel
from assistant.grounding import Grounding, Support
from assistant.orders.enquiry import Enquiry
from assistant.orders.guarded import GuardedOrders
from assistant.turn import TokenUsage, ToolRun, TurnRequest
from assistant.understanding.constraints import OptionVocabulary
from assistant.understanding.hearing import Hearing
from assistant.understanding.message import Reader
from assistant.understanding.question import Question, Understanding
from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.index import ShopIndex


@dataclass(slots=True)
class TurnContext:
    """The run-time context of the agent for one turn.

    Attributes:
        hearing: Tells what a message means beside its intent.
        now: Wall time in the shop's own zone.
        hours: The question for the hours, without the moment, of a message that asks if somebody is there then.
        haggled: What may be answered to a wish for a lower price, when that is what is asked.
        coupon: What a coupon is worth that the message asks about.
        enquiry: What may be told of an order, when the message may be about one.
        orders: The only way to the orders for any tool.
        after_sales: What the message wants changed, confirms or takes back.
        makes_changes: Whether the shop's own system makes changes of orders; else a person does.
        fit: What buyers' reports have taught; None in a shop without any.
        calibration: Brings what the turn knows to a probability.
        signals: What was known of the best published text on each question, by the question's text.
        weighed: All published texts that were held against a question, by its text.
        judged: The verdicts after so many results; weighed once, read by planner and composer.
        runs: The tool calls of this turn, for the log; grows while the agent works.
        token_budget: What a language model may use of tokens; None for the embedded mind.
        tool_calls: How many calls a language model has begun.
        characters: What was sent to a language model and came back, in characters.
        model_steps: What each step of a language model used; None while that is not known.
    """

    request: TurnRequest
    understanding: Understanding
    index: ShopIndex
    grounding: Grounding
    vocabulary: OptionVocabulary
    reader: Reader
    hearing: Hearing
    now: datetime
    enquiry: Enquiry | None = None
    orders: GuardedOrders | None = None
    after_sales: AfterSales = NOTHING
    makes_changes: bool = False
    hours: Question | None = None
    haggled: Haggled | None = None
    coupon: Worth | None = None
    fit: FitModel | None = None
    calibration: Calibration = field(default_factory=Calibration)
    signals: dict[str, tuple[Signals, Support]] = field(default_factory=dict)
    weighed: dict[str, tuple[Support, ...]] = field(default_factory=dict)
    runs: list[ToolRun] = field(default_factory=list)
    model_steps: list[TokenUsage | None] = field(default_factory=list)
    token_budget: int | None = None
    characters: int = 0
    tool_calls: int = 0
    judged: dict[int, list[Verdict]] = field(default_factory=dict)

    def vectors(self, text: str) -> Mapping[str, Vectors]:
        """Return the text in every space at hand; a question of this turn is already embedded."""
        further = (self.hours, self.after_sales.rule)
        for question in (*self.understanding.questions, *(one for one in further if one is not None)):
            if question.text == text:
                return question.vectors
        return self.index.embed(text, self.understanding.lang)
