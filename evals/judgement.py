"""What an LLM says of a reply."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Verdict(BaseModel):
    """The judge's answer, and nothing beside it.

    Attributes:
        correct: The reply is what the case calls right.
        grounded: Every claim of it stands in what it cites or shows.
        helpful: The shopper gets on with it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    correct: bool
    grounded: bool
    helpful: bool
    reason: str = Field(min_length=1)


class Judgement(BaseModel):
    """One reply judged.

    Attributes:
        prompt: Version of the prompt; figures of two versions do not compare.
        verdict: None when none could be had.
        problem: Why there is none.
        tries: How often the model was asked.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    prompt: str
    verdict: Verdict | None = None
    problem: str | None = None
    tries: int = 1
