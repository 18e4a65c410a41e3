"""Body measurements in what people type."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.measurements import PLAUSIBLE, Measurements, parse_measurements
from knowledge.size_charts import Measure


@pytest.mark.parametrize(
    ("text", "body"),
    [
        # metric
        ("175cm 65kg", {"height": "175", "weight": "65"}),
        ("I'm 165 cm tall and weigh 52 kilos", {"height": "165", "weight": "52"}),
        ("height 1.68m", {"height": "168"}),
        ("height: 175.5 cm", {"height": "175.5"}),
        ("1m72", {"height": "172"}),
        ("weight: 70", {"weight": "70"}),
        ("my chest is about 96", {"chest": "96"}),
        ("chest 900mm", {"chest": "90"}),
        ("foot length 24.5cm", {"foot": "24.5"}),
        # imperial
        ("I'm 5'9\" and 160 lbs", {"height": "175.3", "weight": "72.6"}),
        ("5 ft 9", {"height": "175.3"}),
        ("5 feet 10 inches", {"height": "177.8"}),
        ("6 foot tall", {"height": "182.9"}),
        ("weigh 140 pounds", {"weight": "63.5"}),
        ("height 68 inches", {"height": "172.7"}),
        ("chest 36 inches", {"chest": "91.4"}),
        ('my bust is 34"', {"chest": "86.4"}),
        ("34 inch waist, hips 38in", {"waist": "86.4", "hip": "96.5"}),
        ("waist 30 chest 40", {"waist": "76.2", "chest": "101.6"}),
        # Chinese
        ("身高175体重130斤", {"height": "175", "weight": "65"}),
        ("身高1米75，体重60公斤", {"height": "175", "weight": "60"}),
        ("1米6", {"height": "160"}),
        ("我身高一米七五", {"height": "175"}),
        ("一米七", {"height": "170"}),
        ("身高175.5厘米", {"height": "175.5"}),
        (
            "身高168cm，体重52kg，胸围84，腰围66，臀围90",
            {"height": "168", "weight": "52", "chest": "84", "waist": "66", "hip": "90"},
        ),
        ("胸围：88", {"chest": "88"}),
        ("腰围70cm 臀围95厘米", {"waist": "70", "hip": "95"}),
        ("腰围26英寸", {"waist": "66"}),
        ("脚长245毫米", {"foot": "24.5"}),
        ("脚长24.5", {"foot": "24.5"}),
        ("体重约120斤", {"weight": "60"}),
        ("体重150磅", {"weight": "68"}),
        ("身高１７０，体重６０公斤", {"height": "170", "weight": "60"}),
        # two bare numbers
        ("170/65", {"height": "170", "weight": "65"}),
        ("170 130", {"height": "170", "weight": "65"}),
        ("我165，52kg", {"height": "165", "weight": "52"}),
        ("175，140斤穿什么码", {"height": "175", "weight": "70"}),
    ],
)
def test_a_measurement_is_read_in_any_usual_unit(text: str, body: dict[str, str]) -> None:
    found = parse_measurements(text).body
    assert found == {Measure[name.upper()]: Decimal(value) for name, value in body.items()}


@pytest.mark.parametrize(
    "text",
    [
        "where is my order 20251120",
        "order number 170 650",
        "it ships about 40 days later",
        "can I install 100 of them",
        "I have a robust 90 of these",
        "最高200",
        "165/88A",
        "身高400cm",
        "weight 400 kg",
        "chest 300",
        "脚长90",
        "is it $175",
        "returns within 30 days",
        "买两件一共300元",
        "",
    ],
)
def test_what_is_no_persons_measurement_is_left_out(text: str) -> None:
    assert parse_measurements(text).body == {}


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("I usually wear M", "M"),
        ("I always wear XL.", "XL"),
        ("usually a size 8", "8"),
        ("I normally take a 38.5", "38.5"),
        ("平时穿L", "L"),
        ("一般都穿38码", "38"),
        ("平时穿lululemon", None),
        ("平时穿390", None),
        ("M please", None),
    ],
)
def test_the_usual_size_is_read(text: str, size: str | None) -> None:
    assert parse_measurements(text).usual_size == size


@pytest.mark.parametrize(
    ("text", "preference"),
    [
        ("I like it loose", "looser"),
        ("oversized please", "looser"),
        ("喜欢宽松一点", "looser"),
        ("a snug fit", "closer"),
        ("想要修身的", "closer"),
        ("which size", None),
        ("a tightrope", None),
    ],
)
def test_the_preference_is_read(text: str, preference: str | None) -> None:
    assert parse_measurements(text).preference == preference


def test_what_was_said_later_goes_on_top() -> None:
    first = Measurements({Measure.HEIGHT: Decimal(170), Measure.WEIGHT: Decimal(60)}, "M", "looser")
    later = first.updated(Measurements({Measure.WEIGHT: Decimal(62)}, None, "closer"))
    assert later.body == {Measure.HEIGHT: Decimal(170), Measure.WEIGHT: Decimal(62)}
    assert (later.usual_size, later.preference) == ("M", "closer")


@given(st.integers(45, 230))
def test_every_plausible_height_is_read_in_centimetres_and_beside_a_label(height: int) -> None:
    for text in (f"身高{height}cm", f"height {height} cm"):
        assert parse_measurements(text).body == {Measure.HEIGHT: Decimal(height)}


@given(st.decimals(0, 999, places=1), st.sampled_from(["kg", "公斤", "斤", "lbs", "磅"]))
def test_a_weight_is_converted_and_kept_only_when_a_person_may_weigh_it(value: Decimal, unit: str) -> None:
    factor = {"斤": Decimal("0.5"), "lbs": Decimal("0.45359237"), "磅": Decimal("0.45359237")}.get(unit, Decimal(1))
    low, high = PLAUSIBLE[Measure.WEIGHT]
    found = parse_measurements(f"{value}{unit}").body
    if low <= value * factor <= high:
        assert abs(found[Measure.WEIGHT] - value * factor) <= Decimal("0.05")
    else:
        assert found == {}


@given(st.text(alphabet="0123456789.'\"/ ，cmkg斤米高腰chest", max_size=40))
def test_whatever_is_typed_only_plausible_measurements_come_out(text: str) -> None:
    for measure, value in parse_measurements(text).body.items():
        low, high = PLAUSIBLE[measure]
        assert low <= value <= high
