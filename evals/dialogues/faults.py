"""Whose fault a failed trial is. Pure rules over what was said; the assistant is blamed last.

In order: what broke (infrastructure), what the scenario says against the shop's files (gold), what the
player should have said or not have said (simulator). What is left over is the assistant's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from evals.dialogues.outcome import Dialogue, Fault, Step
from evals.dialogues.scenario import Change, Scenario
from evals.results import TurnResult
from evals.scorers import EXPECTED
from evals.wording import folded, numbers_in

_TIMES_TOLD: Final = 2
_SHOWN: Final = 120


@dataclass(frozen=True, slots=True)
class Trial:
    """A failed trial as the rules see it. The steps are those of the turns, one each."""

    scenario: Scenario
    dialogue: Dialogue
    turns: Sequence[TurnResult]

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.dialogue.steps

    def knows(self, goal: int) -> frozenset[str]:
        """Return the keys of what the shopper can tell while pursuing this goal."""
        return frozenset(self.scenario.knows) | self._changed(goal)

    def told(self, until: int) -> frozenset[str]:
        """Return the keys of what was told up to and with this step."""
        said = {key for step in self.steps[: until + 1] for key in step.told}
        return frozenset(said) | self._changed(self.steps[until].goal)

    def _changed(self, goal: int) -> frozenset[str]:
        reached = self.scenario.agenda()[: goal + 1]
        return frozenset(key for one in reached if isinstance(one, Change) for key in one.facts)

    def answer_to(self, at: int) -> Step | None:
        """Return what the shopper did upon the reply to this step; None when the conversation was over."""
        after = self.steps[at + 1 : at + 2]
        return after[0] if after and after[0].goal == self.steps[at].goal else None


def fault_of(
    scenario: Scenario, dialogue: Dialogue, turns: Sequence[TurnResult], gold_problem: str | None = None
) -> Fault:
    """Return the owner of a failed trial's failure, with the reason.

    Args:
        gold_problem: In what the scenario contradicts the shop's files; None where they agree.
    """
    trial = Trial(scenario, dialogue, turns)
    if dialogue.ended == "error":
        return Fault(owner="infrastructure", reason=f"no reply: {dialogue.problem}")
    if gold_problem is not None:
        return Fault(owner="gold", reason=gold_problem)
    for rule in SIMULATOR_RULES:
        reason = rule(trial)
        if reason is not None:
            return Fault(owner="simulator", reason=reason)
    return Fault(owner="assistant", reason=_assistants(trial))


def left_its_role(trial: Trial) -> str | None:
    """Tell how the player said what its shopper would not say."""
    return trial.dialogue.problem if trial.dialogue.ended == "left_role" else None


def withheld_a_fact(trial: Trial) -> str | None:
    """Tell what the shopper was asked for, knew, had not told, and did not tell then either."""
    for at, step in enumerate(trial.steps):
        untold = (set(step.asked) & trial.knows(step.goal)) - trial.told(at)
        if step.met or not untold or _unfair(trial, step):
            continue
        after = trial.answer_to(at)
        silent = trial.dialogue.ended == "gave_up" if after is None else not untold & set(after.told)
        if silent:
            return f"was asked for {', '.join(sorted(untold))}, knew it and did not tell it"
    return None


def misunderstood_a_question(trial: Trial) -> str | None:
    """Tell which question back the shopper did not understand, while it still had to tell what is needed."""
    for at, step in enumerate(trial.steps):
        needed = set(trial.scenario.agenda()[step.goal].needs) - trial.told(at)
        if step.met or not step.asks_back or step.asked or not needed or _unfair(trial, step):
            continue
        after = trial.answer_to(at)
        silent = trial.dialogue.ended == "gave_up" if after is None else not needed & set(after.told)
        if silent:
            return f"did not understand the question “{_reply(trial.turns[at])}”"
    return None


def repeated_itself(trial: Trial) -> str | None:
    """Tell what the shopper said twice without having been asked again."""
    for at, step in enumerate(trial.steps):
        before = [one for one in range(at) if trial.steps[one].goal == step.goal]
        if any(_same_words(trial, one, at) for one in before) and step.doing != "tell":
            return f"said “{trial.turns[at].text[:_SHOWN]}” twice"
        asked = set(trial.steps[at - 1].asked) if at else set()
        for key in step.told:
            times = sum(key in one.told for one in trial.steps[: at + 1])
            if times > _TIMES_TOLD or (times > 1 and key not in asked):
                return f"told {key} again, though nobody had asked for it again"
    return None


def lost_a_number(trial: Trial) -> str | None:
    """Tell which number of what the shopper wanted to say did not come through."""
    for step, turn in zip(trial.steps, trial.turns, strict=False):
        lost = numbers_in("\n".join(step.wordings)) - numbers_in(turn.text)
        if lost:
            return f"meant to say {', '.join(sorted(lost))} and said “{turn.text[:_SHOWN]}”"
    return None


def never_asked(trial: Trial) -> str | None:
    """Tell which goal the shopper did not ask for, although all before it were met."""
    due = trial.dialogue.met
    if due < trial.dialogue.agenda and all(step.goal != due for step in trial.steps):
        return f"never asked for goal {due + 1}, though all before it were met"
    return None


Rule = Callable[[Trial], str | None]
SIMULATOR_RULES: Final[tuple[Rule, ...]] = (
    left_its_role,
    lost_a_number,
    withheld_a_fact,
    misunderstood_a_question,
    repeated_itself,
    never_asked,
)


def _unfair(trial: Trial, step: Step) -> bool:
    """Tell whether the question back was one that may not be asked: the shopper had said it all."""
    return step.asks_back and not trial.scenario.agenda()[step.goal].may_clarify


def _same_words(trial: Trial, one: int, other: int) -> bool:
    said, again = trial.steps[one].wordings, trial.steps[other].wordings
    if said and again:
        return said == again
    return folded(trial.turns[one].text).strip() == folded(trial.turns[other].text).strip()


def _assistants(trial: Trial) -> str:
    """Return what the assistant did wrong."""
    due = trial.dialogue.met
    wrong = [
        f"{name}: {score.explanation or 'wrong'}"
        for turn in trial.turns[-1:]
        for name, score in turn.scores.items()
        if name in EXPECTED and score.value is not None and score.value < 1.0
    ]
    if due == trial.dialogue.agenda:
        return "; ".join(["got every goal right, but", *wrong])
    told = [f"goal {due + 1} of {trial.dialogue.agenda}", *_asked_again(trial), *wrong]
    if trial.dialogue.ended == "handed_over":
        told.insert(1, "called a person instead of answering")
    elif trial.dialogue.ended == "out_of_patience":
        told.insert(1, f"was not there after {len(trial.steps)} messages")
    return "; ".join(told)


def _asked_again(trial: Trial) -> list[str]:
    again = {
        key
        for at, step in enumerate(trial.steps)
        if step.goal == trial.dialogue.met and step.asks_back
        for key in step.asked
        if key in trial.told(at)
    }
    return [f"asked again for {', '.join(sorted(again))}, which it had been told"] if again else []


def _reply(turn: TurnResult) -> str:
    return str((turn.reply or {}).get("text") or "")[:_SHOWN]
