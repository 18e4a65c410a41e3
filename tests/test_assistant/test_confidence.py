"""How sure a reply is: by the kind of its answers, as weak as its weakest part, and what moved it most."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.agent.results import ProductsFound, SizeFound
from assistant.agent.sureness import confidence_of
from assistant.agent.verdict import Verdict
from assistant.calibration import BIAS, SIGNALS, Calibration, Kind, Signals, probability
from assistant.escalation import Step
from assistant.facts import Fact, FactKind
from assistant.grounding import Support
from assistant.understanding.constraints import Constraints
from assistant.understanding.intents import Intent, IntentGuess
from assistant.understanding.question import Question
from assistant.understanding.references import Reference
from tests.test_assistant.small_shop import Counter
from tests.test_assistant.test_sizing import a_product


def question(intent: Intent = Intent.SHOP_QUESTION) -> Question:
    guess = IntentGuess(intent, 0.5, 0.1, dict.fromkeys(Intent, 0.2))
    return Question(
        "who pays for a return",
        guess.intent,
        guess,
        Reference(),
        Constraints(),
        (),
        (),
        expected=None,
        asks=True,
        seeks=False,
        vectors={},
    )


def support(kind: FactKind = FactKind.PASSAGE) -> Support:
    fact = Fact(kind, "Returns", "The buyer pays.", "en", "document", "returns.md", "Returns", "2026-11-01")
    return Support(fact, 0.5, 0.5, 0.5, ())


def some(**told: float) -> Signals:
    """Return the signals that are told, and of all others none."""
    values: dict[str, Any] = dict.fromkeys(SIGNALS, 0.0) | told
    return Signals(**values)


ANSWER = Verdict(question(), Step.ANSWER, 0.6)
KINDS = {
    Kind.DOCUMENT: replace(ANSWER, supports=(support(),)),
    Kind.PAGE: replace(ANSWER, supports=(support(FactKind.ATTRIBUTE),)),
    Kind.PRODUCTS: replace(ANSWER, search=ProductsFound("a mug", Constraints(), ())),
    Kind.SIZE: replace(ANSWER, size=SizeFound(None, None)),
    Kind.COMPARISON: replace(ANSWER, compared=(a_product(), a_product())),
    Kind.RECORD: replace(ANSWER, typed=(a_product(), ())),
}


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_of_answer_is_brought_to_its_own_rate(kind: Kind) -> None:
    context: Any = SimpleNamespace(calibration=Calibration(kinds={kind: (0.0, 2.0)}))
    told = {one: confidence_of([verdict], context) for one, verdict in KINDS.items()}
    assert told.pop(kind) == pytest.approx(probability(2.0))
    assert set(told.values()) == {0.6}


def test_a_rate_is_found_along_its_slope() -> None:
    calibration = Calibration(kinds={Kind.PRODUCTS: (0.5, 0.0)})
    assert calibration.right(Kind.PRODUCTS, probability(2.0)) == pytest.approx(probability(1.0))


def test_what_is_no_answer_has_no_rate_and_a_reply_is_as_weak_as_its_weakest_part() -> None:
    context: Any = SimpleNamespace(calibration=Calibration(kinds=dict.fromkeys(Kind, (0.0, 2.0))))
    asks_back = replace(KINDS[Kind.SIZE], step=Step.ASK_WHICH)
    assert confidence_of([asks_back], context) == 0.6
    assert confidence_of([KINDS[Kind.PAGE], asks_back, KINDS[Kind.RECORD]], context) == 0.6
    assert confidence_of([], context) == 0.0


def test_the_strongest_signal_is_told_first_whether_it_raises_or_lowers() -> None:
    first, second, third, *rest = SIGNALS
    weights = dict.fromkeys(rest, 0.0) | {BIAS: 0.0, first: 0.5, second: -3.0, third: 1.0}
    calibration = Calibration(published=weights, typical=dict.fromkeys(SIGNALS, 0.0))
    told = calibration.effects(some(**{first: 1.0, second: 1.0, third: 1.0}))
    assert told[:3] == [(second, -3.0), (third, 1.0), (first, 0.5)]


@pytest.mark.parametrize("score", [-1e9, -31.0, 31.0, 1e9])
def test_no_score_is_too_far_out_to_be_a_probability(score: float) -> None:
    assert 0.0 < probability(score) <= 1.0


@pytest.mark.asyncio(loop_scope="session")
async def test_what_the_confidence_was_made_from_is_kept_with_the_turn(embedded_counter: Counter) -> None:
    outcome = (await embedded_counter.ask("退货运费谁出？")).outcome
    (told,) = outcome.signals
    assert set(told["signals"]) == set(SIGNALS)
    assert told["told"] > 0
