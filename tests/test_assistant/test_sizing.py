"""Which size fits which body."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.agent.draft import Sources
from assistant.agent.results import SizeFound
from assistant.agent.size_phrases import HOW_TO_MEASURE
from assistant.agent.sizes import size_text
from assistant.size_choice import USUAL_PROBABILITY, sold_sizes
from assistant.size_choice import size_for as chosen_size
from assistant.size_rules import LARGER, SMALLER, ProductRules
from assistant.sizing import BEST_PROBABILITY, UNDECIDED_AT_MOST, Because, SizeResult, recommend_size
from assistant.understanding.measurements import Need, parse_measurements
from knowledge.catalog import Handle, Product, ProductOption, ShopId, Source
from knowledge.size_charts import Interval, Measure, SizeChart, SizeRow
from knowledge.text import Lang

CHEST, WAIST, HEIGHT, WEIGHT, FOOT = Measure.CHEST, Measure.WAIST, Measure.HEIGHT, Measure.WEIGHT, Measure.FOOT
Range = tuple[int | None, int | None]


def chart(**rows: Mapping[Measure, Range]) -> SizeChart:
    def decimal(edge: int | None) -> Decimal | None:
        return None if edge is None else Decimal(edge)

    sizes = tuple(
        SizeRow(size, {m: Interval(decimal(low), decimal(high)) for m, (low, high) in ranges.items()})
        for size, ranges in rows.items()
    )
    return SizeChart(ShopId("maple"), "tops", None, None, sizes, "", Source("charts.csv", 2))


def size_for(tops: SizeChart, /, *preference: str, **body: float) -> SizeResult:
    measures = {Measure[name.upper()]: Decimal(str(value)) for name, value in body.items()}
    return recommend_size(tops, measures, preference[0] if preference else None)


GIRTH = chart(S={CHEST: (80, 88)}, M={CHEST: (88, 96)}, L={CHEST: (96, 104)})
GENERAL = chart(
    S={HEIGHT: (155, 162), WEIGHT: (45, 52)},
    M={HEIGHT: (162, 168), WEIGHT: (52, 60)},
    L={HEIGHT: (168, 175), WEIGHT: (60, 70)},
)
BOTH = chart(
    S={HEIGHT: (155, 162), CHEST: (80, 88)},
    M={HEIGHT: (162, 168), CHEST: (88, 96)},
    L={HEIGHT: (168, 175), CHEST: (96, 104)},
)


@pytest.mark.parametrize(("chest", "size"), [(80, "S"), (84, "S"), (91, "M"), (100, "L"), (104, "L")])
def test_a_body_inside_a_range_gets_its_size(chest: int, size: str) -> None:
    result = size_for(GIRTH, chest=chest)
    assert (result.size, result.other, result.out_of_range, result.missing) == (size, None, None, ())
    (placement,) = result.placements
    assert (placement.measure, placement.value) == (CHEST, Decimal(chest))
    assert placement.interval.contains(Decimal(chest))


def test_the_margin_is_the_distance_to_the_nearer_edge_of_the_deciding_measurement() -> None:
    assert size_for(GIRTH, chest=83).margin == 3
    assert size_for(GIRTH, chest=86).margin == 2
    assert size_for(BOTH, chest=92, height=167).margin == 1
    assert size_for(GIRTH).margin is None


def test_between_two_sizes_both_are_named_and_neither_is_sure() -> None:
    result = size_for(GIRTH, chest=88)
    assert {result.size, result.other} == {"S", "M"}
    assert result.probability is not None
    assert result.probability <= 0.6


@pytest.mark.parametrize(("preference", "size", "other"), [("looser", "M", "S"), ("closer", "S", "M")])
def test_a_preference_decides_between_two_sizes(preference: str, size: str, other: str) -> None:
    result = size_for(GIRTH, preference, chest=88)
    assert (result.size, result.other) == (size, other)
    assert result.placements[0].interval == GIRTH.rows[["S", "M", "L"].index(size)].ranges[CHEST]


@pytest.mark.parametrize("preference", ["looser", "closer"])
def test_a_preference_never_moves_a_body_that_lies_well_inside(preference: str) -> None:
    assert size_for(GIRTH, preference, chest=92).size == "M"


@pytest.mark.parametrize(
    ("tops", "body", "outside"),
    [
        (GIRTH, {"chest": 77}, "below"),
        (GIRTH, {"chest": 60}, "below"),
        (GIRTH, {"chest": 107}, "above"),
        (GENERAL, {"height": 140, "weight": 35}, "below"),
        (GENERAL, {"height": 190, "weight": 90}, "above"),
    ],
)
def test_a_body_beyond_the_chart_gets_no_size_and_the_side_is_told(
    tops: SizeChart, body: dict[str, float], outside: str
) -> None:
    result = size_for(tops, **body)
    assert (result.size, result.probability, result.out_of_range) == (None, None, outside)
    assert result.margin is not None
    assert result.margin < 0


@pytest.mark.parametrize(("chest", "size"), [(78.5, "S"), (105.5, "L")])
def test_a_body_just_beyond_the_chart_still_gets_the_nearest_size_less_surely(chest: float, size: str) -> None:
    result, inside = size_for(GIRTH, chest=chest), size_for(GIRTH, chest=84)
    assert result.size == size
    assert result.probability is not None
    assert inside.probability is not None
    assert result.probability < inside.probability - 0.1


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({}, (HEIGHT, WEIGHT)),
        ({"height": 165}, (WEIGHT,)),
        ({"weight": 55}, (HEIGHT,)),
        ({"chest": 90}, (HEIGHT, WEIGHT)),
        ({"height": 165, "weight": 55}, ()),
    ],
)
def test_what_is_missing_is_asked_in_order(body: dict[str, float], missing: tuple[Measure, ...]) -> None:
    result = size_for(GENERAL, **body)
    assert result.missing == missing
    assert (result.size is None) is bool(missing)


def test_without_height_and_weight_the_girths_are_asked_the_most_deciding_first() -> None:
    trousers = chart(S={Measure.HIP: (80, 88), WAIST: (60, 68), FOOT: (22, 23)})
    assert size_for(trousers).missing == (FOOT, WAIST, Measure.HIP)
    assert size_for(trousers, waist=64).size == "S"


@pytest.mark.parametrize(("height", "chest", "size"), [(158, 100, "L"), (172, 84, "S")])
def test_a_girth_decides_over_the_height(height: int, chest: int, size: str) -> None:
    assert size_for(BOTH, height=height, chest=chest).size == size


def test_fewer_measurements_of_the_chart_are_less_sure() -> None:
    one, two = size_for(BOTH, chest=92), size_for(BOTH, chest=92, height=165)
    assert one.size == two.size == "M"
    assert one.probability is not None
    assert two.probability is not None
    assert one.probability < two.probability <= BEST_PROBABILITY


def test_an_open_side_takes_any_body_on_that_side() -> None:
    open_ended = chart(S={CHEST: (None, 88)}, L={CHEST: (88, None)})
    assert size_for(open_ended, chest=40).size == "S"
    assert size_for(open_ended, chest=150).size == "L"


def test_a_chart_without_rows_or_without_the_measure_in_any_row_recommends_nothing() -> None:
    assert size_for(chart(), chest=90).size is None
    assert size_for(GENERAL, chest=90, height=165).size is None


bodies = st.dictionaries(
    st.sampled_from(list(Measure)), st.decimals(min_value=1, max_value=250, places=1), max_size=len(Measure)
)


@st.composite
def charts(draw: st.DrawFn) -> SizeChart:
    measures = draw(st.lists(st.sampled_from(list(Measure)), min_size=1, max_size=4, unique=True))
    rows: dict[str, dict[Measure, Range]] = {}
    for n, label in enumerate(
        draw(st.lists(st.sampled_from(["XS", "S", "M", "L", "XL", "38", "40"]), unique=True, max_size=5))
    ):
        used = [m for m in measures if draw(st.booleans())]
        rows[label] = {m: (draw(st.none() | st.just(40 + 8 * n)), draw(st.none() | st.just(48 + 8 * n))) for m in used}
    return chart(**rows)


@given(charts(), bodies, st.sampled_from([None, "looser", "closer"]))
def test_whatever_the_chart_and_the_body_the_answer_stands_in_the_chart(
    drawn: SizeChart, body: dict[Measure, Decimal], preference: str | None
) -> None:
    result = recommend_size(drawn, body, preference)
    labels = {row.size for row in drawn.rows}
    assert result.size is None or result.size in labels
    assert result.other is None or result.other in labels - {result.size}
    if result.size is not None:
        assert result.probability is not None
        assert 0 < result.probability <= BEST_PROBABILITY
        assert not result.missing
    else:
        assert result.probability is None
    assert set(result.missing) <= set(drawn.measures)


@given(charts(), bodies)
def test_there_is_never_a_size_while_a_needed_measurement_is_missing(
    drawn: SizeChart, body: dict[Measure, Decimal]
) -> None:
    result = recommend_size(drawn, body)
    has, known = set(drawn.measures), set(drawn.measures) & set(body)
    general = has & {HEIGHT, WEIGHT}
    enough = bool(known - {HEIGHT, WEIGHT}) or (bool(general) and general <= known)
    if not enough:
        assert result.size is None
        assert bool(result.missing) is bool(has)


@given(st.lists(st.decimals(min_value=76, max_value=108, places=1), min_size=2, max_size=2))
def test_the_probability_never_falls_while_the_margin_grows(chests: list[Decimal]) -> None:
    one, other = (recommend_size(GIRTH, {CHEST: chest}) for chest in chests)
    # Between two sizes it is capped for another reason than the margin.
    if one.probability is None or other.probability is None or one.other or other.other:
        return
    assert one.margin is not None
    assert other.margin is not None
    assert (one.margin <= other.margin) == (one.probability <= other.probability) or one.margin == other.margin


GAPS = chart(
    S={CHEST: (80, 84), WAIST: (60, 64)}, M={CHEST: (86, 90), WAIST: (66, 70)}, L={CHEST: (92, 96), WAIST: (72, 76)}
)


def ruled(tops: SizeChart, text: str, rules: ProductRules, sold: tuple[str, ...] = ()) -> SizeResult:
    """The size for what a shopper types."""
    said = parse_measurements(text)
    return chosen_size(tops, said.body, said, rules, sold)


@pytest.mark.parametrize(("decides", "size"), [(CHEST, "L"), (WAIST, "S")])
def test_the_measure_that_the_note_names_decides_alone(decides: Measure, size: str) -> None:
    result = ruled(GAPS, "chest 94 cm, waist 62 cm", ProductRules((decides,)))
    assert (result.size, result.other, result.missing) == (size, None, ())
    assert [p.measure for p in result.placements] == [decides]


def test_of_several_deciding_measures_the_larger_size_is_taken() -> None:
    rules = ProductRules((CHEST, WAIST), largest=True)
    assert ruled(GAPS, "chest 82 cm, waist 68 cm", rules).size == "M"
    one = ruled(GAPS, "chest 82 cm", rules)
    assert (one.size, one.missing) == ("S", (WAIST,))
    assert ruled(GAPS, "chest 82 cm, waist 90 cm", rules).out_of_range == "above"


@pytest.mark.parametrize(("step", "size", "other"), [(LARGER, "M", "S"), (SMALLER, "S", "M")])
@pytest.mark.parametrize("chest", [85, 84.5, 85.5])
def test_between_two_sizes_the_note_is_followed(step: int, size: str, other: str, chest: float) -> None:
    result = ruled(GAPS, f"chest {chest} cm", ProductRules((CHEST,), between=step))
    assert (result.size, result.other, result.because) == (size, other, Because.RULE)


def test_on_an_edge_that_two_sizes_share_the_note_is_followed_and_beside_it_the_chart() -> None:
    rules = ProductRules((CHEST,), between=LARGER)
    assert ruled(GIRTH, "chest 88 cm", rules).size == "M"
    assert ruled(GIRTH, "chest 87 cm", rules).size == "S"
    assert ruled(GIRTH, "chest 89 cm", ProductRules((CHEST,), between=SMALLER)).size == "M"


def test_what_the_shopper_likes_goes_before_the_note() -> None:
    result = ruled(GAPS, "chest 85 cm, I like it loose", ProductRules((CHEST,), between=SMALLER))
    assert (result.size, result.because) == ("M", Because.PREFERENCE)


def test_a_rounded_inch_on_the_edge_lies_in_the_size() -> None:
    inches = chart(M={CHEST: (90, 95)}, L={CHEST: (97, 103)})
    edge = Interval(Decimal("96.52"), Decimal("102.87"))
    rows = (inches.rows[0], SizeRow("L", {CHEST: edge}))
    tops = SizeChart(inches.shop_id, "tops", None, None, rows, "", inches.source)
    assert ruled(tops, "chest 38 inches", ProductRules((CHEST,), between=SMALLER)).size == "L"


def test_without_the_deciding_measure_it_is_asked_for_first_or_said_to_be_missing() -> None:
    waist = chart(
        S={WAIST: (60, 68), HEIGHT: (155, 162), WEIGHT: (45, 52)},
        M={WAIST: (68, 76), HEIGHT: (162, 170), WEIGHT: (52, 60)},
    )
    rules = ProductRules((WAIST,))
    asked = ruled(waist, "60 kg", rules)
    assert (asked.size, asked.missing, asked.asks) == (None, (WAIST,), True)
    guessed = ruled(waist, "165 cm, 56 kg", rules)
    assert (guessed.size, guessed.missing, guessed.asks) == ("M", (WAIST,), False)
    assert guessed.probability is not None
    assert guessed.probability <= UNDECIDED_AT_MOST
    only_a_guide = ruled(waist, "165 cm, 56 kg", ProductRules((WAIST,), guides=frozenset({HEIGHT, WEIGHT})))
    assert (only_a_guide.size, only_a_guide.missing) == (None, (WAIST,))


def test_a_need_moves_the_size_by_one_and_the_chart_has_ends() -> None:
    rules = ProductRules((CHEST,), between=LARGER, on_need=((Need.LAYERS, LARGER),))
    layered = ruled(GAPS, "chest 82 cm with a chunky sweater under it", rules)
    assert (layered.size, layered.other, layered.because) == ("M", "S", Because.STEP)
    assert ruled(GAPS, "chest 85 cm, chunky sweater", rules).size == "M", "the larger of two is the larger already"
    assert ruled(GAPS, "chest 94 cm, chunky sweater", rules).size == "L"
    assert ruled(GAPS, "chest 82 cm", rules).size == "S"


def test_the_usual_size_does_where_the_chart_counts_in_the_same_sizes() -> None:
    shoes = chart(**{"7": {FOOT: (23, 24)}, "8": {FOOT: (24, 25)}})
    rules = ProductRules((FOOT,), between=LARGER)
    usual = ruled(shoes, "I usually wear 7", rules)
    assert (usual.size, usual.probability, usual.missing, usual.because) == (
        "7",
        USUAL_PROBABILITY,
        (FOOT,),
        Because.USUAL,
    )
    half = ruled(shoes, "usually 7.5", rules)
    assert (half.size, half.other, half.missing) == ("8", "7", (FOOT,))
    assert ruled(shoes, "usually 7.5", ProductRules((FOOT,))).asks, "no rule says which of the two"
    other = ruled(shoes, "平时穿38", rules)
    assert (other.size, other.because) == ("7", Because.CONVERTED), "the chart does not count so: by the standard"
    assert ruled(shoes, "平时穿XXS", rules).asks
    assert ruled(shoes, "usually 7, foot 24.6 cm", rules).size == "8"


def a_product(*sizes: str) -> Product:
    options = (ProductOption("Size", sizes),) if sizes else ()
    when = datetime(2026, 11, 1, tzinfo=UTC)
    return Product(ShopId("maple"), Handle("tee"), "Fir Tee", when, Source("p.csv", 2), options=options)


def test_no_size_is_advised_that_the_product_is_not_sold_in() -> None:
    assert sold_sizes(GAPS, a_product("S", "M")) == ("S", "M")
    assert sold_sizes(GAPS, a_product("One size")) == ()
    result = ruled(GAPS, "chest 94 cm", ProductRules((CHEST,)), ("S", "M"))
    assert (result.size, result.unsold, result.probability, result.asks) == (None, "L", None, False)
    assert ruled(GAPS, "chest 88 cm", ProductRules((CHEST,)), ("s", "m")).size == "M"
    text = size_text(SizeFound(a_product("S", "M"), result), "en", Sources())
    assert "not sold in it" in text
    assert "size L is for 92–96 cm" in text


def test_the_answer_is_in_the_units_that_the_shopper_used() -> None:
    imperial = ruled(GAPS, 'chest 34.25"', ProductRules((CHEST,)))
    assert "chest 34.25 in; size M is for 33.9–35.4 in" in size_text(SizeFound(a_product(), imperial), "en", Sources())
    metric = ruled(GAPS, "chest 87 cm", ProductRules((CHEST,)))
    assert "chest 87 cm; size M is for 86–90 cm" in size_text(SizeFound(a_product(), metric), "en", Sources())
    tall = ruled(GENERAL, "5'5\" 121 lb", ProductRules())
    assert "height 5'5\"" in size_text(SizeFound(a_product(), tall), "en", Sources())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_measure_is_asked_at_a_time_with_how_to_take_it(lang: Lang) -> None:
    text = size_text(SizeFound(a_product(), ruled(GENERAL, "", ProductRules())), lang, Sources())
    assert HOW_TO_MEASURE[HEIGHT][lang] in text
    assert HOW_TO_MEASURE[WEIGHT][lang] not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_answer_says_which_of_two_sizes_and_why(lang: Lang) -> None:
    told = {
        "rule": ruled(GAPS, "chest 85 cm", ProductRules((CHEST,), between=LARGER)),
        "preference": ruled(GAPS, "chest 85 cm, loose", ProductRules((CHEST,))),
        "step": ruled(GAPS, "chest 82 cm", ProductRules((CHEST,), always=LARGER)),
        "open": ruled(GAPS, "chest 85 cm", ProductRules((CHEST,))),
        "usual": ruled(GAPS, "usually M", ProductRules((CHEST,))),
    }
    texts = {size_text(SizeFound(a_product(), result), lang, Sources()) for result in told.values()}
    assert len(texts) == len(told)
    assert all("M" in text for text in texts)


@given(
    charts(),
    bodies,
    st.lists(st.sampled_from(list(Measure)), max_size=2, unique=True),
    st.booleans(),
    st.sampled_from([None, SMALLER, LARGER]),
    st.sampled_from([None, SMALLER, LARGER]),
    st.sampled_from(["", "loose", "usually M", "usually 38"]),
)
def test_whatever_the_note_says_the_answer_stands_in_the_chart(
    drawn: SizeChart,
    body: dict[Measure, Decimal],
    deciding: list[Measure],
    largest: bool,
    between: int | None,
    always: int | None,
    words: str,
) -> None:
    rules = ProductRules(tuple(deciding), largest=largest, between=between, always=always)
    result = chosen_size(drawn, body, parse_measurements(words), rules)
    labels = {row.size for row in drawn.rows}
    assert {result.size, result.other} <= labels | {None}
    assert (result.size is None) == (result.probability is None)
    assert not (result.asks and result.out_of_range)
    assert set(result.missing) <= set(drawn.measures)
