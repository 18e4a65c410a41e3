"""A text that may be what was asked for is shown as that: neither told as the answer nor kept back, and only once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from assistant.agent.results import SizeFound
from assistant.agent.verdict import Verdict
from assistant.agent.verdicts import facts, published, sizes, unanswered
from assistant.agent.verdicts.findings import Findings, Published
from assistant.calibration import BIAS, SIGNALS, Calibration, Kind
from assistant.escalation import DEFAULTS, Step
from assistant.facts import FactKind
from assistant.grounding import Support
from assistant.reply import Action, HandoffReason, offers_text
from assistant.turn import PastMessage
from assistant.understanding.intents import Intent, IntentGuess
from assistant.understanding.measurements import Measurements
from knowledge.size_charts import Measure
from tests.test_assistant.small_shop import Counter
from tests.test_assistant.test_confidence import question, support
from tests.test_assistant.test_never_twice import asked, findings, replied
from tests.test_assistant.test_sizing import a_product

in_the_session = pytest.mark.asyncio(loop_scope="session")
FITTED = Calibration(published=dict.fromkeys(SIGNALS, 0.0) | {BIAS: 0.0})
OFFERED = (
    asked("衣服能寄回去吗"),
    replied(Action.CLARIFY, citations=[{"n": 1, "id": "returns.md", "passage": "退换货"}]),
)


def judged(probability: float, *history: PastMessage, read: float | None = 0.1) -> Verdict:
    found, asked_now = findings(*history, calibration=FITTED), question()
    told: tuple[Support, ...] = (replace(support(), read=read),)
    found._published[asked_now.text] = Published((), None, (), told, probability=probability)
    return unanswered.verdict(asked_now, found)


def test_what_may_well_answer_is_offered_and_what_hardly_does_is_not() -> None:
    least = DEFAULTS.offer * DEFAULTS.answer
    offered = judged(least)
    assert (offered.step, offered.phrase) == (Step.ASK_WHICH, "is_it_this")
    assert [one.fact.label for one in offered.beside] == ["Returns"]
    assert judged(least - 0.01).step is Step.CALL_PERSON


def test_a_text_as_likely_as_one_in_three_is_worth_a_glance() -> None:
    assert judged(1 / 3).step is Step.ASK_WHICH


def test_the_page_of_goods_that_nobody_spoke_of_is_not_shown() -> None:
    found, asked_now = findings(calibration=FITTED), question()
    page, passage = (replace(support(kind), read=0.1) for kind in (FactKind.DESCRIPTION, FactKind.PASSAGE))
    passage = replace(passage, probability=DEFAULTS.answer)
    held = Published((), None, (page,), (passage,), own_page=True, probability=DEFAULTS.answer)
    found._published[asked_now.text] = held
    assert unanswered.verdict(asked_now, found).beside == (passage,)
    found._published[asked_now.text] = replace(held, products=(a_product(),))
    assert unanswered.verdict(asked_now, found).beside == (page,)


def test_what_is_plainly_no_matter_of_the_shop_is_declined_whatever_lies_near() -> None:
    found, asked_now = findings(calibration=FITTED), question(Intent.OUT_OF_SCOPE)
    near: tuple[Support, ...] = (replace(support(), read=0.1),)
    for margin, step in ((unanswered.UNCLEAR, Step.DECLINE), (unanswered.UNCLEAR / 2, Step.ASK_WHICH)):
        asked_now = replace(asked_now, guess=replace(asked_now.guess, margin=margin))
        found._published[asked_now.text] = Published((), None, (), near, probability=DEFAULTS.answer)
        assert unanswered.verdict(asked_now, found).step is step


def test_who_was_just_asked_back_gets_a_person_and_no_second_offer() -> None:
    again = judged(DEFAULTS.answer - 0.01, *OFFERED)
    assert (again.step, again.reason) == (Step.CALL_PERSON, HandoffReason.NOT_STATED)


def test_what_was_too_far_off_to_be_read_is_not_offered() -> None:
    assert judged(DEFAULTS.answer - 0.01, read=None).step is Step.CALL_PERSON
    assert judged(DEFAULTS.answer, read=None).step is Step.ASK_WHICH


def test_a_shop_that_dares_less_offers_from_more_on() -> None:
    wary = findings(calibration=FITTED)
    wary.thresholds = replace(DEFAULTS, answer=0.9)
    wary._published[question().text] = Published((), None, (), (replace(support(), read=0.0),), probability=0.5)
    assert unanswered.verdict(question(), wary).step is Step.CALL_PERSON


@pytest.mark.parametrize("of_a_skill", ["size", "order", "change", "offer", "comparison"])
def test_a_question_back_of_a_skill_offers_no_text(of_a_skill: str) -> None:
    reply = OFFERED[1].reply
    assert reply is not None
    assert offers_text(reply)
    assert not offers_text({**reply, of_a_skill: {"label": None}})
    assert not offers_text({**reply, "citations": []})
    assert not offers_text({**reply, "action": Action.ANSWER.value})


@in_the_session
@pytest.mark.parametrize("text", ["是的", "对，谢谢", "yes, that's it", "thanks"])
async def test_who_takes_it_is_not_told_it_again(embedded_counter: Counter, text: str) -> None:
    reply = (await embedded_counter.ask(text, *OFFERED)).outcome.reply
    assert (reply.action, reply.citations) == (Action.ANSWER, ())


@in_the_session
@pytest.mark.parametrize("text", ["不是", "不是这个", "no, that's not it"])
async def test_who_does_not_take_it_gets_a_person_who_reads_what_was_asked(
    embedded_counter: Counter, text: str
) -> None:
    reply = (await embedded_counter.ask(text, *OFFERED)).outcome.reply
    assert reply.handoff is not None
    assert (reply.handoff.reason, reply.handoff.detail) == (HandoffReason.LOW_CONFIDENCE, "衣服能寄回去吗")
    summary = reply.handoff.summary
    assert summary is not None
    assert (summary.question, summary.asked) == ("衣服能寄回去吗", ("衣服能寄回去吗", text))
    assert [one["question"] for one in summary.answered] == ["衣服能寄回去吗"]
    assert "用自己的话" in summary.next_step


SENTENCE = support(FactKind.DESCRIPTION)
SAYS_SIZE = replace(SENTENCE, fact=replace(SENTENCE.fact, text="For a waist of 90 take 105."))
ATTRIBUTE = replace(SAYS_SIZE, fact=replace(SAYS_SIZE.fact, kind=FactKind.ATTRIBUTE))


@pytest.mark.parametrize(
    ("step", "shown", "told"),
    [
        (Step.ANSWER, SAYS_SIZE, True),
        (Step.ASK_WHICH, SAYS_SIZE, True),
        (Step.CALL_PERSON, SAYS_SIZE, False),
        (Step.ANSWER, SENTENCE, False),  # has no number
        (Step.ANSWER, ATTRIBUTE, False),  # weighs 200 g
    ],
)
def test_without_a_chart_the_page_may_still_say_which_size(
    step: Step, shown: Support, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = replace(question(Intent.SIZE_ADVICE), guess=IntentGuess(Intent.SIZE_ADVICE, 0.9, 0.5, {}))
    found = findings(calibration=FITTED)
    understanding: Any = found.context.understanding
    understanding.measurements = Measurements(body={Measure.WAIST: Decimal(90)})
    told_of: tuple[Support, ...] = (shown,) if step is Step.ANSWER else ()
    on_page = Verdict(wish, step, 0.6, supports=told_of, beside=(shown,) if step is Step.ASK_WHICH else ())
    monkeypatch.setattr(published, "verdict", lambda *_: on_page)
    monkeypatch.setattr(Findings, "size", lambda *_: SizeFound(a_product(), None))
    verdict = sizes.verdict(wish, found)
    assert (verdict is on_page) is told
    assert told or (verdict is not None and verdict.size is not None)


@pytest.mark.parametrize(
    ("probability", "of_its_kind", "told"),
    [(DEFAULTS.answer, 2.0, True), (DEFAULTS.answer - 0.01, 2.0, False), (0.9, -2.0, False)],
)
def test_a_text_is_told_that_is_likely_by_itself_and_of_its_kind(
    probability: float, of_its_kind: float, told: bool
) -> None:
    found = findings(calibration=replace(FITTED, kinds={Kind.DOCUMENT: (0.0, of_its_kind)}))
    found._published[question().text] = Published((), None, (), (support(),), probability=probability)
    assert (facts.verdict(question(), found) is not None) is told
