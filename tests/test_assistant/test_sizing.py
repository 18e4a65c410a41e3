"""Which size fits which body."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sizing import BEST_PROBABILITY, SizeResult, recommend_size
from knowledge.catalog import ShopId, Source
from knowledge.size_charts import Interval, Measure, SizeChart, SizeRow

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
    return recommend_size(tops, measures, *preference)


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
