"""Who plays the shopper: what a player is told, what it says, and the player that needs no LLM."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from evals.cases import LangCode
from evals.dialogues.outcome import Doing, Step
from evals.dialogues.scenario import Fact, Goal, Persona, Scenario
from evals.dialogues.wording_variations import varied

# What is told is said once more when it is asked for again; then the shopper has enough.
_TIMES_TOLD: Final = 2
_UNKNOWN: Final = {
    "zh": ("不知道诶", "这个我不清楚", "没有，说不上来"),
    "en": ("No idea, sorry.", "I don't know that.", "Not sure, I can't tell you."),
}
_AGAIN: Final = {"zh": "我说过了，", "en": "As I said: "}
_BETWEEN: Final = {"zh": "，", "en": ", "}


class LeftRole(Exception):
    """The player said what its shopper would not say."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the conversation stands, as its shopper sees it. What is expected of the assistant is not in it.

    Attributes:
        lang: Of the shopper, as a rule.
        number: Of the goal now pursued, in the agenda.
        ask: Ways to ask for it.
        may_clarify: Whether a question back is fair.
        needs: Facts without which it cannot be had.
        knows: By key; changed facts as they are now.
        told: Keys of what was told and still holds.
        steps: What was done so far; of the last one also what the reply to it did.
        spoken: Speaker (``shopper`` or ``assistant``) and words, oldest first.
        reply: The last reply.
    """

    lang: LangCode
    persona: Persona
    number: int
    ask: Sequence[str]
    may_clarify: bool
    needs: Sequence[str]
    knows: Mapping[str, Fact]
    told: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()
    spoken: tuple[tuple[str, str], ...] = ()
    reply: Mapping[str, Any] | None = None

    @property
    def on_goal(self) -> tuple[Step, ...]:
        """What was done for the present goal."""
        return tuple(step for step in self.steps if step.goal == self.number)

    @classmethod
    def at(cls, scenario: Scenario, number: int, goal: Goal, **values: Any) -> Scene:
        return cls(scenario.lang, scenario.persona, number, goal.ask, goal.may_clarify, goal.needs, **values)


@dataclass(frozen=True, slots=True)
class Message:
    """What the shopper says.

    Attributes:
        wordings: What of the scenario it is made of; empty where a model found the words.
        told: Keys of the facts that it tells.
    """

    text: str
    doing: Doing
    wordings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


class Shopper(Protocol):
    """Plays one shopper through one conversation."""

    async def next(self, scene: Scene) -> Message | None:
        """Return the next message, None to give up.

        Raises:
            LeftRole: What came out is not what this shopper would say.
            DaogouError: The player does not answer.
        """
        ...


class EmbeddedShopper:
    """Answers what it is asked, asks again once in other words, then gives up. The same for the same seed."""

    def __init__(self, scenario: Scenario, trial: int, seed: int) -> None:
        # Seeded by text: Python hashes it the same way on every machine.
        self._rng = random.Random(f"{seed}/{scenario.id}/{trial}")  # noqa: S311 (it plays, it hides nothing)
        first = random.Random(f"{seed}/{scenario.id}").randrange(len(scenario.opening))  # noqa: S311
        # The openings in turn, so that a few trials see several.
        self._opening = scenario.opening[(first + trial) % len(scenario.opening)]

    async def next(self, scene: Scene) -> Message | None:
        """Return the next message, None to give up."""
        if not scene.on_goal:
            wording = self._opening if scene.number == 0 else self._rng.choice(list(scene.ask))
            return self._message(scene, "ask", [wording])
        return self._reaction(scene) or self._rephrased(scene)

    def _reaction(self, scene: Scene) -> Message | None:
        """Return the answer to a question back, None when there is none to give."""
        last = scene.on_goal[-1]
        if last.asks_back and not scene.may_clarify:
            return None
        known = [key for key in last.asked if key in scene.knows]
        untold = [key for key in known if key not in scene.told]
        if not untold and last.asks_back and not last.asked:
            # A question that is not understood: whoever wants something says what it takes.
            untold = [key for key in scene.needs if key not in scene.told]
        if untold:
            return self._telling(scene, untold[:1] if "short" in scene.persona.style else untold)
        again = [key for key in known if sum(key in step.told for step in scene.steps) < _TIMES_TOLD]
        if again:
            return self._telling(scene, again, _AGAIN[scene.lang])
        if last.asked and not known and all(step.doing != "unknown" for step in scene.on_goal):
            return self._message(scene, "unknown", [self._rng.choice(_UNKNOWN[scene.lang])])
        return None

    def _telling(self, scene: Scene, keys: Sequence[str], before: str = "") -> Message:
        wordings = [self._rng.choice(list(scene.knows[key].say)) for key in keys]
        return self._message(scene, "tell", wordings, before, tuple(keys))

    def _rephrased(self, scene: Scene) -> Message | None:
        if any(step.doing == "rephrase" for step in scene.on_goal):
            return None
        used = {wording for step in scene.on_goal for wording in step.wordings}
        fresh = [wording for wording in scene.ask if wording not in used]
        return self._message(scene, "rephrase", [self._rng.choice(fresh)]) if fresh else None

    def _message(
        self, scene: Scene, doing: Doing, wordings: list[str], before: str = "", told: tuple[str, ...] = ()
    ) -> Message:
        said = before + _BETWEEN[scene.lang].join(w.rstrip("。.") if len(wordings) > 1 else w for w in wordings)
        # Please and thank you go with a question, not with every answer to one.
        style = scene.persona.style if doing in ("ask", "rephrase") else set(scene.persona.style) - {"polite"}
        return Message(varied(said, scene.lang, style, self._rng), doing, tuple(wordings), told)
