"""What one turn carries through the agent: typed, never parsed back out of strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.agent.verdict import Verdict
from assistant.grounding import Grounding
from assistant.orders.enquiry import Enquiry, OrderDesk
from assistant.turn import TokenUsage, ToolRun, TurnRequest
from assistant.understanding.constraints import OptionVocabulary
from assistant.understanding.message import Reader, Understanding
from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.index import ShopIndex


@dataclass(slots=True)
class TurnContext:
    """The run-time context of the agent for one turn.

    Attributes:
        judged: The verdicts after so many results; weighed once, read by planner and composer.
        runs: The tool calls of this turn, for the log; grows while the agent works.
        model_steps: What each step of a language model used; None while that is not known.
    """

    request: TurnRequest
    understanding: Understanding
    index: ShopIndex
    grounding: Grounding
    vocabulary: OptionVocabulary
    reader: Reader
    orders: OrderDesk
    runs: list[ToolRun] = field(default_factory=list)
    model_steps: list[TokenUsage | None] = field(default_factory=list)
    judged: dict[int, list[Verdict]] = field(default_factory=dict)
    _enquiry: Enquiry | None = None

    async def enquiry(self) -> Enquiry:
        """Return what may be said of an order after all that the shopper has said."""
        said = [message.text for message in self.request.history if message.sender_type == "shopper"]
        if self._enquiry is None:
            self._enquiry = await self.orders.enquire(self.request.shop.id, [*said, self.request.text])
        return self._enquiry

    def vectors(self, text: str) -> Mapping[str, Vectors]:
        """Return the text in every loaded space; a question of this turn is already embedded."""
        for question in self.understanding.questions:
            if question.text == text:
                return question.vectors
        return self.index.embed(text, self.understanding.lang)
