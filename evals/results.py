"""What became of a case: the whole exchange with its scores, as kept in a run."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.reply import Action
from evals.dialogues.outcome import Dialogue
from evals.judgement import Judgement
from evals.scorers import EXPECTED, Score


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class TurnResult(_Model):
    """One turn.

    Attributes:
        reply: None where none came.
        took_ms: From the question to the whole reply; None where none came.
        first_word_ms: From the question to the first words of the reply; None where not measured.
        tokens: ``input_tokens`` and ``output_tokens`` of language models; None where not told.
        untold: Parts of the reply that the target cannot tell.
        expect: What was expected, as written in the case; None when the turn was not judged.
        signals: What the turn knew of each question; empty where the target does not tell it.
        scores: Of a judged turn; a value of None is unscored.
    """

    text: str
    page_product: str | None = None
    reply: dict[str, Any] | None = None
    tools: tuple[dict[str, Any], ...] = ()
    took_ms: float | None = None
    first_word_ms: float | None = None
    tokens: dict[str, int] | None = None
    untold: tuple[str, ...] = ()
    signals: tuple[dict[str, Any], ...] = ()
    expect: dict[str, Any] | None = None
    scores: dict[str, Score] = {}

    @property
    def action(self) -> str:
        return str((self.reply or {}).get("action") or "none")


class CaseResult(_Model):
    """One case with everything that happened.

    Attributes:
        accepted: Actions that are right for the last turn; empty when the action is not judged.
        error: Why no reply came; None when all came.
        dialogue: Of a simulated conversation, what its shopper did and whose fault a failure is.
        judged: What an LLM says of the last reply; no part of `passed` or of any value.
    """

    id: str
    shop: str
    lang: str
    category: str
    tags: tuple[str, ...] = ()
    pair: str | None = None
    accepted: tuple[str, ...] = ()
    turns: tuple[TurnResult, ...]
    error: str | None = None
    dialogue: Dialogue | None = None
    judged: Judgement | None = None

    @property
    def last(self) -> TurnResult:
        return self.turns[-1]

    @property
    def passed(self) -> bool | None:
        """Whether all that was expected is there on every judged turn; None when nothing was judged.

        A conversation in which a goal was not met did not pass, whatever the judged turns say.
        """
        if self.dialogue is not None and self.dialogue.met < self.dialogue.agenda:
            return False
        values = [
            score.value
            for turn in self.turns
            for name, score in turn.scores.items()
            if name in EXPECTED and score.value is not None
        ]
        return all(value >= 1.0 for value in values) if values else None

    def values(self) -> dict[str, float]:
        """Return the case's value of every metric that it has, each in [0, 1], higher is better.

        Besides the scorers' means over the judged turns: ``passed``; ``answered`` (only an answer is
        right: was one given), ``abstained`` (unanswerable, an answer is wrong: was none given),
        ``handoff_precision`` (handed over: was that right), ``handoff_recall`` (only a handoff is
        right: was it done).
        """
        by_name: dict[str, list[float]] = {}
        for turn in self.turns:
            for name, score in turn.scores.items():
                if score.value is not None:
                    by_name.setdefault(name, []).append(score.value)
        values = {name: sum(found) / len(found) for name, found in by_name.items()}
        if self.passed is not None:
            values["passed"] = float(self.passed)
        return values | self._actions()

    def _actions(self) -> dict[str, float]:
        values: dict[str, float] = {}
        if "action" in self.last.untold:
            return values
        got = self.last.action
        if self.accepted == (Action.ANSWER,):
            values["answered"] = float(got == Action.ANSWER)
        if "unanswerable" in self.tags and self.accepted and Action.ANSWER not in self.accepted:
            values["abstained"] = float(got != Action.ANSWER and self.last.reply is not None)
        if self.accepted == (Action.HANDOFF,):
            values["handoff_recall"] = float(got == Action.HANDOFF)
        if self.accepted and got == Action.HANDOFF:
            values["handoff_precision"] = float(Action.HANDOFF in self.accepted)
        return values
