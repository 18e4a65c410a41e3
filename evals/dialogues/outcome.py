"""What a trial was, besides its turns: what the shopper did at each of them, how it ended, and whose fault."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Doing = Literal["ask", "tell", "unknown", "rephrase"]
Ended = Literal["done", "gave_up", "handed_over", "out_of_patience", "left_role", "error"]
Owner = Literal["assistant", "simulator", "gold", "infrastructure"]
OWNERS: tuple[Owner, ...] = ("assistant", "simulator", "gold", "infrastructure")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Step(_Model):
    """One message of the shopper, and what the reply to it did.

    Attributes:
        goal: Number in the agenda, from 0.
        wordings: What of the scenario the message is made of; empty where a model found the words.
        told: Facts that it tells.
        met: Whether the reply met the goal.
        asked: Facts that the reply asks for.
        asks_back: Whether the reply says of itself that it asks (``clarify``).
    """

    doing: Doing
    goal: int
    wordings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    met: bool = False
    asked: tuple[str, ...] = ()
    asks_back: bool = False


class Fault(_Model):
    """Whose fault a failed trial is, and why, in words."""

    owner: Owner
    reason: str


class Dialogue(_Model):
    """A trial.

    Attributes:
        trial: From 0.
        agenda: How many goals and changes there were.
        met: How many of them were met; they are pursued in order.
        problem: What broke, or how the shopper left its role; None where neither happened.
        fault: None when the trial passed.
    """

    scenario: str
    trial: int
    shopper: str
    agenda: int
    met: int
    steps: tuple[Step, ...]
    ended: Ended
    problem: str | None = None
    fault: Fault | None = None
