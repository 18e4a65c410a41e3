"""One conversation between a shopper and the assistant: played, judged goal by goal, and told as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from evals.cases import Case, Expect, Turn
from evals.dialogues.ending import end_scores
from evals.dialogues.fact_words import asked_for
from evals.dialogues.faults import fault_of
from evals.dialogues.outcome import Dialogue, Ended, Step
from evals.dialogues.scenario import Change, Fact, Goal, Scenario
from evals.dialogues.shopper import LeftRole, Message, Scene, Shopper
from evals.results import CaseResult, TurnResult
from evals.running import kept_of
from evals.scorers import EXPECTED, Exchange, Score, scored, without_reply
from evals.scorers.score import share
from evals.sources import ShopSources
from evals.targets import Answered, Said, Talk, Target
from knowledge.errors import DaogouError

# A shopper who gets a person instead of an answer waits for that person.
_HANDOFF: Final = "handoff"


@dataclass(slots=True)
class _Run:
    """A trial under way."""

    scenario: Scenario
    agenda: tuple[Goal, ...]
    knows: dict[str, Fact]
    told: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    turns: list[TurnResult] = field(default_factory=list)
    number: int = 0
    page: str | None = None
    ended: Ended = "done"
    problem: str | None = None

    @property
    def goal(self) -> Goal:
        return self.agenda[self.number]

    def scene(self) -> Scene:
        spoken: list[tuple[str, str]] = []
        for turn in self.turns:
            spoken += [("shopper", turn.text), ("assistant", str((turn.reply or {}).get("text") or ""))]
        return Scene.at(
            self.scenario,
            self.number,
            self.goal,
            knows=dict(self.knows),
            told=frozenset(self.told),
            steps=tuple(self.steps),
            spoken=tuple(spoken),
            reply=self.turns[-1].reply if self.turns else None,
        )

    def begin_goal(self) -> None:
        """Turn to the goal now due: its page, and what is true from here on."""
        if self.goal.context is not None:
            self.page = self.goal.context.product
        if isinstance(self.goal, Change):
            self.knows |= self.goal.facts
            # The change itself tells the new facts.
            self.told |= set(self.goal.facts)


async def play(
    scenario: Scenario,
    trial: int,
    shopper: Shopper,
    target: Target,
    sources: ShopSources | None,
    gold_problem: str | None = None,
) -> CaseResult:
    """Return one trial's result; whatever fails is in it, with its owner.

    Args:
        trial: From 0.
        sources: The shop's own texts; None where they cannot be read.
        gold_problem: In what the scenario contradicts the shop's files.
    """
    run = _Run(scenario, scenario.agenda(), dict(scenario.knows))
    run.begin_goal()
    try:
        talk = await target.open(scenario.shop)
        try:
            while await _turn(run, shopper, talk, sources):
                pass
        finally:
            await talk.close()
    except LeftRole as error:
        run.ended, run.problem = "left_role", str(error)
    except Exception as error:
        run.ended = "error"
        run.problem = f"{error.message} ({error.code})" if isinstance(error, DaogouError) else repr(error)
    return _result(run, trial, type(shopper).__name__, gold_problem)


async def _turn(run: _Run, shopper: Shopper, talk: Talk, sources: ShopSources | None) -> bool:
    """Play one message and its reply; tell whether the conversation goes on."""
    if len(run.turns) >= run.scenario.persona.patience:
        run.ended = "out_of_patience"
        return False
    message = await shopper.next(run.scene())
    if message is None:
        run.ended = "gave_up"
        return False
    # Kept before it is answered: a trial that breaks here shows what was said.
    run.turns.append(TurnResult(text=message.text, page_product=run.page))
    run.steps.append(Step(doing=message.doing, goal=run.number, wordings=message.wordings, told=message.told))
    run.told |= set(message.told)
    answered = await talk.say(Said(message.text, run.page))
    met = _judged(run, message, answered, sources)
    if met:
        run.number += 1
        if run.number == len(run.agenda):
            return False
        run.begin_goal()
    elif run.turns[-1].action == _HANDOFF:
        run.ended = "handed_over"
        return False
    return True


def _judged(run: _Run, message: Message, answered: Answered, sources: ShopSources | None) -> bool:
    """Keep the reply with its scores; tell whether it met the goal."""
    goal, reply = run.goal, dict(answered.reply)
    scores = scored(_exchange(run, goal, answered, sources))
    met = all(scores[name].value in (None, 1.0) for name in EXPECTED)
    own_words = {key: fact.asked_by for key, fact in run.knows.items() if fact.asked_by}
    run.steps[-1] = run.steps[-1].model_copy(
        update={"met": met, "asked": asked_for(reply, own_words), "asks_back": reply.get("action") == "clarify"}
    )
    run.turns[-1] = run.turns[-1].model_copy(
        update={
            **kept_of(answered),
            "expect": _expect_json(goal.expect),
            "scores": scores,
        }
    )
    return met


def _exchange(run: _Run, goal: Goal, answered: Answered, sources: ShopSources | None) -> Exchange:
    """Return the reply as the scorers take it: the conversation so far as a case with this goal's expectation."""
    texts = tuple(turn.text for turn in run.turns)
    scenario = run.scenario
    case = Case(
        id=scenario.id,
        shop=scenario.shop,
        lang=scenario.lang,
        category=scenario.category,
        turns=tuple(Turn(text=text) for text in texts),
        expect=goal.expect,
        tags=scenario.tags,
        source=goal.source,
    )
    return Exchange(case, len(texts) - 1, goal.expect, texts, answered, sources)


