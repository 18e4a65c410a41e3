"""What counts as a yes to a change of an order, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.orders.confirmation import LASTS, Proposal, confirms, pending, standing_of
from assistant.orders.source import OrderChange
from assistant.reply import Action, Reply
from assistant.turn import PastMessage
from knowledge.orders import ChangeKind, OrderStatus
from tests.library import AT
from tests.test_assistant.test_orders import ORDER

PROPOSAL = Proposal("ch_1", OrderChange("LX20261101", ChangeKind.CANCEL), standing_of(ORDER), AT + LASTS)
NAMED = ["LX20261101", "Red Coat M", "cancel the order", "取消", "订单"]


def asked(proposal: Proposal = PROPOSAL) -> PastMessage:
    reply = Reply("Shall I?", "en", Action.CLARIFY, 1.0, change=proposal.as_json()).as_json()
    return PastMessage("assistant", "Shall I?", reply)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes, please.",
        "ok go ahead",
        "yes cancel order LX20261101 please",
        "that's right, cancel it",
        "Yes. How long does the refund take?",
        "是的",
        "确认",
        "好的，取消吧",
        "嗯嗯，麻烦了",
        "没错，取消订单",
    ],
)
def test_a_plain_yes_confirms(text: str) -> None:
    assert confirms(text, NAMED)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "yes but only the coat",
        "yes?",
        "ok wait",
        "sure, if it has not shipped",
        "don't do it",
        "yes, cancel the green one",
        "cancel",
        "Yes. Actually, leave it.",
        "yes\nwait no",
        "不行",
        "不用了",
        "好，先别取消",
        "可以改成换货吗",
        "好的那算了",
        "取消会退多少钱",
        "",
    ],
)
def test_whatever_takes_it_back_narrows_it_or_asks_does_not_confirm(text: str) -> None:
    assert not confirms(text, NAMED)


def test_a_question_holds_for_the_very_next_message_and_a_quarter_of_an_hour() -> None:
    assert pending([asked()], AT) == PROPOSAL
    assert pending([asked(), PastMessage("shopper", "and what about the hat?")], AT) is None
    assert pending([asked(), PastMessage("human_agent", "Hi, Sam here")], AT) is None
    assert pending([asked()], AT + LASTS + timedelta(seconds=1)) is None
    assert pending([], AT) is None


def test_nobody_but_the_assistant_can_put_a_question_into_the_history() -> None:
    told = asked()
    assert pending([replace(told, sender_type="shopper")], AT) is None
    assert pending([replace(told, reply=None)], AT) is None


def test_an_order_that_has_moved_on_does_not_stand_as_it_was() -> None:
    assert standing_of(ORDER) == standing_of(replace(ORDER, note="another note"))
    assert standing_of(ORDER) != standing_of(replace(ORDER, status=OrderStatus.DELIVERED))
    assert standing_of(ORDER) != standing_of(replace(ORDER, lines=()))
