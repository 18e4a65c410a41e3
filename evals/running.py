"""Runs a suite: every case is put to the target, judged and kept."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.cases import Case
from evals.judge import Judge
from evals.results import CaseResult, TurnResult
from evals.runs import RunStore
from evals.scorers import Exchange, scored, without_reply
from evals.sources import ShopSources
from evals.targets import Answered, Said, Target, untold_by
from knowledge.errors import DaogouError

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Runner:
    """Asks and judges.

    Attributes:
        sources: Each shop's own texts; a shop without any has its citations unscored.
        jobs: Conversations at a time.
        judge: An LLM that is asked as well; None asks none.
    """

    target: Target
    sources: Mapping[str, ShopSources]
    jobs: int = 1
    judge: Judge | None = None

    async def run(self, cases: Sequence[Case], store: RunStore, run_id: str, told: OnProgress) -> list[CaseResult]:
        """Ask what has not been asked yet in this run, and return the results in the order of the cases."""
        results = {result.id: result for result in store.results(run_id)}
        free = asyncio.Semaphore(self.jobs)
        told(len(results), len(cases))

        async def one(case: Case) -> None:
            async with free:
                result = await self.judged(case)
            if self.judge is not None:
                result = result.model_copy(update={"judged": await self.judge.judge(case, result)})
            store.append(run_id, result)
            results[case.id] = result
            told(len(results), len(cases))

        async with asyncio.TaskGroup() as group:
            for case in cases:
                if case.id not in results:
                    group.create_task(one(case))
        return [results[case.id] for case in cases]

    async def judged(self, case: Case) -> CaseResult:
        """Return one case's result; a target that fails is a failed case with its reason."""
        answers: list[Answered] = []
        problem = None
        try:
            answers = await self.target.converse(case.shop, [Said(t.text, t.page_product) for t in case.turns])
        except Exception as error:
            problem = f"{error.message} ({error.code})" if isinstance(error, DaogouError) else repr(error)
        return CaseResult(
            id=case.id,
            shop=case.shop,
            lang=case.lang,
            category=case.category,
            tags=case.tags,
            pair=case.pair,
            accepted=tuple(case.expect.action),
            turns=self._turns(case, answers, problem),
            error=problem,
        )

    def _turns(self, case: Case, answers: Sequence[Answered], problem: str | None) -> tuple[TurnResult, ...]:
        expected = dict(case.expectations())
        turns: list[TurnResult] = []
        for number, turn in enumerate(case.turns):
            values: dict[str, Any] = {"text": turn.text, "page_product": turn.page_product}
            answered = answers[number] if number < len(answers) else None
            untold = untold_by(self.target) if answered is None else answered.untold
            values["untold"] = tuple(sorted(untold))
            expect = expected.get(number)
            if answered is not None:
                values |= kept_of(answered)
            if expect is not None:
                values["expect"] = expect.model_dump(mode="json", exclude_unset=True)
            if expect is not None and answered is not None:
                so_far = tuple(t.text for t in case.turns[: number + 1])
                exchange = Exchange(case, number, expect, so_far, answered, self.sources.get(case.shop))
                values["scores"] = scored(exchange)
            elif expect is not None:
                values["scores"] = without_reply(expect, f"no reply: {problem}", untold)
            turns.append(TurnResult(**values))
        return tuple(turns)


def kept_of(answered: Answered) -> dict[str, Any]:
    """Return the fields of a `TurnResult` that tell of an answer."""
    values: dict[str, Any] = {"reply": dict(answered.reply), "took_ms": round(answered.took_ms, 2)}
    values["tools"] = tuple(dict(tool) for tool in answered.tools)
    values["untold"] = tuple(sorted(answered.untold))
    values["signals"] = tuple(dict(one) for one in answered.signals)
    if answered.first_word_ms is not None:
        values["first_word_ms"] = round(answered.first_word_ms, 2)
    if answered.usage is not None:
        values["tokens"] = answered.usage.as_json()
    return values


def cases_hash(cases: Sequence[Case]) -> str:
    """Return a SHA-256 over the cases with their expectations, in order."""
    digest = hashlib.sha256()
    for case in cases:
        digest.update(case.model_dump_json(exclude_unset=True).encode() + b"\n")
    return digest.hexdigest()