def _expect_json(expect: Expect) -> dict[str, Any]:
    return expect.model_dump(mode="json", exclude_unset=True)


def _result(run: _Run, trial: int, player: str, gold_problem: str | None) -> CaseResult:
    scenario = run.scenario
    turns = _final_turns(run)
    dialogue = Dialogue(
        scenario=scenario.id,
        trial=trial,
        shopper=player,
        agenda=len(run.agenda),
        met=run.number,
        steps=tuple(run.steps),
        ended=run.ended,
        problem=run.problem,
    )
    last = turns[-1].expect or {}
    result = CaseResult(
        id=f"{scenario.id}#{trial}",
        shop=scenario.shop,
        lang=scenario.lang,
        category=scenario.category,
        tags=scenario.tags,
        accepted=tuple(last.get("action") or ()),
        turns=turns,
        error=run.problem if run.ended == "error" else None,
        dialogue=dialogue,
    )
    if result.passed:
        return result
    fault = fault_of(scenario, dialogue, turns, gold_problem)
    return result.model_copy(update={"dialogue": dialogue.model_copy(update={"fault": fault})})


def _final_turns(run: _Run) -> tuple[TurnResult, ...]:
    """Return the turns with the scores that count: per goal those of its last reply, at the end those of the whole.

    What came before the reply that met a goal is how the conversation got there, and not judged.
    """
    turns = run.turns or [TurnResult(text=run.scenario.opening[0])]
    last_of_goal = {step.goal: at for at, step in enumerate(run.steps)}
    kept = [
        turn if at in last_of_goal.values() else turn.model_copy(update={"expect": None, "scores": {}})
        for at, turn in enumerate(turns)
    ]
    final: dict[str, Score] = dict(kept[-1].scores)
    if run.number < len(run.agenda) and turns[-1].reply is None:
        _worst(final, without_reply(run.goal.expect, f"no reply: {run.problem}"))
    final["goals"] = share(run.number, len(run.agenda), f"{run.number} of {len(run.agenda)} goals met")
    replies = [turn.reply for turn in turns if turn.reply is not None]
    _worst(final, end_scores(run.scenario.end, replies, {part for turn in turns for part in turn.untold}))
    expect = kept[-1].expect or _expect_json(run.agenda[min(run.number, len(run.agenda) - 1)].expect)
    kept[-1] = kept[-1].model_copy(update={"scores": final, "expect": expect})
    return tuple(kept)


def _worst(scores: dict[str, Score], others: Mapping[str, Score]) -> None:
    """Add scores; where both judge, the worse one counts."""
    for name, score in others.items():
        there = scores.get(name)
        if there is None or there.value is None or (score.value is not None and score.value < there.value):
            scores[name] = score
