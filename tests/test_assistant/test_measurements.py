"""Body measurements in what people type."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.measurements import PLAUSIBLE, Measurements, Need, needs_in, parse_measurements
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
        ("my foot's 26.2cm and kinda wide", {"foot": "26.2"}),
        ("孩子118 23斤 啊不是 23公斤", {"height": "118", "weight": "23"}),
        ("140 lbs, sorry, 150 lbs", {"weight": "68"}),
        ("130斤，不胖", {"weight": "65"}),
        ("我是120斤不是120公斤", {"weight": "60"}),
        ("孩子胸围60cm", {"chest": "60"}),
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
        ("39 bust 32 waist", {"chest": "99.1", "waist": "81.3"}),
        ("28.3 in at the waist, 38.2 inch hips", {"waist": "71.9", "hip": "97"}),
        ("175cm 腰围70", {"height": "175", "waist": "70"}),
        ("he is 118 cm tall, 48 lb", {"height": "118", "weight": "21.8"}),
        ("foot is 9.2 in", {"foot": "23.4"}),
        ("5 foot 10", {"height": "177.8"}),
        ("toddler is 3 foot 1", {"height": "94"}),
        ("my son is 104 cm", {"height": "104"}),
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
        ("脚23.7", {"foot": "23.7"}),
        ("胸围刚好88", {"chest": "88"}),
        ("娃118cm穿多大", {"height": "118"}),
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
        "孩子8岁",
        "宝宝90天",
        "宝宝100%纯棉的有吗",
        "宝宝150ml奶瓶",
        "想给孩子100以内的书包",
        "孩子80多斤",
        "weight 400 kg",
        "chest 300",
        "脚长90",
        "is it $175",
        "returns within 30 days",
        "买两件一共300元",
        "is the scarf 90 cm long",
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
        ("I'm a 7.5 in shoes usually", "7.5"),
        ("im a medium normally", "M"),
        ("usually 8.5", "8.5"),
        ("usually 36 in", None),
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


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("my feet are really wide", {Need.WIDE_FOOT}),
        ("脚有点宽，脚长25.8", {Need.WIDE_FOOT}),
        ("脚背很高", {Need.HIGH_INSTEP}),
        ("冬天要穿厚袜", {Need.THICK_SOCKS}),
        ("I will wear a chunky sweater under it", {Need.LAYERS}),
        ("里面要套厚卫衣", {Need.LAYERS}),
        ("里面不穿厚卫衣", set()),
        ("nothing like thick sweaters under it", set()),
        ("wide trousers", set()),
        ("里头就穿薄毛衣", set()),
    ],
)
def test_what_sets_a_size_apart_is_read_and_what_is_denied_is_not(text: str, needs: set[Need]) -> None:
    assert needs_in(text) == needs == parse_measurements(text).needs


def test_the_unit_that_was_told_is_kept_until_the_measure_is_told_again() -> None:
    told = parse_measurements("chest 36, waist 70 cm, 5'9\", 150 lb")
    assert told.units == {Measure.CHEST: "in", Measure.HEIGHT: "in", Measure.WEIGHT: "lb"}
    assert Measure.CHEST not in told.updated(parse_measurements("胸围92")).units
    assert told.updated(parse_measurements("waist 28")).units[Measure.WAIST] == "in"


@given(st.permutations([("chest", 90), ("waist", 70), ("hips", 95)]), st.booleans(), st.sampled_from([" ", ", "]))
def test_numbers_may_stand_before_their_labels_or_behind(
    parts: list[tuple[str, int]], number_first: bool, between: str
) -> None:
    text = between.join(f"{n} {label}" if number_first else f"{label} {n}" for label, n in parts)
    assert parse_measurements(text).body == {Measure.CHEST: 90, Measure.WAIST: 70, Measure.HIP: 95}


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
