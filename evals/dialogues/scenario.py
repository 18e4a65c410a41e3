"""A scenario: who the shopper is, what they know and want, and how one tells that they got it. Read from JSONL.

The schema is told in ``data/evals/scenarios/README.md``. An unknown key is an error, as in a case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from evals.cases import CaseSource, Category, Context, Expect, LangCode, OrderState, Words
from evals.dialogues.fact_words import FACT_WORDS
from knowledge.errors import Invalid

Style = Literal["short", "typos", "mixed", "polite", "angry"]
Wordings = Annotated[tuple[Words, ...], Field(min_length=1)]
_PROBLEMS_TOLD: Final = 20


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Persona(_Model):
    """How the shopper talks.

    Attributes:
        patience: Messages after which the shopper leaves.
        style: ``short`` tells one fact at a time; ``typos``, ``mixed``, ``polite`` and ``angry`` colour the words.
    """

    patience: int = Field(default=10, ge=1, le=40)
    style: tuple[Style, ...] = ()


class Fact(_Model):
    """What the shopper can tell when asked.

    Attributes:
        say: Ways to tell it.
        asked_by: Words of a question for it, besides the usual ones of its key (`fact_words`).
    """

    say: Wordings
    asked_by: tuple[Words, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _wordings_alone(cls, value: Any) -> Any:
        return {"say": value} if isinstance(value, list) else value


class Goal(_Model):
    """One thing that the shopper wants to get.

    Attributes:
        ask: Ways to ask; of the first goal those to ask again, as the scenario's opening asked first.
        expect: When it is met; what else holds for a case holds here.
        may_clarify: Whether the assistant may ask back first. Where all was said, it may not.
        needs: Facts without which no right answer is possible.
        context: The page the shopper is on from here on.
    """

    ask: Wordings
    expect: Expect
    may_clarify: bool = True
    needs: tuple[str, ...] = ()
    context: Context | None = None
    source: CaseSource

    @model_validator(mode="after")
    def _says_what_is_right(self) -> Goal:
        if not self.expect.model_fields_set:
            raise ValueError("expects nothing: the goal would always be met")
        return self


class Change(Goal):
    """A correction or a change of mind: said once the goal numbered ``after`` (from 0) is met.

    Attributes:
        facts: What is true from then on, in place of what was.
    """

    after: int = Field(ge=0)
    facts: dict[str, Fact] = {}


class Deal(_Model):
    """The price that has to be agreed on in the end, both ends included."""

    product: str
    price_min: float
    price_max: float


class End(_Model):
    """What holds for the whole conversation.

    Attributes:
        must_not_say: In no reply; matched as in a case.
        handoff: Whether a person must have been called at some point, or never.
        order: The last order shown by any reply; ``null``: none is ever shown, and no price offered.
        deal: No offer lies outside of it, and there is one.
    """

    must_not_say: tuple[Words, ...] = ()
    handoff: bool | None = None
    order: OrderState | None = None
    deal: Deal | None = None

    def judges(self, key: str) -> bool:
        """Tell whether this key was written."""
        return key in self.model_fields_set


class Scenario(_Model):
    """One scenario; its goals are pursued in order."""

    id: Words
    shop: Words
    lang: LangCode
    category: Category = "dialogues"
    persona: Persona = Persona()
    opening: Wordings
    knows: dict[str, Fact] = {}
    goals: Annotated[tuple[Goal, ...], Field(min_length=1)]
    changes: tuple[Change, ...] = ()
    end: End = End()
    tags: tuple[Words, ...] = ()
    note: str | None = None

    @field_validator("knows")
    @classmethod
    def _can_be_asked_for(cls, knows: dict[str, Fact]) -> dict[str, Fact]:
        mute = [key for key, fact in knows.items() if key not in FACT_WORDS and not fact.asked_by]
        if mute:
            raise ValueError(f"nobody can ask for {', '.join(mute)}: give asked_by")
        return knows

    @model_validator(mode="after")
    def _hangs_together(self) -> Scenario:
        unknown = {key for goal in self.agenda() for key in goal.needs} - set(self.knows)
        unknown -= {key for change in self.changes for key in change.facts}
        if unknown:
            raise ValueError(f"a goal needs {', '.join(sorted(unknown))}, which the shopper does not know")
        if any(change.after >= len(self.goals) for change in self.changes):
            raise ValueError("a change comes after a goal that is not there")
        if self.persona.patience < len(self.agenda()):
            raise ValueError("the shopper leaves before everything could be asked")
        return self

    def agenda(self) -> tuple[Goal, ...]:
        """Return the goals with the changes where they come."""
        return tuple(
            item
            for number, goal in enumerate(self.goals)
            for item in (goal, *(change for change in self.changes if change.after == number))
        )

    def said_by_shopper(self) -> Iterator[str]:
        """Yield everything that the scenario lets the shopper say."""
        yield from self.opening
        for fact in self.knows.values():
            yield from fact.say
        for goal in self.agenda():
            yield from goal.ask
            if isinstance(goal, Change):
                for fact in goal.facts.values():
                    yield from fact.say


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Read a file of scenarios, one JSON object a line.

    Raises:
        Invalid: The file cannot be used; every problem is told with its row and field (``usage_bad_scenarios``).
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: {error}", code="usage_bad_scenarios") from error
    problems: list[str] = []
    found: dict[str, Scenario] = {}
    for row, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            scenario = Scenario.model_validate_json(line)
        except ValidationError as error:
            told = ((".".join(map(str, problem["loc"])) or "scenario", problem["msg"]) for problem in error.errors())
            problems += [f"row {row}, {place}: {message}" for place, message in told]
            continue
        if scenario.id in found:
            problems.append(f"row {row}, id: {scenario.id!r} is there already")
        found[scenario.id] = scenario
    if not problems and not found:
        problems.append("the file has no scenarios")
    if problems:
        more = len(problems) - _PROBLEMS_TOLD
        shown = [*problems[:_PROBLEMS_TOLD], *([f"… and {more} more"] if more > 0 else [])]
        raise Invalid(f"{path.name}: " + "\n  ".join(["cannot be used", *shown]), code="usage_bad_scenarios")
    return tuple(found.values())


def holds_scenarios(path: Path) -> bool:
    """Tell whether a file of JSON lines is one of scenarios, not of cases: the first line that is JSON has goals."""
    if path.suffix.lower() != ".jsonl" or not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for line in file:
            if line.strip():
                try:
                    first = json.loads(line)
                except json.JSONDecodeError:
                    return False
                return isinstance(first, dict) and "goals" in first
    return False
