"""A row of a table about the very place, with the kind of thing that is asked for, answers however the rest reads."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.agent.verdicts.facts import _has_row
from assistant.facts import Fact, FactKind
from assistant.understanding.expectations import expected_answer
from tests.test_assistant.test_confidence import question

TABLE = "| Region | Standard |\n|---|---|\n| Canada | 7–12 days, $19.95 |\n| Mexico | not offered |"
HEADING = "Shipping › Delivery times"


def has_row(asked: str, place: str, text: str = TABLE, *, covered: float = 1.0) -> bool:
    fact = Fact(FactKind.PASSAGE, HEADING, text, "en", "document", "shipping.md", "Shipping", "2026-11-01")
    about = replace(question(), text=asked, expected=expected_answer(asked))
    grounding = SimpleNamespace(covered_share=lambda _units, _text: covered)
    findings: Any = SimpleNamespace(context=SimpleNamespace(grounding=grounding))
    return _has_row(about, (), fact, place, findings)


def test_the_row_of_the_place_holds_the_duration() -> None:
    assert has_row("how long does shipping to Canada take", "Canada")


@pytest.mark.parametrize(
    ("asked", "place", "text", "covered"),
    [
        ("how long does shipping to Mexico take", "Mexico", TABLE, 1.0),  # its row holds none
        ("how long does shipping to Norway take", "Norway", TABLE, 1.0),
        ("how do I pay customs in Canada", "Canada", TABLE, 1.0),  # no duration is asked for
        ("how long does a repair take in Canada", "Canada", TABLE, 0.5),
        ("how long to Canada", "Canada", "We ship to Canada. It takes a while.", 1.0),
    ],
)
def test_another_row_or_another_matter_is_none(asked: str, place: str, text: str, covered: float) -> None:
    assert not has_row(asked, place, text, covered=covered)
