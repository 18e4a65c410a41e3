"""A usual size of another brand, by published standards."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.agent.draft import Sources
from assistant.agent.results import SizeFound
from assistant.agent.sizes import size_text
from assistant.size_choice import CONVERTED_PROBABILITY, size_for
from assistant.size_rules import ProductRules
from assistant.size_systems import body_of
from assistant.sizing import Because
from assistant.understanding.measurements import SizeSystem, parse_measurements
from knowledge.size_charts import Measure
from tests.test_assistant.test_sizing import CHEST, FOOT, a_product, chart

SHOES = replace(
    chart(**{"22": {FOOT: (22, 23)}, "23": {FOOT: (23, 24)}, "24": {FOOT: (24, 25)}}), category="Women's shoes"
)
TOPS = replace(chart(P={CHEST: (80, 88)}, Q={CHEST: (88, 96)}), category="女上装")


@pytest.mark.parametrize(
    ("text", "size", "system"),
    [("I'm a US 8 in most brands", "8", SizeSystem.US), ("我穿欧码38", "38", SizeSystem.EU),
     ("usually 5.5 UK", "5.5", SizeSystem.UK), ("平时穿M", "M", None), ("tell us 8 things", None, None)],
)  # fmt: skip
def test_the_system_of_a_usual_size_is_heard(text: str, size: str | None, system: SizeSystem | None) -> None:
    said = parse_measurements(text)
    if text.startswith("tell"):
        assert said.body == {}
    else:
        assert (said.usual_size, said.usual_system) == (size, system)


@pytest.mark.parametrize(
    ("usual", "system"),
    [
        ("38", SizeSystem.EU),
        ("38", SizeSystem.CN),
        ("7.5", SizeSystem.US),
        ("5", SizeSystem.UK),
        ("240", SizeSystem.CN),
    ],
)
def test_the_systems_agree_on_a_foot_of_24_cm(usual: str, system: SizeSystem) -> None:
    assert abs(body_of(usual, system, SHOES)[Measure.FOOT] - 24) <= Decimal("0.3")


def test_a_usual_size_gives_a_size_that_is_never_more_than_half_sure_and_no_measurement() -> None:
    said = parse_measurements("I usually wear EU 37")
    result = size_for(SHOES, {}, said, ProductRules())
    assert (result.size, result.because, result.placements) == ("23", Because.CONVERTED, ())
    assert result.probability is not None
    assert result.probability <= CONVERTED_PROBABILITY
    assert result.margin is None
    assert result.missing
    text = size_text(SizeFound(a_product(), result), "en", Sources())
    assert "usual EU 37" in text
    assert "brands differ" in text


def test_a_letter_stands_for_a_girth_only_where_it_is_known_who_wears_it() -> None:
    assert body_of("M", None, TOPS) == {Measure.CHEST: Decimal(94)}
    assert body_of("M", SizeSystem.CN, TOPS) == {Measure.CHEST: Decimal(84)}
    assert body_of("M", None, replace(TOPS, category="tops")) == {}


def test_a_size_of_the_charts_own_labels_is_taken_as_it_is() -> None:
    result = size_for(TOPS, {}, parse_measurements("平时穿S"), ProductRules())
    assert result.because is Because.CONVERTED
    own = replace(chart(S={CHEST: (80, 88)}, M={CHEST: (88, 96)}), category="女上装")
    assert size_for(own, {}, parse_measurements("平时穿S"), ProductRules()).because is Because.USUAL


def test_a_measurement_goes_before_any_usual_size() -> None:
    said = parse_measurements("foot 24.5 cm, usually EU 36")
    assert size_for(SHOES, said.body, said, ProductRules()).size == "24"
