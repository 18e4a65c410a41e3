"""What a turn knows of a text as the answer: each signal follows what it stands for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistant.calibration import BIAS, MOST_LEAD, SIGNALS, Calibration, Signals, log_odds, probability
from assistant.escalation import DEFAULTS, is_sure
from assistant.facts import Fact, FactKind
from assistant.grounding import Support
from assistant.signals import signals_of
from assistant.understanding.intents import Intent, IntentGuess
from knowledge.text import Lang


def text(chance: float, *, kind: FactKind = FactKind.PASSAGE, lang: Lang = "en", **other: Any) -> Support:
    fact = Fact(kind, "Returns", "told", lang, "document", "a.md", "Returns", "2026-11-01")
    return Support(fact, chance, other.get("share", 0.5), 0.4, (), read=other.get("read"))


def asked(**evidence: float) -> Any:
    held = dict.fromkeys(Intent, 0.0) | {Intent(name): value for name, value in evidence.items()}
    return SimpleNamespace(guess=SimpleNamespace(evidence=held), reference=SimpleNamespace(products=()))


def signals(best: Support, *others: Support, question: Any = None, lang: Lang = "en") -> Signals:
    return signals_of(question or asked(), best, [best, *others], lang)


def test_support_and_reading_are_those_of_the_text() -> None:
    told = signals(text(0.8, read=2.5, share=0.7))
    assert told.support == pytest.approx(log_odds(0.8))
    assert (told.read, told.share) == (2.5, 0.7)
    assert signals(text(0.8)).read == 0.0


def test_the_lead_is_over_the_next_best_and_bounded_on_both_sides() -> None:
    told = signals(text(0.8), text(0.3), text(0.6), text(0.1))
    assert told.lead == pytest.approx(log_odds(0.8) - log_odds(0.6))
    assert signals(text(0.8), text(0.85)).lead == pytest.approx(log_odds(0.8) - log_odds(0.85))
    assert signals(text(0.95)).lead == MOST_LEAD
    assert signals(text(0.02), text(0.99)).lead == -MOST_LEAD


def test_the_kind_of_text_is_told() -> None:
    for kind in FactKind:
        told = signals(text(0.5, kind=kind))
        assert (told.passage, told.sentence) == (kind is FactKind.PASSAGE, kind is FactKind.DESCRIPTION)


@pytest.mark.parametrize(("of_text", "lang", "english"), [("en", "en", True), ("zh", "en", False), ("en", "zh", False)])
def test_english_are_question_and_text_or_neither(of_text: Lang, lang: Lang, english: bool) -> None:
    assert signals(text(0.5, lang=of_text), lang=lang).english is english


def test_a_search_is_told_less_what_speaks_for_a_plain_question() -> None:
    told = signals(text(0.5), question=asked(find_products=0.6, shop_question=0.1, product_question=0.4))
    assert told.finding == pytest.approx(0.2)
    told = signals(text(0.5), question=asked(find_products=0.6, shop_question=0.5, product_question=0.1))
    assert told.finding == pytest.approx(0.1)


def test_that_the_product_is_named_is_told() -> None:
    question = asked()
    assert signals(text(0.5), question=question).named is False
    question.reference.products = ("sock",)
    assert signals(text(0.5), question=question).named is True


def test_the_bias_stands_under_every_probability_and_effects_count_from_the_usual() -> None:
    usual = signals(text(0.5))
    flat = dict.fromkeys(SIGNALS, 0.0)
    assert Calibration({}, {BIAS: -1.5, **flat}, flat).answers(usual) == pytest.approx(probability(-1.5))
    by_share = Calibration({}, {BIAS: 0.0, **flat, "share": 2.0}, flat | {"share": 0.5})
    assert dict(by_share.effects(usual))["share"] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("intent", "score", "sure"),
    [
        (Intent.SENSITIVE, DEFAULTS.sensitive, True),
        (Intent.SENSITIVE, DEFAULTS.sensitive - 0.01, False),
        (Intent.COMPLAINT, DEFAULTS.sensitive, False),
        (Intent.COMPLAINT, DEFAULTS.sure_intent, True),
    ],
)
def test_where_health_is_at_stake_a_person_is_called_sooner(intent: Intent, score: float, sure: bool) -> None:
    evidence = dict.fromkeys(Intent, 0.0) | {intent: 0.05}
    assert is_sure(IntentGuess(intent, score, 0.05, evidence)) is sure


def test_who_may_be_hurt_is_believed_sooner_than_who_complains() -> None:
    assert DEFAULTS.clear_score < DEFAULTS.sensitive < DEFAULTS.sure_intent
