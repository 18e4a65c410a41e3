"""When a person is called."""

from __future__ import annotations

import pytest

from assistant.escalation import DEFAULTS, Step, is_sure, without_answer
from assistant.handoff_rules import BEFORE_LOOKING_UP, Situation, called_by
from assistant.understanding.intents import Intent, IntentClassifier, IntentGuess
from knowledge.retrieval.encoders import multilingual
from knowledge.text import language_of


@pytest.fixture(scope="module")
def intents() -> IntentClassifier:
    return IntentClassifier.over(multilingual())


def guess(intent: Intent, score: float, lead: float, rival: Intent = Intent.SHOP_QUESTION) -> IntentGuess:
    return IntentGuess(intent, score, lead, {intent: score, rival: score - lead})


@pytest.mark.parametrize(
    ("score", "lead", "sure"),
    [(0.6, 0.02, True), (0.5, 0.3, True), (0.5, 0.1, False), (0.33, 0.3, False), (0.9, 0.01, False)],
)
def test_only_a_near_or_clear_guess_is_sure(score: float, lead: float, sure: bool) -> None:
    assert is_sure(guess(Intent.COMPLAINT, score, lead)) is sure


@pytest.mark.parametrize(
    ("score", "lead"),
    [(DEFAULTS.sure_intent, DEFAULTS.sure_margin), (DEFAULTS.clear_score, DEFAULTS.clear_margin)],
    ids=["near", "clear"],
)
def test_a_guess_is_sure_exactly_from_its_thresholds_on(score: float, lead: float) -> None:
    def sure(score: float, lead: float) -> bool:
        evidence = {Intent.COMPLAINT: lead, Intent.SHOP_QUESTION: 0.0}
        return is_sure(IntentGuess(Intent.COMPLAINT, score, lead, evidence))

    assert sure(score, lead)
    assert not sure(score - 0.01, lead)
    assert not sure(score, lead - 0.01)


def test_between_two_that_call_a_person_either_will_do() -> None:
    assert is_sure(guess(Intent.COMPLAINT, 0.7, 0.0, rival=Intent.DISPUTE))
    assert not is_sure(guess(Intent.COMPLAINT, 0.7, 0.0, rival=Intent.ORDER_STATUS))


@pytest.mark.parametrize(
    ("intent", "known", "about", "step"),
    [
        (Intent.PRODUCT_QUESTION, False, True, Step.ASK_WHICH),
        (Intent.PRODUCT_QUESTION, True, True, Step.CALL_PERSON),
        (Intent.OUT_OF_SCOPE, False, False, Step.DECLINE),
        (Intent.OUT_OF_SCOPE, False, True, Step.ASK_WHICH),
        (Intent.SHOP_QUESTION, False, False, Step.CALL_PERSON),
    ],
)
def test_what_nothing_answers_is_asked_back_declined_or_handed_on(
    intent: Intent, known: bool, about: bool, step: Step
) -> None:
    assert without_answer(intent=intent, product_known=known, about_a_product=about) is step


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("let me talk to a real person", True),
        ("转人工", True),
        ("I want to file a complaint", True),
        ("我要投诉你们", True),
        ("my card was billed two times for one order", True),
        ("信用卡被重复扣款", True),
        ("this soap gave me a rash", True),
        ("用了以后脸上起疹子", True),
        ("how much is shipping", False),
        ("有没有红色的", False),
    ],
)
def test_who_plainly_asks_for_a_person_or_complains_gets_one_and_nobody_else(
    intents: IntentClassifier, text: str, called: bool
) -> None:
    found = intents.classify({text: multilingual().encode([text])[0]}, language_of(text))
    assert (called_by(Situation(found), BEFORE_LOOKING_UP) is not None) is called
